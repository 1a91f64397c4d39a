// Which of some paths a tree has.
import type { CandidateStore } from './candidate-store.ts';
import { privateRecords } from './private-git.ts';

/** As many as fit well into a command line. */
const AT_ONCE = 500;

export async function pathsIn(
  store: CandidateStore,
  tree: string,
  paths: readonly string[],
): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (let n = 0; n < paths.length; n += AT_ONCE) {
    const listing = ['ls-tree', '-z', '--name-only', '--full-tree', tree, '--', ...paths.slice(n, n + AT_ONCE)];
    for (const path of await privateRecords(store, listing)) found.add(path);
  }
  return found;
}
