// Says that a tree is being freed of a model's work and not yet free of it. The user's changes must not come back
// before: the next reset would take them away again.
import { readdir, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { exists, writeAtomic } from '../system/files.ts';

const MARK = 'resetting';

/** @param dir the folder of a `main-tree` effect */
export const markResetting = (dir: string): Promise<void> => writeAtomic(join(dir, MARK), '');

export async function unmarkResetting(dir: string): Promise<void> {
  if (await exists(join(dir, MARK))) await unlink(join(dir, MARK));
}

/** Whether an earlier try has begun and not ended. */
export const isMarked = (dir: string): Promise<boolean> => exists(join(dir, MARK));

/** Whether any effect of the same session was left half reset. @param beside the folder of another effect of it */
export async function isResetting(beside: string): Promise<boolean> {
  const session = dirname(beside);
  for (const name of await readdir(session)) if (await exists(join(session, name, MARK))) return true;
  return false;
}
