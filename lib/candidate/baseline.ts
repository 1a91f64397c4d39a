// How a workspace was before its model started: the index to compare with, what lay there already, and since when
// anything that changes is the model's. Kept in the session folder, out of the model's reach and for a later resume.
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { FailureError, ok } from '../core/failure.ts';
import { markIn } from '../system/disk-clock.ts';
import { exists, readText, writeAtomic } from '../system/files.ts';
import type { FarLane } from '../system/remote/run-far.ts';
import { addAll } from './add-all.ts';
import type { CandidateStore } from './candidate-store.ts';
import { copyIndex, copySharedIndexes, gitDirOf } from './copy-index.ts';
import { baseAsCommitted, captureFar } from './far-workspace.ts';
import { type FolderIdentity, identityOf } from './folder-identity.ts';
import { type Ignored, listIgnored, whenChanged } from './ignored.ts';
import { keepTree } from './keep.ts';
import { folderFacts } from './list-tree.ts';
import { joinRecords } from './path-bytes.ts';
import { privateBytes, privateRecords } from './private-git.ts';
import { type Repository, scan } from './scan.ts';
import { type SubmoduleState, submoduleState } from './submodules.ts';
import type { Workspace } from './workspaces.ts';

export interface Baseline {
  /** What the workspace held: `onto`, and whatever was put there before the model. */
  readonly tree: string;
  /** The tree that the model's changes are made on: the base, or what the workspace was filled with later. */
  readonly onto: string;
  /** What was there of what a tree does not hold. */
  readonly ignored: readonly Ignored[];
  readonly emptyFolders: readonly string[];
  readonly specialFiles: readonly string[];
  /** Repositories inside the workspace that were there and are no submodules. */
  readonly repositories: readonly Repository[];
  /** Folders that were there without a file of the tree in them. */
  readonly otherFolders: readonly string[];
  readonly submodules: readonly SubmoduleState[];
  /** The clock of the workspace's disk when the model could begin, in milliseconds. */
  readonly mark: number;
  /** The same of the time at which the workspace was made ready, however often it was filled again since. */
  readonly since?: number;
  readonly folder: FolderIdentity;
}

/** The folder of a session in which it is kept. */
export const BASELINES = 'pristine';

export const baselineFolder = (store: Pick<CandidateStore, 'sessionDir'>, id: string): string =>
  join(store.sessionDir, BASELINES, id);

/** The index that goes with it. */
export const baselineIndex = (store: CandidateStore, id: string): string => join(baselineFolder(store, id), 'index');

/**
 * Keeps how a workspace is. To be called when everything is in place and before a model starts.
 * @param touched something was put there after it was made (or it is the user's own tree): then all of it is looked at
 * once, and nothing of that shows up as the model's. A fresh workspace without anything needs no look.
 */
export async function keepBaseline(
  store: CandidateStore,
  workspace: Workspace,
  { touched }: { touched: boolean },
): Promise<Baseline> {
  const folder = baselineFolder(store, workspace.id);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if (workspace.far !== undefined) return keepFarPristine(store, workspace, workspace.far, touched);
  const gitDir = await gitDirOf(workspace.path);
  if (gitDir === null) throw new Error(`${workspace.path} is no working tree`);
  const index = baselineIndex(store, workspace.id);
  if (await exists(join(gitDir, 'index'))) {
    await copyIndex(join(gitDir, 'index'), index);
    await copySharedIndexes(join(gitDir, 'index'), store.dir);
  } else {
    await privateBytes(store, ['read-tree', store.baseTree], { indexFile: index });
  }
  const kept =
    touched || workspace.kind === 'main' ? await lookAtAll(store, workspace, index) : await freshly(store, workspace);
  const mark = await markIn(gitDir);
  const baseline: Baseline = {
    ...kept,
    onto: store.baseTree,
    mark,
    since: mark,
    folder: await identityOf(workspace.path),
  };
  await writePristine(store, workspace, baseline);
  return baseline;
}

/** Of what lies on another host only the tree is known here. */
async function keepFarPristine(
  store: CandidateStore,
  workspace: Workspace,
  far: FarLane,
  touched: boolean,
): Promise<Baseline> {
  const fresh = async () => ok({ tree: await baseAsCommitted(store), ignored: [], repositories: [] });
  const seen = touched ? await captureFar(store, far) : await fresh();
  if (!seen.ok) throw new FailureError(seen.failure);
  const { tree, ignored, repositories } = seen.value;
  if (touched) await keepTree(store, tree);
  const nothing = {
    emptyFolders: [],
    specialFiles: [],
    otherFolders: [],
    submodules: [],
  };
  const beside = {
    ignored: ignored.map((path) => ({ path, changed: 0 })),
    repositories: repositories.map((path) => ({ path, cloned: true, tracked: false })),
  };
  const folder = await identityOf(baselineFolder(store, workspace.id));
  const baseline: Baseline = { tree, onto: store.baseTree, ...nothing, ...beside, mark: 0, folder };
  await writePristine(store, workspace, baseline);
  return baseline;
}

export async function writePristine(store: CandidateStore, { id }: Workspace, baseline: Baseline): Promise<void> {
  await writeAtomic(join(baselineFolder(store, id), 'pristine.json'), JSON.stringify(baseline));
}

/** What was kept of a workspace, null where nothing was. */
export async function readBaseline(store: Pick<CandidateStore, 'sessionDir'>, id: string): Promise<Baseline | null> {
  const text = await readText(join(baselineFolder(store, id), 'pristine.json'), 2 ** 30);
  return text === null ? null : (JSON.parse(text) as Baseline);
}

type Kept = Omit<Baseline, 'mark' | 'since' | 'folder' | 'onto'>;

/** A fresh checkout holds nothing but its tree. */
async function freshly(store: CandidateStore, workspace: Workspace): Promise<Kept> {
  const nothing = { ignored: [], emptyFolders: [], specialFiles: [], repositories: [], otherFolders: [] };
  return { tree: store.baseTree, ...nothing, submodules: await submoduleStates(store, workspace) };
}

async function lookAtAll(store: CandidateStore, workspace: Workspace, index: string): Promise<Kept> {
  const { folders } = await folderFacts(store, store.baseTree);
  await showHidden(store, workspace, index);
  const [ignored, submodules] = await Promise.all([
    listIgnored(store, workspace.path, index),
    submoduleStates(store, workspace),
  ]);
  const left = submodules.map(({ path }) => path);
  const seen = await scan(workspace.path, { folders, others: [], ignored, submodules: left, since: 0 });
  const { repositories, otherFolders, emptyFolders, specialFiles } = seen;
  const { tree } = await addAll(store, { workTree: workspace.path, indexFile: index, left, repositories });
  await keepTree(store, tree);
  const times = await whenChanged(workspace.path, ignored);
  return { tree, ignored: times, repositories, otherFolders, emptyFolders, specialFiles, submodules };
}

/** The user may have told git not to look at some files; a model's change to them counts all the same. */
async function showHidden(store: CandidateStore, workspace: Workspace, indexFile: string): Promise<void> {
  const work = { workTree: workspace.path, indexFile };
  const hidden = (await privateRecords(store, ['ls-files', '-v', '-z'], work)).filter((record) =>
    /^[a-z] /.test(record),
  );
  if (hidden.length === 0) return;
  const input = joinRecords(hidden.map((record) => record.slice(2)));
  await privateBytes(store, ['update-index', '--no-assume-unchanged', '-z', '--stdin'], { ...work, input });
}

async function submoduleStates(store: CandidateStore, workspace: Workspace): Promise<SubmoduleState[]> {
  const { submodules } = await folderFacts(store, store.baseTree);
  const states: SubmoduleState[] = [];
  for (const [path, commit] of submodules) {
    const gitDir = await gitDirOf(join(workspace.path, path));
    const index = join(baselineFolder(store, workspace.id), `submodule-${states.length}.index`);
    if (gitDir !== null && (await exists(join(gitDir, 'index')))) await copyIndex(join(gitDir, 'index'), index);
    states.push(await submoduleState(store, workspace.path, index, path, commit));
  }
  return states;
}
