// What a tree's folders and submodules are: asked of git once per tree and remembered.
import { SUBMODULE } from '../core/file-mode.ts';
import type { CandidateStore } from './candidate-store.ts';
import { privateRecords } from './private-git.ts';

export interface FolderFacts {
  /** All folders that hold files, without the top. */
  readonly folders: ReadonlySet<string>;
  /** Submodules: path → the commit that the tree names. */
  readonly submodules: ReadonlyMap<string, string>;
}

export function folderFacts(store: CandidateStore, tree: string): Promise<FolderFacts> {
  const key = `folders ${tree}`;
  const known = store.known.get(key) ?? list(store, tree);
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
