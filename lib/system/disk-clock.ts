// The clock of a folder's disk, which may be another machine's. Git compares the times of files with each other, so
// ours have to come from where theirs do.
import { lstat, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { namesIn } from './files.ts';
import { isRunning } from './processes-left.ts';

const MARK = '.mm-mark-';

/** The present time as the disk of a folder has it, in whole milliseconds since 1970, rounded down. */
export async function markIn(folder: string): Promise<number> {
  const file = join(folder, `${MARK}${process.pid}`);
  await writeFile(file, '');
  const { ctimeMs } = await lstat(file);
  await rm(file);
  return Math.floor(ctimeMs);
}

/** Removes what `markIn` left in a folder where it was killed. */
export async function clearMarks(folder: string): Promise<void> {
  for (const name of await namesIn(folder)) {
    if (!name.startsWith(MARK)) continue;
    const pid = Number(name.slice(MARK.length));
    if (Number.isInteger(pid) && !isRunning(pid)) await rm(join(folder, name), { force: true });
  }
}
