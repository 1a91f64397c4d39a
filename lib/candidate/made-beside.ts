// What a model made or changed in its workspace beside what was captured: as long as it lies there, the folder does not
// hold exactly the captured tree. Only looks.
import { lstatSync, readdirSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import type { SideEntry } from '../core/candidate.ts';
import { codeOf } from '../system/file-failure.ts';
import { takingTurns } from '../system/turns.ts';
import { type Baseline, readBaseline } from './baseline.ts';
import type { CandidateStore } from './candidate-store.ts';
import type { Workspace } from './workspaces.ts';

interface MadeBeside {
  /** Came after the model began: it can be taken away again. */
  readonly fresh: readonly string[];
  /** Was there before and is different now, or is a repository of its own. */
  readonly changed: readonly string[];
}

/** A path without the `/` at a folder's end. */
export const bare = (path: string): string => path.replace(/\/$/, '');

/** Whether a path is, or lies in, one of the folders that hold nothing but caches. */
export const isIn = (names: ReadonlySet<string>, path: string): boolean =>
  bare(path)
    .split('/')
    .some((name) => names.has(name));

/**
 * Ignored folders and submodules in which something changed that a look at the folder itself does not show, as entries
 * beside those of `side`.
 * @param caches names of folders that hold nothing but caches: what is in them changes no result
 */
export async function changedDeeply(
  store: CandidateStore,
  workspace: Workspace,
  side: readonly SideEntry[],
  caches: ReadonlySet<string>,
): Promise<SideEntry[]> {
  const baseline = await readBaseline(store, workspace.id);
  if (baseline === null) return [];
  const known = new Set(side.map(({ path }) => bare(path)));
  const passOver = new Set([...caches, '.git']);
  const before: SideEntry[] = [
    ...baseline.ignored.map(({ path }): SideEntry => ({ path, what: 'ignored' })),
    ...baseline.submodules.map(({ path }): SideEntry => ({ path, what: 'submodule' })),
  ];
  const found: SideEntry[] = [];
  for (const entry of before) {
    if (known.has(bare(entry.path)) || isIn(passOver, entry.path)) continue;
    if (await changedWithin(join(workspace.path, bare(entry.path)), since(baseline), passOver)) found.push(entry);
  }
  return found;
}

/** Since when what changes is the model's. */
export const since = ({ since: ready, mark }: Baseline): number => ready ?? mark;

/** @returns null: nothing is known of how the workspace was before */
export async function madeBeside(
  store: CandidateStore,
  workspace: Workspace,
  side: readonly SideEntry[],
  caches: ReadonlySet<string>,
): Promise<MadeBeside | null> {
  const baseline = await readBaseline(store, workspace.id);
  if (baseline === null) return null;
  const before = new Set(baseline.ignored.map(({ path }) => path));
  const lasts = ({ path, what }: SideEntry): boolean =>
    before.has(path) || ['submodule', 'embedded-repository', 'unreadable'].includes(what);
  const counts = side.filter(({ path }) => !isIn(caches, path));
  return {
    fresh: counts.filter((entry) => !lasts(entry)).map(({ path }) => bare(path)),
    changed: counts.filter(lasts).map(({ path }) => bare(path)),
  };
}

/**
 * Whether anything below a folder changed since a moment. Follows no link, and ends at the first thing that did.
 * @param path a file or folder
 * @param since milliseconds by the disk's clock
 * @param passOver names of folders that are not looked into, e.g. caches
 */
async function changedWithin(path: string, since: number, passOver: ReadonlySet<string>): Promise<boolean> {
  const turn = takingTurns();
  const queue = [path];
  for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
    await turn();
    try {
      const stats = lstatSync(at);
      // what is put into a folder that is passed over changes the folder around it only once
      if (!stats.isDirectory()) {
        if (lastChange(stats) > since) return true;
        continue;
      }
      const entries = readdirSync(at);
      const looked = entries.filter((name) => !passOver.has(name));
      if (lastChange(stats) > since && looked.length === entries.length) return true;
      for (const name of looked) queue.push(join(at, name));
    } catch (error) {
      if (codeOf(error) === null) throw error;
      return true; // what can't be read can't be vouched for
    }
  }
  return false;
}

/**
 * Nobody can set the time of a change back, but Deno tells it in whole seconds only: there, that of the content helps
 * out.
 */
export const lastChange = ({ ctimeMs, mtimeMs }: Stats): number => Math.max(ctimeMs, mtimeMs);
