// Captures what a model made in a workspace as a git tree, whatever it did there: byte for byte, without running
// anything of it, and without a look at its own `.git`. What no tree can hold is told beside it.
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { Change, SideEntry } from '../core/candidate.ts';
import { fail, ok, type Result } from '../core/failure.ts';
import { SUBMODULE } from '../core/file-mode.ts';
import { candidateMessages } from '../core/messages/candidate-messages.ts';
import { exists } from '../system/files.ts';
import { GitError } from '../system/git.ts';
import type { FarLane } from '../system/remote/run-far.ts';
import { type Added, addAll } from './add-all.ts';
import { type Baseline, baselineFolder, baselineIndex, readBaseline } from './baseline.ts';
import type { CandidateStore } from './candidate-store.ts';
import { changes } from './changes.ts';
import { copyIndex } from './copy-index.ts';
import { captureFar } from './far-workspace.ts';
import { isFolder, isRealFolder } from './folder-identity.ts';
import { hiddenSince, listIgnored, noLongerIgnored, whenChanged } from './ignored.ts';
import { keepTree } from './keep.ts';
import { folderFacts } from './list-tree.ts';
import { editIndex, privateRecords, privateText, withIndex } from './private-git.ts';
import { type Seen, scan } from './scan.ts';
import { keepSubmoduleCommits, type SubmoduleState, submoduleState } from './submodules.ts';
import { treeDiff } from './tree-diff.ts';
import { editTree } from './tree-edit.ts';
import type { Workspace } from './workspaces.ts';

export interface Captured {
  /** The store's base tree with everything the model changed. */
  readonly tree: string;
  readonly changes: readonly Change[];
  readonly side: readonly SideEntry[];
  /** Submodules whose content changed: what lay in them before and after, as trees of the store. */
  readonly submodules: readonly { readonly path: string; readonly before: string; readonly after: string }[];
}

/**
 * Captures a workspace of which `keepBaseline` kept the beginning. Its model and whatever that started must have ended.
 * The workspace is only read, so it can be done again.
 */
export async function capture(store: CandidateStore, workspace: Workspace): Promise<Result<Captured>> {
  const baseline = await readBaseline(store, workspace.id);
  if (workspace.far !== undefined && baseline !== null) return capturedFar(store, workspace.far, baseline);
  if (baseline === null || !(await isFolder(workspace.path, baseline.folder))) {
    return fail(candidateMessages['workspace-gone']({ path: workspace.path }));
  }
  try {
    return ok(await captured(store, workspace, baseline));
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    return fail(candidateMessages['capture-failed']({ path: workspace.path, said: error.message.slice(0, 4000) }));
  }
}

async function captured(store: CandidateStore, workspace: Workspace, baseline: Baseline): Promise<Captured> {
  const found = await look(store, workspace, baseline);
  const tree = await onBase(store, baseline, found.added.tree, found.states);
  await rename(capturedIndex(store, workspace.id), capturedIndex(store, workspace.id, tree));
  const [list, side] = await Promise.all([
    changes(store, store.baseTree, tree),
    sideList(store, workspace, baseline, found),
    keepTree(store, tree),
  ]);
  const before = new Map(baseline.submodules.map((state) => [state.path, state.tree]));
  const submodules = found.states.flatMap(({ path, tree: after }) =>
    before.get(path) === after ? [] : [{ path, before: before.get(path)!, after }],
  );
  return { tree, changes: list, side, submodules };
}

/** What another host says of its lane; what no tree can hold stays there, and is told by its name. */
async function capturedFar(store: CandidateStore, far: FarLane, baseline: Baseline): Promise<Result<Captured>> {
  const seen = await captureFar(store, far);
  if (!seen.ok) return seen;
  const { ignored, repositories } = seen.value;
  const tree = await onBase(store, baseline, seen.value.tree, []);
  const paths = (entries: readonly { readonly path: string }[]) => entries.map(({ path }) => path);
  const fresh = without(ignored, paths(baseline.ignored));
  const [list, hidden] = await Promise.all([
    changes(store, store.baseTree, tree),
    newlyHidden(store, baseline, seen.value.tree, fresh),
    keepTree(store, tree),
  ]);
  const side = [
    ...fresh.map((path): SideEntry => ({ path, what: hidden.includes(path) ? 'newly-ignored' : 'ignored' })),
    ...without(repositories, paths(baseline.repositories)).map(
      (path): SideEntry => ({ path, what: 'embedded-repository' }),
    ),
  ];
  return ok({ tree, changes: list, side, submodules: [] });
}

/** The index of a workspace as a tree was captured from it; without a tree: of one that is being captured. */
const capturedIndex = (store: CandidateStore, id: string, tree = 'now'): string =>
  join(baselineFolder(store, id), `captured-${tree}`);

/**
 * Whether a workspace certainly holds a tree that was captured from it, or that it was filled with; ignored files and
 * what no tree can hold aside. Otherwise only `capture` tells.
 */
export async function holds(store: CandidateStore, workspace: Workspace, tree: string): Promise<boolean> {
  if (workspace.far !== undefined) return false;
  const baseline = await readBaseline(store, workspace.id);
  if (baseline === null || !(await isFolder(workspace.path, baseline.folder))) return false;
  const captured = capturedIndex(store, workspace.id, tree);
  const isCaptured = await exists(captured);
  if (!isCaptured && baseline.onto !== tree) return false;
  const listing = ['ls-files', '--modified', '--deleted', '--others', '--exclude-standard', '--directory', '-z'];
  const place = { workTree: workspace.path, indexFile: isCaptured ? captured : baselineIndex(store, workspace.id) };
  return (await privateRecords(store, [...listing, '--no-empty-directory'], place)).length === 0;
}

/** All of it as git's own `add --all` takes it, which says what it can't. */
async function look(store: CandidateStore, workspace: Workspace, baseline: Baseline): Promise<Found> {
  const index = baselineIndex(store, workspace.id);
  const { folders } = await folderFacts(store, baseline.tree);
  const submodules = baseline.submodules.map(({ path }) => path);
  const ignoredBefore = baseline.ignored.map(({ path }) => path);
  const unhidden = await noLongerIgnored(store, workspace.path, index, ignoredBefore);
  const left = [...submodules, ...unhidden.map((path) => path.replace(/\/$/, ''))];
  const take = (repositories: Seen['repositories']): Promise<Added> =>
    withIndex(store, async (indexFile) => {
      await copyIndex(index, indexFile);
      if (!store.plain) await nameAsOnDisk(store, indexFile, baseline.tree);
      const added = await addAll(store, { workTree: workspace.path, indexFile, left, repositories });
      await rename(indexFile, capturedIndex(store, workspace.id));
      return added;
    });
  const looking = listIgnored(store, workspace.path, index).then(async (ignored) => {
    const others = baseline.otherFolders;
    return {
      ignored,
      seen: await scan(workspace.path, { folders, others, ignored, submodules, since: baseline.mark }),
    };
  });
  // Most models make no repository within, so the tree is taken while we look for one.
  const stillThere = await Promise.all(baseline.repositories.map(({ path }) => isRealFolder(workspace.path, path)));
  const before = baseline.repositories.filter((_, i) => stillThere[i]);
  const [early, { ignored, seen }, states] = await Promise.all([
    take(before),
    looking,
    submoduleStates(store, workspace, baseline),
  ]);
  const known = new Set(before.map(({ path }) => path));
  const made = seen.repositories.filter(({ path, tracked }) => !tracked && !known.has(path));
  const added = made.length > 0 ? await take([...before, ...made]) : early;
  return { ignored, seen, added, states };
}

/**
 * Where files are converted on their way to the disk, a checkout's index names them as they are committed. Named as
 * they were on disk they count as unknown, and are read again.
 */
async function nameAsOnDisk(store: CandidateStore, indexFile: string, tree: string): Promise<void> {
  const committed = await privateText(store, ['write-tree', '--missing-ok'], { indexFile });
  const converted = (await treeDiff(store, committed, tree)).map(({ path, after }) => ({ path, entry: after }));
  await editIndex(store, indexFile, converted);
}

/**
 * What changed since the model began, made on the tree it began with: what was put beside it before is not its work.
 */
async function onBase(
  store: CandidateStore,
  baseline: Baseline,
  tree: string,
  states: readonly SubmoduleState[],
): Promise<string> {
  const moved = states.flatMap(({ path, commit, head }) =>
    head === null || head === commit ? [] : [{ path, entry: { mode: SUBMODULE, oid: head } }],
  );
  if (baseline.tree === baseline.onto) return moved.length === 0 ? tree : editTree(store, tree, moved);
  const edits = (await treeDiff(store, baseline.tree, tree)).map(({ path, after }) => ({ path, entry: after }));
  return editTree(store, baseline.onto, [...edits, ...moved]);
}

async function submoduleStates(
  store: CandidateStore,
  workspace: Workspace,
  baseline: Baseline,
): Promise<SubmoduleState[]> {
  const states: SubmoduleState[] = [];
  for (const [number, { path, commit, head }] of baseline.submodules.entries()) {
    const index = join(baselineFolder(store, workspace.id), `submodule-${number}.index`);
    const state = await submoduleState(store, workspace.path, index, path, commit);
    if (state.head !== head) await keepSubmoduleCommits(store, workspace.path, state);
    states.push(state);
  }
  return states;
}

interface Found {
  readonly ignored: readonly string[];
  readonly seen: Seen;
  readonly added: Added;
  readonly states: readonly SubmoduleState[];
}

async function sideList(
  store: CandidateStore,
  workspace: Workspace,
  baseline: Baseline,
  found: Found,
): Promise<SideEntry[]> {
  const before = new Map(baseline.ignored.map(({ path, changed }) => [path, changed]));
  const ignored = await whenChanged(workspace.path, found.ignored);
  const fresh = ignored.filter(({ path, changed }) => before.get(path) !== changed).map(({ path }) => path);
  const unknown = fresh.filter((path) => !before.has(path));
  const hidden = new Set(await newlyHidden(store, baseline, found.added.tree, unknown));
  const old = new Map(baseline.submodules.map((state) => [state.path, state]));
  const submodules = found.states.filter(
    ({ path, head, tree }) => old.get(path)!.head !== head || old.get(path)!.tree !== tree,
  );
  const known = new Set(baseline.repositories.map(({ path }) => path));
  const entries = (what: SideEntry['what'], paths: readonly string[]): SideEntry[] =>
    paths.map((path) => ({ path, what }));
  return [
    ...fresh.map((path): SideEntry => ({ path, what: hidden.has(path) ? 'newly-ignored' : 'ignored' })),
    ...entries('empty-folder', without(found.seen.emptyFolders, baseline.emptyFolders)),
    ...entries('special-file', without(found.seen.specialFiles, baseline.specialFiles)),
    ...entries(
      'submodule',
      submodules.map(({ path }) => path),
    ),
    ...entries(
      'embedded-repository',
      found.seen.repositories
        .filter(({ path }) => !known.has(path))
        .map(({ path, cloned }) => (cloned ? path : `${path}/.git`)), // the files of one made here are taken
    ),
    ...entries('unreadable', [...new Set([...found.seen.unreadable, ...found.added.refused])]),
  ];
}

/** Only an ignore file that the model changed can hide what the ones before did not. */
async function newlyHidden(
  store: CandidateStore,
  baseline: Baseline,
  tree: string,
  fresh: readonly string[],
): Promise<string[]> {
  if (fresh.length === 0) return [];
  const isRules = (path: string) => /(^|\/)\.gitignore$/.test(path);
  const changed = await treeDiff(store, baseline.tree, tree);
  return [...changed.map(({ path }) => path), ...fresh].some(isRules) ? hiddenSince(store, baseline.tree, fresh) : [];
}

function without(paths: readonly string[], known: readonly string[]): string[] {
  const out = new Set(known);
  return paths.filter((path) => !out.has(path));
}
