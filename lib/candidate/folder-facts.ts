// What a tree's folders and submodules are: asked of git for the base, and told by the differences for all others.
import { FOLDER, SUBMODULE } from '../core/file-mode.ts';
import type { CandidateStore } from './candidate-store.ts';
import { listTree, type TreeList } from './list-tree.ts';
import { treeDiffWithFolders } from './tree-diff.ts';

export type FolderFacts = Pick<TreeList, 'folders' | 'submodules'>;

export function folderFacts(store: CandidateStore, tree: string): Promise<FolderFacts> {
  const key = `folders ${tree}`;
  const known = store.known.get(key) ?? (tree === store.baseTree ? ofBase(store) : unlikeBase(store, tree));
  store.known.set(key, known);
  return known as Promise<FolderFacts>;
}

/** The list of its files is not held for it: that may be long, and is forgotten when nobody asks for it. */
async function ofBase(store: CandidateStore): Promise<FolderFacts> {
  const { folders, submodules } = await listTree(store, store.baseTree);
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
