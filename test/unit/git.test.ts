// The program's own git: exact output, own identity, and none of what a repository or the environment could plant.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, existsSync, mkdirSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { distrust } from '../../lib/system/find-on-path.ts';
import {
  GitError,
  git,
  gitLines,
  gitRecords,
  gitText,
  gitVersion,
  judgeVersion,
  NO_USER_CONFIG,
  onOurWord,
} from '../../lib/system/git.ts';
import { removePipe } from '../../lib/system/pipe-traps.ts';
import { type Repo, withRepo } from '../support/repo.ts';

/** Runs `work` with this process's environment changed to the room's. */
async function inRoom(repo: Repo, extra: Record<string, string>, work: () => Promise<void>): Promise<void> {
  const before = { ...process.env };
  Object.assign(process.env, repo.env, extra);
  try {
    await work();
  } finally {
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
    Object.assign(process.env, before);
  }
}

test('a file called git in the repository is never run', () =>
  withRepo({ files: { git: { text: '#!/bin/sh\necho planted\n', mode: 0o755 } } }, (repo) =>
    inRoom(repo, { PATH: `${repo.dir}:.:${repo.bin}` }, async () => {
      distrust(repo.dir);
      assert.match(await gitText({ cwd: repo.dir }, ['--version']), /^git version/);
    }),
  ));

test('text, lines and records come as they are; a failure carries its words', () =>
  withRepo({ files: { 'a b.txt': '1\n', 'ä\nö': '2\n', 'c.txt': '3\n\n' } }, async (repo) => {
    const at = { cwd: repo.dir };
    assert.equal(await gitRecords(at, ['ls-files', '-z']), ['a b.txt', 'c.txt', 'ä\nö']);
    assert.equal(await gitLines(at, ['ls-files', 'a*', 'c*']), ['a b.txt', 'c.txt']);
    assert.is(await gitText(at, ['rev-parse', 'HEAD']), repo.git('rev-parse', 'HEAD'));
    assert.equal(await gitRecords(at, ['ls-files', '-z', 'none']), []);
    assert.is((await git(at, ['cat-file', 'blob', 'HEAD:c.txt'])).stdout, '3\n\n');

    const bytes = new Uint8Array([0, 255, 10, 13, 0xef, 0xbb, 0xbf]);
    const oid = await gitText(at, ['hash-object', '-w', '--stdin'], { input: bytes });
    assert.equal([...(await git(at, ['cat-file', 'blob', oid])).bytes], [...bytes]);

    assert.is((await git(at, ['rev-parse', '--verify', 'none'])).code, 128);
    const error = await gitText(at, ['rev-parse', '--verify', 'none']).then(
      () => null,
      (thrown) => thrown,
    );
    assert.instance(error, GitError);
    assert.equal([error.code, error.args.at(-1)], [128, 'none']);
    assert.match(error.stderr, /Needed a single revision/);
  }));

test('a place of its own: git dir, work tree and index apart from each other', () =>
  withRepo(async (repo) => {
    const gitDir = join(repo.tmp, 'private.git');
    await gitText({}, ['init', '--quiet', '--bare', gitDir]);
    const place = { gitDir, workTree: repo.dir, indexFile: join(repo.tmp, 'index') };
    await gitText(place, ['add', '-A'], { config: ['core.bare=false'], env: NO_USER_CONFIG });
    assert.equal(await gitLines(place, ['ls-files']), ['README.md']);
    assert.ok(existsSync(join(repo.tmp, 'index')));
    assert.not.ok(existsSync(join(gitDir, 'index')));
  }));

test('works without an identity of the user', () =>
  withRepo((repo) =>
    inRoom(repo, { GIT_CONFIG_GLOBAL: '/dev/null' }, async () => {
      const tree = await gitText({ cwd: repo.dir }, ['write-tree']);
      const commit = await gitText({ cwd: repo.dir }, ['commit-tree', tree, '-m', 'x']);
      assert.match(await gitText({ cwd: repo.dir }, ['log', '-1', '--format=%an <%ae>', commit]), 'mm <mm@localhost>');
    }),
  ));

test('nothing that the repository’s config names is run, and nothing GIT_* from outside points elsewhere', () =>
  withRepo({ files: { 'a.txt': 'a\n', '.gitattributes': '*.txt diff=evil\n' } }, async (repo) => {
    const trap = join(repo.tmp, 'trap.sh');
    const sprung = join(repo.tmp, 'sprung');
    writeFileSync(trap, `#!/bin/sh\necho "$0 $*" >>'${sprung}'\ncat "$1" 2>/dev/null\n`, { mode: 0o755 });
    const hooks = join(repo.dir, '.git/hooks');
    mkdirSync(hooks, { recursive: true });
    for (const hook of ['pre-commit', 'post-checkout', 'reference-transaction', 'post-index-change', 'post-commit']) {
      writeFileSync(join(hooks, hook), `#!/bin/sh\nexec '${trap}' ${hook}\n`, { mode: 0o755 });
    }
    const settings = {
      'core.fsmonitor': trap,
      'diff.external': trap,
      'diff.evil.command': trap,
      'diff.evil.textconv': trap,
      'core.pager': trap,
      'core.hooksPath': hooks,
      'commit.gpgSign': 'true',
      'gpg.program': trap,
      'core.editor': trap,
      'core.sshCommand': trap,
    };
    for (const [name, value] of Object.entries(settings)) repo.git('config', name, value);
    repo.write({ 'a.txt': 'b\n' });
    repo.git('-c', 'core.hooksPath=/dev/null', '-c', 'core.fsmonitor=false', 'add', 'a.txt');
    repo.write({ 'a.txt': 'c\n' });
    const outside = {
      GIT_DIR: '/nowhere',
      GIT_INDEX_FILE: '/nowhere/index',
      GIT_WORK_TREE: '/nowhere',
      GIT_EXTERNAL_DIFF: trap,
      GIT_PAGER: trap,
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'core.fsmonitor',
      GIT_CONFIG_VALUE_0: trap,
      GIT_TRACE: sprung,
      GIT_SSH_COMMAND: trap,
    };
    await inRoom(repo, outside, async () => {
      const at = { cwd: repo.dir };
      assert.match(await gitText(at, ['status', '--porcelain']), 'MM a.txt');
      for (const args of [['diff'], ['diff', '--cached'], ['diff-index', '-p', 'HEAD'], ['diff-files', '-p']]) {
        assert.match(await gitText(at, args), /^[+]/m, args.join(' '));
      }
      await gitText(at, ['commit', '--quiet', '-m', 'mine']);
      for (const args of [['show'], ['log', '-p'], ['diff-tree', '-p', 'HEAD']])
        assert.match(await gitText(at, args), /^[+]b/m);
      await gitText(at, ['worktree', 'add', '--quiet', '--detach', join(repo.tmp, 'lane')]);
      assert.is((await git(at, ['fetch', 'ssh://127.0.0.1/x'])).code, 128);
    });
    assert.not.ok(existsSync(sprung));
  }));

test('what is to be findable never begins when we are killed before it is', () =>
  withRepo({}, async (repo) => {
    const made = join(repo.root, 'made');
    const [sh = '', ...words] = onOurWord(join(repo.bin, 'sh'));
    const run = (input: string) => spawnSync(sh, [...words, join(repo.bin, 'touch'), made], { input }).status;
    assert.equal([run(''), existsSync(made)], [1, false], 'we are gone');
    assert.equal([run('go\n'), existsSync(made)], [0, true]);
    const head = repo.git('rev-parse', 'HEAD');
    await inRoom(repo, {}, async () => {
      const place = { cwd: repo.dir };
      assert.is(await gitText(place, ['rev-parse', 'HEAD'], { findable: true }), head);
      assert.is((await git(place, ['rev-parse', '--verify', 'none'], { findable: true })).code, 128);
    });
  }));

test('a pipe where git looks for rules or settings does not keep it waiting', () =>
  withRepo({ files: { 'a/b.txt': '' } }, async (repo) => {
    const main = join(repo.dir, '.git');
    const pipes = ['.gitignore', 'a/.gitattributes', '.git/info/exclude'].map((path) => join(repo.dir, path));
    for (const pipe of pipes) {
      rmSync(pipe, { force: true });
      assert.is(spawnSync(join(repo.bin, 'mkfifo'), [pipe, join(repo.dir, `pipe${pipes.indexOf(pipe)}`)]).status, 0);
    }
    await inRoom(repo, {}, async () => {
      const place = { cwd: repo.dir, workTree: repo.dir, gitDir: main };
      const [done, other] = await Promise.all([
        git(place, ['ls-files', '--others', '--exclude-standard']),
        git(place, ['check-attr', 'text', 'a/b.txt']),
      ]);
      assert.equal([done.code, other.code, other.stdout], [0, 0, 'a/b.txt: text: unspecified\n']);
      // from a worktree, which has its settings in a folder that is told in two steps
      await gitText(place, ['worktree', 'add', '-q', '../lane']);
      rmSync(join(main, 'config'));
      assert.is(spawnSync(join(repo.bin, 'mkfifo'), [join(main, 'config')]).status, 0);
      assert.is((await git({ cwd: join(repo.dir, '../lane') }, ['config', '--list', '--local'])).stdout, '');
      assert.not.ok(existsSync(join(main, 'config')));
    });
    assert.equal(
      pipes.map((pipe) => existsSync(pipe)),
      [false, false, false],
    );
    assert.ok(existsSync(join(repo.dir, 'pipe0')), 'pipes that are in nobody’s way stay');
  }));

test('who opens a pipe over and over while it is removed never waits at it', () =>
  withRepo(async (repo) => {
    const readers: Promise<unknown>[] = [];
    for (let round = 0; round < 100; round++) {
      const pipe = join(repo.root, `pipe${round}`);
      spawnSync(join(repo.bin, 'mkfifo'), [pipe]);
      const reader = spawn(join(repo.bin, 'sh'), ['-c', 'echo; while : < "$1"; do :; done', 'sh', pipe]);
      readers.push(once(reader, 'exit'));
      await once(reader.stdout, 'data');
      const writer = openSync(pipe, constants.O_RDWR); // it comes and goes, until the pipe is removed
      for (const until = performance.now() + Math.random(); performance.now() < until; );
      closeSync(writer);
      removePipe(pipe);
    }
    await Promise.all(readers);
  }));

test('the version is judged', async () => {
  assert.ok((await gitVersion()).ok);
  for (const said of [
    'git version 2.38.0',
    'git version 2.39.5 (Apple Git-154)',
    'git version 3.0.1',
    'git version 2.50.1.windows.1',
  ]) {
    assert.ok(judgeVersion(said).ok, said);
  }
  for (const said of ['git version 2.37.9', 'git version 1.99', 'nonsense']) {
    const result = judgeVersion(said);
    assert.not.ok(result.ok);
    if (!result.ok) assert.match(result.failure.what, '2.38 or newer');
  }
});

test.run();
