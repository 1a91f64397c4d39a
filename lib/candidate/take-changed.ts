// Takes what a model changed in a workspace file by file: git has told which files of the index differ and what is beside
// it, and only those are read. What this can't take (see there) is left to `addAll`.
import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { codeOf } from '../system/file-failure.ts';
import { takingTurns } from '../system/turns.ts';
import type { CandidateStore } from './candidate-store.ts';
import { isAtOrBelow, within } from './ignored.ts';
import { editIndex } from './index-edit.ts';
import { joinRecords, systemPath } from './path-bytes.ts';
import { privateGit, privateRecords, withIndex } from './private-git.ts';
import { parseRaw } from './tree-diff.ts';
import { editTree, type TreeEdit } from './tree-edit.ts';
import type { Entry } from './trees.ts';

/** A workspace's files, and the index that tells how they were. */
export interface Held {
  readonly workTree: string;
  readonly indexFile: string;
}

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

export interface Taking extends Differences {
  /** What the workspace held when the index was kept. */
  readonly tree: string;
  /** Of what lies beside the index (ignored.ts). */
  readonly ignored: readonly string[];
  /** Paths that stay as they were. */
  readonly left: ReadonlySet<string>;
}

/**
 * `tree` with what changed.
 * @returns null: something can't be read, or has a name that no tree may hold
 */
export async function takeChanged(store: CandidateStore, held: Held, taking: Taking): Promise<string | null> {
  const { tree, left } = taking;
  const differing = taking.differing.filter(({ path }) => !isAtOrBelow(left, path));
  const fresh = (await listNew(store, held, taking)).filter((path) => !isAtOrBelow(left, path));
  const there = differing.filter(({ gone }) => !gone);
  const taken = await read(store, held, there, fresh);
  if (taken === null) return null;
  const gone = differing.flatMap(({ path, gone }): TreeEdit[] => (gone ? [{ path, entry: null }] : []));
  const edits = [...gone, ...taken];
  return edits.length === 0 ? tree : editTree(store, tree, edits);
}

/** The files beside the index that are not ignored, without repositories within. */
async function listNew(store: CandidateStore, held: Held, { beside, ignored }: Taking): Promise<string[]> {
  const hidden = new Set(ignored);
  const shown = beside.filter((path) => !hidden.has(path));
  const folders = new Set(shown.filter((path) => path.endsWith('/')));
  const files = shown.filter((path) => !path.endsWith('/'));
  if (folders.size === 0) return files;
  const listing = ['ls-files', '--others', '--exclude-standard', '-z', ...within([...folders])];
  const inside = await privateRecords(store, listing, held);
  return [...files, ...inside.filter((path) => !path.endsWith('/') && isAtOrBelow(folders, path))];
}

/** Reads files into the store, through an index that holds nothing else: each with the mode that the disk can't tell. */
async function read(
  store: CandidateStore,
  { workTree }: Held,
  there: readonly Differing[],
  fresh: readonly string[],
): Promise<TreeEdit[] | null> {
  const paths = [...there.map(({ path }) => path), ...fresh];
  if (paths.length === 0) return [];
  return withIndex(store, async (indexFile) => {
    await editIndex(
      store,
      indexFile,
      there.flatMap(({ path, before }) => (before === null ? [] : [{ path, entry: before }])),
    );
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
