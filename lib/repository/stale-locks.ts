// Removes the lock files that a killed git command left in a repository since a given time. For taking effects back,
// when every process of the session has ended; a lock that is older than the session is not ours and stays.
import { lstat, readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';

/** How old a lock has to be before it counts as left behind, and how often it is looked at until then. */
const PATIENCE_MS = 500;
const LOOK_MS = 20;

/**
 * @param folders the git folder of the working tree and the common one
 * @param since milliseconds since 1970: when the effect began
 * @returns the removed files
 */
export async function clearStaleLocks(folders: readonly string[], since: number): Promise<readonly string[]> {
  const removed: string[] = [];
  for (const folder of new Set(folders)) {
    for (const file of [
      ...(await locksIn(folder, false)),
      ...(await locksIn(join(folder, 'refs'), true)),
      ...(await locksIn(join(folder, 'logs'), true)),
    ]) {
      if (await isLeft(file, since)) {
        await unlink(file).catch(ignoreMissing);
        removed.push(file);
      }
    }
  }
  return removed;
}

/** Whether a lock was made since then and nobody is at work under it: a living git keeps one for moments only. */
async function isLeft(file: string, since: number): Promise<boolean> {
  const first = await stampOf(file);
  // not mtime, which may be set; whole seconds on some file systems
  if (first === null || first.ctimeMs < since - 2000) return false;
  for (let waited = 0; waited < PATIENCE_MS && Date.now() - first.ctimeMs < PATIENCE_MS; waited += LOOK_MS) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    const now = await stampOf(file);
    if (now?.ino !== first.ino || now.ctimeMs !== first.ctimeMs) return false; // somebody else's, who works
  }
  return true;
}

const stampOf = (file: string) =>
  lstat(file).then(
    ({ ino, ctimeMs }) => ({ ino, ctimeMs }),
    (error: NodeJS.ErrnoException) => ignoreMissing(error),
  );

function ignoreMissing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}

async function locksIn(folder: string, deep: boolean): Promise<readonly string[]> {
  let entries: Awaited<ReturnType<typeof listing>>;
  try {
    entries = await listing(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  const found: string[] = [];
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && deep) found.push(...(await locksIn(path, deep)));
    else if (entry.isFile() && entry.name.endsWith('.lock') && !entry.name.startsWith('mm-')) found.push(path);
  }
  return found;
}

const listing = (folder: string) => readdir(folder, { withFileTypes: true });
