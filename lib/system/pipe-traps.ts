// Frees a git that waits at a pipe. What lies where git looks for rules or settings is opened by it, whatever it is; a
// pipe that a model made there (`mkfifo .gitignore`) would keep every git of ours waiting for somebody who writes into
// it.
import { closeSync, constants, lstatSync, openSync, readFileSync, unlinkSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { clearTimeout, setTimeout } from 'node:timers';
import { codeOf } from './file-failure.ts';
import { repositoryAround } from './find-on-path.ts';

/** A git that takes longer may be waiting (few have that much to do); each further look comes after twice the time. */
const FIRST_MS = 5000;

const RULES = new Set(['.gitignore', '.gitattributes']);

/**
 * Looks for pipes for as long as a git runs, and removes them: those called like rules where it works, all in its git
 * folder.
 * @param folder where it works
 * @param gitDir its git folder, where that was said
 * @returns call it when git has ended
 */
export function freeingFromPipes(folder: string | undefined, gitDir: string | undefined): () => void {
  let over = false;
  let timer = setTimeout(() => void look(FIRST_MS), FIRST_MS).unref();
  const look = async (waited: number): Promise<void> => {
    try {
      if (folder !== undefined) await removePipes(folder, (name) => RULES.has(name), '.git');
      const own = gitDir ?? (folder === undefined ? null : gitFolderAround(folder));
      for (const each of own === null ? [] : [own, commonFolder(own)]) await removePipes(each, () => true, 'objects');
    } catch (error) {
      if (codeOf(error) === null) throw error; // what we can't look at, a git of ours can't wait at
    }
    if (!over) timer = setTimeout(() => void look(2 * waited), 2 * waited).unref();
  };
  return () => {
    over = true;
    clearTimeout(timer);
  };
}

/** The git folder that git finds from a folder on upwards. */
function gitFolderAround(folder: string): string | null {
  const top = repositoryAround(folder);
  if (top === null) return null;
  const told = textIn(join(top, '.git'));
  return told === null ? join(top, '.git') : resolve(top, told.replace(/^gitdir: /, ''));
}

/** The one that a worktree's git folder shares with others, else itself. */
const commonFolder = (gitDir: string): string => resolve(gitDir, textIn(join(gitDir, 'commondir')) ?? '.');

/** The line in a file; null where there is none, or what is no file. */
const textIn = (path: string): string | null =>
  lstatSync(path, { throwIfNoEntry: false })?.isFile() ? readFileSync(path, 'utf8').replace(/\n$/, '') : null;

/** @param but the name of folders that are passed over */
async function removePipes(folder: string, isWanted: (name: string) => boolean, but: string): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    if (codeOf(error) === null) throw error;
    return []; // gone, or closed to us as to git
  });
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isFIFO() && isWanted(entry.name)) removePipe(path);
    else if (entry.isDirectory() && entry.name !== but) await removePipes(path, isWanted, but);
  }
}

/**
 * Whoever waits there, or comes before it is gone, reads an empty file: both ends are held open until nobody can find
 * it any more. (Opened for writing alone, the one that comes just before it is removed would wait at it for good.)
 */
export function removePipe(path: string): void {
  let held: number | null = null;
  try {
    held = openSync(path, constants.O_RDWR | constants.O_NONBLOCK | constants.O_NOFOLLOW);
  } catch (error) {
    if (codeOf(error) === null) throw error; // closed to us
  }
  try {
    unlinkSync(path);
  } finally {
    if (held !== null) closeSync(held);
  }
}
