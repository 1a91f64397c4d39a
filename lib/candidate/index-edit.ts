// Changes entries of an index that is ours. It checks nothing: git drops a bad path silently and lets the last of two
// clashing ones win, so whoever takes paths from elsewhere checks.
import type { CandidateStore } from './candidate-store.ts';
import { joinRecords } from './path-bytes.ts';
import { privateBytes } from './private-git.ts';
import type { TreeEdit } from './tree-edit.ts';

/** Makes the edits in an index, which is made where there is none. */
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
