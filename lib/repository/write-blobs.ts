// Blobs of a git folder of ours, written as files.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type GitPlace, gitText, NO_USER_CONFIG } from '../system/git.ts';

/** Writes blobs as files named by their place in the list, links as files that hold their target. */
export async function writeBlobs(
  store: string,
  oids: readonly string[],
  folder: string,
  scratch: string,
): Promise<void> {
  if (oids.length === 0) return;
  await mkdir(folder, { recursive: true });
  const place: GitPlace = { gitDir: store, workTree: folder, cwd: folder, indexFile: join(scratch, 'blobs.index') };
  const entries = oids.map((oid, n) => `100644 ${oid}\t${n}\0`).join('');
  await gitText(place, ['update-index', '-z', '--index-info'], { input: entries, env: NO_USER_CONFIG });
  await gitText(place, ['checkout-index', '--all', '--force', '--quiet'], { env: NO_USER_CONFIG });
}
