// What is in the index, and what lies beside it, as git lists it. Only reads.
import { dirname } from 'node:path';
import { git, gitRecords, gitText } from '../system/git.ts';
import { parentsOf } from './disk.ts';
import type { Shadow } from './shadow.ts';

export interface IndexEntry {
  readonly tag: string;
  readonly mode: string;
  readonly oid: string;
  readonly path: string;
}

const LISTING = ['ls-files', '--stage', '-v', '-z'];

/** Every entry of the index with git's letter for its flags: lower case assume-unchanged, S skip-worktree. */
export async function listIndex({ place, options }: Shadow): Promise<readonly IndexEntry[]> {
  return (await gitRecords(place, LISTING, options)).map(entryOf);
}

/** The entries whose flags keep git from looking at their files; of a large index few or none. */
export async function listFlagged({ place, options }: Shadow): Promise<readonly IndexEntry[]> {
  const all = `\0${await gitText(place, LISTING, options)}`;
  return [...all.matchAll(/\0([a-zS] [^\0]*)/g)].map(([, record = '']) => entryOf(record));
}

function entryOf(record: string): IndexEntry {
  const tab = record.indexOf('\t');
  const [tag = '', mode = '', oid = ''] = record.slice(0, tab).split(' ');
  return { tag, mode, oid, path: record.slice(tab + 1) };
}

/** What is neither in the index nor ignored; with `folders`, whole folders as one name that ends in `/`, empty ones too. */
export async function listOthers({ place, options }: Shadow, folders: boolean): Promise<readonly string[]> {
  return gitRecords(
    place,
    ['ls-files', '--others', '--exclude-standard', '-z', ...(folders ? ['--directory'] : [])],
    options,
  );
}

/** The name of files of ignore rules. */
export const RULES = '.gitignore';

/** Untracked files of ignore rules, but for those in folders that are ignored themselves; outermost first. */
export async function listIgnoreFiles(shadow: Shadow): Promise<readonly string[]> {
  const { place, options } = shadow;
  const all = await gitRecords(place, ['ls-files', '--others', '-z', '--', `:(glob)**/${RULES}`], options);
  const input = all.map((path) => `${dirname(path)}\0`).join('');
  const ignored =
    all.length === 0 ? '' : (await git(place, ['check-ignore', '-z', '--stdin'], { ...options, input })).stdout;
  const folders = new Set(ignored.split('\0'));
  return all.filter((path) => !folders.has(dirname(path))).sort((a, b) => parentsOf(a).length - parentsOf(b).length);
}
