// Writes files of a tree into a folder: what git writes is inside the folder, and never goes through a link.
import type { CandidateStore } from './candidate-store.ts';
import { joinRecords } from './path-bytes.ts';
import { privateBytes, withIndex } from './private-git.ts';

/**
 * What is in the way gives way.
 * @param paths files that the tree has
 * @throws GitError when something can't be written; others may have been then
 */
export async function writeFiles(
  store: CandidateStore,
  folder: string,
  tree: string,
  paths: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<void> {
  if (paths.length === 0) return;
  await withIndex(store, (indexFile) =>
    privateBytes(store, ['restore', `--source=${tree}`, '--quiet', '--pathspec-from-file=-', '--pathspec-file-nul'], {
      ...{ workTree: folder, indexFile, input: joinRecords(paths) },
      env: { ...env, GIT_LITERAL_PATHSPECS: '1' },
    }),
  );
}
