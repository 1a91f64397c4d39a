// What is gathered before anything runs: conventions, trunk, branch and commit, the task, the lie of the land.
// deadline: 600
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { EXECUTE, execute, inSession, withCrew } from '../support/crew.ts';
import { withTerminal } from '../support/terminal.ts';

const ALONE = ['--only', 'claude'] as const;

test('detached, in a subfolder, without an identity; the trunk is what origin says, asked of nobody [C2, C3]', () =>
  withCrew({ codex: null }, async (repo) => {
    const first = repo.git('rev-parse', 'HEAD');
    repo.write({ 'README.md': '# Later\n' });
    const later = repo.commit();
    repo.git('remote', 'add', 'origin', `ext::touch ${join(repo.home, 'asked')}`);
    repo.git('config', 'protocol.ext.allow', 'always');
    repo.git('update-ref', 'refs/remotes/origin/develop', later);
    repo.git('symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/develop');
    repo.git('switch', '--quiet', '--detach', first);
    repo.write({ '../../home/.gitconfig': null });
    const before = repo.state();
    const result = await execute(repo, [], { cwd: join(repo.dir, 'src') });
    assert.is(result.code, 0, result.stderr);
    const { branch, ref, trunk } = result.session;
    assert.equal([branch, ref, trunk], [null, first, 'develop']);
    const gemini = repo.calls('gemini')[0];
    assert.is(gemini?.cwd, `${repo.dir}-mm-gemini`);
    const after = repo.state();
    assert.equal(
      [after.head, after.refs, after.index, after.neighbours],
      [before.head, before.refs, before.index, before.neighbours],
    );
    assert.equal([repo.read('src/a.txt'), repo.read('README.md')], ['a, BEST\n', '# Project\n']);
    assert.throws(() => repo.read('../../home/asked'), /ENOENT/);
  }));

test('in a linked worktree, on its branch; without a remote the trunk is the main branch [C2, C3]', () =>
  withCrew({ codex: null }, async (repo) => {
    const linked = join(repo.dir, '..', 'linked');
    repo.git('worktree', 'add', '--quiet', '-b', 'feature', linked);
    writeFileSync(join(linked, 'notes.txt'), 'mine\n');
    const before = repo.state();
    const result = await execute(repo, [], { cwd: linked });
    assert.is(result.code, 0, result.stderr);
    const { branch, trunk, repository } = result.session;
    assert.equal([branch, trunk, repository], ['feature', 'main', linked]);
    assert.is(repo.calls('claude').find(({ step }) => step === 'implement')?.cwd, linked);
    assert.is(repo.calls('gemini')[0]?.cwd, `${linked}-mm-gemini`);
    assert.equal(repo.state(), before);
    assert.is(repo.git('-C', linked, 'status', '--porcelain'), ' M src/a.txt\n M src/b.txt\n?? notes.txt');
  }));

test('the task comes in words, in a file, on standard input; conventions in either file, both as links, none [C1, C4]', () =>
  withCrew({}, async (repo) => {
    const agents = repo.read('AGENTS.md');
    const file = join(repo.home, 'task.md');
    writeFileSync(file, 'Of a file\nwith two lines\n');
    const name = EXECUTE[0];
    const options = ['--headless', '--yes', ...ALONE];
    for (const { files, there, args, input = '', task, cwd = repo.dir } of [
      {
        files: { 'AGENTS.md': null, 'CLAUDE.md': 'Of CLAUDE only.\n' },
        there: ['Of CLAUDE only.'],
        args: [name, 'Of', 'several words', ...options],
        task: 'Of several words',
      },
      {
        files: { 'AGENTS.md': agents, 'CLAUDE.md': { link: 'AGENTS.md' } },
        there: ['Write in lower case.'],
        args: [name, '--task-file', file, ...options],
        task: 'Of a file\nwith two lines',
      },
      {
        files: { 'CLAUDE.md': null, 'AGENTS.md': 'Of AGENTS only.\n' },
        there: ['Of AGENTS only.'],
        args: [name, '-', ...options],
        input: 'Of the input\n\nwith ü\n',
        task: 'Of the input\n\nwith ü',
      },
      {
        files: { 'AGENTS.md': null, 'CLAUDE.md': null },
        there: [],
        args: ['-C', join(repo.dir, 'src'), name, ...options, '--', '--not', 'an option'],
        task: '--not an option',
        cwd: repo.home,
      },
    ] as const) {
      repo.write({ 'src/a.txt': 'a\n', 'src/b.txt': 'b\n', ...files });
      repo.commit();
      const result = await repo.runMm(args, { input, cwd, deadline: 150_000 });
      assert.is(result.code, 0, result.stderr);
      const prompt = inSession(result, 'pass-0001/prompt.md');
      assert.ok(prompt.includes(`Task: ${task}\n`), task);
      for (const words of ['Of CLAUDE only.', 'Write in lower case.', 'Of AGENTS only.'])
        assert.is(
          prompt.split(words).length - 1,
          (there as readonly string[]).includes(words) ? 1 : 0,
          `${words} in\n${prompt}`,
        );
    }
  }));

test('without a task the user is asked for it at the terminal [C4]', () =>
  withCrew({}, async (repo) => {
    await withTerminal(repo, [EXECUTE[0], '--yes', ...ALONE], { cols: 110, rows: 40 }, async (terminal) => {
      await terminal.waitFor(/What should be implemented\?/);
      terminal.type('Typed greetings');
      await terminal.waitFor(/Typed greetings/);
      terminal.press('Enter');
      await terminal.waitFor(/How many synthesis passes/);
      terminal.press('Enter');
      await terminal.waitFor(/Timeout for external model commands/);
      terminal.press('Enter');
      const ended = await terminal.exit();
      assert.is(ended.code, 0, terminal.screen({ history: true }));
      assert.match(inSession(ended, 'pass-0001/prompt.md'), /Task: Typed greetings\n/);
    });
  }));

test.run();
