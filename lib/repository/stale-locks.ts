// Removes the lock files that a killed git command left in a repository since a given time, and what a killed run of
// ours left beside them. For taking effects back, when every process of the session has ended; a lock that is older
// than the session is not ours and stays.
import { lstat, readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fail, ok, type Result } from '../core/failure.ts';
import { repositoryMessages } from '../core/messages/repository-messages.ts';
import { clearMarks } from '../system/disk-clock.ts';
import { workingIn } from '../system/processes-left.ts';

/** How old a lock has to be before it counts as left behind, and how often it is looked at until then. */
const PATIENCE_MS = 500;
const LOOK_MS = 20;

/** A working tree, its git folder, and the one that it shares with others. */
interface Locked {
  readonly top: string;
  readonly gitDir: string;
  readonly commonDir: string;
}

/**
 * @param since milliseconds since 1970: when the effect began
 * @returns a failure where somebody's git is at work under one of them (a commit may wait for its editor): it stays
 */
export async function clearStaleLocks({ top, gitDir, commonDir }: Locked, since: number): Promise<Result<void>> {
  await clearMarks(gitDir);
  for (const folder of new Set([gitDir, commonDir])) {
    for (const file of [
      ...(await locksIn(folder, false)),
      ...(await locksIn(join(folder, 'refs'), true)),
      ...(await locksIn(join(folder, 'logs'), true)),
    ]) {
      const made = await madeAndLeft(file, since);
      if (made === null) continue;
      const [pid] = workingIn([top, gitDir, commonDir], 'git', made);
      if (pid !== undefined) return fail(repositoryMessages['git-at-work']({ top, pid, lock: file }));
      await unlink(file).catch(ignoreMissing);
    }
  }
  return ok(undefined);
}

/**
 * When a lock was made, if that was since then and nobody changes it: a living git keeps most for moments only. Else
 * null.
 */
async function madeAndLeft(file: string, since: number): Promise<number | null> {
  const first = await stampOf(file);
  // not mtime, which may be set; whole seconds on some file systems
  if (first === null || first.ctimeMs < since - 2000) return null;
  for (let waited = 0; waited < PATIENCE_MS && Date.now() - first.ctimeMs < PATIENCE_MS; waited += LOOK_MS) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    const now = await stampOf(file);
    if (now?.ino !== first.ino || now.ctimeMs !== first.ctimeMs) return null; // somebody else's, who works
  }
  return first.ctimeMs;
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
