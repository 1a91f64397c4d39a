// Workspaces: refused before anything is touched, made without harm, and removed whatever happened to them.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { addWorkspace } from '../../../lib/candidate/add-workspace.ts';
import { removeWorkspace } from '../../../lib/candidate/remove-workspace.ts';
import { planWorkspace, planWorkspaces, type WorkspaceSpec } from '../../../lib/candidate/workspaces.ts';
import { nodePath } from '../../support/paths.ts';
import type { Repo } from '../../support/repo.ts';
import { value } from '../../support/result.ts';
import { filesBelow, makeLane, open, shell, withStore } from './fixture.ts';

const FILES = { 'a.txt': 'a\n', 'sub/b.txt': 'b\n', '.gitignore': 'node_modules/\n' };

/** Everything of the repository that a workspace could leave something in. */
const facts = (repo: Repo) => ({
  refs: repo.git('for-each-ref'),
  config: readFileSync(join(repo.dir, '.git/config'), 'utf8'),
  git: readdirSync(join(repo.dir, '.git'))
    .filter((name) => name !== 'logs' && name !== 'packed-refs')
    .sort(),
  beside: readdirSync(join(repo.root, 'work')).sort(),
  worktrees: repo.git('worktree', 'list', '--porcelain'),
  files: Object.fromEntries(filesBelow(repo.dir)),
});

async function removed(spec: WorkspaceSpec): Promise<string[]> {
  const removal = await removeWorkspace(spec);
  return [...removal.failures, ...(await removal.finish)].map(({ id }) => id);
}

test('a folder, link or branch that is there is never taken, and nothing is touched [W1]', () =>
  withStore({ files: FILES }, async (repo, store) => {
    const beside = (name: string) => join(repo.root, 'work', name);
    mkdirSync(beside('folder'));
    writeFileSync(beside('file'), 'x');
    symlinkSync('nowhere', beside('dangling'));
    symlinkSync(repo.dir, beside('door'));
    repo.git('branch', 'mm');
    repo.git('branch', 'there/x');
    const before = facts(repo);
    const plan = async (path: string, branch: string) => {
      const planned = await planWorkspace(store, { id: 'x', kind: 'worktree', path, branch });
      return planned.ok ? planned.value.path : planned.failure.map(({ id }) => id).join();
    };
    assert.is(await plan('../folder', 'a'), 'workspace-exists');
    assert.is(await plan('../file', 'a'), 'workspace-exists');
    assert.is(await plan('../dangling', 'a'), 'workspace-exists');
    assert.is(await plan('inside', 'a'), 'workspace-inside');
    assert.is(await plan('.git/x', 'a'), 'workspace-inside');
    assert.is(await plan('..', 'a'), 'workspace-inside');
    assert.is(await plan('../door/x', 'a'), 'workspace-inside');
    assert.is(await plan('../gone/x', 'a'), 'workspace-parent');
    assert.is(await plan('../new', 'mm/x/1'), 'branch-blocked');
    assert.is(await plan('../new', 'there'), 'branch-blocked');
    assert.is(await plan('../new', 'there/x'), 'branch-exists');
    assert.is(await plan('../new', 'a..b'), 'branch-invalid');
    for (const id of ['', '.x', 'a/b'])
      assert.match(
        String(await planWorkspace(store, { id, kind: 'scratch' }).catch(String)),
        /is no id for a workspace/,
      );
    assert.is(await plan('../folder', 'mm'), 'workspace-exists,branch-exists');
    assert.is(await plan('../new', 'fine'), beside('new'));
    const twice = await planWorkspaces(
      store,
      ['x', 'y'].map((id) => ({ id, kind: 'clone', path: '../new', branch: 'a' }) as const),
    );
    assert.not.ok(twice.ok);
    const inSub = await open(repo, join(repo.dir, 'sub'));
    assert.is(
      value(await planWorkspace(inSub, { id: 'x', kind: 'worktree', path: '../new', branch: 'a' })).path,
      beside('new'),
      "counted from the repository's top",
    );
    assert.equal(facts(repo), before);
  }));

test('a folder that appears after the plan is left alone, also by a removal [W1]', () =>
  withStore({ files: FILES }, async (_repo, store) => {
    const spec = value(await planWorkspace(store, { id: 'x', kind: 'worktree', path: '../x', branch: 'mm/x/1' }));
    mkdirSync(spec.path);
    writeFileSync(join(spec.path, 'precious'), 'p');
    const made = await addWorkspace(store, spec);
    assert.is(made.ok ? '' : made.failure.id, 'workspace-exists');
    assert.equal(await removed(spec), ['workspace-not-ours']);
    assert.is(readFileSync(join(spec.path, 'precious'), 'utf8'), 'p');
  }));

for (const kind of ['worktree', 'clone', 'scratch'] as const) {
  test(`a ${kind} has the files of the base and its branch, and leaves nothing when it is removed [W1] [Y5]`, () =>
    withStore({ files: FILES }, async (repo, store) => {
      const before = facts(repo);
      const { workspace, spec, sh } = await makeLane(repo, store, kind);
      assert.equal(filesBelow(workspace.path), filesBelow(repo.dir));
      assert.is(sh('git status --porcelain; git branch --show-current; git remote').trim(), 'mm/x/20260101-000000');
      assert.is(sh('git rev-parse HEAD').trim(), store.base);
      assert.equal(await removed(spec), []);
      assert.equal(facts(repo), before);
      assert.not.ok(existsSync(workspace.path));
      assert.equal(await removed(spec), [], 'a second removal has nothing to do');
    }));

  for (const [harm, does] of Object.entries({
    'a deleted .git': 'rm -rf .git',
    'a .git that points elsewhere': 'rm -rf .git; echo "gitdir: ../project/.git" > .git',
    'commits and other branches': 'echo x > x; git add .; git commit -qm x; git checkout -q --detach',
    'a deleted folder': 'rm -rf "$PWD"',
    'folders without permissions': 'mkdir -p d/e; echo x > d/e/f; chmod 000 d/e; chmod 500 d .',
    'many untracked files': 'mkdir -p node_modules/x; touch node_modules/x/{1..50}; git init -q inner',
  })) {
    test(`a ${kind} with ${harm} is removed all the same [Y5]`, () =>
      withStore({ files: FILES }, async (repo, store) => {
        const before = facts(repo);
        const { spec, sh } = await makeLane(repo, store, kind);
        sh(does);
        assert.equal(await removed(spec), []);
        assert.equal(facts(repo), before);
      }));
  }
}

for (const [harm, does] of Object.entries({
  'that was locked': 'git worktree lock .',
  'that was moved by git': 'git worktree move . ../moved',
  'whose folder was made anew': 'd=$PWD; g=$(cat .git); rm -rf "$d"; mkdir "$d"; echo "$g" > "$d/.git"; touch "$d/new"',
  'whose branch was moved, pushed and configured':
    'git commit -q --allow-empty -m x; git config "branch.$(git branch --show-current).remote" origin',
  'whose branch was deleted': 'b=$(git branch --show-current); git checkout -q --detach; git branch -qD "$b"',
  'in the middle of a merge, with locks':
    'd=$(git rev-parse --git-dir); touch "$d/MERGE_HEAD" "$d/index.lock" "$d/HEAD.lock"',
})) {
  test(`a worktree ${harm} is removed all the same [Y5]`, () =>
    withStore({ files: FILES }, async (repo, store) => {
      const before = facts(repo);
      const { spec, sh } = await makeLane(repo, store, 'worktree');
      sh(does);
      assert.equal(await removed(spec), []);
      assert.equal(facts(repo), before);
    }));
}

for (const kind of ['worktree', 'clone'] as const) {
  test(`what Git LFS keeps elsewhere is fetched into a ${kind} only where that is asked for`, () =>
    withStore(
      {
        files: { ...FILES, '.gitattributes': '*.bin filter=lfs\n', 'big.bin': 'pointer\n' },
        // stands for git-lfs, which leaves pointers alone when this variable tells it to
        before: (repo) => {
          repo.git('config', '--global', 'filter.lfs.clean', 'sed s/content/pointer/');
          repo.git(
            'config',
            '--global',
            'filter.lfs.smudge',
            'if test -n "$GIT_LFS_SKIP_SMUDGE"; then cat; else sed s/pointer/content/; fi',
          );
        },
      },
      async (_, store) => {
        const read = async (id: string, lfs: boolean) => {
          const spec = value(await planWorkspace(store, { id, kind, path: `../lane-${id}`, branch: `mm/${id}/1` }));
          const workspace = value(await addWorkspace(store, spec, { lfs }));
          return readFileSync(join(workspace.path, 'big.bin'), 'utf8');
        };
        assert.equal([await read('x', false), await read('y', true)], ['pointer\n', 'content\n']);
      },
    ));
}

test("what is not the session's own stays, and is told [Y5]", () =>
  withStore({ files: FILES }, async (repo, store) => {
    const { spec } = await makeLane(repo, store, 'worktree');
    rmSync(spec.path, { recursive: true });
    mkdirSync(spec.path);
    writeFileSync(join(spec.path, 'precious'), 'p');
    repo.git('checkout', '--quiet', '--ignore-other-worktrees', spec.branch!);
    assert.equal(await removed(spec), ['workspace-not-ours', 'branch-in-use']);
    assert.is(readFileSync(join(spec.path, 'precious'), 'utf8'), 'p');
    assert.is(repo.git('branch', '--show-current'), spec.branch);
  }));

test('other worktrees and branches of the user are not touched by a removal [W2]', () =>
  withStore({ files: FILES }, async (repo, store) => {
    const other = join(repo.root, 'work/other');
    repo.git('worktree', 'add', '--quiet', '-b', 'mm/other', other);
    repo.git('worktree', 'add', '--quiet', '--detach', `${other}2`);
    rmSync(`${other}2`, { recursive: true });
    const before = facts(repo);
    const { spec } = await makeLane(repo, store, 'worktree');
    assert.equal(await removed(spec), []);
    assert.equal(facts(repo), before, 'also one whose folder is not there just now');
  }));

test("many at once are made and removed without getting into each other's way [W1] [W2]", () =>
  withStore(
    { files: FILES, before: (repo) => repo.git('config', 'branch.autoSetupMerge', 'always') },
    async (repo, store) => {
      const before = facts(repo);
      const ids = Array.from({ length: 12 }, (_, i) => `n${i}`);
      const lanes = await Promise.all(
        ids.map((id, i) => makeLane(repo, store, i % 4 === 3 ? 'clone' : 'worktree', id)),
      );
      for (const { sh } of lanes) assert.is(sh('git status --porcelain'), '');
      assert.equal((await Promise.all(lanes.map(({ spec }) => removed(spec)))).flat(), []);
      assert.equal(facts(repo), before);
    },
  ));

test('a clone shares no refs, stash or config with the repository [W2]', () =>
  withStore({ files: FILES }, async (repo, store) => {
    const before = facts(repo);
    const { sh, spec } = await makeLane(repo, store, 'clone');
    sh(
      'echo x >> a.txt; git stash -q; git config core.fsmonitor evil; git branch -q mine; git tag t; git commit -q --allow-empty -m x; git gc -q --prune=now',
    );
    assert.equal(await removed(spec), []);
    assert.equal(facts(repo), before);
  }));

test('a run that is killed at any instant of making a worktree leaves nothing that the spec alone can not remove [Y5]', () =>
  withStore(
    { files: { ...FILES, ...Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`many/${i}.txt`, `${i}\n`])) } },
    async (repo, store) => {
      const before = facts(repo);
      const script = `import { addWorkspace } from '${new URL('../../../lib/candidate/add-workspace.ts', import.meta.url).pathname}';
      process.stdin.once('data', async (text) => { const { store, spec } = JSON.parse(text); store.known = new Map();
        const made = addWorkspace(store, spec); process.stdout.write('go'); await made; process.stdout.write('end'); });`;
      const file = join(repo.tmp, 'child.mts');
      writeFileSync(file, script);
      let midway = 0;
      for (let round = 0; round < 12; round++) {
        const spec = value(
          await planWorkspace(store, {
            id: `k${round}`,
            kind: 'worktree',
            path: `../k${round}`,
            branch: `mm/k/${round}`,
          }),
        );
        const child = spawn(nodePath(), ['--import', import.meta.resolve('tsx'), file], {
          env: { ...process.env },
          stdio: ['pipe', 'pipe', 'ignore'],
          detached: true,
        });
        child.stdin.end(JSON.stringify({ store: { ...store, known: undefined }, spec }));
        let said = '';
        await new Promise<void>((resolve) => {
          child.stdout.on('data', (data: Buffer) => {
            if (said === '')
              setTimeout(() => {
                try {
                  process.kill(-child.pid!, 'SIGKILL');
                } catch {
                  /* it has ended by itself */
                }
              }, round * 2);
            said += data.toString();
          });
          child.on('close', () => resolve());
        });
        if (!said.includes('end')) midway++;
        assert.equal(await removed(spec), [], `round ${round}`);
        assert.equal(facts(repo), before, `round ${round}`);
      }
      assert.ok(midway > 0, 'some were killed midway');
    },
  ));

test('a half-made worktree entry is recognised as ours [Y5]', () =>
  withStore({ files: FILES }, async (repo, store) => {
    const { spec } = await makeLane(repo, store, 'worktree');
    const admin = join(repo.dir, '.git/worktrees', 'lane-x');
    // As git leaves it when it is killed right after making the entry.
    const record = JSON.parse(readFileSync(spec.record, 'utf8'));
    writeFileSync(spec.record, JSON.stringify({ ...record, admin: null, done: false }));
    for (const name of readdirSync(admin)) rmSync(join(admin, name), { recursive: true });
    writeFileSync(join(admin, 'locked'), 'initializing\n');
    assert.equal(await removed(spec), []);
    assert.not.ok(existsSync(join(repo.dir, '.git/worktrees')));
    assert.is(shell(repo.dir, repo.env, 'git for-each-ref refs/heads/mm'), '');
  }));

test('a list of worktrees without an entry is removed: git was ended when it had just made its folder [Y5]', () =>
  withStore({ files: FILES }, async (repo, store) => {
    const { spec } = await makeLane(repo, store, 'worktree');
    const record = JSON.parse(readFileSync(spec.record, 'utf8'));
    writeFileSync(spec.record, JSON.stringify({ ...record, admin: null, done: false }));
    rmSync(join(repo.dir, '.git/worktrees/lane-x'), { recursive: true });
    assert.equal(await removed(spec), []);
    assert.not.ok(existsSync(join(repo.dir, '.git/worktrees')));
  }));

test.run();
