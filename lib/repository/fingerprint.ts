// What models must not change in the user's repository, as data that is compared and put back: refs, HEAD, stashes,
// settings, hooks, worktrees, and, where nobody works in it, the tree. Reads files and runs no git by the repository's
// own settings: those may be what was tampered with.
import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, lstatSync, openSync, readFileSync, readlinkSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { copyIndex } from '../candidate/copy-index.ts';
import { exists } from '../system/files.ts';
import { gitText } from '../system/git.ts';
import { alternates } from '../system/git-dir.ts';
import { filesBelow, namesIn } from './folder-names.ts';
import { makeFrozenGit, openFrozenGit, type WorkingTree } from './frozen-git.ts';
import type { RepositoryFacts } from './inspect.ts';
import { readRefs } from './read-refs.ts';
import { type RefLogs, readRefLogs } from './ref-logs.ts';

/** A file's permission bits and bytes (base64), or a link's target. */
export interface KeptFile {
  readonly perm: number;
  readonly data: string | null;
  readonly link: string | null;
}

export interface Fingerprint {
  readonly takenAt: string;
  /** Absolute path → content, of settings, hooks, info/, attributes, HEAD and worktree registrations. */
  readonly files: Readonly<Record<string, KeptFile>>;
  /** Ref → object id, or `ref: …`. */
  readonly refs: Readonly<Record<string, string>>;
  /** Lines of the stash list's log, oldest first. */
  readonly stashes: readonly string[];
  /** The logs of HEAD and of the branches, which may only grow. */
  readonly logs: RefLogs;
  readonly worktrees: readonly string[];
  readonly locked: boolean;
  /** Hash of the index's entries with their flags, and the tree that the files make; null: not asked for. */
  readonly tree: { readonly index: string; readonly files: string } | null;
  /** Files whose content is watched wherever they lie: the settings that git reads. */
  readonly settings: readonly string[];
}

interface FingerprintOptions {
  /** A folder of the session, the same for all fingerprints that are to be compared. */
  readonly dir: string;
  /** Also the files and the index of the working tree. */
  readonly tree: boolean;
  /** The first one; absent for the first itself. */
  readonly first?: Fingerprint;
}

/** Takes a fingerprint; the first of a session must be taken before any model runs. */
export async function takeFingerprint(
  facts: RepositoryFacts,
  { dir, tree, first }: FingerprintOptions,
): Promise<Fingerprint> {
  const frozen = join(dir, 'shadow');
  if (!(await exists(join(frozen, 'settings.json')))) await makeFrozenGit(facts, frozen);
  const settings = first?.settings ?? settingsFiles(facts);
  // A few dozen small files: reading them one after the other without waiting takes a millisecond or two.
  const worktrees = namesIn(join(facts.commonDir, 'worktrees'));
  const watched = [
    ...settings,
    join(facts.gitDir, 'HEAD'),
    join(facts.commonDir, 'objects/info/alternates'),
    join(facts.commonDir, 'shallow'),
    ...filesBelow(join(facts.commonDir, 'hooks')),
    // info/refs is a list that git gc makes
    ...filesBelow(join(facts.commonDir, 'info')).filter((path) => !path.endsWith('/info/refs')),
    ...(facts.linked ? filesBelow(join(facts.gitDir, 'info')) : []),
    ...worktrees.flatMap((name) =>
      ['gitdir', 'commondir'].map((file) => join(facts.commonDir, 'worktrees', name, file)),
    ),
  ];
  const files: Record<string, KeptFile> = {};
  for (const path of new Set(watched)) {
    const kept = keepFile(path);
    if (kept) files[path] = kept;
  }
  return {
    takenAt: new Date().toISOString(),
    files,
    refs: await readRefs(facts.commonDir),
    stashes: (await readFile(join(facts.commonDir, 'logs/refs/stash'), 'latin1').catch(() => ''))
      .split('\n')
      .filter((line) => line !== ''),
    logs: readRefLogs(facts.commonDir, first && Object.keys(first.logs)),
    worktrees,
    locked: await exists(join(facts.gitDir, 'index.lock')),
    tree: tree ? await takeTree(facts, dir) : null,
    settings,
  };
}

/** The files that git's settings come from, and the ones they may come from tomorrow. */
function settingsFiles(facts: RepositoryFacts): readonly string[] {
  const home = process.env.HOME ?? homedir();
  const usual = [join(home, '.gitconfig'), join(process.env.XDG_CONFIG_HOME || join(home, '.config'), 'git/config')];
  const own = [join(facts.commonDir, 'config'), join(facts.gitDir, 'config.worktree')];
  const named = facts.settings.all.flatMap(({ file }) => file ?? []);
  return [...new Set([...own, ...usual, ...named])].filter((path) => path !== '/dev/null');
}

/** A file that a sparse checkout leaves out is looked at where there is one. */
const SEES_ALL = ['sparse.expectFilesOutsideOfPatterns=false'];

/** The working tree as git sees it, by the settings from before; what must be stored is stored in `dir`. */
export async function takeTree(facts: WorkingTree, dir: string): Promise<{ index: string; files: string }> {
  const { place, options } = await openFrozenGit(facts, join(dir, 'shadow'));
  const copy = join(dir, 'index');
  await rm(copy, { force: true });
  const index = join(facts.gitDir, 'index');
  if (await exists(index)) await copyIndex(index, copy);
  const objects = join(dir, 'objects');
  await mkdir(join(objects, 'info'), { recursive: true });
  await writeFile(join(objects, 'info/alternates'), alternates([join(facts.commonDir, 'objects')]));
  const there = { ...place, indexFile: copy };
  const quietly = {
    ...options,
    env: { ...options.env, GIT_OBJECT_DIRECTORY: objects },
    config: [...(options.config ?? []), 'advice.addEmbeddedRepo=false', 'core.safecrlf=false', ...SEES_ALL],
  };
  const entries = await gitText(there, ['ls-files', '--stage', '-v', '-z'], quietly);
  await gitText(there, ['add', '--all', '--sparse', '--ignore-errors'], quietly);
  return {
    index: createHash('sha256').update(entries).digest('hex'),
    files: await gitText(there, ['write-tree'], quietly),
  };
}

/** A file as it is now, null where there is none. */
export function keepFile(path: string): KeptFile | null {
  try {
    const stats = lstatSync(path);
    const perm = stats.mode & 0o7777;
    if (stats.isSymbolicLink()) return { perm, data: dataOf(path), link: readlinkSync(path) };
    return stats.isFile() ? { perm, data: dataOf(path), link: null } : null;
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '')) return null;
    throw error;
  }
}

/** What is read through the path, null when that is no file: a link may lead nowhere, or to a pipe. */
function dataOf(path: string): string | null {
  let fd: number;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch {
    return null; // a link that leads nowhere, or what we may not read
  }
  try {
    return fstatSync(fd).isFile() ? readFileSync(fd).toString('base64') : null;
  } finally {
    closeSync(fd);
  }
}

/** The folder that a watched file lies in, for telling hooks from settings. */
export const kindOf = (path: string): 'hook' | 'settings' | 'worktree' | 'head' | 'info' => {
  if (/\/hooks\//.test(path)) return 'hook';
  if (/\/worktrees\/[^/]+\/(gitdir|commondir)$/.test(path)) return 'worktree';
  if (path.endsWith('/HEAD')) return 'head';
  return dirname(path).endsWith('/info') || path.endsWith('/shallow') ? 'info' : 'settings';
};
