// Removes the lock files that a killed git command left in a repository since a given time. For taking effects back,
// when every process of the session has ended; a lock that is older than the session is not ours and stays.
import { lstat, readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';

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
      if ((await lstat(file)).ctimeMs < since - 2000) continue; // not mtime, which may be set; whole seconds on some file systems
      await unlink(file);
      removed.push(file);
    }
  }
  return removed;
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
