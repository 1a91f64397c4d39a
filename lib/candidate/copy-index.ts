// Copies git's index so that the copy means the same as the original.
import { constants } from 'node:fs';
import { copyFile, readdir, readFile, stat, utimes } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { codeOf } from '../system/file-failure.ts';

/** Copies an index with its age. */
export async function copyIndex(from: string, to: string): Promise<void> {
  await copyFile(from, to, constants.COPYFILE_FICLONE);
  await keepAge(from, to);
}

/**
 * Gives a copy of an index the age of the original, or a little more. Git takes a file for unchanged when its size and
 * times are as the index has them, unless the file is as young as the index: then it looks into it. A copy that were
 * younger would hide an edit of the same size in the same second. Older only costs a second look, so rounding goes that
 * way.
 */
export async function keepAge(from: string, to: string): Promise<void> {
  const seconds = Math.floor((await stat(from)).mtimeMs - 1) / 1000;
  await utimes(to, seconds, seconds);
}

/** A split index names another file, which git looks for in the git dir that it works with. */
export async function copySharedIndexes(indexFile: string, gitDir: string): Promise<void> {
  for (const name of await readdir(dirname(indexFile))) {
    if (name.startsWith('sharedindex.')) await copyIndex(join(dirname(indexFile), name), join(gitDir, name));
  }
}

/**
 * The git dir of a working tree that can be trusted: before anyone else had it. Null where there is none.
 * @param folder absolute path of the working tree
 */
export async function gitDirOf(folder: string): Promise<string | null> {
  const path = join(folder, '.git');
  try {
    if ((await stat(path)).isDirectory()) return path;
    const text = await readFile(path, 'utf8');
    return text.startsWith('gitdir: ') ? resolve(folder, text.slice('gitdir: '.length).replace(/\n$/, '')) : null;
  } catch (error) {
    if (codeOf(error) === null) throw error;
    return null;
  }
}
