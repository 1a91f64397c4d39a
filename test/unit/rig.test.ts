// The rig that scenarios stand on: a picture that misses nothing, agents that write down what they saw, no way out
// of the test's own folder.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { withRepo } from '../support/repo.ts';
import { withRoom } from '../support/room.ts';
import { runProcess, startProcess } from '../support/start-process.ts';
import { withCommandInTerminal } from '../support/terminal.ts';
import { untilEnded } from '../support/wait.ts';

test('a picture tells every kind of change, and equals itself when nothing changed', () =>
  withRepo({ files: { 'a.txt': 'a\n', 'run.sh': '#!/bin/sh\n', '.gitignore': 'ignored\n' } }, async (repo) => {
    const before = repo.state();
    repo.git('status');
    assert.equal(repo.state(), before);

    const changes: readonly (() => void)[] = [
      () => repo.write({ 'a.txt': 'b\n' }),
      () => repo.write({ 'run.sh': { text: '#!/bin/sh\n', mode: 0o755 } }),
      () => repo.write({ link: { link: 'a.txt' } }),
      () => repo.write({ ignored: 'x' }),
      () => void repo.git('add', 'a.txt'),
      () => void repo.git('stash', 'push', '--quiet'),
      () => void repo.git('config', 'user.name', 'Someone'),
      () => void repo.git('tag', 'v1'),
      () => repo.write({ '.git/hooks/pre-commit': { text: '#!/bin/sh\n', mode: 0o755 } }),
      () => void repo.git('worktree', 'add', '--quiet', '../beside', '-b', 'beside'),
      () => void repo.git('switch', '--quiet', '--detach'),
    ];
    let last = before;
    for (const change of changes) {
      change();
      const now = repo.state();
      assert.not.equal(now, last, String(change));
      last = now;
    }
    assert.equal(last.neighbours, ['beside']);
  }));

test('an agent writes down what it was given, and does what its step says', () =>
  withRepo(async (repo) => {
    repo.installAgent('claude', {
      implement: "put 'src/a b.txt' hello\nsay done\ncomplain hm\nonce x && return 3\nreturn 4",
      implement_2: 'return 5',
    });
    const call = (env: Record<string, string>) =>
      runProcess([join(repo.bin, 'claude'), '-p', 'two\nlines', ''], {
        cwd: repo.dir,
        env: { ...repo.env, MM_STEP: 'implement', ...env },
        input: 'the prompt',
      });
    const first = await call({ MM_SLOT: 'one', MM_PASS: '1' });
    assert.equal([first.code, first.stdout, first.stderr], [3, 'done\n', 'hm\n']);
    assert.is((await call({})).code, 4);
    assert.is((await call({ MM_PASS: '2' })).code, 5);
    assert.is(repo.read('src/a b.txt'), 'hello\n');
    const [seen, ...rest] = repo.calls('claude');
    assert.is(rest.length, 2);
    assert.equal(
      [seen?.argv, seen?.stdin, seen?.step, seen?.slot, seen?.pass, seen?.cwd, seen?.exit],
      [['-p', 'two\nlines', ''], 'the prompt', 'implement', 'one', '1', repo.dir, 3],
    );
  }));

test('a comparing agent prefers, per file, the candidate with the marker', () =>
  withRepo(async (repo) => {
    repo.installAgent('claude', { compare: 'prefer GOOD' });
    const diff = (path: string, text: string) =>
      `diff --git a/${path} b/${path}\n--- a/${path}\n+++ b/${path}\n+${text}\n`;
    const headed = (path: string, text: string) => `### ${path}\n\n\`\`\`diff\n${diff('quoted', text)}\`\`\`\n\n`;
    const prompt = `# Compare\n## Candidate A\n\n${diff('x', 'bad')}${diff('d "q"/y', 'GOOD')}## Candidate B\n\n${headed('x', 'GOOD')}${headed('z ü', 'plain')}## Answer\n${diff('no', 'GOOD')}`;
    for (const given of [
      { args: ['-p'], input: prompt },
      { args: [prompt], input: '' },
    ]) {
      const done = await runProcess([join(repo.bin, 'claude'), ...given.args], {
        cwd: repo.dir,
        env: { ...repo.env, MM_STEP: 'compare' },
        input: given.input,
      });
      const answer = JSON.parse(done.stdout);
      assert.equal(
        answer.files.map((file: { path: string; best: string }) => [file.path, file.best]),
        [
          ['x', 'B'],
          ['d "q"/y', 'A'],
          ['z ü', 'B'],
        ],
      );
      assert.equal(Object.keys(answer.files[0].ratings).sort(), ['A', 'B']);
    }
  }));

test('the test decides when an agent goes on, and what it leaves behind ends with the test', () =>
  withRepo(async (repo) => {
    repo.installAgent('agent', { any: 'mark here\nwait_for go\nescape left\nsay went on' });
    const started = startProcess([join(repo.bin, 'agent')], { cwd: repo.dir, env: repo.env });
    await repo.reached('here');
    assert.is(started.stdout(), '');
    repo.release('go');
    assert.is((await started.exit).stdout, 'went on\n');
    const left = Number(readFileSync(join(repo.log, 'left.pid'), 'utf8'));
    process.kill(left, 0);
    repo.release('left');
    await untilEnded('its end', left);
  }));

test('only the closed PATH is seen, and nothing is written outside the room', () =>
  withRoom(async (room) => {
    const env = (
      await runProcess([join(room.bin, 'bash'), '-c', 'command -v claude codex gemini agent; echo $PATH $HOME'], {
        env: room.env,
      })
    ).stdout;
    assert.is(env, `${room.bin} ${room.home}\n`);
    room.removeTool('git');
    assert.is((await runProcess([join(room.bin, 'bash'), '-c', 'git --version'], { env: room.env })).code, 127);
    await withRepo(async (repo) => {
      assert.throws(() => repo.write({ '../../../../elsewhere': 'x' }), /not in a test's own folder/);
    });
  }));

test('a child that never ends fails the test and is killed', async () => {
  const started = startProcess(['sleep', '1000'], { deadline: 100 });
  try {
    await started.exit;
    assert.unreachable();
  } catch (error) {
    assert.match(String(error), /still running after 100 ms/);
  }
  await untilEnded('its end', started.pid);
});

test('a terminal shows what a program prints, takes keys and tells how it ended', () =>
  withRepo(async (repo) => {
    const script = 'test -t 0 && test -t 1 && stty size; read -r word; echo "got $word"; read -r _; exit 7';
    await withCommandInTerminal(repo, ['bash', '-c', script], { cols: 50, rows: 9 }, async (terminal) => {
      await terminal.waitFor(/^9 50$/m);
      terminal.type("-x 'ü");
      terminal.press('Enter');
      await terminal.waitFor(/^got -x 'ü$/m);
      terminal.press('Enter');
      assert.is((await terminal.exit()).code, 7);
    });
  }));

test.run();
