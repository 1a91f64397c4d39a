// The view and its questions in a real terminal of several sizes.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { denoPath, nodePath, PROJECT, testRuntime } from '../../support/paths.ts';
import { withRepo } from '../../support/repo.ts';
import { type Terminal, type TerminalOptions, withCommandInTerminal } from '../../support/terminal.ts';

function inTerminal(
  script: string,
  args: readonly string[],
  options: TerminalOptions,
  work: (terminal: Terminal, said: string) => Promise<void>,
): Promise<void> {
  const file = join(PROJECT, 'test/unit/view', script);
  const runner =
    testRuntime() === 'deno'
      ? [denoPath(), 'run', '-A', file]
      : [nodePath(), join(PROJECT, 'node_modules/tsx/dist/cli.mjs'), file];
  return withRepo((repo) => {
    const said = join(repo.root, 'said');
    writeFileSync(said, '');
    return withCommandInTerminal(
      repo,
      [...runner, ...args.map((arg) => (arg === 'SAID' ? said : arg))],
      options,
      (terminal) => work(terminal, said),
    );
  });
}

const lines = (screen: string) => screen.trimEnd().split('\n');

for (const [cols, rows] of [
  [80, 24],
  [200, 50],
  [40, 10],
] as const) {
  test(`shows a run at ${cols}×${rows}, and its last picture after an interrupt`, () =>
    inTerminal('showing.ts', ['3', 'SAID'], { cols, rows }, async (terminal, said) => {
      writeFileSync(said, 'reading \x1b[2J\x1b[31msrc/slugify.ts\u202e 日本語\n');
      const screen = await terminal.waitFor(cols > 40 ? /reading src\/slugify\.ts<U\+202E/ : /Claude .*r/);
      const at = lines(screen).findIndex((line) => line.startsWith('execute'));
      assert.match(lines(screen)[at]!, /^execute.* \d:\d\d$/);
      assert.match(lines(screen)[at + 1]!, /^● Claude .*implement \d:\d\d\/20:00/);
      assert.match(lines(screen)[at + 4]!, /^● untouc.*tests/);
      process.kill(Number(readFileSync(`${said}.pid`, 'utf8')), 'SIGINT');
      await terminal.waitFor(/src\/foo +│ Claude/);
      assert.is((await terminal.exit()).code, 0);
      const end = terminal.screen({ history: true });
      assert.match(end, 'mm recover latest');
      assert.is(end.match(/^execute/gm)?.length, 1, end);
      assert.is(end.match(/^. GPT .*implement/gm)?.length, 1, end);
    }));
}

test('sixteen lanes on ten rows', () =>
  inTerminal('showing.ts', ['16', 'SAID'], { cols: 80, rows: 10 }, async (terminal) => {
    const screen = await terminal.waitFor(/and 10 more: 10 running/);
    assert.match(lines(screen)[0]!, /^execute/);
    assert.match(lines(screen).at(-1)!, /^ {2}and 10 more: 10 running$/);
    assert.is(lines(screen).length, 9);
  }));

test('a window that is made narrower, and wider again, leaves no torn rows', () =>
  inTerminal('showing.ts', ['3', 'SAID'], { cols: 120, rows: 24 }, async (terminal, said) => {
    writeFileSync(said, `${'long words '.repeat(20)}\n`);
    await terminal.waitFor(/long words/);
    terminal.resize(50, 24);
    await terminal.waitFor(/^execute.{30,42} \d:\d\d$/m);
    terminal.resize(100, 24);
    await terminal.waitFor(/^execute.{80,92} \d:\d\d$/m);
    // what the terminal itself moved into its history while it broke lines is out of anyone's reach
    const screen = terminal.screen();
    assert.is(screen.match(/^execute/gm)?.length, 1, screen);
    assert.is(screen.match(/^● GPT/gm)?.length, 1, screen);
  }));

test('a crash leaves the last rows and a terminal that works', () =>
  inTerminal('showing.ts', ['2', 'SAID', 'crash'], {}, async (terminal, said) => {
    await terminal.waitFor(/untouched base/);
    process.kill(Number(readFileSync(`${said}.pid`, 'utf8')), 'SIGINT');
    await terminal.waitFor(/a fault/);
    assert.is.not((await terminal.exit()).code, 0);
  }));

for (const [cols, rows] of [
  [80, 24],
  [40, 10],
] as const) {
  test(`asks at ${cols}×${rows}: keys move, numbers jump, Enter takes, and the next question waits its turn`, () =>
    inTerminal('asking.ts', ['select,confirm,text'], { cols, rows }, async (terminal) => {
      await terminal.waitFor(/❯ choice 1\b/);
      assert.ok(lines(terminal.screen()).every((line) => line.length < cols));
      terminal.press('Down', 'Down', 'Up');
      await terminal.waitFor(/❯ choice 2\b/);
      terminal.press('End');
      await terminal.waitFor(/❯ choice 12/);
      terminal.type('7');
      await terminal.waitFor(/❯ choice 7/);
      terminal.press('Enter');
      await terminal.waitFor(/select: \{"answered":7\}/);
      await terminal.waitFor(/\? Go on\?/);
      terminal.type('y');
      await terminal.waitFor(/confirm: \{"answered":true\}/);
      await terminal.waitFor(/❯ ▏nothing/);
      terminal.type('añ 日👩‍👧x');
      terminal.press('BSpace', 'BSpace', 'Left');
      terminal.type('!');
      await terminal.waitFor(/❯ añ !▏日/);
      terminal.press('Enter');
      await terminal.waitFor(/text: \{"answered":"añ !日"\}/);
      assert.is((await terminal.exit()).code, 0);
    }));
}

test('Ctrl-C, Esc and Ctrl-D cancel, each question by itself, and the terminal is given back', () =>
  inTerminal('asking.ts', ['select,confirm,text,text'], {}, async (terminal) => {
    await terminal.waitFor(/❯ choice 1\b/);
    terminal.press('C-c');
    await terminal.waitFor(/select: \{"cancelled":true,"by":"interrupt"\}/);
    await terminal.waitFor(/Go on\?/);
    terminal.press('Escape');
    await terminal.waitFor(/confirm: \{"cancelled":true,"by":"escape"\}/);
    await terminal.waitFor(/❯ ▏nothing/);
    terminal.press('C-d');
    await terminal.waitFor(/text: \{"cancelled":true,"by":"escape"\}/);
    await terminal.waitFor(/❯ ▏nothing/);
    terminal.press('Enter');
    await terminal.waitFor(/text: \{"answered":"nothing"\}/);
    assert.is((await terminal.exit()).code, 0);
  }));

test('on a terminal that cannot be redrawn questions are lines', () =>
  inTerminal('asking.ts', ['select,confirm', 'dumb'], {}, async (terminal) => {
    await terminal.waitFor(/12\. choice 12/);
    terminal.type('nonsense');
    terminal.press('Enter');
    terminal.type('3');
    terminal.press('Enter');
    await terminal.waitFor(/select: \{"answered":3\}/);
    await terminal.waitFor(/y\/N:/);
    terminal.press('C-d');
    await terminal.waitFor(/confirm: \{"cancelled":true,"by":"end"\}/);
    assert.is((await terminal.exit()).code, 0);
  }));

test.run();
