// The user's uncommitted changes: put aside whole, brought back byte for byte, whatever happened in between.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { RepositoryFacts } from '../../../lib/repository/inspect.ts';
import {
  planUserChanges,
  stashUserChanges,
  type UserChanges,
  undoUserChanges,
} from '../../../lib/repository/user-changes.ts';
import { type Files, type Repo, withRepo } from '../../support/repo.ts';
import { failureOf, value } from '../../support/result.ts';
import { shell } from '../candidate/fixture.ts';
import { factsOf, sessionFolder, withZoo } from './support.ts';

const MESSAGE = 'mm-execute: user-changes stash';

async function plan(repo: Repo, facts?: RepositoryFacts): Promise<UserChanges> {
  const planned = value(
    await planUserChanges(facts ?? (await factsOf(repo)), 's1', join(sessionFolder(repo), 'user'), MESSAGE),
  );
  if (planned === null) throw new Error('nothing to put aside');
  return planned.record;
}

const IGNORED = ['.env', 'debug.log', 'ignored/node_modules/x.js', 'hidden.txt', 'skipped.txt'];

test('changes of every kind are put aside and come back exactly [U1] [Y6]', () =>
  withZoo(async (repo) => {
    const before = repo.state();
    const record = await plan(repo);
    assert.equal(repo.state(), before, 'planning changes nothing');

    value(await stashUserChanges(record));
    assert.equal(repo.git('status', '--porcelain'), '');
    assert.equal(repo.read('plain.txt'), 'one\ntwo\nthree\n');
    assert.not(repo.has('untracked.txt'));
    for (const path of IGNORED) assert.equal(repo.state().files[path], before.files[path], path);
    const [mine, ...others] = repo.git('stash', 'list', '--format=%H %gs').split('\n');
    assert.equal(mine, `${record.stash} On main: ${MESSAGE} s1`);
    assert.equal(others.join('\n'), before.stashes.trim());
    assert.equal(repo.git('rev-parse', 'refs/mm/s1/user', `${record.stash}^1`), `${record.stash}\n${record.base}`);
    assert.equal(
      repo.git('reflog', '--format=%gs').split('\n')[0]?.startsWith('reset'),
      true,
      'only the older stashes left reset lines',
    );

    value(await undoUserChanges(record));
    assert.equal(repo.state(), before);
    const index = readFileSync(join(repo.dir, '.git/index'));
    value(await undoUserChanges(record));
    assert.equal(repo.state(), before, 'a second time changes nothing');
    assert.equal(readFileSync(join(repo.dir, '.git/index')), index);
  }));

test('the stash holds everything a user needs to get it back by hand [U1]', () =>
  withZoo(async (repo) => {
    const record = await plan(repo);
    const status = repo.git('status', '--porcelain', '--untracked-files=all');
    value(await stashUserChanges(record));
    const shown = (rev: string, path: string) => repo.git('show', `${rev}:${path}`);
    assert.equal(shown(record.stash, 'both.txt'), 'both, staged and edited');
    assert.equal(shown(`${record.stash}^2`, 'both.txt'), 'both, staged');
    assert.equal(shown(`${record.stash}^3`, 'untracked.txt'), 'untracked');
    assert.equal(shown(`${record.stash}^3`, 'uncached-same.txt'), 'kept as it is');
    assert.equal(shown(record.stash, 'intent.txt'), 'intended');
    assert.ok(status.includes('intent.txt'));
  }));

test('with nothing to put aside nothing happens, and an old stash of the same name is not taken [U1]', () =>
  withRepo({ files: { 'a.txt': 'a\n', '.gitignore': '.env\n' } }, async (repo) => {
    repo.write({ 'a.txt': 'b\n' });
    repo.git('stash', 'push', '--quiet', '--message', MESSAGE);
    repo.write({ '.env': 'SECRET\n' });
    const before = repo.state();
    assert.is(
      value(await planUserChanges(await factsOf(repo), 's1', join(sessionFolder(repo), 'user'), MESSAGE)),
      null,
    );
    assert.equal(repo.state(), before);
  }));

test('survives other stashes pushed meanwhile, which stay [Y6]', () =>
  withZoo(async (repo) => {
    const before = repo.state();
    const record = await plan(repo);
    value(await stashUserChanges(record));
    repo.git('worktree', 'add', '--quiet', '--detach', '../lane');
    repo.write({ '../lane/plain.txt': 'a model wrote this\n' });
    repo.git('-C', '../lane', 'stash', 'push', '--quiet', '--message', 'pushed by a model');
    repo.git('worktree', 'remove', '../lane');
    const pushed = repo.git('rev-parse', 'stash@{0}');
    value(await undoUserChanges(record));
    const after = repo.state();
    assert.equal(after.stashes, `${pushed} On (no branch): pushed by a model\n${before.stashes}`);
    assert.equal({ ...after, stashes: '', refs: '' }, { ...before, stashes: '', refs: '' });
    assert.equal(repo.git('rev-parse', 'refs/stash'), pushed);
    assert.equal(repo.git('stash', 'list').split('\n').length, 3);
    repo.git('stash', 'drop', '--quiet', 'stash@{0}');
    assert.equal(repo.state().stashes, before.stashes);
  }));

test('survives a model that takes the stash, clears the list and collects garbage [Y6]', () =>
  withZoo(async (repo) => {
    const before = repo.state();
    const record = await plan(repo);
    value(await stashUserChanges(record));
    repo.git('stash', 'clear');
    repo.git('update-ref', '-d', 'refs/mm/s1/user');
    repo.git('reflog', 'expire', '--expire=now', '--all');
    repo.git('gc', '--quiet', '--prune=now');
    value(await undoUserChanges(record));
    const after = repo.state();
    assert.equal(after.files, before.files);
    assert.equal(after.index, before.index);
    assert.equal(after.status, before.status);
  }));

test('a lock that a killed git left since then is no hindrance, an older stash list entry stays [Y6]', () =>
  withZoo(async (repo) => {
    const before = repo.state();
    const record = await plan(repo);
    value(await stashUserChanges(record));
    repo.write({ '.git/index.lock': '', '.git/refs/stash.lock': '' });
    value(await undoUserChanges(record));
    assert.equal(repo.state(), before);
  }));

test('what was edited in its place stays, and the user is told where theirs is [Y6]', () =>
  withZoo(async (repo) => {
    const record = await plan(repo);
    value(await stashUserChanges(record));
    repo.write({ 'plain.txt': 'written by somebody else\n', 'untracked.txt': 'somebody else\n' });
    const failure = failureOf(await undoUserChanges(record));
    assert.is(failure.exit, 4);
    assert.is(failure.id, 'changes-kept');
    assert.ok(failure.what.includes('plain.txt') && failure.what.includes('untracked.txt'));
    assert.ok(failure.remedy.join('\n').includes(record.stash));
    assert.equal(repo.read('plain.txt'), 'written by somebody else\n');
    assert.equal(repo.read('both.txt'), 'both, staged and edited\n', 'the rest is back');
    assert.equal(repo.git('rev-parse', 'stash@{0}'), record.stash);

    // The commands of the message lead to the state before.
    repo.git('restore', `--source=${record.stash}`, '--worktree', '--', 'plain.txt');
    repo.git('restore', `--source=${record.stash}^3`, '--worktree', '--', 'untracked.txt');
    value(await undoUserChanges(record));
    assert.equal(repo.read('plain.txt'), 'one\ntwo changed\nthree\n');
    assert.not(repo.git('stash', 'list').includes(MESSAGE));
  }));

for (const [what, since, id, remedy] of [
  ['on another commit', 'echo more >plain.txt; git commit -qam meanwhile', 'changes-kept-head', 'stash apply --index'],
  ['with something staged since', 'echo since >plain.txt; git add plain.txt', 'changes-kept-index', 'reset'],
] as const)
  test(`${what} nothing is touched, and the user is told [Y6]`, () =>
    withZoo(async (repo) => {
      const record = await plan(repo);
      value(await stashUserChanges(record));
      shell(repo.dir, repo.env, since);
      const between = repo.state();
      const failure = failureOf(await undoUserChanges(record));
      assert.equal([failure.id, failure.exit], [id, 4]);
      assert.ok(failure.remedy.join('\n').includes(`git -C ${repo.dir} ${remedy}`), failure.remedy.join('\n'));
      assert.equal(repo.state(), between);
    }));

test('an ignored file in the place of a tracked one stands in the way: nothing is touched [U1]', () =>
  withRepo({ files: { data: 'a file\n', '.gitignore': '*.log\n' } }, async (repo) => {
    repo.write({ data: null, 'data/run.log': 'ignored\n', 'data/more.txt': 'untracked\n' });
    const before = repo.state();
    const failure = failureOf(
      await planUserChanges(await factsOf(repo), 's1', join(sessionFolder(repo), 'user'), MESSAGE),
    );
    assert.is(failure.id, 'in-the-way');
    assert.ok(failure.what.includes('data/run.log'));
    assert.equal(repo.state(), before);
  }));

test('a file that changes between looking and putting aside is not lost [U1]', () =>
  withZoo(async (repo) => {
    const record = await plan(repo);
    repo.write({ 'untracked.txt': 'saved by an editor just now\n' });
    assert.is(failureOf(await stashUserChanges(record)).id, 'changed-meanwhile');
    assert.equal(repo.read('untracked.txt'), 'saved by an editor just now\n');
    assert.equal(repo.read('plain.txt'), 'one\ntwo changed\nthree\n', 'nothing was moved');
  }));

test('line ends and filters: files come back byte for byte, and the tree between is as git checks it out [U1]', () =>
  withRepo(
    {
      files: { '.gitattributes': '*.up filter=up -text\n', 'a.txt': 'one\ntwo\n', 'b.txt': 'one\n', 'x.up': 'text\n' },
    },
    async (repo) => {
      repo.git('config', 'core.autocrlf', 'true');
      repo.git('config', 'filter.up.smudge', 'tr a-z A-Z');
      repo.git('config', 'filter.up.clean', 'tr A-Z a-z');
      repo.write({ 'a.txt': null, 'b.txt': null, 'x.up': null });
      repo.git('checkout', '--', '.');
      assert.equal(repo.read('a.txt'), 'one\r\ntwo\r\n');
      assert.equal(repo.read('x.up'), 'TEXT\n');
      repo.write({ 'a.txt': 'one\nmixed\r\nends\n', 'x.up': 'Mixed Case\n', 'new.up': 'New\n' });
      const before = repo.state();
      const record = await plan(repo);
      value(await stashUserChanges(record));
      assert.equal(repo.git('status', '--porcelain'), '');
      assert.equal(repo.read('a.txt'), 'one\r\ntwo\r\n');
      assert.equal(repo.read('x.up'), 'TEXT\n');
      value(await undoUserChanges(record));
      assert.equal(repo.state(), before);
    },
  ));

/** What is committed beside a.txt, what the user has made of it, and what of that stays while the rest is aside. */
const STATES: Readonly<Record<string, { files?: Files; mine: Files; stays?: readonly string[]; meanwhile?: string }>> =
  {
    'files that only uncommitted rules ignore': {
      files: { '.gitignore': '*.log\n', 'pkg/b.txt': 'b\n' },
      mine: {
        '.gitignore': '*.log\n.env\nbuilt/\n',
        'pkg/.gitignore': '/local*\n!local.keep\n',
        '.env': 'SECRET\n',
        'x.log': 'a log\n',
        'built/out.js': 'x\n',
        'pkg/local one': '1\n',
        'pkg/local.keep': 'k\n',
        'conf/.env': 'another\n',
      },
      stays: ['.gitignore', 'x.log', 'built/out.js'],
      meanwhile: 'git clean -fdq -e built; echo "of a model" >.env; rm .env',
    },
    'a negation taken away': {
      files: { '.gitignore': '*.log\n!keep.log\n' },
      mine: { '.gitignore': '*.log\n', 'a.log': 'a\n', 'keep.log': 'k\n' },
      stays: ['.gitignore', 'a.log'],
    },
    'rules in another order': {
      files: { '.gitignore': '*.x\n!b.x\n' },
      mine: { '.gitignore': '!b.x\n*.x\n', 'a.x': 'a\n', 'b.x': 'b\n' },
      stays: ['.gitignore', 'a.x'],
    },
    'a rule that says the same again': {
      files: { '.gitignore': '.env*\n' },
      mine: { '.gitignore': '.env*\n*.local\n', '.env.local': 'e\n', 'x.local': 'x\n' },
      stays: ['.gitignore', '.env.local'],
    },
    'one file that uncommitted rules ignore': { mine: { '.gitignore': '.env\n', '.env': 'SECRET\n' } },
    'names that are no pathspecs': {
      mine: { '.gitignore': '*.key\n', ':(bad).key': '1\n', ':!f.key': '2\n', 'z.key': '3\n' },
    },
    'rules that uncommitted rules ignore': {
      mine: { '.gitignore': 'pkg/.gitignore\n', 'pkg/.gitignore': 'secret\n', 'pkg/secret': 'mine\n' },
    },
    'rules that committed rules ignore': {
      files: { '.gitignore': 'pkg/.gitignore\n' },
      mine: { '.gitignore': 'pkg/.gitignore\n*.x\n', 'pkg/.gitignore': 'secret\n', 'pkg/secret': 'm\n', 'b.x': 'x\n' },
      stays: ['.gitignore', 'pkg/.gitignore', 'pkg/secret'],
    },
    'a whole folder that uncommitted rules hide': {
      mine: { '.gitignore': 'node_modules/\n', 'node_modules/x.js': 'x\n', 'a.txt': 'b\n' },
      stays: ['node_modules/x.js', 'a.txt'],
    },
    permissions: {
      mine: { 'a.txt': { text: 'b\n', mode: 0o600 }, 'secret/key': { text: 'k\n', mode: 0o400 } },
      stays: ['a.txt'],
    },
  };

for (const [what, { files, mine, stays = [], meanwhile = 'true' }] of Object.entries(STATES))
  test(`${what}: what is put aside goes, and comes back as it was [U1]`, () =>
    withRepo({ files: { 'a.txt': 'a\n', ...files } }, async (repo) => {
      repo.write(mine);
      const before = repo.state();
      const record = await plan(repo);
      value(await stashUserChanges(record));
      for (const path of Object.keys(mine)) assert.is(repo.has(path), stays.includes(path), path);
      shell(repo.dir, repo.env, meanwhile);
      value(await undoUserChanges(record));
      assert.equal(repo.state(), before);
    }));

test('works in a linked worktree with detached HEAD, and in a sparse one [U1]', () =>
  withZoo(async (repo) => {
    repo.git('worktree', 'add', '--quiet', '--detach', '../linked');
    const linked: Repo = { ...repo, dir: join(repo.dir, '../linked') };
    mkdirSync(join(linked.dir, 'untouched'), { recursive: true });
    const run = (...args: string[]) => repo.git('-C', linked.dir, ...args);
    run('sparse-checkout', 'set', '--no-cone', '/*', '!/untouched/');
    writeFileSync(join(linked.dir, 'plain.txt'), 'edited\n');
    writeFileSync(join(linked.dir, 'new.txt'), 'new\n');
    run('add', 'plain.txt');
    const before = [run('status', '--porcelain=v2'), run('ls-files', '-s', '-v'), run('stash', 'list')];
    const record = await plan(linked);
    value(await stashUserChanges(record));
    assert.equal(run('status', '--porcelain'), '');
    assert.ok(run('stash', 'list').includes(`On (no branch): ${MESSAGE} s1`));
    assert.not(existsSync(join(linked.dir, 'untouched/deep/file')));
    value(await undoUserChanges(record));
    assert.equal([run('status', '--porcelain=v2'), run('ls-files', '-s', '-v'), run('stash', 'list')], before);
  }));

test.run();
