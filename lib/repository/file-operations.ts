// Small operations on files that plans are made of: each done at once or not at all, none of them following a link.
// Knows nothing of plans or repositories. Small files are worked on without waiting: there may be ten thousand of them.
import {
  chmodSync,
  constants,
  copyFileSync,
  linkSync,
  lstatSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmdirSync,
  rmSync,
  symlinkSync,
  unlinkSync,
} from 'node:fs';
import { copyFile, open } from 'node:fs/promises';
import { join } from 'node:path';
import { clearKilledWrites, writeAtomic } from '../system/files.ts';
import { takingTurns } from '../system/turns.ts';
import { SMALL } from './disk.ts';

/** Renames; across a mount point inside the tree, copies beside the target first. */
export async function place(staged: string, target: string): Promise<void> {
  try {
    renameSync(staged, target);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error;
    const beside = `${target}.mm-new`;
    rmSync(beside, { force: true });
    if (lstatSync(staged).isSymbolicLink()) symlinkSync(readlinkSync(staged), beside);
    else await copy(staged, beside);
    chmodLike(staged, beside);
    renameSync(beside, target);
  }
}

/** Like `place`, but never over a file that appeared meanwhile. */
export async function placeNew(staged: string, target: string): Promise<void> {
  try {
    if (lstatSync(staged).isSymbolicLink()) symlinkSync(readlinkSync(staged), target);
    else linkSync(staged, target);
    unlinkSync(staged);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw error;
    await place(staged, target); // a file system without hard links
  }
}

function chmodLike(model: string, file: string): void {
  const stats = lstatSync(model);
  if (!stats.isSymbolicLink()) chmodSync(file, stats.mode & 0o7777);
}

/** Removes a folder and the folders in it, if there is nothing else in them; a file is left alone. */
export async function removeEmptyFolders(folder: string): Promise<void> {
  let entries: readonly string[];
  try {
    if (!lstatSync(folder).isDirectory()) return;
    entries = readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  for (const entry of entries) await removeEmptyFolders(join(folder, entry));
  rmdirSync(folder);
}

export async function removeIfEmpty(folder: string): Promise<boolean> {
  try {
    rmdirSync(folder);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return true;
    if (code === 'ENOTEMPTY' || code === 'EEXIST' || code === 'ENOTDIR' || code === 'EBUSY') return false;
    throw error;
  }
}

export const isInTheWay = (error: unknown): boolean =>
  ['EEXIST', 'ENOTEMPTY', 'ENOTDIR', 'EISDIR'].includes((error as NodeJS.ErrnoException).code ?? '');

export async function copy(from: string, to: string): Promise<void> {
  if (lstatSync(from).size <= SMALL) copyFileSync(from, to, constants.COPYFILE_FICLONE);
  else await copyFile(from, to, constants.COPYFILE_FICLONE);
}

/** Waits until a file's bytes, or a folder's names, are on the disk. */
export async function toDisk(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Runs `work` on every item, a few at once; when one fails, the others of that moment end before this does. */
export async function each<T>(
  items: readonly T[],
  work: (item: T, n: number) => Promise<void> | undefined,
): Promise<void> {
  let next = 0;
  const turn = takingTurns();
  const run = async (): Promise<void> => {
    while (next < items.length) {
      const n = next++;
      try {
        await work(items[n]!, n);
        await turn();
      } catch (error) {
        next = items.length;
        throw error;
      }
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: 8 }, run));
  const failed = ended.find((each) => each.status === 'rejected');
  if (failed) throw failed.reason;
}

/** Writes a file anew, in one step. What an earlier try left beside it that was killed, goes. */
export async function replaceFile(path: string, data: string | Uint8Array, mode: number): Promise<void> {
  await clearKilledWrites(path);
  await writeAtomic(path, data, mode);
}
