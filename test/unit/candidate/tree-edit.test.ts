// Trees made out of others by edits, held against what git's own index makes of the same edits.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { editIndex, privateBytes, privateText, withIndex } from '../../../lib/candidate/private-git.ts';
import type { CandidateStore } from '../../../lib/candidate/store.ts';
import { editTree, type TreeEdit } from '../../../lib/candidate/tree-edit.ts';
import { NAMES_ANY_FILE, withStore } from './fixture.ts';

const FILES = {
  a: 'a\n',
  'a.txt': 'a\n',
  'a-b': 'a\n',
  'd/e/f': 'f\n',
  'd/e/g/h': 'h\n',
  'd/i': 'i\n',
  'only/one': 'one\n',
  run: { text: '#!/bin/sh\n', mode: 0o755 },
};

/** The same through a whole index. */
const byIndex = (store: CandidateStore, onto: string, edits: readonly TreeEdit[]): Promise<string> =>
  withIndex(store, async (indexFile) => {
    await privateBytes(store, ['read-tree', onto], { indexFile });
    await editIndex(store, indexFile, edits);
    return privateText(store, ['write-tree'], { indexFile });
  });

for (const format of ['sha1', 'sha256'] as const) {
  test(`edits make the tree that git's index makes of them, folders and files in each other's place (${format}) [S3]`, () =>
    withStore({ files: FILES, format }, async (repo, store) => {
      const blob = { mode: '100644', oid: repo.git('rev-parse', 'HEAD:a') };
      const commit = { mode: '160000', oid: repo.git('rev-parse', 'HEAD') };
      const put = (path: string, entry: TreeEdit['entry'] = blob): TreeEdit => ({ path, entry });
      const gone = (path: string): TreeEdit => ({ path, entry: null });
      const cases: Record<string, TreeEdit[]> = {
        nothing: [],
        'a file': [put('d/e/new')],
        'folders that were not there': [put('x/y/z/new'), put('x/y/other')],
        'a mode': [put('run')],
        'a link and a submodule': [put('link', { ...blob, mode: '120000' }), put('d/sub', commit)],
        'sorted among names that begin alike': [put('a-/x'), put('a0'), put('a!')],
        'a file becomes a folder': [gone('a'), put('a/b/c')],
        'a folder becomes a file': [gone('d/e/f'), gone('d/e/g/h'), put('d/e')],
        'a file in the way of a folder, not taken away': [put('a/b')],
        'a folder in the way of a file, not taken away': [put('d')],
        'the last file of a folder': [gone('only/one')],
        'the last file far down': [gone('d/e/g/h')],
        'what is not there': [gone('no'), gone('no/such'), gone('a/b'), gone('d/e')],
        everything: Object.keys(FILES).map(gone),
        'odd names': [
          put('caf\u00e9/\n'),
          put(' '),
          put('"q"\\'),
          ...(NAMES_ANY_FILE ? [put('bad\udcff/\udc80x')] : []),
        ],
      };
      for (const [what, edits] of Object.entries(cases)) {
        const tree = await editTree(store, store.baseTree, edits);
        assert.is(tree, await byIndex(store, store.baseTree, edits), what);
        assert.is(await privateText(store, ['cat-file', '-t', tree]), 'tree', `${what} is kept`);
      }
      assert.is(
        await editTree(store, store.base, cases['a file']!),
        await editTree(store, store.baseTree, cases['a file']!),
      );
    }));
}

test('a thousand edits of any kind, one set after the other, make what the index makes', () =>
  withStore({ files: FILES }, async (repo, store) => {
    const oids = ['HEAD:a', 'HEAD:d/i', 'HEAD:only/one'].map((name) => repo.git('rev-parse', name));
    let state = 20261126;
    const below = (limit: number): number => {
      state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
      return (state >> 8) % limit;
    };
    const name = () => ['a', 'b', 'a.b', 'a-b'][below(4)]!;
    let tree = store.baseTree;
    for (let round = 0; round < 50; round++) {
      const edits = new Map<string, TreeEdit>();
      for (let n = 0; n < 20; n++) {
        const path = Array.from({ length: 1 + below(4) }, name).join('/');
        // of two that clash the last one wins, in which order is nobody's business
        const clash = [...edits.keys()].some((other) => other.startsWith(`${path}/`) || path.startsWith(`${other}/`));
        if (!clash) edits.set(path, { path, entry: below(3) === 0 ? null : { mode: '100644', oid: oids[below(3)]! } });
      }
      const next = await editTree(store, tree, [...edits.values()]);
      assert.is(next, await byIndex(store, tree, [...edits.values()]), `round ${round}`);
      tree = next;
    }
  }));

test.run();
