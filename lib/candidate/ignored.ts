// Ignored files in a workspace: which there are, and which a model hid by editing an ignore file.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { removeTree } from '../system/files.ts';
import { emptyTree } from './disk-tree.ts';
import { joinRecords, splitRecords, systemPath } from './path-bytes.ts';
import { privateBytes, privateGit, privateRecords, temporaryPath, withIndex } from './private-git.ts';
import type { CandidateStore } from './store.ts';
import { treeDiff } from './tree-diff.ts';
import { editIndex } from './tree-edit.ts';

/** Ignored paths that are in no index; a folder that is ignored as a whole is one entry, ending in `/`. */
export function listIgnored(store: CandidateStore, workTree: string, indexFile: string): Promise<string[]> {
  return privateRecords(store, ['ls-files', '--others', '--ignored', '--exclude-standard', '--directory', '-z'], {
    workTree,
    indexFile,
  });
}

/** Of `entries` as `listIgnored` has them, those that the workspace's ignore files no longer name. */
export async function noLongerIgnored(
  store: CandidateStore,
  workTree: string,
  indexFile: string,
  entries: readonly string[],
): Promise<string[]> {
  const ignored = new Set(await checkIgnored(store, workTree, indexFile, entries));
  return entries.filter((entry) => !ignored.has(entry));
}

/**
 * Of `entries`, those that the ignore files of `tree` do not name: what hides them came later.
 * @param entries folders end in `/`
 */
export async function hiddenSince(store: CandidateStore, tree: string, entries: readonly string[]): Promise<string[]> {
  if (entries.length === 0) return [];
  const rules = await treeDiff(store, emptyTree(store), tree, [':(glob)**/.gitignore']);
  const folder = temporaryPath(store, 'rules');
  try {
    return await withIndex(store, async (indexFile) => {
      await mkdir(folder, { recursive: true });
      await editIndex(
        store,
        indexFile,
        rules.map(({ path, after }) => ({ path, entry: after })),
      );
      await privateBytes(store, ['checkout-index', '--all', '--quiet', '--force'], { workTree: folder, indexFile });
      // Rules for folders hold only for what is one.
      for (const entry of entries)
        if (entry.endsWith('/')) await mkdir(systemPath(join(folder, entry)), { recursive: true });
      return noLongerIgnored(store, folder, indexFile, entries);
    });
  } finally {
    await removeTree(folder);
  }
}

async function checkIgnored(
  store: CandidateStore,
  workTree: string,
  indexFile: string,
  entries: readonly string[],
): Promise<string[]> {
  if (entries.length === 0) return [];
  const output = await privateGit(store, ['check-ignore', '--no-index', '-z', '--stdin'], {
    workTree,
    indexFile,
    input: joinRecords(entries),
  });
  // 1: none is ignored. 128: one lies behind a link now, and counts as not ignored.
  return splitRecords(output.bytes);
}
