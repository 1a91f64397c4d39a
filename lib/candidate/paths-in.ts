// Which of some paths a tree has.
import type { CandidateStore } from './candidate-store.ts';
import { entriesAt } from './trees.ts';

export async function pathsIn(
  store: CandidateStore,
  tree: string,
  paths: readonly string[],
): Promise<ReadonlySet<string>> {
  return new Set((await entriesAt(store, tree, paths)).keys());
}
