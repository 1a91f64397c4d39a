// Ignored files in a workspace: which there are, and which a model hid by editing an ignore file.
import { lstat, mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { codeOf } from '../system/file-failure.ts';
import { removeTree } from '../system/files.ts';
import { literally } from '../system/git.ts';
import type { CandidateStore } from './candidate-store.ts';
import { listTree } from './list-tree.ts';
import { joinRecords, splitRecords, systemPath } from './path-bytes.ts';
import { type Held, privateGit, privateRecords, temporaryPath, withIndex } from './private-git.ts';
import { writeFiles } from './write-blobs.ts';

/** An ignored file, or folder that is ignored as a whole (it ends in `/`). */
export interface Ignored {
  readonly path: string;
  /** When it was last changed, in milliseconds; nobody can set this time back. */
  readonly changed: number;
}

/** When each was changed; those that are gone are left out. */
export async function whenChanged(workTree: string, paths: readonly string[]): Promise<Ignored[]> {
  const found: Ignored[] = [];
  for (const path of paths) {
    try {
      found.push({ path, changed: (await lstat(systemPath(join(workTree, path.replace(/\/$/, ''))))).ctimeMs });
    } catch (error) {
      if (codeOf(error) === null) throw error;
    }
  }
  return found;
}

/** Ignored paths that are in no index; a folder that is ignored as a whole is one entry, ending in `/`. */
export function listIgnored(store: CandidateStore, workTree: string, indexFile: string): Promise<string[]> {
  return privateRecords(store, ['ls-files', '--others', '--ignored', '--exclude-standard', '--directory', '-z'], {
    workTree,
    indexFile,
  });
}

/**
 * Of paths in no index (folders end in `/`), those that are ignored; of a folder that is ignored in parts, the parts as
 * `listIgnored` has them.
 */
export async function ignoredAmong(store: CandidateStore, held: Held, paths: readonly string[]): Promise<string[]> {
  const whole = new Set(await ignoredAsWhole(store, held, paths));
  const folders = paths.filter((path) => path.endsWith('/') && !whole.has(path));
  return [...whole, ...(await ignoredIn(store, held, folders))];
}

/** Of such paths, those that rules outside them ignore. */
async function ignoredAsWhole(store: CandidateStore, held: Held, paths: readonly string[]): Promise<string[]> {
  // with its slash a folder would count as ignored by rules of its own
  const names = new Map(paths.map((path) => [path.replace(/\/$/, ''), path]));
  const ignored = await checkIgnored(store, held.workTree, held.indexFile, [...names.keys()]);
  return ignored.map((name) => names.get(name)!);
}

/** What is ignored in folders of which nothing is in the index. */
async function ignoredIn(store: CandidateStore, held: Held, folders: readonly string[]): Promise<string[]> {
  if (folders.length === 0) return [];
  const listing = ['ls-files', '--others', '--ignored', '--exclude-standard', '--directory', '-z', ...within(folders)];
  const among = new Set(folders);
  return (await privateRecords(store, listing, held)).filter((path) => isAtOrBelow(among, path));
}

/** Git holds every file that it looks at against every path that it is told. */
const FEW_PATHS = 100;

/** Arguments that limit a listing to some paths, if they are few and can be arguments; none: it is not limited. */
const within = (paths: readonly string[]): string[] =>
  paths.length > FEW_PATHS || paths.some((path) => typeof systemPath(path) !== 'string')
    ? []
    : ['--', ...paths.map(literally)];

/** Whether a path is one of some, or lies in one that is a folder; with or without the `/` at a folder's end. */
function isAtOrBelow(paths: ReadonlySet<string>, path: string): boolean {
  if (paths.size === 0) return false;
  for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1))
    if (paths.has(path.slice(0, at + 1)) || paths.has(path.slice(0, at))) return true;
  return paths.has(path);
}

/** Of `entries` as `listIgnored` has them, those that the workspace's ignore files no longer name. */
export async function noLongerIgnored(
  store: CandidateStore,
  workTree: string,
  indexFile: string,
  entries: readonly string[],
): Promise<string[]> {
  const ignored = new Set(await checkIgnored(store, workTree, indexFile, entries));
  return entries.filter((entry) => !ignored.has(entry));
}

/**
 * Of `entries`, those that the ignore files of `tree` do not name: what hides them came later.
 * @param entries folders end in `/`
 */
export async function hiddenSince(store: CandidateStore, tree: string, entries: readonly string[]): Promise<string[]> {
  if (entries.length === 0) return [];
  const { files } = await listTree(store, tree);
  const folder = temporaryPath(store, 'rules');
  try {
    await mkdir(folder, { recursive: true });
    await writeFiles(
      store,
      folder,
      tree,
      [...files.keys()].filter((path) => basename(path) === '.gitignore'),
    );
    // Rules for folders hold only for what is one.
    for (const entry of entries)
      if (entry.endsWith('/')) await mkdir(systemPath(join(folder, entry)), { recursive: true });
    return await withIndex(store, (indexFile) => noLongerIgnored(store, folder, indexFile, entries));
  } finally {
    await removeTree(folder);
  }
}

async function checkIgnored(
  store: CandidateStore,
  workTree: string,
  indexFile: string,
  entries: readonly string[],
): Promise<string[]> {
  if (entries.length === 0) return [];
  const output = await privateGit(store, ['check-ignore', '--no-index', '-z', '--stdin'], {
    workTree,
    indexFile,
    input: joinRecords(entries.map((entry) => `./${entry}`)), // a name that begins with `:` would be read as a pattern
  });
  // 1: none is ignored. 128: one lies behind a link now, and counts as not ignored.
  return splitRecords(output.bytes).map((path) => path.slice('./'.length));
}
