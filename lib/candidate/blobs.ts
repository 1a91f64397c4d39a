// Contents of objects in the store, in and out. Everything at once in memory: for small files only.

import { GitError } from '../system/git.ts';
import type { CandidateStore } from './candidate-store.ts';
import { privateGit, privateText } from './private-git.ts';

/** The contents of blobs, in the same order. */
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
  if (oids.length === 0) return [];
  const input = oids.map((oid) => `${oid}\n`).join('');
  const args = ['cat-file', '--batch=%(objecttype) %(objectsize)'];
  const output = await privateGit(store, args, { input });
  const { bytes } = output;
  if (output.code !== 0) throw new GitError(args, output);
  let at = 0;
  return oids.map((oid) => {
    const end = bytes.indexOf(10, at);
    const [type, size] = Buffer.from(bytes.subarray(at, end)).toString().split(' ');
    if (type !== kind) throw new GitError(args, { ...output, stderr: `${oid} is no ${kind} of ${store.dir}` });
    const content = bytes.subarray(end + 1, end + 1 + Number(size));
    at = end + 2 + Number(size);
    return content;
  });
}

/** Keeps a content, and returns its id. */
export function writeBlob(store: CandidateStore, content: Uint8Array): Promise<string> {
  return privateText(store, ['hash-object', '-w', '--no-filters', '--stdin'], { input: content });
}
