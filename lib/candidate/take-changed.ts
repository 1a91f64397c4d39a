// Takes what a model changed in a workspace file by file: git has told which files of the index differ and what is beside
// it, and only those are read. What this can't take (see there) is left to `addAll`.
import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { codeOf } from '../system/file-failure.ts';
import { takingTurns } from '../system/turns.ts';
import type { CandidateStore } from './candidate-store.ts';
import { ignoredAsWhole, ignoredIn, isAtOrBelow, within } from './ignored.ts';
import { editIndex } from './index-edit.ts';
import { joinRecords, systemPath } from './path-bytes.ts';
import { type Held, privateGit, privateRecords, withIndex } from './private-git.ts';
import { parseRaw } from './tree-diff.ts';
import { editTree, type TreeEdit } from './tree-edit.ts';
import type { Entry } from './trees.ts';

/** A file that may not be as the index has it. */
export interface Differing {
  readonly path: string;
  readonly before: Entry | null;
  readonly gone: boolean;
}

/** All that may differ between a workspace and its index. */
export interface Differences {
  /** Of the index's own files; submodules are left out. */
  readonly differing: readonly Differing[];
  /** All that is not in the index, ignored or not; folders of which nothing is in it as one name that ends in `/`. */
  readonly beside: readonly string[];
}

export async function listDifferences(store: CandidateStore, held: Held): Promise<Differences> {
  const raw = ['diff-files', '--raw', '-z', '--no-abbrev', '--no-renames', '--ignore-submodules=all'];
  const [records, others] = await Promise.all([privateRecords(store, raw, held), listOthers(store, held)]);
  const differing: Differing[] = [];
  for (let i = 0; i + 1 < records.length; i += 2) {
    const { before, status } = parseRaw(records[i]!);
    differing.push({ path: records[i + 1]!, before, gone: status === 'D' });
  }
  // A folder in the place of a file is no other name to git.
  const turn = takingTurns();
  const folders: string[] = [];
  for (const { path, gone } of differing) {
    await turn();
    if (gone && isFolder(join(held.workTree, path))) folders.push(`${path}/`);
  }
  return { differing, beside: [...others, ...folders] };
}

async function listOthers(store: CandidateStore, held: Held): Promise<string[]> {
  const listing = ['ls-files', '--others', '-z'];
  const others = await privateRecords(store, [...listing, '--directory'], held);
  // an empty index has nothing in the top folder either
  return others.includes('./') ? privateRecords(store, listing, held) : others;
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

/** What lies beside the index. */
export interface Beside {
  /** As `listIgnored` has it. */
  readonly ignored: readonly string[];
  /** Files that are not ignored, without those of repositories within. */
  readonly fresh: readonly string[];
}

/** Tells what is ignored from what is not, looking only where something is. */
export async function sortBeside(store: CandidateStore, held: Held, beside: readonly string[]): Promise<Beside> {
  const whole = new Set(await ignoredAsWhole(store, held, beside));
  const shown = beside.filter((path) => !whole.has(path));
  const files = shown.filter((path) => !path.endsWith('/'));
  const folders = shown.filter((path) => path.endsWith('/'));
  if (folders.length === 0) return { ignored: [...whole], fresh: files };
  return withIndex(store, async (none) => {
    // Nothing of the index is in these folders. Only where the checkout is not whole may rules that hold there be in it alone.
    const place = store.plain ? { ...held, indexFile: none } : held;
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
  /** Paths that stay as they were. */
  readonly left: ReadonlySet<string>;
}

/**
 * `tree` with what changed.
 * @returns null: something can't be read, or has a name that no tree may hold
 */
export async function takeChanged(
  store: CandidateStore,
  held: Held,
  { tree, differing, fresh, left }: Taking,
): Promise<string | null> {
  const changed = differing.filter(({ path }) => !isAtOrBelow(left, path));
  const added = fresh.filter((path) => !isAtOrBelow(left, path));
  const there = changed.filter(({ gone }) => !gone);
  const taken = await read(store, held, there, added);
  if (taken === null) return null;
  const gone = changed.flatMap(({ path, gone }): TreeEdit[] => (gone ? [{ path, entry: null }] : []));
  const edits = [...gone, ...taken];
  return edits.length === 0 ? tree : editTree(store, tree, edits);
}

/** Reads files into the store, through an index that holds nothing else. */
async function read(
  store: CandidateStore,
  { workTree }: Held,
  there: readonly Differing[],
  added: readonly string[],
): Promise<TreeEdit[] | null> {
  const paths = [...there.map(({ path }) => path), ...added];
  if (paths.length === 0) return [];
  return withIndex(store, async (indexFile) => {
    if (!tellsModes(store)) {
      const before = there.flatMap(({ path, before }) => (before === null ? [] : [{ path, entry: before }]));
      await editIndex(store, indexFile, before); // what the disk does not tell stays as it was
    }
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

/** Whether the user's disk tells programs and links from other files. */
const tellsModes = ({ config }: CandidateStore): boolean =>
  config.every((setting) => !/^core\.(filemode|symlinks)=/.test(setting) || setting.endsWith('=true'));
