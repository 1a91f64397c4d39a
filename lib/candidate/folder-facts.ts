// What a tree's folders and submodules are: asked of git for the base, and told by the differences for all others.
import { FOLDER, SUBMODULE } from '../core/file-mode.ts';
import type { CandidateStore } from './candidate-store.ts';
import { privateRecords } from './private-git.ts';
import { treeDiffWithFolders } from './tree-diff.ts';

export interface FolderFacts {
  /** All folders that hold files, without the top. */
  readonly folders: ReadonlySet<string>;
  /** Submodules: path → the commit that the tree names. */
  readonly submodules: ReadonlyMap<string, string>;
}

export function folderFacts(store: CandidateStore, tree: string): Promise<FolderFacts> {
  const key = `folders ${tree}`;
  const known = store.known.get(key) ?? (tree === store.baseTree ? list(store, tree) : unlikeBase(store, tree));
  store.known.set(key, known);
  return known as Promise<FolderFacts>;
}

async function list(store: CandidateStore, tree: string): Promise<FolderFacts> {
  const folders = new Set<string>();
  const submodules = new Map<string, string>();
  for (const record of await privateRecords(store, ['ls-tree', '-r', '-d', '-z', '--full-tree', tree])) {
    const tab = record.indexOf('\t');
    const [mode, , oid = ''] = record.slice(0, tab).split(' ');
    const path = record.slice(tab + 1);
    if (mode === SUBMODULE) submodules.set(path, oid);
    else folders.add(path);
  }
  return { folders, submodules };
}

async function unlikeBase(store: CandidateStore, tree: string): Promise<FolderFacts> {
  const base = await folderFacts(store, store.baseTree);
  const [folders, submodules] = [new Set(base.folders), new Map(base.submodules)];
  const differences = await treeDiffWithFolders(store, store.baseTree, tree);
  for (const { path, before } of differences) {
    if (before?.mode === FOLDER) folders.delete(path);
    if (before?.mode === SUBMODULE) submodules.delete(path);
  }
  for (const { path, after } of differences) {
    if (after?.mode === FOLDER) folders.add(path);
    if (after?.mode === SUBMODULE) submodules.set(path, after.oid);
  }
  return { folders, submodules };
}
