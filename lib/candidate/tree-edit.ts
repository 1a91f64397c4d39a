// Makes a tree out of another one and a list of entries. Only the folders concerned are read and written, so that a few
// edits cost the same in any repository. It checks nothing: the last of two clashing edits wins, so whoever takes paths
// from elsewhere checks (compose.ts).
import { FOLDER } from '../core/file-mode.ts';
import type { CandidateStore } from './candidate-store.ts';
import { remembered } from './remember.ts';
import { type Entry, type Folder, readTrees, treeId, writeTrees } from './trees.ts';

/** An entry to write, or null to take the path away. */
export interface TreeEdit {
  readonly path: string;
  readonly entry: Entry | null;
}

/** The edits of one folder, and those further down in it. */
interface Edits {
  readonly here: Map<string, Entry | null>;
  readonly below: Map<string, Edits>;
}

/** `onto` (a tree or commit) with the edits made. A file gives way to a folder of its name, and the other way round. */
export async function editTree(store: CandidateStore, onto: string, edits: readonly TreeEdit[]): Promise<string> {
  const top = byFolder(edits);
  const before = await readConcerned(store, onto, top);
  const made = new Map<string, Folder>();
  const write = (folder: Folder): string => {
    const oid = treeId(store, folder);
    made.set(oid, folder);
    return oid;
  };
  const tree = write(edited(top, before, write));
  await writeTrees(store, made.values());
  return tree;
}

function byFolder(edits: readonly TreeEdit[]): Edits {
  const top: Edits = { here: new Map(), below: new Map() };
  for (const { path, entry } of edits) {
    const names = path.split('/');
    let folder = top;
    for (const name of names.slice(0, -1)) {
      const next = folder.below.get(name) ?? { here: new Map(), below: new Map() };
      folder.below.set(name, next);
      folder = next;
    }
    folder.here.set(names.at(-1)!, entry);
  }
  return top;
}

/** What the folders with edits in or below them hold, level by level: each level is one question to git. */
async function readConcerned(store: CandidateStore, onto: string, top: Edits): Promise<ReadonlyMap<Edits, Folder>> {
  const found = new Map<Edits, Folder>();
  let level: { edits: Edits; oid: string }[] = [{ edits: top, oid: `${onto}^{tree}` }];
  while (level.length > 0) {
    const folders = await read(
      store,
      level.map(({ oid }) => oid),
    );
    level = level.flatMap(({ edits }, i) => {
      found.set(edits, folders[i]!);
      return [...edits.below].flatMap(([name, below]) => {
        const entry = folders[i]!.get(name);
        return entry?.mode === FOLDER ? [{ edits: below, oid: entry.oid }] : [];
      });
    });
  }
  return found;
}

/** Most trees are made on the same one, in the same few folders. */
const FEW_FOLDERS = 20;

function read(store: CandidateStore, oids: readonly string[]): Promise<Folder[]> {
  const ask = () => readTrees(store, oids);
  return oids.length > FEW_FOLDERS ? ask() : remembered(store, `folders ${oids.join(' ')}`, ask);
}

/** What goes must be gone before what comes: a folder may become a file, and a file a folder. */
function edited(edits: Edits, before: ReadonlyMap<Edits, Folder>, write: (folder: Folder) => string): Folder {
  const folder = new Map(before.get(edits) ?? []);
  for (const [name, entry] of edits.here) if (entry === null && folder.get(name)?.mode !== FOLDER) folder.delete(name);
  for (const [name, below] of edits.below) {
    const inside = edited(below, before, write);
    if (inside.size > 0) folder.set(name, { mode: FOLDER, oid: write(inside) });
    else if (folder.get(name)?.mode === FOLDER) folder.delete(name);
  }
  for (const [name, entry] of edits.here) if (entry !== null) folder.set(name, entry);
  return folder;
}
