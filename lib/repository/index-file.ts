// The index as a file: kept and put back byte for byte, so that staged stays staged and intent-to-add, assume-unchanged
// and skip-worktree stay what they were. Never reads what is in it.
import { open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { copyIndex, keepAge } from '../candidate/copy-index.ts';
import { fail, ok, type Result } from '../core/failure.ts';
import { repositoryMessages } from '../core/messages/repository-messages.ts';
import { toDisk } from './file-operations.ts';

/** Copies a repository's index, durably; no index is kept as no file. */
export async function saveIndex(gitDir: string, copy: string): Promise<void> {
  const index = join(gitDir, 'index');
  await rm(copy, { force: true });
  try {
    await copyIndex(index, copy);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  await toDisk(copy);
}

/** Whether the index holds the same bytes as a kept copy. */
export async function isIndex(gitDir: string, copy: string): Promise<boolean> {
  const [now, kept] = await Promise.all([bytes(join(gitDir, 'index')), bytes(copy)]);
  return now === null || kept === null ? now === kept : now.equals(kept);
}

/** Puts a kept index back in one step, under git's own lock. */
export async function restoreIndex(gitDir: string, copy: string): Promise<Result<void>> {
  if (await isIndex(gitDir, copy)) return ok(undefined);
  const index = join(gitDir, 'index');
  const kept = await bytes(copy);
  const lock = `${index}.lock`;
  try {
    const file = await open(lock, 'wx');
    try {
      await file.writeFile(kept ?? '');
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return fail(repositoryMessages['index-locked']({ lock }));
    await rm(lock, { force: true });
    throw error;
  }
  if (kept === null) {
    await rm(index, { force: true });
    await rm(lock);
    return ok(undefined);
  }
  await keepAge(copy, lock);
  await rename(lock, index);
  return ok(undefined);
}

async function bytes(file: string): Promise<Buffer | null> {
  try {
    return await readFile(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
