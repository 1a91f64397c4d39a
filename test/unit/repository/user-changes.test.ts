// The user's uncommitted changes: put aside whole, brought back byte for byte, whatever happened in between.
import { existsSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
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
import { type Repo, withRepo } from '../../support/repo.ts';
import { failureOf, value } from '../../support/result.ts';
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

test('on another commit nothing is touched, and the user is told [Y6]', () =>
  withZoo(async (repo) => {
    const record = await plan(repo);
    value(await stashUserChanges(record));
    repo.write({ 'plain.txt': 'committed meanwhile\n' });
    repo.commit('meanwhile');
    const between = repo.state();
    const failure = failureOf(await undoUserChanges(record));
    assert.is(failure.exit, 4);
    assert.is(failure.id, 'changes-kept-head');
    assert.ok(failure.remedy.includes(`git -C ${repo.dir} stash apply --index ${record.stash}`));
    assert.equal(repo.state(), between);
  }));

test('something staged since is not overwritten [Y6]', () =>
  withZoo(async (repo) => {
    const record = await plan(repo);
    value(await stashUserChanges(record));
    repo.write({ 'plain.txt': 'staged since\n' });
    repo.git('add', 'plain.txt');
    const failure = failureOf(await undoUserChanges(record));
    assert.is(failure.id, 'changes-kept-index');
    assert.is(failure.exit, 4);
    assert.equal(repo.git('show', ':plain.txt'), 'staged since');
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

test('files that only uncommitted rules ignore go aside with the rules, and come back [U1]', () =>
  withRepo({ files: { 'a.txt': 'a\n', '.gitignore': '*.log\n', 'pkg/b.txt': 'b\n' } }, async (repo) => {
    repo.write({
      '.gitignore': '*.log\n.env\nbuilt/\n',
      'pkg/.gitignore': '/local*\n!local.keep\n',
      '.env': 'SECRET\n',
      'x.log': 'a log\n',
      'built/out.js': 'x\n',
      'pkg/local one': '1\n',
      'pkg/local.keep': 'k\n',
      'conf/.env': 'another\n',
    });
    const before = repo.state();
    const record = await plan(repo);
    value(await stashUserChanges(record));
    for (const path of ['.env', 'conf/.env', 'pkg/local one', 'pkg/local.keep', 'pkg/.gitignore'])
      assert.not(repo.has(path), path);
    for (const path of ['x.log', 'built/out.js']) assert.ok(repo.has(path), path);
    repo.git('clean', '-fdq', '-e', 'built');
    repo.write({ '.env': 'of a model\n' });
    rmSync(join(repo.dir, '.env'));
    value(await undoUserChanges(record));
    assert.equal(repo.state(), before);
    assert.equal(repo.read('.env'), 'SECRET\n');
    assert.equal(repo.read('conf/.env'), 'another\n');
  }));

for (const { what, committed, own, stays, goes } of [
  {
    what: 'a negation taken away',
    committed: '*.log\n!keep.log\n',
    own: '*.log\n',
    stays: ['a.log'],
    goes: ['keep.log'],
  },
  { what: 'rules in another order', committed: '*.x\n!b.x\n', own: '!b.x\n*.x\n', stays: ['a.x'], goes: ['b.x'] },
  {
    what: 'a rule that says the same again',
    committed: '.env*\n',
    own: '.env*\n*.local\n',
    stays: ['.env.local'],
    goes: ['x.local'],
  },
  {
    what: 'names that are no pathspecs',
    committed: '',
    own: '*.key\n',
    stays: [],
    goes: [':(bad).key', ':!f.key', 'z.key'],
  },
  { what: 'one file', committed: '', own: '.env\n', stays: [], goes: ['.env'] },
])
  test(`what only uncommitted rules ignore: ${what} [U1]`, () =>
    withRepo({ files: { 'a.txt': 'a\n', '.gitignore': committed } }, async (repo) => {
      repo.write(Object.fromEntries([...stays, ...goes].map((path) => [path, `mine: ${path}\n`])));
      repo.write({ '.gitignore': own });
      const before = repo.state();
      const record = await plan(repo);
      value(await stashUserChanges(record));
      for (const path of goes) assert.not(repo.has(path), path);
      for (const path of stays) assert.ok(repo.has(path), path);
      value(await undoUserChanges(record));
      assert.equal(repo.state(), before);
    }));

for (const by of ['uncommitted', 'committed'])
  test(`rules that ${by} rules ignore: what they ignore goes aside, or stays, together with them [U1]`, () =>
    withRepo(
      { files: { 'a.txt': 'a\n', '.gitignore': by === 'committed' ? 'pkg/.gitignore\n' : '' } },
      async (repo) => {
        repo.write({
          '.gitignore': 'pkg/.gitignore\n*.x\n',
          'pkg/.gitignore': 'secret\n',
          'pkg/secret': 'mine\n',
          'b.x': 'x\n',
        });
        const before = repo.state();
        const record = await plan(repo);
        value(await stashUserChanges(record));
        assert.not(repo.has('b.x'));
        for (const path of ['pkg/.gitignore', 'pkg/secret']) assert.is(repo.has(path), by === 'committed', path);
        value(await undoUserChanges(record));
        assert.equal(repo.state(), before);
      },
    ));

test('an uncommitted .gitignore: whole folders that it hides stay where they are [U1]', () =>
  withRepo({ files: { 'a.txt': 'a\n' } }, async (repo) => {
    repo.write({ '.gitignore': 'node_modules/\n', 'node_modules/x.js': 'x\n', 'a.txt': 'b\n' });
    const before = repo.state();
    const record = await plan(repo);
    value(await stashUserChanges(record));
    assert.ok(repo.has('node_modules/x.js'));
    assert.not(repo.has('.gitignore'));
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
    const { writeFileSync } = await import('node:fs');
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

test('permissions of files and folders come back [U1]', () =>
  withRepo({ files: { 'a.txt': 'a\n' } }, async (repo) => {
    repo.write({ 'a.txt': { text: 'b\n', mode: 0o600 }, 'secret/key': { text: 'k\n', mode: 0o400 } });
    const before = repo.state();
    const record = await plan(repo);
    value(await stashUserChanges(record));
    value(await undoUserChanges(record));
    assert.equal(repo.state(), before);
    assert.is(statSync(join(repo.dir, 'secret/key')).mode & 0o777, 0o400);
  }));

test.run();
