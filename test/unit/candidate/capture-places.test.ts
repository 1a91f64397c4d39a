// Captures in unusual repositories, of prepared workspaces and of the user's own tree, and with traps laid by the model.
import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { keepBaseline } from '../../../lib/candidate/baseline.ts';
import { capture } from '../../../lib/candidate/capture-workspace.ts';
import { openStore } from '../../../lib/candidate/store.ts';
import { makeRepo, type Repo } from '../../support/repo.ts';
import { value } from '../../support/result.ts';
import { filesBelow, filesOfTree, makeLane, open, shell, withLane, withStore } from './fixture.ts';

const paths = (list: readonly { readonly path: string }[]): string[] => list.map(({ path }) => path).sort();
const object = (map: Map<string, string>) => Object.fromEntries([...map].sort());

test('an edit of the same size in the same second is never missed [A1]', () =>
  withStore({ files: { 'a.txt': 'aaaa\n' } }, async (repo, store) => {
    for (let round = 0; round < 20; round++) {
      const lane = await makeLane(repo, store, round % 2 === 0 ? 'worktree' : 'clone', `r${round}`);
      await keepBaseline(store, lane.workspace, { touched: round % 3 === 0 });
      writeFileSync(join(lane.workspace.path, 'a.txt'), 'bbbb\n');
      assert.equal(paths((await lane.capture()).changes), ['a.txt'], `round ${round}`);
    }
  }));

test('nothing that a model plants runs during a capture, in a submodule neither', () =>
  withLane(
    {
      files: { a: 'a\n' },
      before: (repo) => {
        const other = makeRepo(repo, { name: 'library', files: { 'lib.c': 'int x;\n' } });
        repo.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', other.dir, 'vendor/lib');
        repo.commit('submodule');
      },
    },
    async (lane) => {
      const { repo, workspace } = lane;
      assert.is(readFileSync(join(workspace.path, 'vendor/lib/lib.c'), 'utf8'), 'int x;\n', 'the submodule is there');
      assert.is(shell(workspace.path, repo.env, 'git status --porcelain'), '');
      const evil = join(repo.bin, 'evil');
      writeFileSync(evil, `#!/bin/sh\ntouch '${repo.log}/ran'\ncat\n`, { mode: 0o755 });
      lane.sh(`for d in . vendor/lib; do (cd $d
        git config core.fsmonitor '${evil}'; git config filter.x.clean '${evil}'; git config filter.x.process '${evil}'; git config diff.x.command '${evil}'
        git config diff.x.textconv '${evil}'; git config core.hooksPath '${repo.bin}'; git config core.pager '${evil}'; git config merge.x.driver '${evil}'
        echo '* filter=x diff=x merge=x' > .gitattributes; cp '${evil}' '${repo.bin}/post-index-change'); done
        git config --global core.fsmonitor '${evil}'; echo more >> vendor/lib/lib.c; echo b > b`);
      const captured = await lane.capture();
      assert.equal(readdirSync(repo.log), []);
      assert.equal(paths(captured.changes), ['.gitattributes', 'b']);
      assert.equal(captured.side, [{ path: 'vendor/lib', what: 'submodule' }]);
    },
  ));

test('a base without a file: everything is new, but what is ignored [A1]', () =>
  withLane(
    {
      files: { a: 'a\n' },
      before: (repo) => {
        repo.git('rm', '-q', 'a');
        repo.git('commit', '-q', '-m', 'nothing');
        repo.write({ '.git/info/exclude': '*.log\nout/\n' });
      },
    },
    async (lane) => {
      assert.equal((await lane.capture()).changes, []);
      lane.sh('mkdir -p src/deep out empty; echo a > a; echo b > src/deep/b; echo l > x.log; echo o > out/o');
      const { changes, side } = await lane.capture();
      assert.equal(paths(changes), ['a', 'src/deep/b']);
      assert.equal(side.map(({ path, what }) => `${what} ${path.replace(/\/o$/, '/')}`).sort(), [
        'empty-folder empty',
        'ignored out/',
        'ignored x.log',
      ]);
    },
  ));

test("a submodule's new commit is in the tree, and survives the workspace; its own submodules are there", () =>
  withLane(
    {
      files: { a: 'a\n' },
      before: (repo) => {
        const inner = makeRepo(repo, { name: 'inner', files: { 'in.c': 'int y;\n' } });
        const other = makeRepo(repo, { name: 'library', files: { 'lib.c': 'int x;\n' } });
        const allowed = ['-c', 'protocol.file.allow=always', 'submodule', '--quiet'];
        other.git(...allowed, 'add', inner.dir, 'deps/inner');
        other.commit('submodule');
        repo.git(...allowed, 'add', other.dir, 'lib');
        repo.git(...allowed, 'update', '--init', '--recursive');
        repo.commit('submodule');
      },
    },
    async (lane) => {
      assert.is(readFileSync(join(lane.workspace.path, 'lib/deps/inner/in.c'), 'utf8'), 'int y;\n');
      const head = lane.sh('cd lib; echo 2 > two; git add .; git commit -qm two; git rev-parse HEAD').trim();
      const captured = await lane.capture();
      assert.equal(
        captured.changes.map(({ path, after }) => [path, after]),
        [['lib', { mode: '160000', oid: head }]],
      );
      assert.equal(captured.side, [{ path: 'lib', what: 'submodule' }]);
      shell(lane.workspace.path, lane.repo.env, 'rm -rf lib');
      const text = shell(lane.store.dir, lane.repo.env, `git cat-file blob ${head}:two`);
      assert.is(text, '2\n');
    },
  ));

test('what was put there before the model is not its work, and what it does to that is [A1]', () =>
  withLane(
    {
      files: { a: 'a\n', '.gitignore': 'node_modules/\n.env\n' },
      prepare:
        'ln -s a node_modules; echo KEY > .env; echo generated > generated; mkdir empty; mkfifo pipe; echo changed >> a; git init -q nested; echo n > nested/n',
    },
    async (lane) => {
      const untouched = await lane.capture();
      assert.equal([untouched.changes, untouched.side, untouched.tree], [[], [], lane.store.baseTree]);
      lane.sh('echo mine > mine; echo more >> nested/n; rm -r empty');
      const captured = await lane.capture();
      assert.equal(paths(captured.changes), ['mine', 'nested/n']);
      lane.sh('echo more >> generated; echo X >> .env; mkdir other');
      const again = await lane.capture();
      assert.equal(paths(again.changes), ['generated', 'mine', 'nested/n']);
      assert.equal(again.side, [
        { path: '.env', what: 'ignored' },
        { path: 'other', what: 'empty-folder' },
      ]);
    },
  ));

test('an emptied .gitignore does not bring secrets and packages into the tree', () =>
  withLane(
    {
      files: { a: 'a\n', '.gitignore': 'node_modules/\n.env\n' },
      prepare: 'mkdir -p node_modules/x; echo 1 > node_modules/x/i.js; echo KEY > .env',
    },
    async (lane) => {
      lane.sh(': > .gitignore; echo b > b');
      assert.equal(paths((await lane.capture()).changes), ['.gitignore', 'b']);
      lane.sh('rm .gitignore; rm -r node_modules');
      assert.equal(paths((await lane.capture()).changes), ['.gitignore', 'b']);
    },
  ));

test("the user's own tree is captured with what they had there left out [A1]", () =>
  withStore({ files: { a: 'a\n', b: 'b\n', c: 'c\n', '.gitignore': '*.log\n' } }, async (repo, store) => {
    repo.write({ a: 'mine\n', 'mine.txt': 'mine\n', 'x.log': 'log\n' });
    repo.git('update-index', '--assume-unchanged', 'b');
    repo.git('update-index', '--skip-worktree', 'c');
    repo.write({ c: 'hidden by the user\n' });
    const main = { id: 'main', kind: 'main', path: repo.dir, branch: null } as const;
    const index = readFileSync(join(repo.dir, '.git/index'));
    await keepBaseline(store, main, { touched: false });
    assert.equal(value(await capture(store, main)).changes, []);
    repo.write({ b: 'model\n', new: 'model\n', 'y.log': 'log\n' });
    const captured = value(await capture(store, main));
    assert.equal(paths(captured.changes), ['b', 'new']);
    assert.equal(captured.side, [{ path: 'y.log', what: 'ignored' }]);
    assert.ok(index.equals(readFileSync(join(repo.dir, '.git/index'))), 'the index is as it was');
    assert.equal(repo.git('for-each-ref', '--format=%(refname)'), 'refs/heads/main');
  }));

test('edits are seen where git is set to take no notice of them [A1]', () =>
  withStore(
    {
      files: { a: 'a\n', b: 'b\n' },
      before: (repo) => {
        repo.git('config', 'core.ignoreStat', 'true');
        repo.git('rm', '-q', '-r', 'a', 'b');
        repo.git('reset', '-q', '--hard'); // git flags every file that it writes
        assert.match(repo.git('ls-files', '-v'), /^h a\nh b$/m);
      },
    },
    async (repo, store) => {
      for (const kind of ['main', 'worktree', 'clone', 'scratch'] as const) {
        const lane = await makeLane(repo, store, kind, kind);
        await keepBaseline(store, lane.workspace, { touched: false });
        writeFileSync(join(lane.workspace.path, 'a'), 'edited\n');
        assert.equal(paths((await lane.capture()).changes), ['a'], kind);
      }
    },
  ));

test('converted line ends do not show up as changes, and edits of such files are small [A1]', () =>
  withLane(
    {
      files: {
        '.gitattributes': '*.bat eol=crlf\n*.id ident\n',
        'a.bat': 'one\ntwo\nthree\n',
        'b.bat': 'b\n',
        'x.id': '$Id$\n',
        'c.txt': 'c\n',
      },
      before: (repo) => repo.git('config', 'filter.x.smudge', 'touch ran; cat'),
    },
    async (lane) => {
      assert.is(readFileSync(join(lane.workspace.path, 'a.bat'), 'utf8'), 'one\r\ntwo\r\nthree\r\n');
      assert.equal((await lane.capture()).changes, []);
      lane.sh("sed -i 's/two/2/' a.bat; echo d > d.txt; touch b.bat");
      const captured = await lane.capture();
      assert.equal(
        captured.changes.map(({ path, addedLines, deletedLines }) => [path, addedLines, deletedLines]),
        [
          ['a.bat', 1, 1],
          ['d.txt', 1, 0],
        ],
      );
      assert.equal(object(filesOfTree(lane.store, captured.tree)), object(filesBelow(lane.workspace.path)));
    },
  ));

test('the same of a checkout that took longer than a second, also with a repository made within [A1]', () =>
  withStore(
    {
      files: { 'a.txt': 'one\ntwo\n', 'b.txt': 'b\n', 'c.txt': 'c\n' },
      before: (repo) => repo.git('config', 'core.autocrlf', 'true'),
    },
    async (repo, store) => {
      const lane = await makeLane(repo, store, 'worktree');
      // its index is younger than all its files by more than git's doubt about them lasts
      lane.sh('touch -d "2020-01-01" *; git update-index --refresh --force-write-index');
      await keepBaseline(store, lane.workspace, { touched: false });
      assert.equal((await lane.capture()).changes, []);
      for (const more of ['', 'git init -q nested; echo n > nested/n']) {
        lane.sh(`echo three >> a.txt; ${more}`);
        const captured = await lane.capture();
        assert.equal(paths(captured.changes), more === '' ? ['a.txt'] : ['a.txt', 'nested/n']);
        const onDisk = filesBelow(lane.workspace.path);
        for (const path of onDisk.keys()) if (path.startsWith('nested/.git/')) onDisk.delete(path);
        assert.equal(object(filesOfTree(store, captured.tree)), object(onDisk));
      }
    },
  ));

test('the same with core.autocrlf', () =>
  withLane(
    {
      files: { 'a.txt': 'one\ntwo\n', 'b.txt': 'b\n', bin: new Uint8Array([0, 10, 0]) },
      before: (repo) => repo.git('config', 'core.autocrlf', 'true'),
    },
    async (lane) => {
      lane.sh("sed -i 's/two/2/' a.txt; touch b.txt");
      const captured = await lane.capture();
      assert.equal(
        captured.changes.map(({ path, addedLines }) => [path, addedLines]),
        [['a.txt', 1]],
      );
      assert.equal(object(filesOfTree(lane.store, captured.tree)), object(filesBelow(lane.workspace.path)));
    },
  ));

for (const kind of ['worktree', 'clone'] as const) {
  test(`a sparse checkout is inherited by a ${kind}, and files outside it stay in the tree`, () =>
    withLane(
      {
        files: { 'in/a': 'a\n', 'out/b': 'b\n', top: 't\n' },
        kind,
        before: (repo) => repo.git('sparse-checkout', 'set', 'in'),
      },
      async (lane) => {
        assert.equal(readdirSync(lane.workspace.path).sort(), ['.git', 'in', 'top']);
        assert.equal((await lane.capture()).changes, []);
        lane.sh('echo n > in/n; mkdir out; echo m > out/m');
        assert.equal(paths((await lane.capture()).changes), ['in/n', 'out/m']);
        lane.sh('echo changed > out/b');
        assert.equal(paths((await lane.capture()).changes), ['in/n', 'out/b', 'out/m']);
      },
    ));

  for (const [name, before] of Object.entries<(repo: Repo) => void>({
    'with a split index and an untracked cache': (repo) => {
      repo.git('config', 'core.splitIndex', 'true');
      repo.git('config', 'core.untrackedCache', 'true');
      repo.git('update-index', '--split-index');
    },
    'with detached HEAD': (repo) => void repo.git('checkout', '--quiet', '--detach'),
    'without an identity': (repo) => writeFileSync(join(repo.home, '.gitconfig'), '[user]\n\tuseConfigOnly = true\n'),
    'with autoSetupMerge=always': (repo) => void repo.git('config', 'branch.autoSetupMerge', 'always'),
    'with an fsmonitor, hooks and signing': (repo) => {
      for (const key of ['core.fsmonitor', 'gpg.program']) repo.git('config', key, join(repo.bin, 'trap'));
      repo.git('config', 'commit.gpgSign', 'true');
      repo.installTool('trap', `#!/bin/sh\ntouch '${repo.log}/ran'\n`);
      for (const hook of ['post-checkout', 'post-index-change', 'reference-transaction']) {
        writeFileSync(join(repo.dir, '.git/hooks', hook), `#!/bin/sh\ntouch '${repo.log}/ran'\n`, { mode: 0o755 });
      }
    },
    'with a worktree config': (repo) => void repo.git('config', 'extensions.worktreeConfig', 'true'),
  })) {
    test(`a repository ${name} works, in a ${kind} [W1]`, () =>
      withLane({ files: { a: 'a\n' }, kind, before }, async (lane) => {
        assert.equal(readdirSync(lane.repo.log), []);
        writeFileSync(join(lane.workspace.path, 'a'), 'b\n');
        writeFileSync(join(lane.workspace.path, 'n'), 'n\n');
        assert.equal(paths((await lane.capture()).changes), ['a', 'n']);
        assert.equal(readdirSync(lane.repo.log), []);
      }));
  }

  test(`odd repository paths work, in a ${kind} [W1]`, () =>
    withLane({ files: { a: 'a\n' }, kind, name: '-we ird "\'\n\u00fc$x' }, async (lane) => {
      lane.sh('echo b > a; git add -A; git commit -qm x');
      assert.equal(paths((await lane.capture()).changes), ['a']);
    }));

  test(`shallow, sha256, linked and borrowing repositories work, in a ${kind} [W1]`, () =>
    withStore({ files: { a: 'a\n' } }, async (repo) => {
      repo.write({ b: 'b\n' });
      repo.commit('second');
      const work = join(repo.root, 'work');
      repo.git('worktree', 'add', '--quiet', '--detach', join(work, 'linked'));
      shell(
        work,
        repo.env,
        `git clone -q --depth 1 'file://${repo.dir}' shallow; git clone -q --shared project shared; git clone -q --shared shared twice
        git init -q --object-format=sha256 sha256; cd sha256; echo a > a; git add .; git commit -qm one`,
      );
      for (const name of ['linked', 'shallow', 'twice', 'sha256']) {
        const sessionDir = join(repo.sessions, name);
        mkdirSync(sessionDir);
        mkdirSync(join(work, name, 'sub'));
        const store = await openStore({ sessionDir, repository: join(work, name, 'sub'), base: 'HEAD' });
        assert.is(store.top, join(work, name));
        const lane = await makeLane({ ...repo, dir: join(work, name) }, store, kind, name);
        await keepBaseline(store, lane.workspace, { touched: false });
        lane.sh('echo c > c; echo b > a; git add -A; git commit -qm mine');
        assert.equal(paths((await lane.capture()).changes), ['a', 'c'], name);
      }
    }));
}

test('reopening a store finds the same base, and what was captured [A1]', () =>
  withLane({ files: { a: 'a\n', '.gitattributes': '* eol=crlf\n' } }, async (lane) => {
    lane.sh('echo b > b');
    const captured = await lane.capture();
    const store = await open(lane.repo);
    assert.equal([store.base, store.baseTree], [lane.store.base, lane.store.baseTree]);
    assert.is(value(await capture(store, lane.workspace)).tree, captured.tree);
  }));

test("a candidate outlives the model's branch and a gc of the user's repository [A1]", () =>
  withLane({ files: { a: 'a\n' } }, async (lane) => {
    lane.sh('mkdir d; echo secret > d/b; git add -A; git commit -qm mine');
    const { tree } = await lane.capture();
    lane.repo.git('worktree', 'remove', '--force', lane.workspace.path);
    lane.repo.git('branch', '-D', lane.workspace.branch!);
    lane.repo.git('reflog', 'expire', '--expire=now', '--all');
    lane.repo.git('gc', '--quiet', '--prune=now');
    shell(lane.store.dir, lane.repo.env, 'git gc --quiet --prune=now; git fsck --strict');
    assert.equal([...filesOfTree(lane.store, tree).keys()].sort(), ['a', 'd/b']);
  }));

test('a workspace that was removed, replaced or turned into a link is not captured', async () => {
  for (const does of [
    'rm -rf .',
    'rm -rf .; mkdir .',
    'mv . ../elsewhere; ln -s ../project .',
    'mv . ../elsewhere; echo x > .',
  ]) {
    await withLane({ files: { a: 'a\n' } }, async (lane) => {
      const path = `'${lane.workspace.path}'`;
      shell(
        join(lane.repo.root, 'work'),
        lane.repo.env,
        does.replace(/ \.(?=;|$)/g, ` ${path}`).replace('mv . ', `mv ${path} `),
      );
      const result = await capture(lane.store, lane.workspace);
      assert.is(result.ok ? 'captured' : result.failure.id, 'workspace-gone', does);
    });
  }
});

test('files that can not be read are told, and the rest is captured', async () => {
  const { geteuid, seteuid } = process;
  if (geteuid === undefined || seteuid === undefined || geteuid() !== 0) return;
  await withLane({ files: { a: 'a\n', b: 'b\n' } }, async (lane) => {
    lane.sh('echo c > c; echo n > n; mkdir closed; echo d > closed/d; chmod 000 n a closed');
    const own = (path: string): void => {
      chownSync(path, 65534, 65534);
      if (lstatSync(path).isDirectory())
        for (const name of readdirSync(path)) if (!lstatSync(join(path, name)).isSymbolicLink()) own(join(path, name));
    };
    // git is started by a process of root's: it becomes somebody else by itself
    const { PATH } = process.env;
    const git = realpathSync(join(lane.repo.bin, 'git'));
    rmSync(join(lane.repo.bin, 'git'));
    const nobody = '/usr/bin/setpriv --reuid=65534 --regid=65534 --clear-groups';
    lane.repo.installTool('git', `#!/bin/sh\nexec ${nobody} '${git}' "$@"\n`);
    own(lane.repo.root);
    process.env.PATH = `${lane.repo.bin}:${PATH}`;
    seteuid(65534);
    try {
      const captured = await lane.capture();
      assert.equal(
        paths(captured.changes),
        ['a', 'c'].filter((path) => path !== 'a'),
      );
      assert.equal(captured.side.map(({ what, path }) => `${what} ${path}`).sort(), [
        'unreadable a',
        'unreadable closed',
        'unreadable n',
      ]);
    } finally {
      seteuid(0);
      process.env.PATH = PATH;
    }
    chmodSync(join(lane.workspace.path, 'closed'), 0o755);
  });
});

test.run();
