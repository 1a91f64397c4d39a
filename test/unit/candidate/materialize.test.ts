// Filling workspaces with trees, and preparing them with what git does not track.
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { keepBaseline } from '../../../lib/candidate/baseline.ts';
import { changes } from '../../../lib/candidate/changes.ts';
import { materialize } from '../../../lib/candidate/materialize.ts';
import { prepareWorkspace } from '../../../lib/candidate/prepare-workspace.ts';
import { value } from '../../support/result.ts';
import { filesBelow, filesOfTree, makeLane, shell, withLane, withStore } from './fixture.ts';

const FILES = { 'a.txt': 'a\n', 'src/b.ts': 'b\n', 'src/deep/c.ts': 'c\n', '.gitignore': 'node_modules/\n*.log\n' };
const object = (map: Map<string, string>) => Object.fromEntries([...map].sort());

test('a workspace holds just the tree, its packages stay, and what is done then counts from there [Y1]', () =>
  withStore({ files: FILES }, async (repo, store) => {
    const model = await makeLane(repo, store, 'worktree', 'model');
    await keepBaseline(store, model.workspace, { touched: false });
    model.sh(
      'echo A > a.txt; rm -r src/deep; mkdir new; echo n > new/n; ln -s a.txt l; chmod +x src/b.ts; : > .gitignore',
    );
    const { tree } = await model.capture();

    const scratch = await makeLane(repo, store, 'scratch', 'scratch');
    scratch.sh('mkdir -p node_modules/x; echo 1 > node_modules/x/i.js; ln -s a.txt prepared');
    await keepBaseline(store, scratch.workspace, { touched: true });
    scratch.sh(
      'echo dirt > dirt; mkdir -p src/dirt; git init -q nested; echo X > src/b.ts; echo log > x.log; rm a.txt',
    );
    value(await materialize(store, scratch.workspace, tree));
    const onDisk = filesBelow(scratch.workspace.path);
    assert.is(onDisk.get('node_modules/x/i.js'), '- 1\n');
    assert.is(onDisk.get('prepared'), 'link a.txt');
    for (const path of ['node_modules/x/i.js', 'prepared']) onDisk.delete(path);
    assert.equal(object(onDisk), object(filesOfTree(store, tree)), 'x.log is no longer ignored, and goes');
    assert.not.ok(existsSync(join(scratch.workspace.path, 'nested')));

    scratch.sh('echo mended >> a.txt');
    const mended = await scratch.capture();
    assert.equal(
      mended.changes.map(({ path }) => path),
      ['.gitignore', 'a.txt', 'l', 'new/n', 'src/b.ts', 'src/deep/c.ts'],
    );
    assert.is(filesOfTree(store, mended.tree).get('a.txt'), '- A\nmended\n');

    value(await materialize(store, scratch.workspace, store.baseTree));
    const back = filesBelow(scratch.workspace.path);
    for (const path of ['node_modules/x/i.js', 'prepared']) back.delete(path);
    assert.equal(object(back), object(filesOfTree(store, store.baseTree)));
    assert.equal((await scratch.capture()).tree, store.baseTree);
  }));

test('ignored files stay or go, as asked; links laid by a model are not followed', () =>
  withLane(
    { files: FILES, prepare: 'mkdir node_modules; echo 1 > node_modules/i' },
    async ({ store, workspace, sh, repo }) => {
      const outside = join(repo.root, 'outside');
      mkdirSync(join(outside, 'deep'), { recursive: true });
      writeFileSync(join(outside, 'deep/c.ts'), 'precious\n');
      sh(
        `echo log > x.log; mkdir -p other/node_modules; echo 2 > other/node_modules/i; rm -r src; ln -s '${outside}' src; echo 2 > node_modules/new`,
      );
      value(await materialize(store, workspace, store.baseTree));
      assert.ok(existsSync(join(workspace.path, 'x.log')));
      assert.is(readFileSync(join(outside, 'deep/c.ts'), 'utf8'), 'precious\n');
      assert.ok(lstatSync(join(workspace.path, 'src')).isDirectory());
      value(await materialize(store, workspace, store.baseTree, { ignored: 'original' }));
      assert.equal(
        [existsSync(join(workspace.path, 'x.log')), existsSync(join(workspace.path, 'other'))],
        [false, false],
      );
      assert.ok(existsSync(join(workspace.path, 'node_modules/i')));
    },
  ));

test("the user's own tree is never filled", () =>
  withStore({ files: FILES }, async (repo, store) => {
    const main = { id: 'main', kind: 'main', path: repo.dir, branch: null } as const;
    let refused = '';
    await materialize(store, main, store.baseTree).catch((error: Error) => {
      refused = error.message;
    });
    assert.match(refused, /not ours/);
  }));

test('packages are copied or linked wherever they lie, tracked files and what is there are left alone', () =>
  withStore({ files: { ...FILES, 'packages/p/package.json': '{}\n' } }, async (repo, store) => {
    shell(
      repo.dir,
      repo.env,
      `mkdir -p node_modules/x packages/p/node_modules .venv/bin; echo 1 > node_modules/x/i.js; ln -s ../x node_modules/x/self; echo 2 > packages/p/node_modules/i
      echo py > .venv/bin/python; chmod +x .venv/bin/python; echo c > cache; ln -s /etc/passwd outward; echo u > untracked`,
    );
    const before = object(filesBelow(repo.dir));
    const lane = await makeLane(repo, store, 'worktree');
    lane.sh('echo there > cache');
    const done = await prepareWorkspace(store, lane.workspace, {
      copy: ['node_modules', 'outward', 'cache', 'missing', 'src'],
      link: ['.venv'],
      include: true,
    });
    assert.equal(
      [[...done.copied].sort(), done.linked, done.skipped],
      [['node_modules', 'outward', 'packages/p/node_modules'], ['.venv'], ['cache']],
    );
    const at = (path: string) => join(lane.workspace.path, path);
    assert.is(readFileSync(at('node_modules/x/i.js'), 'utf8'), '1\n');
    assert.is(readlinkSync(at('node_modules/x/self')), '../x');
    assert.is(readlinkSync(at('outward')), '/etc/passwd');
    assert.is(readlinkSync(at('.venv')), join(repo.dir, '.venv'));
    assert.is(readFileSync(at('cache'), 'utf8'), 'there\n');
    assert.not.ok(existsSync(at('untracked')));
    await keepBaseline(store, lane.workspace, { touched: true });
    lane.sh('echo changed > node_modules/x/i.js; echo b > b');
    assert.equal(
      (await lane.capture()).changes.map(({ path }) => path),
      ['b'],
    );
    assert.equal(object(filesBelow(repo.dir)), before, "a copy's change does not reach the user");
  }));

test('.worktreeinclude brings what it names and git ignores, and nothing else', () =>
  withStore(
    { files: { ...FILES, '.gitignore': '.env*\nlocal/\n*.secret\n', 'config/base.yml': 'b\n' } },
    async (repo, store) => {
      repo.write({
        '.worktreeinclude': '# what a lane needs\n.env*\n!.env.production\nlocal/\nconfig/\nnotes.txt\n',
        '.env': 'KEY\n',
        '.env.production': 'NO\n',
        'local/deep/settings': 's\n',
        'config/db.secret': 'db\n',
        'config/new.yml': 'not ignored\n',
        'other.secret': 'not named\n',
        'notes.txt': 'not ignored\n',
      });
      const lane = await makeLane(repo, store, 'clone');
      const done = await prepareWorkspace(store, lane.workspace, { copy: [], link: [], include: true });
      assert.equal([...done.copied].sort(), ['.env', 'config/db.secret', 'local']);
      const second = await makeLane(repo, store, 'clone', 'y');
      assert.equal(await prepareWorkspace(store, second.workspace, { copy: [], link: [], include: false }), {
        copied: [],
        linked: [],
        skipped: [],
        large: [],
      });
    },
  ));

test('nothing is put behind a link of the workspace', () =>
  withStore({ files: { ...FILES, vendor: { link: '../outside' } } }, async (repo, store) => {
    mkdirSync(join(repo.root, 'work/outside'));
    repo.write({ vendor: null, 'vendor/node_modules/x': 'x\n' });
    const lane = await makeLane(repo, store, 'worktree');
    const done = await prepareWorkspace(store, lane.workspace, { copy: ['node_modules'], link: [], include: true });
    assert.equal([done.copied, done.skipped], [[], ['vendor/node_modules']]);
    assert.equal(Object.keys(object(filesBelow(join(repo.root, 'work/outside')))), []);
  }));

test('what a model puts into the tree of the user while others are prepared is not theirs', () =>
  withStore({ files: FILES }, async (repo, store) => {
    const spec = { copy: ['node_modules'], link: [], include: false };
    const main = { id: 'm', kind: 'main', path: repo.dir, branch: null } as const;
    assert.equal(await prepareWorkspace(store, main, spec), { copied: [], linked: [], skipped: [], large: [] });
    repo.write({ 'node_modules/x/i.js': 'of the primary\n' });
    const lane = await makeLane(repo, store, 'worktree');
    assert.equal((await prepareWorkspace(store, lane.workspace, spec)).copied, []);
    assert.not.ok(existsSync(join(lane.workspace.path, 'node_modules')));
  }));

test('after a step from tree to tree an edit of the same size in the same second is seen [A1]', () =>
  withStore({ files: FILES }, async (repo, store) => {
    const made = await makeLane(repo, store, 'worktree');
    await keepBaseline(store, made.workspace, { touched: false });
    made.sh('echo more > new.txt');
    const { tree } = await made.capture();
    const bench = await makeLane(repo, store, 'clone', 'y');
    value(await materialize(store, bench.workspace, store.baseTree));
    value(await materialize(store, bench.workspace, tree));
    assert.equal(filesBelow(bench.workspace.path).get('new.txt'), filesBelow(made.workspace.path).get('new.txt'));
    const [path = ''] = Object.keys(FILES).filter((name) => name.endsWith('.txt'));
    bench.sh(`printf X | dd of=${path} bs=1 conv=notrunc 2>/dev/null`);
    assert.equal(
      (await bench.capture()).changes.map((change) => change.path),
      [path, 'new.txt'],
    );
  }));

/** What may lie in the way of a step from tree to tree; null: nothing. */
const IN_THE_WAY: Readonly<Record<string, string | null>> = {
  nothing: null,
  'an ignored file where a new one belongs': 'echo left > fresh.log',
  'a folder where a new file belongs': 'mkdir -p fresh.log/deeper; echo left > fresh.log/deeper/x',
  'a link in place of a folder': 'mv src ../elsewhere; ln -s ../elsewhere src',
  'a file that is gone': 'rm src/deep/c.ts',
  'a folder that became a file': 'rm -r src; echo file > src',
};

for (const [what, script] of Object.entries(IN_THE_WAY)) {
  test(`a step from tree to tree makes files, folders and links of each other; in the way: ${what} [W3]`, () => {
    const files = {
      ...{
        '.gitignore': '*.log\n',
        'src/a.ts': 'a\n',
        'src/deep/c.ts': 'c\n',
        'src/deep/d.ts': 'd\n',
        becomes: 'file\n',
      },
      ...{ 'folder/x': 'x\n', link: { link: 'src' }, 'run.sh': { text: 'run\n', mode: 0o755 }, 'other/y': 'y\n' },
    };
    return withStore({ files }, async (repo, store) => {
      const made = await makeLane(repo, store, 'worktree');
      await keepBaseline(store, made.workspace, { touched: false });
      made.sh(`rm -r src/deep becomes folder link; mkdir becomes; echo in > becomes/one; echo now > folder; echo b >> src/a.ts
        mkdir link; echo l > link/z; chmod -x run.sh; echo new > fresh.log; echo '*.tmp' > .gitignore; ln -s other/y 'odd name'`);
      const { tree } = await made.capture();
      const bench = await makeLane(repo, store, 'clone', 'y');
      value(await materialize(store, bench.workspace, store.baseTree));
      if (script !== null) bench.sh(script);
      for (const to of [tree, store.baseTree, tree]) {
        value(await materialize(store, bench.workspace, to));
        assert.equal(object(filesBelow(bench.workspace.path)), object(filesOfTree(store, to)));
        assert.equal((await bench.capture()).changes, await changes(store, store.baseTree, to));
      }
      assert.not.ok(existsSync(join(bench.workspace.path, 'src/deep')));
      if (what.startsWith('a link')) assert.equal(readdirSync(join(repo.root, 'work/elsewhere')), ['a.ts', 'deep']);
    });
  });
}

test.run();
