// Commits in the session's store: only so that git, which thinks in commits, can compare and merge trees.
import type { CandidateStore } from './candidate-store.ts';
import { privateText } from './private-git.ts';

/** A commit of a tree, always the same one for the same parents. */
export function commitOf(
  store: CandidateStore,
  tree: string,
  parents: readonly string[],
  message: string,
): Promise<string> {
  const date = '2000-01-01T00:00:00Z';
  const args = ['commit-tree', tree, ...parents.flatMap((parent) => ['-p', parent]), '-m', message];
  return privateText(store, args, { env: { GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date } });
}
