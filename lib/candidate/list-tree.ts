// All that a tree holds, from one git however often and for whatever purpose it is asked; of trees other than the base
// only the folders and submodules, by their differences from it.
import { FOLDER, SUBMODULE } from '../core/file-mode.ts';
import type { CandidateStore } from './candidate-store.ts';
import { privateRecords } from './private-git.ts';
import { remembered } from './remember.ts';
import { treeDiffWithFolders } from './tree-diff.ts';
import type { Entry } from './trees.ts';

interface TreeList {
  /** Files and links by their paths, in git's order. */
  readonly files: ReadonlyMap<string, Entry>;
  /** All folders that hold something, without the top. */
  readonly folders: ReadonlySet<string>;
  /** Submodules: path → the commit that the tree names. */
  readonly submodules: ReadonlyMap<string, string>;
}

/** @param tree a tree or a commit */
export const listTree = (store: CandidateStore, tree: string): Promise<TreeList> =>
  remembered(store, `all of ${tree}`, async () => {
    const files = new Map<string, Entry>();
    const folders = new Set<string>();
    const submodules = new Map<string, string>();
    for (const record of await privateRecords(store, ['ls-tree', '-r', '-t', '-z', '--full-tree', tree])) {
      const tab = record.indexOf('\t');
      const [mode = '', , oid = ''] = record.slice(0, tab).split(' ');
      const path = record.slice(tab + 1);
      if (mode === FOLDER) folders.add(path);
      else if (mode === SUBMODULE) submodules.set(path, oid);
      else files.set(path, { mode, oid });
    }
    return { files, folders, submodules };
  });

type FolderFacts = Pick<TreeList, 'folders' | 'submodules'>;

/** The folders and submodules of a tree. */
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
