// Brings untracked things of the user's tree (installed packages, local settings) into a workspace. Only what git does
// not track, never over something that is there, and never through a link.
import { symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { forAll } from '../system/background.ts';
import { copyTree, exists } from '../system/files.ts';
import { stillBeside } from './beside.ts';
import type { CandidateStore } from './candidate-store.ts';
import { copyIndex } from './copy-index.ts';
import { makeRealFolder } from './identity.ts';
import { ignoredAmong, within } from './ignored.ts';
import { systemPath } from './path-bytes.ts';
import { privateRecords, withIndex } from './private-git.ts';
import type { Workspace } from './workspace.ts';

export interface PrepareSpec {
  /** Patterns as in .gitignore (`node_modules` means any of that name, `/dist` the one at the top): copied. */
  readonly copy: readonly string[];
  /** The same: linked, so the workspace shares them with the user's tree. */
  readonly link: readonly string[];
  /** Also copy what is ignored and named in the user's `.worktreeinclude` (same syntax). */
  readonly include: boolean;
}

export interface Prepared {
  readonly copied: readonly string[];
  readonly linked: readonly string[];
  /** What is there already in the workspace, or lies behind a link there. */
  readonly skipped: readonly string[];
}

const INCLUDE_FILE = '.worktreeinclude';

export async function prepareWorkspace(
  store: CandidateStore,
  workspace: Workspace,
  spec: PrepareSpec,
): Promise<Prepared> {
  const { copy, link } = await wanted(store, spec, await stillBeside(store, workspace));
  // It has everything already; but what a model will put there is not among what the others are to get.
  if (workspace.kind === 'main') return { copied: [], linked: [], skipped: [] };
  const copied: string[] = [];
  const linked: string[] = [];
  const skipped: string[] = [];
  for (const path of copy) {
    const done = await place(store, workspace, path, copyTree);
    (done ? copied : skipped).push(path);
  }
  for (const path of link) {
    const done = await place(store, workspace, path, (from, to) => symlink(from, to));
    (done ? linked : skipped).push(path);
  }
  return { copied, linked, skipped };
}

interface Wanted {
  readonly copy: readonly string[];
  readonly link: readonly string[];
}

/**
 * What the patterns find in the user's tree, looked for once for all workspaces.
 * @param beside where it has to be looked for; null: everywhere
 */
function wanted(store: CandidateStore, spec: PrepareSpec, beside: readonly string[] | null): Promise<Wanted> {
  const key = `prepare ${JSON.stringify(spec)}`;
  const known = store.known.get(key) ?? forAll(() => find(store, spec, beside));
  store.known.set(key, known);
  return known as Promise<Wanted>;
}

async function find(
  store: CandidateStore,
  { copy, link, include }: PrepareSpec,
  beside: readonly string[] | null,
): Promise<Wanted> {
  const file = include && (await exists(join(store.top, INCLUDE_FILE)));
  if ((copy.length === 0 && link.length === 0 && !file) || beside?.length === 0) return { copy: [], link: [] };
  return withIndex(store, async (indexFile) => {
    const userIndex = join(store.gitDir, 'index');
    if (await exists(userIndex)) await copyIndex(userIndex, indexFile);
    const work = { workTree: store.top, indexFile };
    const untracked = async (excludes: readonly string[]): Promise<string[]> => {
      if (excludes.length === 0) return [];
      const where = beside === null ? [] : within(beside);
      const listing = ['ls-files', '--others', '--ignored', '--directory', '-z', ...excludes, ...where];
      return (await privateRecords(store, listing, work)).filter((path) => path !== './');
    };
    const patterns = (list: readonly string[]): string[] => list.map((pattern) => `--exclude=${pattern}`);
    const [toCopy, toLink, toInclude] = await Promise.all([
      untracked(patterns(copy)),
      untracked(patterns(link)),
      untracked(file ? [`--exclude-from=${join(store.top, INCLUDE_FILE)}`] : []),
    ]);
    // What git would show as new is the user's work in progress, and not a part of the surroundings.
    const ignored = await ignoredAmong(store, work, toInclude);
    const plain = (paths: readonly string[]): string[] => paths.map((path) => path.replace(/\/$/, ''));
    const links = plain(toLink);
    return {
      copy: outermost([...plain(toCopy), ...plain(ignored)].filter((path) => !links.includes(path))),
      link: outermost(links),
    };
  });
}

/** Without what lies in another one of the list. */
function outermost(paths: readonly string[]): string[] {
  const all = new Set(paths);
  return [...all].filter((path) => {
    for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1))
      if (all.has(path.slice(0, at))) return false;
    return true;
  });
}

/** Puts one path in place; false where it can't be without overwriting something or leaving the workspace. */
async function place(
  store: CandidateStore,
  workspace: Workspace,
  path: string,
  put: (from: string, to: string) => Promise<void>,
): Promise<boolean> {
  const to = join(workspace.path, path);
  const from = join(store.top, path);
  if (typeof systemPath(path) !== 'string' || !(await exists(from)) || (await exists(to))) return false;
  if (!(await makeRealFolder(workspace.path, dirname(path)))) return false;
  await put(from, to);
  return true;
}
