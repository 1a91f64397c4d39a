// What lies beside the index of the user's own tree, listed a little earlier (tree-listing.ts): believed as long as no
// folder has changed since. A folder changes with every name that comes or goes in it.
import type { CandidateStore } from './candidate-store.ts';
import { folderFacts } from './folder-facts.ts';
import { changedSince, foldersOf } from './scan.ts';
import type { Workspace } from './workspace.ts';

/** @returns null: it is not known, or no longer */
export async function stillBeside(store: CandidateStore, workspace: Workspace): Promise<readonly string[] | null> {
  const { beside, path } = workspace;
  if (beside === undefined) return null;
  const { folders } = await folderFacts(store, store.baseTree);
  const all = ['', ...folders, ...foldersOf(beside.paths)];
  return (await changedSince(path, all, beside.since)) ? null : beside.paths;
}
