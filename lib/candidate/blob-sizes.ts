// How large contents are, without reading them.

import type { CandidateStore } from './candidate-store.ts';
import { privateText } from './private-git.ts';

/** Bytes of each blob, by id; without those that were never fetched into this clone. */
export async function blobSizes(store: CandidateStore, oids: readonly string[]): Promise<ReadonlyMap<string, number>> {
  if (oids.length === 0) return new Map();
  const input = oids.map((oid) => `${oid}\n`).join('');
  const lines = await privateText(store, ['cat-file', '--batch-check=%(objectname) %(objectsize)'], { input });
  const sized = lines.split('\n').filter((line) => !line.endsWith(' missing'));
  return new Map(sized.map((line) => [line.split(' ')[0]!, Number(line.split(' ')[1])]));
}
