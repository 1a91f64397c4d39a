// One candidate's code with another one's tests laid over it. Which files are tests is the caller's business.

import type { CandidateStore } from './candidate-store.ts';
import { keepTree } from './keep.ts';
import { treeDiff } from './tree-diff.ts';
import { editTree } from './tree-edit.ts';

export interface Overlay {
  readonly base: string;
  readonly code: string;
  readonly tests: string;
  /** Those of the paths that `tests` added or changed are laid over; the others and deleted ones are left as `code` has them. */
  readonly isTest: (path: string) => boolean;
}

/** The tree, and the test files in it that are from `tests`. With none it is `code` itself. */
export async function overlay(
  store: CandidateStore,
  { base, code, tests, isTest }: Overlay,
): Promise<{ tree: string; paths: string[] }> {
  const laid = (await treeDiff(store, base, tests)).filter(({ path, after }) => after !== null && isTest(path));
  const paths = laid.map(({ path }) => path);
  if (paths.length === 0) return { tree: code, paths };
  const tree = await editTree(
    store,
    code,
    laid.map(({ path, after }) => ({ path, entry: after })),
  );
  await keepTree(store, tree);
  return { tree, paths };
}
