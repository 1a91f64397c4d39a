// A result goes into a working tree that holds changes of the user's own, and comes out of it again.
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  type ApplyPlan,
  type ApplyRequest,
  applyPlan,
  planApply,
  undoApply,
} from '../../../lib/repository/apply-result.ts';
import { type Files, type Repo, withRepo } from '../../support/repo.ts';
import { failureOf, value } from '../../support/result.ts';
import { shell } from '../candidate/fixture.ts';
import { request, treeOf } from './result-tree.ts';
import { withZoo } from './support.ts';

async function planned(repo: Repo, files: Files, more: Partial<ApplyRequest> = {}): Promise<ApplyPlan> {
  return value(await planApply(await request(repo, treeOf(repo, files), more)));
}

const EVERYTHING: Files = {
  'plain.txt': 'one\ntwo\nthree\nfour\n',
  'deleted.txt': null,
  'renamed.txt': null,
  'moved/here.txt': 'a file that is renamed\n',
  'mode.sh': { text: '#!/bin/sh\n', mode: 0o755 },
  'binary.bin': new Uint8Array([7, 7, 0, 7]),
  'becomes-link': { link: '../outside' },
  link: 'a link no more\n',
  'becomes-folder': { text: '', mode: 0o644 },
  'folder-becomes-file': 'a file now\n',
  'new/deep/er/file ü\n.txt': 'new\n',
  'sub dir/"quoted"\tü\nline': 'changed\n',
  '-dash': 'changed\n',
  'untouched/deep/file': null,
};

const COMMITTED: Files = {
  '.gitignore': 'ignored/\n.env\n',
  'plain.txt': 'one\ntwo\nthree\n',
  'deleted.txt': 'deleted\n',
  'renamed.txt': 'a file that is renamed\n',
  'mode.sh': '#!/bin/sh\n',
  'binary.bin': new Uint8Array([0, 1, 2]),
  'becomes-link': 'file\n',
  link: { link: 'plain.txt' },
  'becomes-folder': 'file\n',
  'folder-becomes-file/a': 'a\n',
  'folder-becomes-file/b/c': 'c\n',
  'sub dir/"quoted"\tü\nline': 'odd\n',
  '-dash': 'dash\n',
  'untouched/deep/file': 'x\n',
  'mine.txt': 'first\n\n\n\nlast\n',
};

test('every kind of change arrives, unstaged, and can be taken out again [Y2] [Y7]', () =>
  withRepo({ files: COMMITTED }, async (repo) => {
    const result = treeOf(repo, { ...EVERYTHING, 'becomes-folder': null, 'becomes-folder/x/y': 'folder\n' });
    const before = repo.state();
    const plan = value(await planApply(await request(repo, result)));
    assert.equal(repo.state(), before, 'planning changes nothing');
    assert.equal(plan.conflicts, []);
    value(await applyPlan(plan.record));
    const after = repo.state();
    assert.equal(
      [after.index, after.refs, after.stashes, after.head],
      [before.index, before.refs, before.stashes, before.head],
    );
    repo.git('add', '--all');
    assert.equal(repo.git('write-tree'), result);
    repo.git('reset', '--quiet');
    assert.equal(repo.state(), after);
    value(await applyPlan(plan.record));
    assert.equal(repo.state(), after, 'a second time changes nothing');
    assert.equal(value(await undoApply(plan.record)), []);
    assert.equal(repo.state(), before);
    assert.equal(value(await undoApply(plan.record)), []);
    assert.equal(repo.state(), before);
  }));

test("the user's staged and unstaged changes elsewhere stay as they are [Y7]", () =>
  withZoo(async (repo) => {
    const result = treeOf(repo, { 'untouched/deep/file': 'result\n', 'from-result.txt': 'new\n' });
    const before = repo.state();
    const plan = value(await planApply(await request(repo, result)));
    value(await applyPlan(plan.record));
    const after = repo.state();
    assert.equal(after.index, before.index);
    assert.equal(
      after.status.replace(' M untouched/deep/file\n', '').replace('?? from-result.txt\n', ''),
      before.status,
    );
    assert.equal(value(await undoApply(plan.record)), []);
    assert.equal(repo.state(), before);
  }));

test('changes of both in different places of a file are put together [Y6]', () =>
  withRepo({ files: COMMITTED }, async (repo) => {
    const result = treeOf(repo, { 'mine.txt': { text: 'first\n\n\n\nlast, by the result\n', mode: 0o755 } });
    repo.write({ 'mine.txt': 'first, by the user\n\n\n\nlast\n' });
    const before = repo.state();
    const plan = value(await planApply(await request(repo, result)));
    assert.equal(plan.merged, ['mine.txt']);
    value(await applyPlan(plan.record));
    assert.equal(repo.read('mine.txt'), 'first, by the user\n\n\n\nlast, by the result\n');
    assert.is(statSync(join(repo.dir, 'mine.txt')).mode & 0o111, 0o111);
    value(await undoApply(plan.record));
    assert.equal(repo.state(), before);
  }));

/** What the user has in the way, what the result wants there, why it is a conflict, who wins when the result may. */
const CONFLICTS: Readonly<
  Record<string, readonly [user: Files | string, result: Files, why: string, wins: 'result' | 'user']>
> = {
  'the same lines edited': [{ 'mine.txt': 'user\n' }, { 'mine.txt': 'result\n' }, 'edited', 'result'],
  'a binary edited': [
    { 'binary.bin': new Uint8Array([5, 0]) },
    { 'binary.bin': new Uint8Array([6, 0]) },
    'edited',
    'result',
  ],
  'edited, and deleted by the result': [{ 'mine.txt': 'user\n' }, { 'mine.txt': null }, 'edited', 'result'],
  'deleted, and edited by the result': [{ 'mine.txt': null }, { 'mine.txt': 'result\n' }, 'deleted', 'result'],
  'a link changed by both': [{ link: { link: 'a' } }, { link: { link: 'b' } }, 'edited', 'result'],
  'an untracked file of that name': [{ new: 'user\n' }, { new: 'result\n' }, 'untracked', 'result'],
  'an ignored file of that name': [{ '.env': 'SECRET\n' }, { '.env': 'result\n' }, 'ignored', 'user'],
  'a file that left the index and is ignored': [
    'git rm -q --cached mine.txt; echo mine.txt >.gitignore',
    { 'mine.txt': 'result\n' },
    'ignored',
    'user',
  ],
  'a folder of that name': [{ 'new/x': 'user\n' }, { new: 'result\n' }, 'in-the-way', 'user'],
  'an ignored folder in the place of a file': [
    { 'becomes-folder': null, 'becomes-folder/.env': 'SECRET\n' },
    { 'becomes-folder': 'result\n' },
    'in-the-way',
    'user',
  ],
  'a file in the place of a folder': [{ new: 'user\n' }, { 'new/deep/file': 'result\n' }, 'in-the-way', 'user'],
  'a link that leads outside in the place of a folder': [
    'mkdir $TMPDIR/outside; ln -s $TMPDIR/outside new',
    { 'new/file': 'result\n' },
    'in-the-way',
    'user',
  ],
  'a folder replaced by a link that leads outside': [
    'mkdir -p $TMPDIR/outside/deep; echo x >$TMPDIR/outside/deep/file; rm -r untouched; ln -s $TMPDIR/outside untouched',
    { 'untouched/deep/file': 'result\n' },
    'in-the-way',
    'user',
  ],
  'a file kept in a folder that the result makes a file': [
    { 'folder-becomes-file/mine': 'user\n' },
    { 'folder-becomes-file': 'result\n' },
    'in-the-way',
    'user',
  ],
  'a pipe': ['mkfifo pipe', { pipe: 'result\n' }, 'in-the-way', 'user'],
  'a pipe in the place of a file that the result makes a folder': [
    'rm mine.txt; mkfifo mine.txt',
    { 'mine.txt': null, 'mine.txt/deep': 'result\n' },
    'in-the-way',
    'user',
  ],
};

for (const [name, [user, files, why, wins]] of Object.entries(CONFLICTS)) {
  const path = Object.keys(files).at(-1) as string;
  test(`${name}: stops before the first write, or is settled as asked [Y6]`, () =>
    withRepo({ files: COMMITTED }, async (repo) => {
      const result = treeOf(repo, { ...files, 'beside.txt': 'result\n' });
      if (typeof user === 'string') shell(repo.dir, repo.env, user);
      else repo.write(user);
      const before = repo.state();
      const outside = existsSync(join(repo.tmp, 'outside'))
        ? readdirSync(join(repo.tmp, 'outside'), { recursive: true })
        : [];
      const failure = failureOf(await planApply(await request(repo, result)));
      assert.is(failure.id, 'apply-conflict');
      assert.ok(failure.what.includes(path));
      assert.equal(repo.state(), before);

      const plan = value(await planApply(await request(repo, result, { onConflict: 'result' })));
      assert.equal(
        plan.conflicts.find((each) => each.path === path),
        { path, why, wins },
      );
      value(await applyPlan(plan.record));
      assert.equal(repo.read('beside.txt'), 'result\n');
      if (wins === 'user') assert.equal(repo.state().files[path], before.files[path]);
      else if (files[path] === null) assert.not(repo.has(path));
      else assert.not.equal(repo.state().files[path], before.files[path]);
      if (outside.length > 0) assert.equal(readdirSync(join(repo.tmp, 'outside'), { recursive: true }), outside);
      assert.equal(value(await undoApply(plan.record)), []);
      assert.equal(repo.state(), before);
    }));
}

test('what is already as the result has it is no conflict [Y7]', () =>
  withRepo({ files: COMMITTED }, async (repo) => {
    const files: Files = { 'mine.txt': 'the same\n', 'deleted.txt': null, new: 'the same\n', '.env': 'the same\n' };
    const result = treeOf(repo, files);
    repo.write(files);
    const before = repo.state();
    const plan = value(await planApply(await request(repo, result)));
    assert.equal([...plan.already].sort(), Object.keys(files).sort());
    value(await applyPlan(plan.record));
    value(await undoApply(plan.record));
    assert.equal(repo.state(), before);
  }));

test('undo never takes away what was edited since [Y7]', () =>
  withRepo({ files: COMMITTED }, async (repo) => {
    const plan = await planned(repo, EVERYTHING);
    value(await applyPlan(plan.record));
    repo.write({
      'plain.txt': 'edited since\n',
      'moved/mine.txt': 'mine\n',
      'deleted.txt': 'made again\n',
      'folder-becomes-file': null,
    });
    repo.write({ 'folder-becomes-file/other': 'mine\n' });
    const said = value(await undoApply(plan.record)).join('\n');
    for (const path of ['plain.txt', 'deleted.txt']) assert.ok(said.includes(path), path);
    assert.equal(repo.read('plain.txt'), 'edited since\n');
    assert.equal(repo.read('deleted.txt'), 'made again\n');
    assert.equal(repo.read('moved/mine.txt'), 'mine\n');
    assert.equal(repo.read('folder-becomes-file/other'), 'mine\n');
    assert.equal(repo.read('folder-becomes-file/b/c'), 'c\n');
    assert.equal(repo.read('renamed.txt'), 'a file that is renamed\n', 'the rest is as before');
    assert.not(repo.has('moved/here.txt'));
  }));

test('a file saved between the plan and its turn is not overwritten, and nothing stays applied [Y7]', () =>
  withRepo({ files: COMMITTED }, async (repo) => {
    const plan = await planned(repo, EVERYTHING);
    repo.write({ 'plain.txt': 'saved just now\n' });
    const before = repo.state();
    assert.is(failureOf(await applyPlan(plan.record)).id, 'changed-meanwhile');
    assert.equal(repo.state(), before);
  }));

test('line ends: what differs from the commit only by them counts as unchanged; bytes are written as they are [Y2]', () =>
  withRepo({ files: { 'a.txt': 'one\ntwo\n', 'b.txt': 'one\n\n\n\ntwo\n' } }, async (repo) => {
    const result = treeOf(repo, { 'a.txt': 'one\r\ntwo\r\nthree\r\n' });
    repo.git('config', 'core.autocrlf', 'true');
    repo.write({ 'a.txt': 'one\r\ntwo\r\n' });
    assert.equal(repo.git('status', '--porcelain', 'b.txt'), '');
    const plan = value(await planApply(await request(repo, result)));
    assert.equal(plan.written, ['a.txt']);
    value(await applyPlan(plan.record));
    assert.equal(repo.read('a.txt'), 'one\r\ntwo\r\nthree\r\n');
    value(await undoApply(plan.record));
    assert.equal(repo.read('a.txt'), 'one\r\ntwo\r\n');
  }));

test('permissions beyond the executable bit are kept, empty folders come and go [Y2]', () =>
  withRepo({ files: COMMITTED }, async (repo) => {
    chmodSync(join(repo.dir, 'plain.txt'), 0o600);
    chmodSync(join(repo.dir, 'folder-becomes-file/b'), 0o750);
    mkdirSync(join(repo.dir, 'new/deep'), { recursive: true });
    mkdirSync(join(repo.dir, 'fresh/empty'), { recursive: true });
    const before = repo.state();
    const plan = await planned(repo, { ...EVERYTHING, fresh: 'a file in the place of an empty folder\n' });
    value(await applyPlan(plan.record));
    assert.is(statSync(join(repo.dir, 'plain.txt')).mode & 0o777, 0o600);
    assert.not(repo.has('untouched'), 'a folder that lost its last file is gone');
    value(await undoApply(plan.record));
    assert.equal(repo.state(), before);
  }));

test('a submodule at another commit is left alone, and named [Y2]', () =>
  withRepo({ files: COMMITTED }, async (repo) => {
    const tree = treeOf(repo, { new: 'x\n' });
    const commit = repo.git('rev-parse', 'HEAD');
    repo.git('read-tree', '--index-output=.git/other', tree);
    repo.git('read-tree', 'HEAD');
    repo.git('update-index', '--add', '--cacheinfo', `160000,${commit},sub`);
    const result = repo.git('write-tree');
    repo.git('reset', '--quiet');
    rmSync(join(repo.dir, '.git/other'), { force: true });
    const plan = value(await planApply(await request(repo, result)));
    assert.equal([plan.submodules, plan.written], [['sub'], []]);
  }));

test('a tree with a path that reaches into .git is refused [Y2] [S3]', () =>
  withRepo(async (repo) => {
    const blob = repo.git('hash-object', '-w', '-t', 'blob', 'README.md');
    for (const name of ['.git', '.GIT', '..', '.git ', 'git~1', '.g\u200cit']) {
      const entry = Buffer.concat([Buffer.from(`40000 ${name}\0`), Buffer.from(subtree(repo, blob), 'hex')]);
      repo.write({ '../raw': entry });
      const result = repo.git('hash-object', '-t', 'tree', '-w', '--literally', '../raw');
      const before = repo.state();
      assert.is(failureOf(await planApply(await request(repo, result))).id, 'unsafe-path', name);
      assert.equal(repo.state(), before);
    }
  }));

function subtree(repo: Repo, blob: string): string {
  repo.write({ '../raw': Buffer.concat([Buffer.from('100644 config\0'), Buffer.from(blob, 'hex')]) });
  return repo.git('hash-object', '-t', 'tree', '-w', '../raw');
}

test('many files [Y2]', () =>
  withRepo(async (repo) => {
    const files = Object.fromEntries(
      Array.from({ length: 1500 }, (_, n) => [`dir${n % 40}/file${n}`, `content ${n}\n`]),
    );
    const before = repo.state();
    const plan = await planned(repo, files);
    value(await applyPlan(plan.record));
    assert.is(readFileSync(join(repo.dir, 'dir3/file43'), 'utf8'), 'content 43\n');
    assert.is(repo.git('status', '--porcelain', '--untracked-files=all').split('\n').length, 1500);
    value(await undoApply(plan.record));
    assert.equal(repo.state(), before);
  }));

test.run();
