// Tree objects of the store, in and out: each is what one folder holds, its subfolders by their ids.
import { FOLDER } from '../core/file-mode.ts';
import { objectId } from '../system/git-dir.ts';
import type { CandidateStore } from './candidate-store.ts';
import { readObjects, writeObject } from './objects.ts';
import { decodePath, encodePath } from './path-bytes.ts';

export interface Entry {
  readonly mode: string;
  readonly oid: string;
}

/** Name → what is there. */
export type Folder = ReadonlyMap<string, Entry>;

/** What trees hold, in the same order. @param oids trees, or what names one */
export async function readTrees(store: CandidateStore, oids: readonly string[]): Promise<Folder[]> {
  const contents = await readObjects(store, 'tree', oids);
  return contents.map((bytes) => parse(bytes, store.nothing.length / 2));
}

/** `<mode> <name> NUL <id as bytes>`, again and again. */
function parse(bytes: Uint8Array, idLength: number): Folder {
  const folder = new Map<string, Entry>();
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < buffer.length; ) {
    const space = buffer.indexOf(0x20, at);
    const end = buffer.indexOf(0, space);
    const mode = buffer.toString('latin1', at, space).padStart(6, '0');
    const oid = buffer.toString('hex', end + 1, end + 1 + idLength);
    folder.set(decodePath(buffer.subarray(space + 1, end)), { mode, oid });
    at = end + 1 + idLength;
  }
  return folder;
}

/** What each path is in a tree; paths that it does not have are left out. */
export async function entriesAt(
  store: CandidateStore,
  tree: string,
  paths: readonly string[],
): Promise<ReadonlyMap<string, Entry>> {
  const folders = await foldersAt(store, tree, [...new Set(paths.map(folderOf))]);
  return new Map(
    paths.flatMap((path) => {
      const entry = folders.get(folderOf(path))?.get(path.slice(path.lastIndexOf('/') + 1));
      return entry ? [[path, entry] as const] : [];
    }),
  );
}

/** What folders of a tree hold, the top by an empty path; those that it does not have are left out. */
export async function foldersAt(
  store: CandidateStore,
  tree: string,
  paths: readonly string[],
): Promise<ReadonlyMap<string, Folder>> {
  const found = new Map<string, Folder>();
  let level: readonly (readonly [path: string, oid: string])[] = [['', `${tree}^{tree}`]];
  const wanted = new Set(paths.flatMap((path) => [path, ...foldersAbove(path)]));
  while (level.length > 0) {
    const folders = await readTrees(
      store,
      level.map(([, oid]) => oid),
    );
    level = level.flatMap(([path], i) => {
      found.set(path, folders[i]!);
      return [...folders[i]!].flatMap(([name, { mode, oid }]) => {
        const below = path === '' ? name : `${path}/${name}`;
        return mode === FOLDER && wanted.has(below) ? [[below, oid] as const] : [];
      });
    });
  }
  return found;
}

const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));

/** The folders above a path, innermost first, without the top. */
export function* foldersAbove(path: string): Iterable<string> {
  for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) yield path.slice(0, at);
}

/** The id that git gives a tree of this. */
export const treeId = (store: CandidateStore, folder: Folder): string =>
  objectId(store.objectFormat, 'tree', bytesOf(folder, store.nothing.length / 2));

function bytesOf(folder: Folder, idLength: number): Uint8Array {
  const entries = [...folder].map(([name, { mode, oid }]) => ({ name: encodePath(name), mode, oid }));
  entries.sort((a, b) => Buffer.compare(sortKey(a), sortKey(b)));
  const length = entries.reduce((sum, { name, mode }) => sum + shortMode(mode).length + name.length + 2 + idLength, 0);
  const content = Buffer.allocUnsafe(length);
  let at = 0;
  for (const { name, mode, oid } of entries) {
    at += content.write(`${shortMode(mode)} `, at, 'latin1');
    content.set(name, at);
    content[at + name.length] = 0;
    at += name.length + 1;
    at += content.write(oid, at, 'hex');
  }
  return content;
}

/** Git sorts a folder as if its name ended in a slash. */
export const sortKey = ({ name, mode }: { readonly name: Uint8Array; readonly mode: string }): Uint8Array =>
  mode === FOLDER ? Buffer.concat([name, Buffer.from('/')]) : name;

/** As trees have it. */
const shortMode = (mode: string): string => mode.replace(/^0/, '');

/** Keeps trees; what they name may come with them, in any order. */
export async function writeTrees(store: CandidateStore, folders: Iterable<Folder>): Promise<void> {
  for (const folder of folders) await writeObject(store, 'tree', bytesOf(folder, store.nothing.length / 2));
}

export async function pathsIn(
  store: CandidateStore,
  tree: string,
  paths: readonly string[],
): Promise<ReadonlySet<string>> {
  return new Set((await entriesAt(store, tree, paths)).keys());
}
