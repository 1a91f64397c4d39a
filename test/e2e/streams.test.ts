// What a whole run prints, and where: for people, for logs, for scripts; and what Ctrl-C says.
// deadline: 600
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { EXECUTE, execute, withCrew } from '../support/crew.ts';
import { withTerminal } from '../support/terminal.ts';

test('with --quiet a run that goes well prints its summary and nothing else', () =>
  withCrew({ codex: null }, async (repo) => {
    const result = await execute(repo, ['--quiet']);
    assert.is(result.code, 0, result.stderr);
    assert.is(result.stderr, '');
    assert.match(result.stdout, /^# Done\n/);
  }));

test('in a log: a line per event with who and when, no escape codes, the summary apart', () =>
  withCrew({ codex: null }, async (repo) => {
    const result = await execute(repo, [], { env: { TERM: 'xterm-256color' } });
    assert.is(result.code, 0, result.stderr);
    assert.not.match(result.stdout + result.stderr, /\x1b/);
    assert.match(result.stderr, /^ +\d+:\d\d Claude: implement done in \d+:\d\d$/m);
    assert.match(result.stderr, /^ +\d+:\d\d Gemini: tests: pass, \d+:\d\d$/m);
    assert.match(result.stderr, /^Report: \/.*report\.html \(\d+ KiB\)$/m);
    assert.match(result.stdout, /^# Done\n/);
  }));

test('--json is one document also where a command fails, with why', () =>
  withCrew({ codex: null }, async (repo) => {
    repo.write({ 'bad.yaml': 'recipe: 1\nname: bad\nextends: execute\nslotz: {}\n' });
    for (const args of [['check', './bad.yaml'], ['show', 'nope'], ['report', 'nope'], ['resume']]) {
      const result = await repo.runMm([...args, '--json']);
      assert.is(result.code, 2, `${args}: ${result.stderr}`);
      const { failure } = JSON.parse(result.stdout);
      assert.ok(failure.what.length > 0 && failure.id, result.stdout);
      assert.ok(result.stderr.includes(failure.what.split('\n')[0]), result.stderr);
    }
  }));

test('a plan that is declined says also what was changed that must not be, and how to put it back [U1, S3]', () =>
  withCrew({ codex: null, gemini: { implement: 'git branch -D keep\nput src/b.txt b\nsay done' } }, async (repo) => {
    repo.git('branch', 'keep');
    const result = await repo.runMm([EXECUTE[0], 'Write greetings', '--headless'], { deadline: 150_000 });
    assert.is(result.code, 3, result.stderr);
    assert.match(
      result.stderr,
      /was shown and not applied[\s\S]*But while the models ran[\s\S]*keep[\s\S]*mm recover /,
    );
    const recovered = await repo.runMm(['recover', result.session.session_id]);
    assert.is(recovered.code, 0, recovered.stderr);
    assert.ok(repo.git('branch', '--list', 'keep').includes('keep'));
  }));

test('an option that answers a question is not asked; Ctrl-C ends with how to go on', () =>
  withCrew({ codex: null, gemini: { implement: 'mark waiting\nwait_for never' } }, async (repo) => {
    const args = [EXECUTE[0]!, 'Write greetings', '--passes', '1', '--timeout', '90'];
    await withTerminal(repo, args, { cols: 120, rows: 40 }, async (terminal) => {
      await repo.reached('waiting'); // no question stood in the way
      terminal.press('C-c');
      assert.is((await terminal.exit()).code, 130);
      const [, id] = /Everything is as it was[\s\S]*?^ +mm resume (\S+)$/m.exec(terminal.screen())!;
      assert.match(terminal.screen(), new RegExp(`^ +mm recover ${id}$`, 'm'));
    });
  }));

test('Ctrl-C twice leaves at once, with the command that puts everything back from where the user is', () =>
  withCrew({ codex: null, gemini: { implement: 'mark waiting\nwait_for never' } }, async (repo) => {
    repo.write({ 'notes.txt': 'mine\n' });
    const before = repo.git('status', '--porcelain');
    await withTerminal(repo, ['-C', repo.dir, ...EXECUTE], { cwd: repo.home, cols: 200 }, async (terminal) => {
      await repo.reached('waiting');
      terminal.press('C-c');
      const once = await terminal.waitFor(/Ctrl-C again leaves at once/);
      assert.match(
        once,
        /! Interrupted\. Putting back: your uncommitted changes, your working tree, 1 worktree and its branch/,
      );
      terminal.press('C-c');
      await terminal.waitFor(/! Left at once\. To put everything back, type:/);
      assert.is((await terminal.exit()).code, 130);
      const [, args] = /^ +mm (-C \S+ recover \S+)$/m.exec(terminal.screen())!;
      const recovered = await repo.runMm(args!.split(' '), { cwd: repo.home });
      assert.is(recovered.code, 0, recovered.stderr);
    });
    assert.is(repo.git('status', '--porcelain'), before);
    assert.is(repo.read('notes.txt'), 'mine\n');
  }));

test.run();
