// Makes a tree out of another one and a list of entries, through an index of its own. It checks nothing: git drops a bad
// path silently and lets the last of two clashing ones win, so whoever takes paths from elsewhere checks (compose.ts).
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { exists } from '../system/files.ts';
import type { CandidateStore } from './candidate-store.ts';
import { copyIndex } from './copy-index.ts';
import { joinRecords } from './path-bytes.ts';
import { privateBytes, privateText, temporaryPath, withIndex } from './private-git.ts';

export interface Entry {
  readonly mode: string;
  readonly oid: string;
}

/** An entry to write, or null to take the path away. */
export interface TreeEdit {
  readonly path: string;
  readonly entry: Entry | null;
}

/** `onto` (a tree or commit) with the edits made. */
export async function editTree(store: CandidateStore, onto: string, edits: readonly TreeEdit[]): Promise<string> {
  return withIndex(store, async (indexFile) => {
    await indexOf(store, onto, indexFile);
    await editIndex(store, indexFile, edits);
    return privateText(store, ['write-tree'], { indexFile });
  });
}

/** Makes what most trees are made on ready, so that nobody waits for it later. */
export async function warmBase(store: CandidateStore): Promise<void> {
  await withIndex(store, (indexFile) => indexOf(store, store.baseTree, indexFile));
}

/** How names of indexes begin that are kept in the store's folder. */
export const KEPT_INDEX = 'index-';

/** Fills an index with a tree. The base's is kept, since most trees are made on it. */
async function indexOf(store: CandidateStore, tree: string, indexFile: string): Promise<void> {
  const kept = join(store.dir, `${KEPT_INDEX}${tree}`);
  if (await exists(kept)) return copyIndex(kept, indexFile);
  await privateBytes(store, ['read-tree', tree], { indexFile });
  if (tree !== store.baseTree) return;
  const copy = temporaryPath(store, 'kept-index');
  await copyIndex(indexFile, copy);
  await rename(copy, kept);
}

/** The same on an index file. */
export async function editIndex(store: CandidateStore, indexFile: string, edits: readonly TreeEdit[]): Promise<void> {
  if (edits.length === 0) return;
  // What goes must be gone before what comes: a folder may become a file, and a file a folder.
  const removals = edits.filter((edit) => edit.entry === null).map((edit) => `0 ${store.nothing}\t${edit.path}`);
  const additions = edits.flatMap(({ path, entry }) => (entry === null ? [] : `${entry.mode} ${entry.oid}\t${path}`));
  await privateBytes(store, ['update-index', '-z', '--index-info'], {
    indexFile,
    input: joinRecords([...removals, ...additions]),
  });
}
