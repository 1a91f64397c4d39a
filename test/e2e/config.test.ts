// Trigger words, questions, which models take part and through which command line.
// deadline: 600
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { EXECUTE, eventsOfType, inSession, withCrew } from '../support/crew.ts';
import { sessionFolders } from '../support/mm.ts';
import { withTerminal } from '../support/terminal.ts';
import { untilEnded } from '../support/wait.ts';

const [NAME] = EXECUTE;
const HEADLESS = ['--headless', '--yes', '--only', 'claude'] as const;

test('timeout.default is the limit of all models, the one that is asked for first of all [Q2, Q3]', () =>
  withCrew({}, async (repo) => {
    const args = ['--set', 'timeout.default=30m'];
    const ended = await repo.runMm([NAME, 'Write greetings', ...HEADLESS, ...args], { deadline: 150_000 });
    assert.is(ended.code, 0, ended.stderr);
    assert.equal([...new Set(eventsOfType(ended, 'attempt_start').map(({ limit_ms }) => limit_ms))], [1_800_000]);
    assert.match(inSession(ended, 'metadata.md'), /- Timeout: 1800s/);
    await withTerminal(repo, [NAME, 'Write greetings', ...args], {}, async (terminal) => {
      await terminal.waitFor(/How many synthesis passes/);
      terminal.press('Enter');
      await terminal.waitFor(/❯ Default \(1800s\)/);
      terminal.press('C-c');
      await terminal.exit();
    });
  }));

test('a limit or a number of rounds that a name stands for and that is none stops the run, an empty --set is refused [R5]', () =>
  withCrew({}, async (repo) => {
    const wrong = async (step: string, option: string) => {
      repo.write({
        'wrong.yaml': `recipe: 1\nname: wrong\nextends: execute\noptions: { o: ${option} }\nphases:\n  - { id: a, steps: [{ task: hi }, { repository: {} }, ${step}] }\n`,
      });
      return repo.runMm(['./wrong.yaml', 'x', '--yes', '--headless']);
    };
    const limit = await wrong('{ command: "true", timeout: "${options.o}" }', 'lots');
    assert.is(limit.code, 2, limit.stderr);
    assert.match(limit.stderr, /time limit of the step command is "lots"/);
    for (const count of ['0', '-1', 'lots', '101']) {
      const rounds = await wrong('{ command: "true", repeat: "${options.o}" }', count);
      assert.is(rounds.code, 2, rounds.stderr);
      assert.match(rounds.stderr, new RegExp(`to be repeated "${count}" times`));
    }
    const empty = await repo.runMm(['check', NAME, '--set', 'timeout.default=']);
    assert.is(empty.code, 2);
    assert.match(empty.stderr + empty.stdout, /`timeout.default` is given no value/);
  }));

test('a command says how it came to nothing: not there, too slow, ended by a signal [R5]', () =>
  withCrew({}, async (repo) => {
    const run = async (step: string) => {
      repo.write({
        'own.yaml': `recipe: 1\nname: own\nextends: execute\nphases:\n  - { id: a, steps: [{ task: hi }, { repository: {} }, { ask: n, choices: [{ value: 2, label: two }], headless: 2, save: n }, ${step}] }\n`,
      });
      return repo.runMm(['./own.yaml', 'x', '--yes', '--headless']);
    };
    const cases: readonly (readonly [string, number, RegExp])[] = [
      ['{ command: [nosuchcmd, x] }', 2, /nosuchcmd x could not be started: .*nosuchcmd/],
      ['{ command: [sleep, "30"], timeout: 1s }', 1, /sleep 30 ran into its time limit \(1s\)/],
      ["{ command: 'kill -9 $$' }", 1, /was ended by SIGKILL/],
      ['{ command: [test, "${n}", -eq, "2"] }', 0, /^/],
    ];
    for (const [step, code, says] of cases) {
      const ended = await run(step);
      assert.is(ended.code, code, `${step}: ${ended.stderr}`);
      assert.match(ended.stderr, says);
    }
  }));

test('x2 to x5 as a whole word; more is capped at 5, with a note; --dry-run tells it and touches nothing [T2]', () =>
  withCrew({}, async (repo) => {
    const before = repo.state();
    for (const [task, passes, note, ...args] of [
      ['Write greetings x5', 5, null],
      ['Write greetings x17', 5, /"x17" is more than passes can be; 5 is taken/],
      ['Write greetings', 5, /--passes 9 is more than passes can be; 5 is taken/, '--passes', '9'],
      ['Write ax2 x2b x1 greetings', 1, null],
    ] as const) {
      const result = await repo.runMm([NAME, task, ...HEADLESS, '--dry-run', ...args]);
      assert.is(result.code, 0, result.stderr);
      const seen = [...result.stdout.matchAll(/pass (\d) of (\d)/g)].map(([, number, count]) => `${number}/${count}`);
      assert.equal(
        [...new Set(seen)],
        passes === 1 ? [] : Array.from({ length: passes }, (_, i) => `${i + 1}/${passes}`),
        result.stdout,
      );
      assert.is(/is more than passes can be/.test(result.stderr), note !== null);
      if (note) assert.match(result.stderr, note);
      assert.match(result.stdout, /claude -p --dangerously-skip-permissions/);
    }
    assert.equal(repo.state(), before);
    assert.equal([sessionFolders(repo.sessions), repo.calls()], [[], []]);
  }));

test("at a terminal: passes with the document's options, a hint first; a word in the body is asked about; a trigger answers the timeout [Q1, Q2, T4]", () =>
  withCrew({}, async (repo) => {
    const task = 'Write greetings x2\nthe body says timeout:60 here\nthe end';
    await withTerminal(repo, [NAME, task, '--only', 'claude'], { cols: 120, rows: 40 }, async (terminal) => {
      await terminal.waitFor(/Line 2 of the task says "timeout:60"\. Did you mean it as a setting/);
      terminal.type('y');
      const screen = await terminal.waitFor(/triple pass/);
      assert.match(
        screen.replace(/\s+/g, ' '),
        /How many synthesis passes\? Multi-pass re-runs all models with prior results for deeper refinement\./,
      );
      assert.match(
        screen,
        /2 — multipass \(Recommended\) +One refinement round\.[\s\S]*1 — single pass +Run models once and synthesize\.[\s\S]*3 — triple pass +Two refinement rounds\. Maximum depth, highest token usage\./,
      );
      terminal.press('Enter');
      await terminal.waitFor(/❯ Accept/);
      assert.not.match(terminal.screen({ history: true }), /Default \(1200s\)/);
      terminal.press('C-c');
      const ended = await terminal.exit();
      assert.is(ended.code, 130);
      assert.is(ended.session.pass_count, 2);
      assert.is(eventsOfType(ended, 'attempt_start')[0]?.limit_ms, 60_000);
      assert.match(inSession(ended, 'pass-0001/prompt.md'), /the body says timeout:60 here/);
    });
    assert.is(repo.git('status', '--porcelain'), '');
  }));

test('at a terminal without triggers: one pass is recommended, and the timeout is asked with its four options [Q1, Q2]', () =>
  withCrew({}, async (repo) => {
    await withTerminal(
      repo,
      [NAME, 'Write greetings', '--only', 'claude', '--yes'],
      { cols: 120, rows: 40 },
      async (terminal) => {
        const passes = await terminal.waitFor(/triple pass/);
        assert.match(passes, /1 — single pass \(Recommended\)[\s\S]*2 — multipass[\s\S]*3 — triple pass/);
        assert.is(passes.split('(Recommended)').length, 2);
        terminal.press('Enter');
        const timeouts = await terminal.waitFor(/Wait indefinitely/);
        assert.match(timeouts, /Timeout for external model commands\?/);
        assert.match(
          timeouts,
          /Default \(1200s\)[\s\S]*Quick — 3 min \(180s\) +For fast queries\.[\s\S]*Long — 30 min \(1800s\) +For complex code generation\.[\s\S]*None +No timeout\. Wait indefinitely for each model\./,
        );
        terminal.type('3');
        terminal.press('Enter');
        const ended = await terminal.exit();
        assert.is(ended.code, 0, terminal.screen({ history: true }));
        assert.is(ended.session.pass_count, 1);
        assert.is(eventsOfType(ended, 'attempt_start')[0]?.limit_ms, 1_800_000);
      },
    );
  }));

test('the timeout command is looked for and noted; our own clock holds without one and ends the whole tree [M3]', () =>
  withCrew({}, async (repo) => {
    const found = async () => /timeout command: (\w+)/.exec((await repo.runMm(['check', NAME])).stdout)?.[1];
    repo.installTool('timeout', '#!/bin/sh\nexit 99\n');
    repo.installTool('gtimeout', '#!/bin/sh\nexit 99\n');
    assert.is(await found(), 'timeout');
    repo.removeTool('timeout');
    const noted = await repo.runMm([NAME, 'Write greetings', ...HEADLESS], { deadline: 150_000 });
    assert.is(noted.code, 0, noted.stderr);
    assert.match(inSession(noted, 'metadata.md'), /timeout command: gtimeout/);
    repo.git('checkout', '--quiet', '.');
    repo.removeTool('gtimeout');
    repo.installAgent('claude', { implement: 'grandchild left\nwait_for never' });
    const before = repo.state();
    const late = await repo.runMm(
      [NAME, 'Write greetings', ...HEADLESS, '--timeout', '2', '--set', 'timeout.grace=1s'],
      { deadline: 150_000 },
    );
    assert.is(late.code, 1, late.stderr);
    assert.match(inSession(late, 'metadata.md'), /timeout command: none/);
    assert.equal(
      late.session.passes[0].models.claude.attempts.map(({ failure }: { failure: string }) => failure),
      ['timeout', 'timeout'],
    );
    assert.equal(repo.state(), before);
    const pid = Number(readFileSync(join(repo.log, 'left.pid'), 'utf8'));
    await untilEnded('the end of what the model left behind', pid);
  }));

test.run();
