// Writes objects into the store as git does, each in a file of its own. Starting a git for that costs more than writing
// a few; many at once are git's (`add`).
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { deflate } from 'node:zlib';
import { exists } from '../system/files.ts';
import type { CandidateStore } from './candidate-store.ts';

const compressed = promisify(deflate);

/** The id that git gives a content. */
export const objectId = (
  { objectFormat }: Pick<CandidateStore, 'objectFormat'>,
  kind: 'blob' | 'tree',
  content: Uint8Array,
): string => createHash(objectFormat).update(`${kind} ${content.length}\0`).update(content).digest('hex');

/** Keeps a content, and returns its id. What is there already is not written again. */
export async function writeObject(store: CandidateStore, kind: 'blob' | 'tree', content: Uint8Array): Promise<string> {
  const oid = objectId(store, kind, content);
  const folder = join(store.dir, 'objects', oid.slice(0, 2));
  const file = join(folder, oid.slice(2));
  if (await exists(file)) return oid;
  const bytes = await compressed(Buffer.concat([Buffer.from(`${kind} ${content.length}\0`), content]));
  await mkdir(folder, { recursive: true });
  // git takes files of this name for its own unfinished ones, and clears them away
  const unfinished = join(folder, `tmp_obj_${randomBytes(6).toString('hex')}`);
  await writeFile(unfinished, bytes, { mode: 0o444, flag: 'wx' });
  await rename(unfinished, file);
  return oid;
}
