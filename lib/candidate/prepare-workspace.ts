// Brings untracked things of the user's tree (installed packages, local settings) into a workspace. Only what git does
// not track, never over something that is there, and never through a link. What is copied names the workspace from then
// on, not the user's tree.
import { constants } from 'node:fs';
import { copyFile, readdir, rm, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { PrepareRule } from '../core/preparation.ts';
import { diskUsage } from '../system/disk-usage.ts';
import { matcher } from '../system/environment.ts';
import { codeOf } from '../system/file-failure.ts';
import { copyTree, exists, readText } from '../system/files.ts';
import type { CandidateStore } from './candidate-store.ts';
import { copyIndex } from './copy-index.ts';
import { makeRealFolder } from './folder-identity.ts';
import { ignoredAmong } from './ignored.ts';
import { findNamed, type Named, repoint } from './named-places.ts';
import { systemPath } from './path-bytes.ts';
import { privateRecords, withIndex } from './private-git.ts';
import type { Workspace } from './workspaces.ts';

interface PrepareSpec {
  /** Patterns as in .gitignore (`node_modules` means any of that name, `/dist` the one at the top): copied. */
  readonly copy: readonly string[];
  /** The same: linked, so the workspace shares them with the user's tree. */
  readonly link: readonly string[];
  /** Also copy what is ignored and named in the user's `.worktreeinclude` (same syntax); a text: what that said. */
  readonly include: boolean | string;
  /** What else is copied of what git ignores. */
  readonly rules?: readonly PrepareRule[];
}

interface Prepared {
  readonly copied: readonly string[];
  readonly linked: readonly string[];
  /** What is there already in the workspace, or lies behind a link there. */
  readonly skipped: readonly string[];
  /** What its rule finds too large to be copied. */
  readonly large: readonly Large[];
}

export interface Large {
  readonly path: string;
  readonly rule: PrepareRule;
  readonly bytes: number;
  /** Copies it all the same; false where something is in the way. */
  readonly copy: () => Promise<boolean>;
}

export const INCLUDE_FILE = '.worktreeinclude';

export async function prepareWorkspace(
  store: CandidateStore,
  workspace: Workspace,
  spec: PrepareSpec,
): Promise<Prepared> {
  const { copy, link } = await wanted(store, spec);
  // It has everything already; but what a model will put there is not among what the others are to get.
  if (workspace.kind === 'main') return { copied: [], linked: [], skipped: [], large: [] };
  const copied: string[] = [];
  const linked: string[] = [];
  const skipped: string[] = [];
  const large: Large[] = [];
  for (const each of copy) {
    const { path, rule } = each;
    const put = () =>
      place(store, workspace, path, async (from, to) => {
        await copyTree(from, to);
        await repoint(store.top, workspace.path, await each.named());
      });
    const bytes = rule === null || rule.mostBytes === null ? 0 : await tooLarge(store, workspace, each, rule.mostBytes);
    if (rule !== null && bytes > 0) large.push({ path, rule, bytes, copy: put });
    else ((await put()) ? copied : skipped).push(path);
  }
  for (const path of link) {
    const done = await place(store, workspace, path, (from, to) => symlink(from, to));
    (done ? linked : skipped).push(path);
  }
  return { copied, linked, skipped, large };
}

/** What is to be copied, with what is found out about it once for all workspaces. */
interface ToCopy {
  readonly path: string;
  /** The rule that it comes by; null: the recipe names it. */
  readonly rule: PrepareRule | null;
  readonly named: () => Promise<readonly Named[]>;
  readonly bytes: () => Promise<number>;
}

interface Wanted {
  readonly copy: readonly ToCopy[];
  readonly link: readonly string[];
}

/** What the patterns find in the user's tree, looked for once for all workspaces. */
function wanted(store: CandidateStore, spec: PrepareSpec): Promise<Wanted> {
  const key = `prepare ${JSON.stringify(spec)}`;
  const known = store.known.get(key) ?? find(store, spec);
  store.known.set(key, known);
  return known as Promise<Wanted>;
}

async function find(store: CandidateStore, { copy, link, include, rules = [] }: PrepareSpec): Promise<Wanted> {
  const written = include === true ? ((await readText(join(store.top, INCLUDE_FILE))) ?? '') : include || '';
  const included = written.split(/\r?\n/).flatMap((line) => (/^\s*(#|$)/.test(line) ? [] : [line.trimEnd()]));
  const ruled = rules.flatMap((rule) => rule.copy);
  if (copy.length + link.length + included.length + ruled.length === 0) return { copy: [], link: [] };
  return withIndex(store, async (indexFile) => {
    const userIndex = join(store.gitDir, 'index');
    if (await exists(userIndex)) await copyIndex(userIndex, indexFile);
    const work = { workTree: store.top, indexFile };
    const untracked = async (patterns: readonly string[]): Promise<string[]> => {
      if (patterns.length === 0) return [];
      const excludes = patterns.map((pattern) => `--exclude=${pattern}`);
      const listing = ['ls-files', '--others', '--ignored', '--directory', '-z', ...excludes];
      return (await privateRecords(store, listing, work)).filter((path) => path !== './');
    };
    const [toCopy, toLink, toInclude, byRules] = await Promise.all([
      untracked(copy),
      untracked(link),
      untracked(included),
      untracked(ruled),
    ]);
    // What git would show as new is the user's work in progress, and not a part of the surroundings.
    const ignored = plain(await ignoredAmong(store, work, toInclude));
    const named = new Map<string, PrepareRule | null>([...plain(toCopy), ...ignored].map((path) => [path, null]));
    for (const path of plain(await ignoredAmong(store, work, byRules))) {
      const rule = await ruleFor(store.top, rules, path);
      if (rule !== null) named.set(path, rule);
    }
    const links = plain(toLink);
    return {
      copy: outermost([...named.keys()].filter((path) => !links.includes(path))).map((path) =>
        toCopyOf(store.top, path, named.get(path) ?? null, rules),
      ),
      link: outermost(links),
    };
  });
}

const plain = (paths: readonly string[]): string[] => paths.map((path) => path.replace(/\/$/, ''));

function toCopyOf(top: string, path: string, rule: PrepareRule | null, rules: readonly PrepareRule[]): ToCopy {
  let named: Promise<readonly Named[]> | null = null;
  let bytes: Promise<number> | null = null;
  const files = (rule === null ? rules : [rule]).flatMap(({ repoint }) => repoint);
  return {
    path,
    rule,
    named: () => (named ??= findNamed(top, path, files)),
    bytes: () => (bytes ??= diskUsage(top, [path]).then((sizes) => sizes.get(path) ?? 0)),
  };
}

/** The first rule by which an ignored path is copied; null: none. */
async function ruleFor(top: string, rules: readonly PrepareRule[], path: string): Promise<PrepareRule | null> {
  const parts = path.split('/');
  for (const rule of rules) {
    const fits = matcher(rule.copy);
    const depth = parts.findIndex((part) => fits(part));
    if (depth < 0) continue;
    const folders = parts.slice(0, depth + 1).map((_, up) => parts.slice(0, depth - up).join('/'));
    if (rule.beside.length > 0 && !(await someIn(top, folders, rule.beside))) continue;
    if (rule.holds.length > 0 && !(await someIn(top, [path], rule.holds))) continue;
    return rule;
  }
  return null;
}

async function someIn(top: string, folders: readonly string[], names: readonly string[]): Promise<boolean> {
  const fits = matcher(names);
  for (const folder of folders) {
    const there = await readdir(join(top, folder)).catch((error) => {
      if (codeOf(error) === null) throw error;
      return [];
    });
    if (there.some((name) => fits(name))) return true;
  }
  return false;
}

/** Its bytes where they are too many to be copied into the workspace; 0: they are not, or take no place there. */
async function tooLarge(store: CandidateStore, workspace: Workspace, { bytes }: ToCopy, most: number): Promise<number> {
  if (most > 0 && (await sharesBlocks(store, workspace))) return 0;
  const size = await bytes();
  return size > most ? size : 0;
}

/** Whether a copy in the workspace takes no place, since the disk shares the blocks. */
async function sharesBlocks(store: CandidateStore, workspace: Workspace): Promise<boolean> {
  const trial = join(workspace.path, `.mm-${process.pid}.tmp`);
  try {
    await copyFile(join(store.gitDir, 'HEAD'), trial, constants.COPYFILE_FICLONE_FORCE | constants.COPYFILE_EXCL);
    return true;
  } catch (error) {
    if (codeOf(error) === null) throw error;
    return false;
  } finally {
    await rm(trial, { force: true });
  }
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
