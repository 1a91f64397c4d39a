// Tree objects of the store, in and out: each is what one folder holds, its subfolders by their ids.
import { createHash } from 'node:crypto';
import { FOLDER, SUBMODULE } from '../core/file-mode.ts';
import { readObjects } from './blobs.ts';
import type { CandidateStore } from './candidate-store.ts';
import { decodePath, encodePath, joinRecords } from './path-bytes.ts';
import { privateText } from './private-git.ts';

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

/** The id that git gives a tree of this. */
export function treeId({ objectFormat, nothing }: CandidateStore, folder: Folder): string {
  const idLength = nothing.length / 2;
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
  return createHash(objectFormat).update(`tree ${length}\0`).update(content).digest('hex');
}

/** Git sorts a folder as if its name ended in a slash. */
const sortKey = ({ name, mode }: { readonly name: Uint8Array; readonly mode: string }): Uint8Array =>
  mode === FOLDER ? Buffer.concat([name, Buffer.from('/')]) : name;

/** As trees have it. */
const shortMode = (mode: string): string => mode.replace(/^0/, '');

/** Keeps trees; what they name may come with them, in any order. */
export async function writeTrees(store: CandidateStore, folders: ReadonlyMap<string, Folder>): Promise<void> {
  if (folders.size === 0) return;
  const type = (mode: string): string => (mode === FOLDER ? 'tree' : mode === SUBMODULE ? 'commit' : 'blob');
  const input = [...folders.values()].flatMap((folder) => [
    ...[...folder].map(([name, { mode, oid }]) => `${mode} ${type(mode)} ${oid}\t${name}`),
    '', // the end of a tree
  ]);
  const written = await privateText(store, ['mktree', '-z', '--batch', '--missing'], { input: joinRecords(input) });
  if (written !== [...folders.keys()].join('\n')) throw new Error(`git made other trees than ours in ${store.dir}`);
}
