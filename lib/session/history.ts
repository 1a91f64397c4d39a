// What earlier sessions have shown, read from their session.json, one after the other and once. Only reads; nothing of
// it leaves the machine.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Digest, digestOf } from './digest.ts';
import { newestFirst, recordFromJournal, type SessionFolder } from './find.ts';

export interface History {
  /** Those that have ended, newest first. */
  readonly ended: readonly Digest[];
  /** How many have not: they run, or were cut off. */
  readonly open: number;
  /** How many folders hold no record that this version can read. */
  readonly unreadable: number;
}

/** So many files are in memory at once. */
const AT_ONCE = 8;

/** @param most how many are read, of the newest; the others count for nothing */
export async function readHistory(
  folders: readonly SessionFolder[],
  most = Number.POSITIVE_INFINITY,
): Promise<History> {
  const newest = newestFirst(folders).slice(0, most);
  const ended: Digest[] = [];
  let [open, unreadable] = [0, 0];
  for (let i = 0; i < newest.length; i += AT_ONCE) {
    const some = newest.slice(i, i + AT_ONCE).map(({ dir }) => digestIn(dir));
    for (const digest of await Promise.all(some)) {
      if (digest === null) unreadable++;
      else if (digest.status === 'in_progress') open++;
      else ended.push(digest);
    }
  }
  return { ended, open, unreadable };
}

/** As session.json has it; where that is missing, torn or tells of no end, the journal may tell more. */
async function digestIn(dir: string): Promise<Digest | null> {
  const digest = await readFile(join(dir, 'session.json'), 'utf8').then(parsed, () => null);
  if (digest !== null && digest.status !== 'in_progress') return digest;
  return told(() => digestOf(recordFromJournal(dir))) ?? digest;
}

const parsed = (text: string): Digest | null => told(() => digestOf(JSON.parse(text)));

/** What can't be read, or was written by somebody else, tells nothing: it is counted as that. */
function told(read: () => Digest | null): Digest | null {
  try {
    return read();
  } catch {
    return null;
  }
}
