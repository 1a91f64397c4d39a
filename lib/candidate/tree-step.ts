// From one tree to another in a folder that holds the first one and that nobody has touched: only what differs between
// the two is looked at, however large they are.
import { rmdir, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { SUBMODULE } from '../core/file-mode.ts';
import { codeOf } from '../system/file-failure.ts';
import { GitError } from '../system/git.ts';
import type { CandidateStore } from './candidate-store.ts';
import { isRealFolder } from './identity.ts';
import { editIndex } from './index-edit.ts';
import { systemPath } from './path-bytes.ts';
import { type TreeDifference, treeDiff } from './tree-diff.ts';
import { writeFiles } from './write-files.ts';

export interface TreeStep {
  /** The folder, and the index that tells of it; brought up to date. */
  readonly workTree: string;
  readonly indexFile: string;
  readonly from: string;
  readonly to: string;
}

/** @returns false when something is in the way after all: then the folder is neither tree, and the index is the second's */
export async function stepFromTo(store: CandidateStore, { workTree, indexFile, from, to }: TreeStep): Promise<boolean> {
  const differences = await treeDiff(store, from, to);
  if (differences.some(({ before, after }) => [before?.mode, after?.mode].includes(SUBMODULE))) return false;
  const writing = write(store, workTree, differences);
  const editing = editIndex(
    store,
    indexFile,
    differences.map(({ path, after }) => ({ path, entry: after })),
  );
  await Promise.allSettled([writing, editing]); // nothing may be at work when a failure is told
  await editing;
  return writing;
}

/** Takes the old ones away first, so that whatever is still where a new one belongs is somebody else's. */
async function write(
  store: CandidateStore,
  workTree: string,
  differences: readonly TreeDifference[],
): Promise<boolean> {
  const old = differences.filter(({ before }) => before !== null).map(({ path }) => path);
  const fresh = differences.flatMap(({ path, after }) => (after === null ? [] : [{ path, entry: after }]));
  try {
    for (const folder of new Set(old.map(dirname))) if (!(await isRealFolder(workTree, folder))) return false;
    for (const path of old) await unlink(systemPath(join(workTree, path)));
    const gone = differences.filter(({ after }) => after === null).map(({ path }) => dirname(path));
    for (const folder of new Set(gone)) await removeEmptied(workTree, folder);
    if (fresh.length > 0) await writeFiles(store, workTree, fresh);
    return true;
  } catch (error) {
    if (!(error instanceof GitError) && codeOf(error) === null) throw error;
    return false;
  }
}

/** Git knows no empty folders: those that hold nothing any more go, as far up as they do. */
async function removeEmptied(workTree: string, folder: string): Promise<void> {
  for (let at = folder; at !== '.'; at = dirname(at)) {
    try {
      await rmdir(systemPath(join(workTree, at)));
    } catch (error) {
      if (['ENOENT', 'ENOTDIR'].includes(codeOf(error) ?? '')) continue;
      if (['ENOTEMPTY', 'EEXIST'].includes(codeOf(error) ?? '')) return;
      throw error;
    }
  }
}
