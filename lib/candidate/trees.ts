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
export function treeId({ objectFormat }: CandidateStore, folder: Folder): string {
  const entries = [...folder].map(([name, entry]) => ({ name: encodePath(name), ...entry }));
  // Git sorts a folder as if its name ended in a slash.
  const key = ({ name, mode }: (typeof entries)[number]): Uint8Array =>
    mode === FOLDER ? Buffer.concat([name, Buffer.from('/')]) : name;
  entries.sort((a, b) => Buffer.compare(key(a), key(b)));
  const content = Buffer.concat(
    entries.flatMap(({ mode, name, oid }) => [
      Buffer.from(`${mode.replace(/^0/, '')} `),
      name,
      Buffer.from([0]),
      Buffer.from(oid, 'hex'),
    ]),
  );
  return createHash(objectFormat).update(`tree ${content.length}\0`).update(content).digest('hex');
}

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
