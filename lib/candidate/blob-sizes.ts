// How large contents are, without reading them.

import type { CandidateStore } from './candidate-store.ts';
import { privateText } from './private-git.ts';

/** Bytes of each blob, by id. */
export async function blobSizes(store: CandidateStore, oids: readonly string[]): Promise<ReadonlyMap<string, number>> {
  if (oids.length === 0) return new Map();
  const input = oids.map((oid) => `${oid}\n`).join('');
  const lines = await privateText(store, ['cat-file', '--batch-check=%(objectname) %(objectsize)'], { input });
  return new Map(lines.split('\n').map((line) => [line.split(' ')[0]!, Number(line.split(' ')[1])]));
}
