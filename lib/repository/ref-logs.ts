// The logs (reflogs) of HEAD and the branches, which are all that leads back to a commit that nothing else names: kept
// as they are before models run, since a log may grow but must not lose what it held. Reads files and runs no git.
import { readFileSync } from 'node:fs';
import { mkdir, open, rm } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { replaceFile } from './file-operations.ts';
import { filesBelow, namesIn } from './folder-names.ts';

/** Log (`logs/HEAD`, `logs/refs/heads/main`, `worktrees/x/logs/HEAD`) → its bytes, as latin1. */
export type RefLogs = Readonly<Record<string, string>>;

/**
 * @param commonDir the git folder that the repository's working trees share
 * @param known which ones; absent: all that there are, but for those of stashes (stash-list.ts) and of remotes
 */
export function readRefLogs(commonDir: string, known?: readonly string[]): RefLogs {
  const logs: Record<string, string> = {};
  for (const log of known ?? listRefLogs(commonDir)) {
    const text = textOf(join(commonDir, log));
    if (text !== null) logs[log] = text;
  }
  return logs;
}

/** The ref whose log it is, as git calls it in the main working tree. */
export const refOfLog = (log: string): string => log.replace(/(^|\/)logs\//, '$1');

/**
 * The last days that git's own housekeeping (`git gc --auto`) never clears away: gc.reflogExpireUnreachable's default.
 */
const KEPT_BY_GIT = 30 * 86_400;

/**
 * Whether lines are gone that git does not clear away by itself.
 * @param at seconds since 1970
 */
export function lostLines(before: string, now: string | undefined, at: number): boolean {
  if (now?.startsWith(before)) return false;
  const still = new Set(linesOf(now ?? ''));
  return linesOf(before).some((line) => !still.has(line) && timeOf(line) > at - KEPT_BY_GIT);
}

/** Gives a log back what it held, with what has come to it since after that. Takes the lock by which git writes it. */
export async function putBackRefLog(commonDir: string, log: string, before: string): Promise<void> {
  const path = join(commonDir, log);
  const lock = `${join(commonDir, refOfLog(log))}.lock`;
  await mkdir(dirname(lock), { recursive: true });
  const held = await open(lock, 'wx');
  try {
    const old = new Set(linesOf(before));
    const since = linesOf(textOf(path) ?? '').filter((line) => !old.has(line));
    await mkdir(dirname(path), { recursive: true });
    await replaceFile(path, Buffer.from(`${before}${since.map((line) => `${line}\n`).join('')}`, 'latin1'), 0o644);
  } finally {
    await held.close();
    await rm(lock, { force: true });
  }
}

function listRefLogs(commonDir: string): readonly string[] {
  return [
    'logs/HEAD',
    ...filesBelow(join(commonDir, 'logs/refs/heads')).map((path) => relative(commonDir, path)),
    ...namesIn(join(commonDir, 'worktrees')).map((name) => `worktrees/${name}/logs/HEAD`),
  ];
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'latin1');
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EISDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return null;
    throw error;
  }
}

const linesOf = (text: string): readonly string[] => text.split('\n').filter((line) => line !== '');

/** Seconds since 1970 of a line: `old new Name <mail> seconds zone\tmessage`. */
const timeOf = (line: string): number => Number(/> (\d+) [+-]\d+(\t|$)/.exec(line)?.[1] ?? Number.POSITIVE_INFINITY);
