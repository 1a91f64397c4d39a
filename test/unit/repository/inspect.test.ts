// Facts of a repository, and every state in which no session can work there.
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { inspectRepository } from '../../../lib/repository/inspect.ts';
import { type Repo, withRepo } from '../../support/repo.ts';
import { failureOf, value } from '../../support/result.ts';
import { withRoom } from '../../support/room.ts';
import { factsOf, withZoo } from './support.ts';

const NAMES = [
  'with space',
  'qu"ote\'s',
  'new\nline',
  'ends with newline\n',
  'ünïcödé 漢字',
  '-dash',
  '$(touch x)',
  '#hash',
  'back\\slash',
];

for (const name of NAMES) {
  test(`works in a folder named ${JSON.stringify(name)}, from any subfolder and in a linked worktree [C3]`, () =>
    withRepo({ name, files: { 'sub dir/file': 'x\n' } }, async (repo) => {
      const facts = value(await inspectRepository(join(repo.dir, 'sub dir')));
      assert.equal(facts.top, repo.dir);
      assert.equal(facts.gitDir, join(repo.dir, '.git'));
      assert.equal(facts.branch, 'main');
      assert.equal(facts.headRef, 'refs/heads/main');
      assert.equal(facts.base, repo.git('rev-parse', 'HEAD'));
      assert.equal([facts.linked, facts.sparse, facts.submodules, facts.objectFormat], [false, false, false, 'sha1']);

      repo.git('worktree', 'add', '--quiet', '--detach', '../linked');
      const linked = value(await inspectRepository(join(repo.root, 'work/linked/sub dir')));
      assert.equal(linked.top, join(repo.root, 'work/linked'));
      assert.equal(linked.commonDir, join(repo.dir, '.git'));
      assert.equal([linked.branch, linked.headRef, linked.linked], [null, null, true]);
      assert.equal(linked.base, facts.base);
    }));
}

test('the trunk is found without a network [C2]', () =>
  withRepo({ branch: 'work' }, async (repo) => {
    const trunk = async () => (await factsOf(repo)).trunk;
    assert.is(await trunk(), null);
    repo.git('branch', 'master');
    assert.is(await trunk(), 'master');
    repo.git('branch', 'main');
    assert.is(await trunk(), 'main');
    repo.git('branch', 'trunk');
    repo.git('config', 'init.defaultBranch', 'trunk');
    assert.is(await trunk(), 'trunk');
    repo.git('config', 'init.defaultBranch', 'not-there');
    assert.is(await trunk(), 'main');
    repo.git('remote', 'add', 'origin', 'https://192.0.2.1/never-answers.git');
    repo.git('update-ref', 'refs/remotes/origin/dev/next', 'HEAD');
    repo.git('symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/dev/next');
    assert.is(await trunk(), 'dev/next');
  }));

test('only a remote branch tells the trunk, too [C2]', () =>
  withRepo({ branch: 'work' }, async (repo) => {
    repo.git('update-ref', 'refs/remotes/origin/main', 'HEAD');
    assert.is((await factsOf(repo)).trunk, 'main');
  }));

test('the URL of origin is shown without a password, and what is uncommitted is counted', () =>
  withZoo(async (repo) => {
    repo.git('remote', 'add', 'origin', 'https://me:secret@example.invalid/me/project.git');
    const facts = await factsOf(repo);
    assert.is(facts.origin, 'https://me:secret@example.invalid/me/project.git');
    assert.is(facts.originShown, 'https://example.invalid/me/project.git');
    assert.equal(facts.dirty, { staged: 10, unstaged: 16, untracked: 8 });
  }));

test('a shallow, sparse clone with SHA-256 objects, without an identity', () =>
  withRoom(async (room) => {
    const { makeRepo } = await import('../../support/repo.ts');
    const repo = makeRepo(room, { files: null });
    repo.write({ '.git': null });
    repo.git('init', '--quiet', '--object-format=sha256', '--initial-branch=main');
    repo.write({ 'a/b': 'x\n', c: 'y\n' });
    repo.commit();
    writeFileSync(join(room.home, '.gitconfig'), '');
    repo.git('sparse-checkout', 'set', 'a');
    const facts = await factsOf(repo);
    assert.equal([facts.objectFormat, facts.sparse, facts.base.length], ['sha256', true, 64]);
  }));

interface Refusal {
  readonly id: string;
  readonly says: RegExp;
  readonly prepare: (repo: Repo) => void;
}

function conflict(repo: Repo, how: (side: string) => readonly string[]): void {
  repo.git('switch', '--quiet', '--create', 'side');
  repo.write({ 'README.md': 'side\n' });
  const side = repo.commit('side');
  repo.git('switch', '--quiet', 'main');
  repo.write({ 'README.md': 'main\n' });
  repo.commit('main');
  assert.throws(() => repo.git(...how(side)));
}

const REFUSALS: Readonly<Record<string, Refusal>> = {
  'a merge in progress': {
    id: 'in-progress',
    says: /merge is in progress/,
    prepare: (repo) => conflict(repo, (side) => ['merge', side]),
  },
  'a rebase in progress': {
    id: 'in-progress',
    says: /rebase is in progress/,
    prepare: (repo) => conflict(repo, (side) => ['rebase', side]),
  },
  'a rebase by patches in progress': {
    id: 'in-progress',
    says: /rebase is in progress/,
    prepare: (repo) => conflict(repo, (side) => ['rebase', '--apply', side]),
  },
  'a cherry-pick in progress': {
    id: 'in-progress',
    says: /cherry-pick is in progress/,
    prepare: (repo) => conflict(repo, (side) => ['cherry-pick', side]),
  },
  'a revert in progress': {
    id: 'in-progress',
    says: /revert is in progress/,
    prepare: (repo) => {
      repo.write({ 'README.md': 'second\n' });
      const second = repo.commit('second');
      repo.write({ 'README.md': 'third\n' });
      repo.commit('third');
      assert.throws(() => repo.git('revert', second));
    },
  },
  'a bisect in progress': {
    id: 'in-progress',
    says: /bisect is in progress/,
    prepare: (repo) => void repo.git('bisect', 'start'),
  },
  'a patch series in progress': {
    id: 'in-progress',
    says: /git am/,
    prepare: (repo) =>
      conflict(repo, (side) => {
        writeFileSync(join(repo.tmp, 'patch'), `${repo.git('format-patch', '-1', '--stdout', side)}\n`);
        return ['am', join(repo.tmp, 'patch')];
      }),
  },
  'unresolved conflicts': {
    id: 'unmerged',
    says: /README\.md/,
    prepare: (repo) => {
      repo.write({ 'README.md': 'stashed\n' });
      repo.git('stash', '--quiet');
      repo.write({ 'README.md': 'other\n' });
      repo.commit();
      assert.throws(() => repo.git('stash', 'pop'));
    },
  },
  'a locked index': {
    id: 'index-locked',
    says: /index\.lock/,
    prepare: (repo) => repo.write({ '.git/index.lock': '' }),
  },
};

for (const [state, { id, says, prepare }] of Object.entries(REFUSALS)) {
  test(`${state} is refused, and nothing is touched [C3]`, () =>
    withRepo(async (repo) => {
      prepare(repo);
      const before = repo.state();
      const failure = failureOf(await inspectRepository(repo.dir));
      assert.is(failure.id, id);
      assert.is(failure.exit, 2);
      assert.match(failure.what, says);
      assert.ok(failure.remedy.length > 0);
      assert.equal(repo.state(), before);
    }));
}

test('no repository, no folder, no commit, no working tree: each is told apart [C3]', () =>
  withRoom(async (room) => {
    const plain = join(room.root, 'plain');
    mkdirSync(plain);
    assert.is(failureOf(await inspectRepository(plain)).id, 'not-a-repository');
    assert.is(failureOf(await inspectRepository(join(room.root, 'nowhere'))).id, 'no-such-folder');
    const { makeRepo } = await import('../../support/repo.ts');
    const repo = makeRepo(room, { files: null });
    assert.is(failureOf(await inspectRepository(repo.dir)).id, 'no-commit');
    assert.is(failureOf(await inspectRepository(join(repo.dir, '.git'))).id, 'bare-repository');
    repo.git('init', '--quiet', '--bare', '../bare');
    assert.is(failureOf(await inspectRepository(join(room.root, 'work/bare'))).id, 'bare-repository');
  }));

test('a tree that this user may not write is refused', () =>
  withRepo(async (repo) => {
    if (process.getuid?.() === 0) return; // root may write everywhere
    chmodSync(repo.dir, 0o500);
    assert.is(failureOf(await inspectRepository(repo.dir)).id, 'not-writable');
    chmodSync(repo.dir, 0o700);
  }));

test('a changed file whose name is not UTF-8 is refused', () =>
  withRepo(async (repo) => {
    if (process.platform !== 'linux') return; // macOS has no such names
    repo.git('-c', 'alias.odd=!printf x > "$(printf "odd\\377name")"', 'odd');
    assert.is(failureOf(await inspectRepository(repo.dir)).id, 'name-not-utf8');
  }));

test.run();
