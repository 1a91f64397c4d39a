// Takes what a model changed in a workspace file by file: git tells which files of the index differ and what is beside it,
// and only those are read. Wherever anything is out of the ordinary it says so, and is not used (capture.ts).
import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { codeOf } from '../system/file-failure.ts';
import { takingTurns } from '../system/turns.ts';
import type { CandidateStore } from './candidate-store.ts';
import { ignoredAsWhole, ignoredIn, isAtOrBelow, within } from './ignored.ts';
import { joinRecords, systemPath } from './path-bytes.ts';
import { type Held, privateGit, privateRecords, withIndex } from './private-git.ts';
import { parseRaw } from './tree-diff.ts';
import { editTree, type TreeEdit } from './tree-edit.ts';
import type { Workspace } from './workspace.ts';

/**
 * Whether this way tells the truth in a workspace: its checkout is the tree byte for byte, no flag hides a file from git,
 * and the disk tells names, modes and links apart.
 */
export function isOrdinary({ plain, config }: CandidateStore, { kind, clean }: Workspace): boolean {
  const odd = config.some((setting) => ODD.test(setting));
  return plain && !odd && (kind !== 'main' || clean === true);
}

const ODD = /^core\.((filemode|symlinks)=(?!true$)|ignorecase=(?!false$))/i;

/** A file that may not be as the index has it. */
export interface Differing {
  readonly path: string;
  readonly gone: boolean;
}

/** All that may differ between a workspace and its index. */
export interface Differences {
  /** Of the index's own files. */
  readonly differing: readonly Differing[];
  /** All that is not in the index, ignored or not; folders of which nothing is in it as one name that ends in `/`. */
  readonly beside: readonly string[];
}

/** @returns null: a folder is in the place of a file, or there is nothing but what is new; both are lists of their own to git */
export async function listDifferences(store: CandidateStore, held: Held): Promise<Differences | null> {
  const raw = ['diff-files', '--raw', '-z', '--no-abbrev', '--no-renames', '--ignore-submodules=all'];
  const [records, beside] = await Promise.all([
    privateRecords(store, raw, held),
    privateRecords(store, ['ls-files', '--others', '--directory', '-z'], held),
  ]);
  if (beside.includes('./')) return null;
  const differing: Differing[] = [];
  const turn = takingTurns();
  for (let i = 0; i + 1 < records.length; i += 2) {
    const path = records[i + 1]!;
    const gone = parseRaw(records[i]!).status === 'D';
    await turn();
    if (gone && isFolder(join(held.workTree, path))) return null;
    differing.push({ path, gone });
  }
  return { differing, beside };
}

/** Whether there is a folder, and no link to one. */
function isFolder(path: string): boolean {
  try {
    return lstatSync(systemPath(path), { throwIfNoEntry: false })?.isDirectory() === true;
  } catch (error) {
    if (codeOf(error) === null) throw error;
    return false;
  }
}

/** What lies beside the index, told apart. */
export interface Sorted {
  /** As `listIgnored` has it. */
  readonly ignored: readonly string[];
  /** Files that are not ignored, without those of repositories within. */
  readonly fresh: readonly string[];
}

/** Tells what is ignored from what is not, looking only where something is. */
export async function sortBeside(store: CandidateStore, held: Held, beside: readonly string[]): Promise<Sorted> {
  const whole = new Set(await ignoredAsWhole(store, held, beside));
  const shown = beside.filter((path) => !whole.has(path));
  const files = shown.filter((path) => !path.endsWith('/'));
  const folders = shown.filter((path) => path.endsWith('/'));
  if (folders.length === 0) return { ignored: [...whole], fresh: files };
  return withIndex(store, async (none) => {
    // Nothing of the index is in these folders: without it git has much less to read, as long as it looks only there.
    const place = within(folders).length > 0 ? { ...held, indexFile: none } : held;
    const [parts, inside] = await Promise.all([ignoredIn(store, place, folders), listNew(store, place, folders)]);
    return { ignored: [...whole, ...parts], fresh: [...files, ...inside] };
  });
}

async function listNew(store: CandidateStore, held: Held, folders: readonly string[]): Promise<string[]> {
  const listing = ['ls-files', '--others', '--exclude-standard', '-z', ...within(folders)];
  const among = new Set(folders);
  const found = await privateRecords(store, listing, held);
  return found.filter((path) => !path.endsWith('/') && isAtOrBelow(among, path));
}

export interface Taking {
  /** What the workspace held when the index was kept. */
  readonly tree: string;
  readonly differing: readonly Differing[];
  readonly fresh: readonly string[];
}

/**
 * `tree` with what changed.
 * @returns null: something can't be read, or has a name that no tree may hold
 */
export async function takeChanged(
  store: CandidateStore,
  held: Held,
  { tree, differing, fresh }: Taking,
): Promise<string | null> {
  const there = differing.filter(({ gone }) => !gone).map(({ path }) => path);
  const taken = await read(store, held, [...there, ...fresh]);
  if (taken === null) return null;
  const gone = differing.flatMap(({ path, gone }): TreeEdit[] => (gone ? [{ path, entry: null }] : []));
  const edits = [...gone, ...taken];
  return edits.length === 0 ? tree : editTree(store, tree, edits);
}

/** Reads files into the store, through an index that holds nothing else. */
async function read(store: CandidateStore, { workTree }: Held, paths: readonly string[]): Promise<TreeEdit[] | null> {
  if (paths.length === 0) return [];
  return withIndex(store, async (indexFile) => {
    const update = ['update-index', '--add', '--replace', '-z', '--stdin'];
    const done = await privateGit(store, update, { workTree, indexFile, input: joinRecords(paths) });
    if (done.code !== 0) return null;
    const records = await privateRecords(store, ['ls-files', '--stage', '-z'], { indexFile });
    const taken = records.map((record) => {
      const tab = record.indexOf('\t');
      const [mode = '', oid = ''] = record.slice(0, tab).split(' ');
      return { path: record.slice(tab + 1), entry: { mode, oid } };
    });
    // git passes over a bad name without a word
    return new Set(paths).size === taken.length ? taken : null;
  });
}
