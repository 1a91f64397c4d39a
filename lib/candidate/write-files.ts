// Writes entries as files through an index that holds nothing else: what git writes is inside the folder, and never
// goes through a link.
import type { CandidateStore } from './candidate-store.ts';
import { editIndex } from './index-edit.ts';
import { privateBytes, withIndex } from './private-git.ts';
import type { Entry } from './trees.ts';

export interface WriteOptions {
  /** What is in the way gives way; without it that is an error. */
  readonly force?: boolean;
  readonly env?: Readonly<Record<string, string>>;
}

/** @throws GitError when something can't be written; others may have been then */
export function writeFiles(
  store: CandidateStore,
  folder: string,
  files: readonly { readonly path: string; readonly entry: Entry }[],
  { force = false, env = {} }: WriteOptions = {},
): Promise<void> {
  return withIndex(store, async (indexFile) => {
    await editIndex(store, indexFile, files);
    const args = ['checkout-index', '--all', '--quiet', ...(force ? ['--force'] : [])];
    await privateBytes(store, args, { workTree: folder, indexFile, env });
  });
}
