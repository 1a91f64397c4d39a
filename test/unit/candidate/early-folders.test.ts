// Folders of workspaces that are laid out before there is a session: taken like any other, or given up without a trace.
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { addWorkspace } from '../../../lib/candidate/add-workspace.ts';
import { capture } from '../../../lib/candidate/capture.ts';
import { EarlyFolders } from '../../../lib/candidate/early-folders.ts';
import { keepPristine } from '../../../lib/candidate/pristine.ts';
import { removeWorkspace } from '../../../lib/candidate/remove-workspace.ts';
import { type CandidateStore, openStore } from '../../../lib/candidate/store.ts';
import { planWorkspace } from '../../../lib/candidate/workspace.ts';
import type { Repo } from '../../support/repo.ts';
import { waitUntil } from '../../support/wait.ts';
import { filesBelow, shell, value, withStore } from './fixture.ts';

const FILES = { '.gitignore': 'cache/\n', 'a.txt': 'aaaa\n', 'src/b.txt': 'bbbb\n', 'lib/d.sh': '#!/bin/sh\n' };

const poolOf = (repo: Repo): string => join(repo.sessions, 'pool');
const inPool = (repo: Repo): string[] => (existsSync(poolOf(repo)) ? readdirSync(poolOf(repo)) : []);

function begin(repo: Repo, store: CandidateStore, more: { count?: number; keep?: number | null; files?: number } = {}) {
  const { top, gitDir, commonDir, objectFormat, base } = store;
  const early = new EarlyFolders();
  const known = { top, gitDir, commonDir, objectFormat, base, tree: store.baseTree, settings: new Map() };
  early.begin({ known, facts: new Map(), pool: poolOf(repo), files: 1, count: 2, keep: 1, ...more });
  return early;
}

async function make(store: CandidateStore, early: EarlyFolders, id: string, kind: 'worktree' | 'clone') {
  const spec = value(await planWorkspace(store, { id, kind, path: `../lane-${id}`, branch: `mm/${id}/1`, pool: null }));
  const workspace = value(await addWorkspace(store, spec, { early }));
  await keepPristine(store, workspace, { touched: false });
  return { spec, workspace };
}

/** Whether all folders are ready that were asked for: their beginning has been written down. */
const ready = (repo: Repo, count: number) =>
  waitUntil('the folders', () => {
    const kept = inPool(repo)
      .filter((name) => name.startsWith('.early-'))
      .flatMap((name) => [1, 2].map((n) => join(poolOf(repo), name, `pristine/early.${n}/pristine.json`)))
      .filter(existsSync);
    return kept.length === count ? kept : null;
  });

test('a worktree and a clone take folders that are ready, and are as any others [W1]', () =>
  withStore({ files: FILES }, async (repo, store) => {
    const early = begin(repo, store);
    const folders = (await ready(repo, 2)).map(
      (path) => lstatSync(path.replace(/pristine\/early\.(\d).*$/, 'workspaces/early.$1.kept/files')).ino,
    );
    for (const kind of ['worktree', 'clone'] as const) {
      const { spec, workspace } = await make(store, early, kind, kind);
      assert.ok(folders.includes(lstatSync(workspace.path).ino), 'it is one of them');
      assert.equal(filesBelow(workspace.path), filesBelow(repo.dir));
      assert.is(shell(workspace.path, repo.env, 'git status --porcelain --ignored'), '');
      assert.is(shell(workspace.path, repo.env, 'git rev-parse HEAD').trim(), store.base);
      shell(workspace.path, repo.env, 'echo bbbB >src/b.txt; echo new >new.txt');
      const { changes } = value(await capture(store, workspace));
      assert.equal(
        changes.map(({ path }) => path),
        ['new.txt', 'src/b.txt'],
      );
      assert.equal((await removeWorkspace(spec)).failures, []);
    }
    await early.end();
    assert.equal(inPool(repo), []);
  }));

test('a workspace waits for its folder, and a further one is made when it is needed', () =>
  withStore({ files: FILES }, async (repo, store) => {
    const early = begin(repo, store, { count: 1 });
    const made = await Promise.all(['x', 'y'].map((id) => make(store, early, id, 'worktree')));
    for (const { workspace } of made) assert.equal(filesBelow(workspace.path), filesBelow(repo.dir));
    await early.end();
    assert.equal(inPool(repo), []);
  }));

test('folders that nobody took are kept for the next run, or removed where none are kept', () =>
  withStore({ files: FILES }, async (repo, store) => {
    const first = begin(repo, store);
    const inode = (await ready(repo, 2)) && lstatSync(join(poolOf(repo), inPool(repo)[0]!)).ino;
    await first.end();
    assert.is(inPool(repo).length, 2);
    assert.not.ok(inPool(repo).some((name) => lstatSync(join(poolOf(repo), name)).ino === inode));
    const second = begin(repo, store, { keep: null });
    await ready(repo, 2);
    assert.equal(
      inPool(repo).filter((name) => !name.startsWith('.early-')),
      [],
      'the kept ones serve again',
    );
    await second.end();
    await waitUntil('them to be gone', () => (inPool(repo).length === 0 ? true : null));
  }));

test('called off at once nothing is left, and a workspace is made as ever', () =>
  withStore({ files: FILES }, async (repo, store) => {
    const early = begin(repo, store, { keep: null });
    await early.end();
    await waitUntil('it to be gone', () => (inPool(repo).length === 0 ? true : null));
    const { workspace } = await make(store, early, 'x', 'worktree');
    assert.equal(filesBelow(workspace.path), filesBelow(repo.dir));
  }));

test('where the place can be of no use, and for a base that is not the one any more, workspaces are made as ever', () =>
  withStore({ files: FILES }, async (repo, store) => {
    writeFileSync(poolOf(repo), 'a file');
    const blocked = begin(repo, store);
    const one = await make(store, blocked, 'x', 'worktree');
    assert.equal(filesBelow(one.workspace.path), filesBelow(repo.dir));
    await blocked.end();
    assert.is(readFileSync(poolOf(repo), 'utf8'), 'a file');
    repo.git('clean', '-qfd');
    shell(repo.root, repo.env, `rm '${poolOf(repo)}'`);

    const early = begin(repo, store);
    await ready(repo, 2);
    repo.write({ 'a.txt': 'moved on\n' });
    repo.git('commit', '-qam', 'second');
    const sessionDir = join(repo.sessions, 'two');
    mkdirSync(sessionDir);
    const next = await openStore({ sessionDir, repository: repo.dir, base: 'HEAD' });
    const two = await make(next, early, 'y', 'worktree');
    assert.equal(filesBelow(two.workspace.path), filesBelow(repo.dir));
    await early.end();
    assert.is(inPool(repo).length, 2);
  }));

test('small repositories do without, and what a killed run left is removed by the next', () =>
  withStore({ files: FILES }, async (repo, store) => {
    const host = hostname().replace(/[^A-Za-z0-9]/g, '_');
    const dead = join(poolOf(repo), `.early-${host}-${2 ** 22 + 1}`);
    const alive = join(poolOf(repo), `.early-${host}-1`);
    const elsewhere = join(poolOf(repo), '.early-another_machine-4194305');
    for (const folder of [dead, alive, elsewhere]) mkdirSync(join(folder, 'workspaces'), { recursive: true });
    const early = begin(repo, store, { files: 100 });
    assert.is(await early.take(store, value(await planWorkspace(store, { id: 'x', kind: 'scratch' }))), null);
    await waitUntil('it to be gone', () => (existsSync(dead) ? null : true));
    await early.end();
    assert.equal(
      [alive, elsewhere].map((folder) => existsSync(folder)),
      [true, true],
    );
  }));

test.run();
