// What is made out of captured trees: lists of changes, diffs, snapshots, compositions, merges, overlays.
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { keepBaseline } from '../../../lib/candidate/baseline.ts';
import { changes } from '../../../lib/candidate/changes.ts';
import { compose, type PathPick } from '../../../lib/candidate/compose-trees.ts';
import { fileDiffs, writeDiff } from '../../../lib/candidate/diff.ts';
import { mergeFile, mergeTrees } from '../../../lib/candidate/merge.ts';
import { foldPath, isSafePath } from '../../../lib/candidate/safe-path.ts';
import { snapshot } from '../../../lib/candidate/snapshot.ts';
import type { CandidateStore } from '../../../lib/candidate/store.ts';
import { editTree } from '../../../lib/candidate/tree-edit.ts';
import type { Files, Repo } from '../../support/repo.ts';
import { value } from '../../support/result.ts';
import { filesBelow, filesOfTree, makeLane, NAMES_ANY_FILE, shell, withLane, withStore } from './fixture.ts';

const TEXT = Array.from({ length: 30 }, (_, i) => `line ${i}\n`).join('');
const FILES: Files = {
  'README.md': '# Project\n',
  'src/a.ts': TEXT,
  'src/b.ts': 'b\n',
  'src/deep/c.ts': 'c\n',
  'run.sh': { text: '#!/bin/sh\n', mode: 0o755 },
  link: { link: 'README.md' },
  'data.bin': new Uint8Array([0, 1, 2, 255, 254]),
};
const ALL = `mv src/a.ts src/z.ts; echo x >> src/z.ts; rm src/b.ts; echo more >> README.md; chmod +x README.md; chmod -x run.sh; ln -sfn /etc/passwd link
  printf '\\0\\1' > new.bin; printf '\\0' >> data.bin; mkdir -p 'a b'; echo n > 'a b/n
l'; echo q > "q'\\"x"; printf 1 > $'caf\\xc3\\xa9'; rm -r src/deep; echo now-a-file > src/deep; printf 'no line end' > end; ln -s nowhere dangling; printf 'x\\r\\n' > crlf; ${NAMES_ANY_FILE ? "printf 1 > $'bad\\xff';" : ''} : > empty`;

/** Candidates of the same base, each made by a script. */
async function candidates(repo: Repo, store: CandidateStore, scripts: readonly string[]): Promise<string[]> {
  const trees: string[] = [];
  for (const [i, script] of scripts.entries()) {
    const lane = await makeLane(repo, store, 'clone', `c${i}`);
    await keepBaseline(store, lane.workspace, { touched: false });
    lane.sh(script);
    trees.push((await lane.capture()).tree);
  }
  return trees;
}

const object = (map: Map<string, string>) => Object.fromEntries([...map].sort());

test('changes are told once each, with renames, modes, kinds and lines [A1]', () =>
  withLane({ files: FILES }, async (lane) => {
    lane.sh(ALL);
    const { tree } = await lane.capture();
    const list = await changes(lane.store, lane.store.baseTree, tree);
    const by = new Map(list.map((change) => [change.path, change]));
    assert.is(by.size, list.length);
    const renamed = by.get('src/z.ts')!;
    assert.equal(
      [renamed.kind, renamed.renamedFrom, renamed.before, renamed.addedLines, renamed.deletedLines],
      ['added', 'src/a.ts', null, 1, 0],
    );
    assert.equal(
      [by.get('src/a.ts')!.kind, by.get('src/a.ts')!.after, by.get('src/a.ts')!.deletedLines],
      ['deleted', null, 0],
    );
    assert.equal(
      [by.get('README.md')!.kind, by.get('README.md')!.after!.mode, by.get('README.md')!.addedLines],
      ['modified', '100755', 1],
    );
    assert.equal([by.get('run.sh')!.before!.mode, by.get('run.sh')!.after!.mode], ['100755', '100644']);
    assert.equal(
      [by.get('data.bin')!.binary, by.get('new.bin')!.binary, by.get('README.md')!.binary],
      [true, true, false],
    );
    assert.equal(by.get('a b/n\nl')!.kind, 'added');
    assert.is(by.has('bad\udcff'), NAMES_ANY_FILE);
    assert.equal([by.get('src/deep')!.kind, by.get('src/deep/c.ts')!.kind], ['added', 'deleted']);
    assert.equal(await changes(lane.store, tree, tree), []);
  }));

test('a type change is one change', () =>
  withLane({ files: FILES }, async (lane) => {
    lane.sh('rm README.md; ln -s run.sh README.md');
    const captured = await lane.capture();
    assert.equal(
      captured.changes.map(({ path, kind }) => [path, kind]),
      [['README.md', 'type-changed']],
    );
    const [diff] = await fileDiffs(lane.store, lane.store.baseTree, captured.tree, 10_000);
    assert.match(diff!.text, /deleted file mode 100644[\s\S]*new file mode 120000/);
  }));

test('the diff of everything can be applied to the base and gives the same files [A1]', () =>
  withLane({ files: FILES }, async (lane) => {
    lane.sh(ALL);
    const { tree } = await lane.capture();
    const file = join(lane.repo.root, 'out/x.diff');
    await writeDiff(lane.store, lane.store.baseTree, tree, file);
    shell(lane.repo.dir, lane.repo.env, `git apply --check --index '${file}'; git apply --index '${file}'`);
    assert.equal(object(filesBelow(lane.repo.dir)), object(filesBelow(lane.workspace.path)));
    assert.is(lane.repo.git('write-tree'), tree);
    await writeDiff(lane.store, tree, tree, file);
    assert.is(readFileSync(file, 'utf8'), '');
  }));

test('single diffs are cut where they are long, and say so', () =>
  withLane({ files: FILES }, async (lane) => {
    lane.sh(`${ALL}; seq 100000 > long; echo '+diff --git a/x b/x' > tricky; echo 'diff --git a/x b/x' >> tricky`);
    const { tree, changes: list } = await lane.capture();
    const diffs = await fileDiffs(lane.store, lane.store.baseTree, tree, 3000);
    const gone = list.filter(({ path }) => list.some(({ renamedFrom }) => renamedFrom === path)).length;
    assert.is(diffs.length, list.length - gone);
    const by = new Map(diffs.map((diff) => [diff.path, diff]));
    assert.ok(by.get('long')!.cut);
    assert.match(
      by.get('long')!.text,
      /^diff --git a\/long b\/long\n[\s\S]*\n\[… cut here: \d+ of 6\d+ bytes of this file's diff are shown …\]\n$/,
    );
    assert.ok(by.get('long')!.text.length < 3100);
    assert.match(by.get('tricky')!.text, /\+diff --git a\/x b\/x\n$/);
    assert.not.ok(by.get('README.md')!.cut);
    assert.is(by.get('src/z.ts')!.from, 'src/a.ts');
    assert.match(by.get('new.bin')!.text, /Binary files/);
    const asked = (...paths: string[]) => fileDiffs(lane.store, lane.store.baseTree, tree, 3000, new Set(paths));
    assert.equal(await asked('README.md', 'nowhere'), [by.get('README.md')]);
    assert.equal(await asked('src/z.ts', 'src/a.ts'), [by.get('src/z.ts')]);
    assert.equal(await asked('src/a.ts'), [{ ...by.get('src/z.ts'), path: 'src/a.ts' }]);
  }));

test('a snapshot has the changed files under their paths, never through a link [A2]', () =>
  withLane({ files: { ...FILES, door: { link: '/' }, 'd/x': 'x\n' } }, async (lane) => {
    lane.sh(`${ALL}; rm -r d door; ln -s "$MM_TEST_LOG" d; mkdir door; echo in > door/passwd`);
    const { tree } = await lane.capture();
    const dir = join(lane.repo.root, 'files/x');
    mkdirSync(dir, { recursive: true });
    writeFileSync(join(dir, 'stale'), 'from an earlier attempt');
    await snapshot(lane.store, lane.store.baseTree, tree, dir);
    const onDisk = filesBelow(lane.workspace.path);
    const unchanged = filesOfTree(lane.store, lane.store.baseTree);
    for (const [path, text] of unchanged) if (onDisk.get(path) === text) onDisk.delete(path);
    assert.equal(object(filesBelow(dir)), object(onDisk));
    assert.is(readlinkSync(join(dir, 'link')), '/etc/passwd');
    assert.ok(lstatSync(join(dir, 'd')).isSymbolicLink());
    assert.equal(readdirSync(lane.repo.log), []);
    assert.equal(
      readFileSync(`${dir}.deleted.txt`, 'utf8').split('\n').sort(),
      ['', 'd/x', 'door', 'src/a.ts', 'src/b.ts', 'src/deep/c.ts'].sort(),
    );
    await snapshot(lane.store, lane.store.baseTree, lane.store.baseTree, dir);
    assert.equal([readdirSync(dir), existsSync(`${dir}.deleted.txt`)], [[], false]);
  }));

test('a composition takes each path from where it was picked, deletions, modes, links and renames too [Y2]', () =>
  withStore({ files: FILES }, async (repo, store) => {
    const [a, b] = (await candidates(repo, store, [
      ALL,
      'echo b >> README.md; echo B > src/b.ts; echo only > only-b; git mv src/deep/c.ts moved.ts',
    ])) as [string, string];
    const picks: PathPick[] = [
      ...[
        'run.sh',
        'link',
        'new.bin',
        'src/a.ts',
        'src/z.ts',
        'a b/n\nl',
        ...(NAMES_ANY_FILE ? ['bad\udcff'] : []),
      ].map((path) => ({
        path,
        tree: a,
      })),
      ...['README.md', 'src/b.ts', 'only-b', 'moved.ts'].map((path) => ({ path, tree: b })),
      { path: 'src/deep/c.ts', tree: null },
    ];
    const { tree } = value(await compose(store, store.baseTree, picks));
    const expected = filesOfTree(store, store.baseTree);
    const from = { a: filesOfTree(store, a), b: filesOfTree(store, b) };
    const byte = (path: string) => path.replace('\udcff', '\u00ff');
    for (const { path, tree: source } of picks) {
      const text = source === null ? undefined : (source === a ? from.a : from.b).get(byte(path));
      if (text === undefined) expected.delete(byte(path));
      else expected.set(byte(path), text);
    }
    assert.equal(object(filesOfTree(store, tree)), object(expected));
    const whole = await compose(
      store,
      store.baseTree,
      (await changes(store, store.baseTree, a)).map(({ path }) => ({ path, tree: a })),
    );
    assert.is(value(whole).tree, a, 'everything of one candidate is that candidate');
    assert.is(value(await compose(store, store.baseTree, [])).tree, store.baseTree);
    assert.is(
      value(
        await compose(
          store,
          store.baseTree,
          [
            { path: 'only-b', tree: a },
            { path: 'run.sh', tree: b },
          ].slice(1),
        ),
      ).tree,
      store.baseTree,
    );
  }));

test('picks that do not go together are refused [Y2]', () =>
  withStore({ files: FILES }, async (repo, store) => {
    const [a, b, c] = (await candidates(repo, store, [
      'echo f > thing; echo u > Twin.ts; rm -r src; echo f > src',
      'mkdir thing; echo i > thing/inner; echo l > twin.ts; mkdir Src; echo n > Src/n; echo r > readme.md',
      "printf 1 > $'caf\\xc3\\xa9'; printf 2 > $'cafe\\xcc\\x81'; echo n > link2; rm link; mkdir link; echo x > link/x",
    ])) as [string, string, string];
    const says = async (...picks: PathPick[]) => {
      const composed = await compose(store, store.baseTree, picks);
      return composed.ok ? 'fine' : composed.failure.id;
    };
    assert.is(await says({ path: 'thing', tree: a }, { path: 'thing/inner', tree: b }), 'compose-clash');
    assert.is(await says({ path: 'thing/inner', tree: b }, { path: 'thing', tree: a }), 'compose-clash');
    assert.is(await says({ path: 'src', tree: a }), 'compose-clash', 'the base has files in it');
    assert.is(await says({ path: 'link/x', tree: c }), 'compose-clash', 'the base has a link of that name');
    assert.is(await says({ path: 'link/x', tree: c }, { path: 'link', tree: null }), 'fine');
    assert.is(await says({ path: 'Twin.ts', tree: a }, { path: 'twin.ts', tree: b }), 'compose-twins');
    assert.is(await says({ path: 'readme.md', tree: b }), 'compose-twins');
    assert.is(await says({ path: 'readme.md', tree: b }, { path: 'README.md', tree: null }), 'fine');
    assert.is(await says({ path: 'Src/n', tree: b }), 'compose-twins', 'folders too');
    assert.is(await says({ path: 'caf\u00e9', tree: c }, { path: 'cafe\u0301', tree: c }), 'compose-twins');
    assert.is(await says({ path: 'nowhere', tree: a }), 'compose-unknown');
    assert.is(await says({ path: 'nowhere', tree: null }), 'compose-unknown');
    for (const path of [
      '../x',
      '/etc/passwd',
      '.git/config',
      'a/.GIT/x',
      'git~1/x',
      'a/../b',
      './a',
      'a//b',
      '',
      '.g\u200cit/x',
      '.git. /x',
      'a\0b',
    ]) {
      assert.is(await says({ path, tree: a }), 'compose-unsafe', JSON.stringify(path));
      assert.not.ok(isSafePath(path));
    }
    for (const path of ['.github/x', '.gitignore', 'a/git', '...', 'a b', '-rf', '\ud83d\ude00', 'bad\udcff'])
      assert.ok(isSafePath(path), path);
    assert.is(foldPath('Straße'), foldPath('STRASSE'));
  }));

test('trees are merged with renames followed, and conflicts are told [Y2]', () =>
  withStore({ files: FILES }, async (repo, store) => {
    const [rename, edit, other] = (await candidates(repo, store, [
      'git mv src/a.ts src/z.ts',
      "sed -i 's/line 3$/LINE 3/' src/a.ts",
      "sed -i 's/line 3$/third/' src/a.ts",
    ])) as [string, string, string];
    const merged = await mergeTrees(store, store.baseTree, rename, edit);
    assert.equal(merged.conflicts, []);
    const files = filesOfTree(store, merged.tree);
    assert.not.ok(files.has('src/a.ts'));
    assert.match(files.get('src/z.ts')!, /LINE 3\n/);
    assert.equal((await mergeTrees(store, store.baseTree, edit, other)).conflicts, ['src/a.ts']);
    assert.is((await mergeTrees(store, store.baseTree, edit, edit)).tree, edit);
  }));

test('hunks of one file are combined where they do not touch, and never with marks [Y2]', () =>
  withStore({ files: FILES }, async (repo, store) => {
    const trees = await candidates(repo, store, [
      "sed -i 's/line 3$/LINE 3/' src/a.ts; printf 'x\\0' > data.bin",
      "sed -i 's/line 20$/LINE 20/' src/a.ts; printf '\\0y' > data.bin",
      "sed -i 's/line 3$/third/' src/a.ts",
    ]);
    const [base, first, second, third] = await Promise.all(
      [store.baseTree, ...trees].map((tree) => blobs(store, tree)),
    );
    const merged = await mergeFile(store, base!.get('src/a.ts')!, first!.get('src/a.ts')!, second!.get('src/a.ts')!);
    const tree = value(
      await compose(store, store.baseTree, [{ path: 'src/a.ts', tree: null, entry: { mode: '100644', oid: merged! } }]),
    ).tree;
    assert.is(
      filesOfTree(store, tree).get('src/a.ts'),
      `- ${TEXT.replace('line 3\n', 'LINE 3\n').replace('line 20\n', 'LINE 20\n')}`,
    );
    assert.is(await mergeFile(store, base!.get('src/a.ts')!, first!.get('src/a.ts')!, third!.get('src/a.ts')!), null);
    assert.is(await mergeFile(store, base!.get('data.bin')!, first!.get('data.bin')!, second!.get('data.bin')!), null);
    assert.is(await mergeFile(store, null, first!.get('src/a.ts')!, second!.get('src/a.ts')!), null);
    assert.is(
      await mergeFile(store, base!.get('src/a.ts')!, base!.get('src/a.ts')!, second!.get('src/a.ts')!),
      second!.get('src/a.ts'),
    );
  }));

async function blobs(store: CandidateStore, tree: string): Promise<Map<string, string>> {
  const { privateRecords } = await import('../../../lib/candidate/private-git.ts');
  const records = await privateRecords(store, ['ls-tree', '-r', '-z', tree]);
  return new Map(records.map((record) => [record.slice(record.indexOf('\t') + 1), record.split(/[ \t]/)[2]!]));
}

test('names that mean something else to git are put together like any other [S3]', () =>
  withStore({ files: { 'a.txt': 'a\n', ':/--/old': 'x\n' } }, async (repo, store) => {
    const entry = { mode: '100644', oid: repo.git('rev-parse', 'HEAD:a.txt') };
    const names = [':/--/x', ':!y/z', ':(top)/q', '*/[a]'];
    const tree = await editTree(
      store,
      store.baseTree,
      names.map((path) => ({ path, entry })),
    );
    const picks = names.map((path) => ({ path, tree }));
    assert.is(value(await compose(store, store.baseTree, picks)).tree, tree);
  }));

test.run();
