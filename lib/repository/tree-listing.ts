// What is in the index, and what lies beside it, as git lists it.
import { basename, dirname } from 'node:path';
import { GitError, git, gitRecords, gitText } from '../system/git.ts';
import { parentsOf } from './disk.ts';
import type { FrozenGit } from './frozen-git.ts';

interface IndexEntry {
  readonly tag: string;
  readonly mode: string;
  readonly oid: string;
  readonly path: string;
}

const LISTING = ['ls-files', '--stage', '-v', '-z'];

const OTHERS = ['--others', '--exclude-standard'];

/** Every entry of the index with git's letter for its flags: lower case assume-unchanged, S skip-worktree. */
export async function listIndex({ place, options }: FrozenGit): Promise<readonly IndexEntry[]> {
  return (await gitRecords(place, LISTING, options)).map(entryOf);
}

/** What git does not look at when it compares a tree with its index. */
interface Unwatched {
  /** The entries whose flags keep git from looking at their files; of a large index few or none. */
  readonly flagged: readonly IndexEntry[];
  /** As `listOthers` has it. */
  readonly others: readonly string[];
}

/** @param folders as `listOthers` has it */
export async function listUnwatched(frozen: FrozenGit, folders: boolean): Promise<Unwatched> {
  const listing = ['ls-files', '-v', '-z', '--cached', ...OTHERS, ...(folders ? ['--directory'] : [])];
  const output = await git(frozen.place, listing, frozen.options);
  if (output.code !== 0) throw new GitError(listing, output);
  const { hasFlags, others } = readTagged(
    Buffer.from(output.bytes.buffer, output.bytes.byteOffset, output.bytes.length),
  );
  return { others, flagged: hasFlags ? (await listIndex(frozen)).filter(({ tag }) => FLAGGED.test(tag)) : [] };
}

const FLAGGED = /^[a-zS]$/;

/** Records with a letter first, `?` for what is not in the index; no text is made of all the others. */
function readTagged(records: Buffer): { hasFlags: boolean; others: string[] } {
  const others: string[] = [];
  let hasFlags = false;
  for (let at = 0; at < records.length; ) {
    const end = records.indexOf(0, at);
    const tag = String.fromCharCode(records[at]!);
    if (tag === '?') others.push(records.toString('utf8', at + 2, end));
    else hasFlags ||= FLAGGED.test(tag);
    at = end + 1;
  }
  return { hasFlags, others };
}

function entryOf(record: string): IndexEntry {
  const tab = record.indexOf('\t');
  const [tag = '', mode = '', oid = ''] = record.slice(0, tab).split(' ');
  return { tag, mode, oid, path: record.slice(tab + 1) };
}

/**
 * What is neither in the index nor ignored; with `folders`, whole folders as one name that ends in `/`, empty ones too.
 */
export async function listOthers({ place, options }: FrozenGit, folders: boolean): Promise<readonly string[]> {
  return gitRecords(place, ['ls-files', '-z', ...OTHERS, ...(folders ? ['--directory'] : [])], options);
}

/** The name of files of ignore rules. */
const RULES = '.gitignore';

/** Whether a path is that of ignore rules. */
export const isRules = (path: string): boolean => basename(path) === RULES;

/** Of some paths, those that the rules ignore. */
async function listIgnored({ place, options }: FrozenGit, paths: readonly string[]): Promise<readonly string[]> {
  if (paths.length === 0) return [];
  const input = paths.map((path) => `./${path}\0`).join(''); // a name that begins with `:` would be read as a pattern
  const { stdout } = await git(place, ['check-ignore', '-z', '--stdin'], { ...options, input });
  return stdout.split('\0').map((path) => path.slice('./'.length));
}

/** Untracked files of ignore rules, but for those in folders that are ignored themselves; outermost first. */
export async function listIgnoreFiles(frozen: FrozenGit): Promise<readonly string[]> {
  const { place, options } = frozen;
  const all = await gitRecords(place, ['ls-files', '--others', '-z', '--', `:(glob)**/${RULES}`], options);
  const folders = new Set(await listIgnored(frozen, all.map(dirname)));
  return all.filter((path) => !folders.has(dirname(path))).sort((a, b) => parentsOf(a).length - parentsOf(b).length);
}

/**
 * Makes an index take a file for unmodified again whose bytes are what its entry says, in another form or size than the
 * entry remembers (line ends that a checkout wrote anew). Changes remembered sizes and times only, never content or
 * flags.
 * @param paths tracked files that git takes for modified
 */
export async function refreshStat(frozen: FrozenGit, paths: readonly string[]): Promise<void> {
  if (paths.length === 0) return;
  const wanted = new Set(paths);
  const entries = (await listIndex(frozen)).filter(
    ({ path, oid }) => wanted.has(path) && !/^e69de29b|^473a0f4c/.test(oid),
  );
  const lines = entries.map(({ mode, oid, path }) => `${mode} ${oid}\t${path}\0`).join('');
  await gitText(frozen.place, ['update-index', '-z', '--index-info'], { ...frozen.options, input: lines });
}
