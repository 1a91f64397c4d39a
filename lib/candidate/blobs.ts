// Contents of objects in the store, in and out. Everything at once in memory: for small files only.
import { GitError } from '../system/git.ts';
import type { CandidateStore } from './candidate-store.ts';
import { objectContents, objectInfos } from './object-reader.ts';
import { writeObject } from './write-object.ts';

/** The contents of blobs, in the same order. @throws GitError when one is missing */
export const readBlobs = (store: CandidateStore, oids: readonly string[]): Promise<Uint8Array[]> =>
  readObjects(store, 'blob', oids);

/**
 * The same of any kind of object.
 * @param oids ids, or what names an object
 * @throws GitError when one is missing
 */
export async function readObjects(
  store: CandidateStore,
  kind: 'blob' | 'tree',
  oids: readonly string[],
): Promise<Uint8Array[]> {
  const found = await objectContents(store, oids);
  return found.map((object, i) => {
    if (object?.kind === kind) return object.bytes;
    const stderr = `${oids[i]} is no ${kind} of ${store.dir}`;
    throw new GitError(['cat-file', kind, oids[i]!], { code: 128, stdout: '', bytes: new Uint8Array(), stderr });
  });
}

/** Bytes of each blob, by id; without those that were never fetched into this clone. */
export async function blobSizes(store: CandidateStore, oids: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const found = await objectInfos(store, oids);
  return new Map(found.flatMap((object) => (object === null ? [] : [[object.oid, object.size] as const])));
}

/** Of some blobs, those that are not here. */
export async function missingBlobs(store: CandidateStore, oids: readonly string[]): Promise<ReadonlySet<string>> {
  const wanted = [...new Set(oids)];
  const found = await objectInfos(store, wanted);
  return new Set(wanted.filter((_, i) => found[i] === null));
}

/** Keeps a content, and returns its id. */
export const writeBlob = (store: CandidateStore, content: Uint8Array): Promise<string> =>
  writeObject(store, 'blob', content);
