// Three-way merges between what candidates made of the same base. Conflicts are an answer, never written into a tree.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { removeTree } from '../system/files.ts';
import { GitError } from '../system/git.ts';
import type { CandidateStore } from './candidate-store.ts';
import { keepTree } from './keep.ts';
import { missingBlobs, readBlobs, writeBlob } from './objects.ts';
import { splitRecords } from './path-bytes.ts';
import { privateGit, privateText, temporaryPath } from './private-git.ts';

interface MergedTrees {
  /** Holds conflict marks where there are conflicts: then it is only to be looked at. */
  readonly tree: string;
  /** Paths where both changed the same place, or one deleted what the other changed. */
  readonly conflicts: readonly string[];
}

/** What both made of `base`, renames followed: an edit in one goes along with a rename in the other. */
export async function mergeTrees(store: CandidateStore, base: string, a: string, b: string): Promise<MergedTrees> {
  // Trees alone have no common ancestor, so they get commits that do.
  const root = await commitOf(store, base, [], 'ancestor');
  const [ours, theirs] = await Promise.all([commitOf(store, a, [root], 'a'), commitOf(store, b, [root], 'b')]);
  const args = ['merge-tree', '--write-tree', '-z', '--name-only', '--no-messages', ours, theirs];
  const output = await privateGit(store, args);
  if (output.code !== 0 && output.code !== 1) throw new GitError(args, output);
  const [tree = '', ...conflicts] = splitRecords(output.bytes);
  if (output.code === 0) await keepTree(store, tree);
  return { tree, conflicts: [...new Set(conflicts)] };
}

/** A commit of a tree, always the same one for the same parents: git compares and merges commits. */
function commitOf(store: CandidateStore, tree: string, parents: readonly string[], message: string): Promise<string> {
  const date = '2000-01-01T00:00:00Z';
  const args = ['commit-tree', tree, ...parents.flatMap((parent) => ['-p', parent]), '-m', message];
  return privateText(store, args, { env: { GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date } });
}

/**
 * One file's three-way merge, all given as blob ids.
 * @param base null: both added the file
 * @returns the merged blob's id; null where they conflict, or where one is binary or was never fetched into this clone
 */
export async function mergeFile(
  store: CandidateStore,
  base: string | null,
  ours: string,
  theirs: string,
): Promise<string | null> {
  if (ours === theirs || theirs === base) return ours;
  if (ours === base) return theirs;
  if (base === null || (await missingBlobs(store, [ours, base, theirs])).size > 0) return null;
  const folder = temporaryPath(store, 'merge');
  try {
    await mkdir(folder, { recursive: true });
    const names = ['ours', 'ancestor', 'theirs'].map((name) => join(folder, name));
    const contents = await readBlobs(store, [ours, base, theirs]);
    await Promise.all(contents.map((content, i) => writeFile(names[i]!, content)));
    const output = await privateGit(store, ['merge-file', '-p', '-q', ...names]);
    return output.code === 0 ? await writeBlob(store, output.bytes) : null;
  } finally {
    await removeTree(folder);
  }
}
