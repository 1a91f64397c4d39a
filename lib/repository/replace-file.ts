// Writes a file of the user's repository anew, in one step.
import { rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { namesIn, writeAtomic } from '../system/files.ts';
import { isRunning } from '../system/processes-left.ts';

/** What an earlier try left beside it that was killed, goes. */
export async function replaceFile(path: string, data: string | Uint8Array, mode: number): Promise<void> {
  for (const name of await namesIn(dirname(path))) {
    const pid = name.startsWith(`${basename(path)}.`)
      ? /^(\d+)-\d+\.tmp$/.exec(name.slice(basename(path).length + 1))
      : null;
    if (pid !== null && !isRunning(Number(pid[1]))) await rm(join(dirname(path), name), { force: true });
  }
  await writeAtomic(path, data, mode);
}
