// Puts a tree together from picks out of several candidates. Git drops bad paths and overwrites clashing ones without a
// word, so every pick is checked before, and the written tree is compared with the picks after.
import { type Failure, fail, ok, type Result } from '../core/failure.ts';
import { FOLDER } from '../core/file-mode.ts';
import { candidateMessages } from '../core/messages/candidate-messages.ts';
import type { CandidateStore } from './candidate-store.ts';
import { keepTree } from './keep.ts';
import { listTree } from './list-tree.ts';
import { foldPath, isSafePath } from './safe-path.ts';
import { type TreeDifference, treeDiff } from './tree-diff.ts';
import { editTree, type TreeEdit } from './tree-edit.ts';
import { type Entry, entriesAt, foldersAbove, foldersAt } from './trees.ts';

/** A path as it is in `tree`; null: taken away. `entry` instead: a merged file. */
export interface PathPick {
  readonly path: string;
  readonly tree: string | null;
  readonly entry?: Entry;
}

/**
 * The base with the picks made.
 * @returns the tree, or why the picks do not go together; nothing of the result is kept then
 */
export async function compose(
  store: CandidateStore,
  base: string,
  picks: readonly PathPick[],
): Promise<Result<{ readonly tree: string }>> {
  const unsafe = picks.map(({ path }) => path).filter((path) => !isSafePath(path));
  if (unsafe.length > 0) return fail(candidateMessages['compose-unsafe']({ paths: unsafe }));

  const trees = [...new Set(picks.flatMap(({ tree }) => (tree === null ? [] : [tree])))];
  const changed = new Map(
    await Promise.all(trees.map(async (tree) => [tree, await differences(store, base, tree)] as const)),
  );
  const inBase = (path: string): boolean | null => {
    const differing = [...changed.values()].map((all) => all.get(path)).find((each) => each !== undefined);
    return differing === undefined ? null : differing.before !== null;
  };
  const edits = new Map<string, TreeEdit>();
  for (const { path, tree, entry } of picks) {
    const made = entry ?? (tree === null ? null : changed.get(tree)!.get(path)?.after);
    // A tree that did not change the path has it as the base has it.
    if (made === undefined) edits.delete(path);
    else edits.set(path, { path, entry: made });
  }
  const unsure = new Set(picks.map(({ path }) => path).filter((path) => inBase(path) === null));
  const added = [...edits.values()].filter(({ path, entry }) => entry !== null && inBase(path) !== true);
  const found = await lookInBase(store, base, unsure, added, edits);

  const unknown = picks.filter(({ path, entry }) => entry === undefined && unsure.has(path) && !found.exact.has(path));
  if (unknown.length > 0) return fail(candidateMessages['compose-unknown']({ paths: unknown.map(({ path }) => path) }));
  const clash = findClash(edits, found.there);
  if (clash !== null) return fail(clash);

  for (const { path, entry } of edits.values()) {
    if (entry === null && !found.exact.has(path) && inBase(path) !== true) edits.delete(path);
  }
  const tree = await editTree(store, base, [...edits.values()]);
  const wrong = await unlikePicks(store, base, tree, edits);
  if (wrong.length > 0) return fail(candidateMessages['compose-differs']({ paths: wrong }));
  await keepTree(store, tree);
  return ok({ tree });
}

async function differences(store: CandidateStore, base: string, tree: string): Promise<Map<string, TreeDifference>> {
  return new Map((await treeDiff(store, base, tree)).map((difference) => [difference.path, difference]));
}

type There = ReadonlyMap<string, readonly { readonly path: string; readonly folder: boolean }[]>;

/**
 * What the base has, after the deletions, under names that new files or their folders could be taken for: by folded
 * name. `exact`: those of `unsure` that are files of the base. Lists the base only when there is something to look for.
 */
async function lookInBase(
  store: CandidateStore,
  base: string,
  unsure: ReadonlySet<string>,
  added: readonly TreeEdit[],
  edits: ReadonlyMap<string, TreeEdit>,
): Promise<{ exact: ReadonlySet<string>; there: There }> {
  const exact = new Set<string>();
  const there = new Map<string, { path: string; folder: boolean }[]>();
  if (unsure.size === 0 && !(await mayMeet(store, base, added))) return { exact, there };
  const folds = new Set(added.flatMap(({ path }) => withParents(path).map(foldPath)));
  const seen = new Set<string>();
  for (const file of (await listTree(store, base)).files.keys()) {
    if (unsure.has(file)) exact.add(file);
    if (folds.size === 0 || edits.get(file)?.entry === null) continue;
    for (const path of withParents(file)) {
      if (seen.has(path)) break;
      if (path !== file) seen.add(path);
      const fold = foldPath(path);
      if (folds.has(fold)) there.set(fold, [...(there.get(fold) ?? []), { path, folder: path !== file }]);
    }
  }
  return { exact, there };
}

/** A quick look at the folders concerned: whether a new file's name, or a folder's of it, may meet one of the base. */
async function mayMeet(store: CandidateStore, base: string, added: readonly TreeEdit[]): Promise<boolean> {
  if (added.length === 0) return false;
  const above = added.flatMap(({ path }) => ['', ...foldersAbove(path)]);
  // null: two of the base's own with the same folded name, which the thorough look decides
  const met = new Map<string, { readonly path: string; readonly folder: boolean } | null>();
  for (const [folder, entries] of await foldersAt(store, base, above)) {
    for (const [name, { mode }] of entries) {
      const path = folder === '' ? name : `${folder}/${name}`;
      const fold = foldPath(path);
      met.set(fold, met.has(fold) ? null : { path, folder: mode === FOLDER });
    }
  }
  return added.some(({ path }) =>
    withParents(path).some((part) => {
      const there = met.get(foldPath(part));
      return there !== undefined && !(part !== path && there?.folder && there.path === part);
    }),
  );
}

/** A path and all folders above it, innermost first. */
const withParents = (path: string): readonly string[] => [path, ...foldersAbove(path)];

function findClash(edits: ReadonlyMap<string, TreeEdit>, there: There): Failure | null {
  const written = new Map<string, string>();
  for (const { path, entry } of edits.values()) {
    if (entry === null) continue;
    for (const part of withParents(path)) {
      const fold = foldPath(part);
      const others = there.get(fold) ?? [];
      const same = others.find((other) => other.path === part);
      if (part !== path && (edits.get(part)?.entry || same?.folder === false)) {
        return candidateMessages['compose-clash']({ path: part, other: path });
      }
      if (part === path && same?.folder) return candidateMessages['compose-clash']({ path, other: `${path}/` });
      // Twins that the base has itself are the user's own affair.
      const twin = same === undefined ? (written.get(fold) ?? others[0]?.path) : undefined;
      if (twin !== undefined && twin !== part) return candidateMessages['compose-twins']({ path: part, other: twin });
      written.set(fold, part);
    }
  }
  return null;
}

/** The paths in which the written tree is something else than the base with the edits. */
async function unlikePicks(
  store: CandidateStore,
  base: string,
  tree: string,
  edits: ReadonlyMap<string, TreeEdit>,
): Promise<string[]> {
  const written = await treeDiff(store, base, tree);
  const wrong = written.filter(({ path, after }) => {
    const edit = edits.get(path);
    return edit === undefined || edit.entry?.oid !== after?.oid || edit.entry?.mode !== after?.mode;
  });
  const seen = new Set(written.map(({ path }) => path));
  const missing = [...edits.values()]
    .filter(({ path, entry }) => entry !== null && !seen.has(path))
    .map(({ path }) => path);
  const unchanged = new Set(missing.length === 0 ? [] : await sameInBase(store, base, missing, edits));
  return [...wrong.map(({ path }) => path), ...missing.filter((path) => !unchanged.has(path))];
}

/** Of `paths`, those that the base already has as the edits want them. */
async function sameInBase(
  store: CandidateStore,
  base: string,
  paths: readonly string[],
  edits: ReadonlyMap<string, TreeEdit>,
): Promise<string[]> {
  const there = await entriesAt(store, base, paths);
  return paths.filter((path) => {
    const [wanted, found] = [edits.get(path)?.entry, there.get(path)];
    return wanted?.mode === found?.mode && wanted?.oid === found?.oid;
  });
}
