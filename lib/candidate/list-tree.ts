// All that a tree holds, from one git however often and for whatever purpose it is asked.
import { FOLDER, SUBMODULE } from '../core/file-mode.ts';
import type { CandidateStore } from './candidate-store.ts';
import { privateRecords } from './private-git.ts';
import { remembered } from './remember.ts';
import type { Entry } from './trees.ts';

export interface TreeList {
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
