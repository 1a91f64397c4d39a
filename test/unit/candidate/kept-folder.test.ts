// Folders of workspaces that serve again: as good as new whatever was done in them, or not used.
import { execFileSync } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { addWorkspace } from '../../../lib/candidate/add-workspace.ts';
import { capture } from '../../../lib/candidate/capture.ts';
import { isWorthKeeping } from '../../../lib/candidate/kept-folder.ts';
import { keepPristine } from '../../../lib/candidate/pristine.ts';
import { removeWorkspace } from '../../../lib/candidate/remove-workspace.ts';
import { type CandidateStore, openStore } from '../../../lib/candidate/store.ts';
import {
  planWorkspace,
  type Workspace,
  type WorkspaceKind,
  type WorkspaceSpec,
} from '../../../lib/candidate/workspace.ts';
import type { Repo } from '../../support/repo.ts';
import { waitUntil } from '../../support/wait.ts';
import { filesBelow, shell, value, withStore } from './fixture.ts';

const FILES = {
  '.gitignore': 'cache/\n',
  'a.txt': 'aaaa\n',
  'src/b.txt': 'bbbb\n',
  'src/deep/c.txt': 'cccc\n',
  'lib/d.sh': '#!/bin/sh\n',
};

interface Made {
  readonly spec: WorkspaceSpec;
  readonly workspace: Workspace;
}

/** A session of the repository; all of them share the folder in which things are kept. */
function openSession(repo: Repo, name: string): Promise<CandidateStore> {
  const sessionDir = join(repo.sessions, name);
  mkdirSync(sessionDir, { recursive: true, mode: 0o700 });
  return openStore({ sessionDir, repository: repo.dir, base: 'HEAD' });
}

const poolOf = (repo: Repo): string => join(repo.sessions, 'pool');
const keptIn = (repo: Repo): string[] => (existsSync(poolOf(repo)) ? readdirSync(poolOf(repo)) : []);

async function make(repo: Repo, store: CandidateStore, kind: WorkspaceKind = 'worktree', id = 'x'): Promise<Made> {
  const request = { id, kind, path: `../lane-${id}`, branch: `mm/${id}/1`, pool: poolOf(repo) };
  const spec = value(await planWorkspace(store, request));
  const workspace = value(await addWorkspace(store, spec));
  await keepPristine(store, workspace, { touched: false });
  return { spec, workspace };
}

async function remove({ spec }: Made): Promise<void> {
  const removal = await removeWorkspace(spec);
  assert.equal([...removal.failures, ...(await removal.finish)], []);
}

const modes = (top: string): string[] =>
  ['.', 'a.txt', 'src', 'src/b.txt', 'src/deep', 'lib/d.sh'].map((path) =>
    (lstatSync(join(top, path)).mode & 0o7777).toString(8),
  );

/** What git does not see, or not remove: such a folder is not used again. */
const BEYOND_GIT = new Set(['a repository within', 'a pipe']);

/** What a model may do in its folder, one line each. */
const DEEDS: Readonly<Record<string, string>> = {
  'edits, deletes, renames, adds': 'echo x >>a.txt; rm src/b.txt; mv lib/d.sh lib/e.sh; echo new >new.txt',
  'an edit of the same size that keeps its times':
    'cp -p a.txt /tmp/$$; echo AAAA >a.txt; touch -r /tmp/$$ a.txt; rm /tmp/$$',
  'ignored files and empty folders':
    'mkdir -p cache/x empty/er; echo 1 >cache/x/y; echo cache >.git/info/exclude || true',
  'a repository within': 'git init -q src/deep; git -C src/deep add -A; git init -q other; echo 1 >other/f',
  'folders that become links': 'rm -rf src; ln -s /etc src; rm a.txt; ln -s /etc/passwd a.txt',
  'files that become folders': 'rm a.txt; mkdir a.txt; echo 1 >a.txt/b',
  permissions: 'chmod 600 a.txt; chmod 777 src src/b.txt; chmod 755 src/deep/c.txt; chmod -x lib/d.sh',
  'a pipe': 'mkfifo src/pipe',
  'hard links to the outside': 'ln src/b.txt ../outside; echo leaked >>../outside',
  'commits and a branch of its own':
    'git checkout -q -b own; echo x >a.txt; git add -A; git -c user.name=a -c user.email=a@b commit -qm x',
  'its own .git taken away': 'rm -rf .git; echo x >a.txt',
  'everything taken away': 'rm -rf ./* .gitignore',
};

/** Git tells times apart by the second of the disk's clock, and no model is through within one. */
const nextSecond = async (folder: string): Promise<void> => {
  const made = Math.floor(lstatSync(folder).ctimeMs / 1000);
  const beside = `${folder}.clock`;
  await waitUntil('the next second', () => {
    writeFileSync(beside, '');
    return Math.floor(lstatSync(beside).ctimeMs / 1000) > made ? true : null;
  });
};

for (const kind of ['worktree', 'clone', 'scratch'] as const) {
  for (const [what, deed] of Object.entries(DEEDS)) {
    if (kind !== 'worktree' && !what.startsWith('its own .git') && !what.startsWith('commits')) continue;
    test(`a ${kind} that saw ${what} serves again as new`, () =>
      withStore({ files: FILES }, async (repo, store) => {
        const first = await make(repo, store, kind);
        const fresh = filesBelow(first.workspace.path);
        const asNew = modes(first.workspace.path);
        const { ino } = lstatSync(first.workspace.path);
        if (what === 'permissions') await nextSecond(first.workspace.path);
        shell(first.workspace.path, repo.env, deed);
        await remove(first);
        assert.not.ok(existsSync(first.workspace.path));
        assert.is(keptIn(repo).length, 1);

        const next = await openSession(repo, 'two');
        const second = await make(repo, next, kind === 'worktree' ? 'clone' : 'worktree');
        const { path } = second.workspace;
        assert.is(lstatSync(path).ino === ino, !BEYOND_GIT.has(what), 'the same folder');
        assert.equal(filesBelow(path), fresh);
        assert.equal(modes(path), asNew);
        assert.not.ok(
          ['cache', 'empty', 'other', 'src/pipe', 'src/deep/.git'].some((name) => existsSync(join(path, name))),
        );
        assert.is(shell(path, repo.env, 'git status --porcelain --ignored'), '');
        assert.is(shell(path, repo.env, 'git rev-parse HEAD').trim(), next.base);
        shell(path, repo.env, 'echo more >>src/b.txt; echo 2 >two.txt');
        const { changes } = value(await capture(next, second.workspace));
        assert.equal(
          changes.map(({ path: changed }) => changed),
          ['src/b.txt', 'two.txt'],
        );
        await remove(second);
      }));
  }
}

test('a kept folder is brought to another base', () =>
  withStore({ files: FILES }, async (repo, store) => {
    await remove(await make(repo, store));
    repo.write({ 'a.txt': 'another\n', 'src/more.txt': 'more\n' });
    repo.git('rm', '-q', 'src/b.txt');
    repo.git('add', '-A');
    repo.git('commit', '-qm', 'second');
    const second = await make(repo, await openSession(repo, 'two'));
    assert.equal(filesBelow(second.workspace.path), filesBelow(repo.dir));
    assert.is(shell(second.workspace.path, repo.env, 'git status --porcelain'), '');
    await remove(second);
  }));

test('one folder serves one workspace at a time, and what does not fit is left', () =>
  withStore({ files: FILES }, async (repo, store) => {
    const both = await Promise.all([make(repo, store, 'worktree', 'x'), make(repo, store, 'worktree', 'y')]);
    await Promise.all(both.map(remove));
    assert.is(keptIn(repo).length, 2);
    const next = await openSession(repo, 'two');
    const three = await Promise.all(['x', 'y', 'z'].map((id) => make(repo, next, 'worktree', id)));
    assert.is(new Set(three.map(({ workspace }) => lstatSync(workspace.path).ino)).size, 3);
    assert.equal(keptIn(repo), []);
    for (const { workspace } of three) assert.equal(filesBelow(workspace.path), filesBelow(repo.dir));
    await Promise.all(three.map(remove));
    assert.is(keptIn(repo).length, 3);
  }));

test('a kept folder that was tampered with or torn is not used', () =>
  withStore({ files: FILES }, async (repo, store) => {
    const spoil: readonly ((folder: string) => void)[] = [
      (folder) => execFileSync('sh', ['-c', 'echo "{" >kept.json'], { cwd: folder }),
      (folder) => execFileSync('sh', ['-c', 'rm -r files && mkdir files'], { cwd: folder }),
      (folder) => execFileSync('sh', ['-c', 'echo torn >index'], { cwd: folder }),
      (folder) => execFileSync('sh', ['-c', 'mkdir files/.git'], { cwd: folder }),
    ];
    for (const [n, harm] of spoil.entries()) {
      await remove(await make(repo, await openSession(repo, `before-${n}`)));
      harm(join(poolOf(repo), keptIn(repo).at(-1)!));
      const after = await make(repo, await openSession(repo, `after-${n}`));
      assert.equal(filesBelow(after.workspace.path), filesBelow(repo.dir));
      assert.is(shell(after.workspace.path, repo.env, 'git status --porcelain --ignored'), '');
      await remove(after);
      execFileSync('rm', ['-rf', poolOf(repo)]);
    }
    assert.ok(store.plain);
  }));

test('only folders that git alone can make are kept, and of large repositories only', () =>
  withStore({ files: FILES }, async (repo, store) => {
    const files = repo.git('ls-files').trim().split('\n').length;
    assert.ok(await isWorthKeeping(store, files));
    assert.not.ok(await isWorthKeeping(store, files + 1));
    repo.write({ '.gitattributes': '*.bin filter=lfs\n' });
    repo.git('add', '-A');
    repo.git('commit', '-qm', 'filtered');
    assert.not.ok(await isWorthKeeping(await openSession(repo, 'filtered'), 1));
    repo.git('rm', '-q', '.gitattributes');
    repo.git('commit', '-qm', 'plain again');
    repo.git('config', 'core.trustctime', 'false');
    assert.not.ok(await isWorthKeeping(await openSession(repo, 'blind'), 1));
  }));

test('a workspace that a kill left half moved in is removed like any other', () =>
  withStore({ files: FILES }, async (repo, store) => {
    await remove(await make(repo, store));
    const again = await make(repo, await openSession(repo, 'two'));
    const { path } = again.workspace;
    const record = JSON.parse(readFileSync(again.spec.record, 'utf8'));
    // as it stands between the two renames: the empty folder is in the place, the one with the files beside the record
    const kept = again.spec.record.replace(/json$/, 'kept');
    shell(repo.root, repo.env, `mkdir ${kept} && mv ${path} ${kept}/files && mkdir ${path}`);
    const { dev, ino, birthtimeMs } = lstatSync(path);
    const instead = { device: String(dev), inode: String(ino), born: String(Math.floor(birthtimeMs)) };
    writeFileSync(again.spec.record, JSON.stringify({ ...record, instead, done: false }));
    await remove(again);
    assert.equal([path, kept, again.spec.record].filter(existsSync), []);
    assert.is(repo.git('worktree', 'list').trim().split('\n').length, 1);
    assert.is(repo.git('branch', '--list', 'mm/*'), '');
  }));

test.run();
