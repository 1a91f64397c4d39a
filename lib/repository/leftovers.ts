// What lies in the user's tree when a model's work is taken out of it, and was never captured as that work: half of a
// model's, what a gate wrote there, or edits that somebody made meanwhile. It is kept in the session's folder before it
// goes.

import { constants } from 'node:fs';
import { copyFile, cp, lstat, mkdir, readdir, rename, rm, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isSafePath } from '../candidate/safe-path.ts';
import { markIn } from '../system/disk-clock.ts';
import { exists, writeAtomic } from '../system/files.ts';
import type { ObjectFormat } from '../system/git-dir.ts';
import { readJson } from '../system/read-json.ts';
import { look, modeOf, oidOf, under } from './disk.ts';

/** What a session knows to be in the tree by its own doing. */
interface Ours {
  /** When the last command of the session had ended there: milliseconds since 1970, by the clock of the tree's disk. */
  readonly until: number;
  /** What was captured: path → version. */
  readonly files: Readonly<Record<string, string>>;
}

interface Kept {
  readonly path: string;
  readonly version: string;
  /** Changed when nothing of the session ran there any more. */
  readonly theirs: boolean;
}

export interface Leftovers {
  /** The folder that holds them, each under its path. */
  readonly copies: string;
  /** Changed by somebody else. */
  readonly theirs: readonly string[];
  /** Half of a model's work, perhaps, or what a gate wrote. */
  readonly unknown: readonly string[];
}

/** A tree from which something is about to be removed. */
export interface Clearing {
  readonly top: string;
  readonly format: ObjectFormat;
  /** Where what is kept of this tree lies. */
  readonly dir: string;
  /** The folder of the `main-tree` effect. */
  readonly effect: string;
}

const oursFile = (effect: string): string => join(effect, 'ours.json');
const keptFile = (dir: string): string => join(dir, 'found.json');

/** One version of a file, to be compared with others. */
export const versionOf = ({ mode, oid }: { readonly mode: string; readonly oid: string }): string => `${mode} ${oid}`;

/**
 * Notes what has been captured in the tree of a `main-tree` effect.
 * @param gitDir of that tree
 */
export async function noteCaptured(
  effect: string,
  gitDir: string,
  files: Readonly<Record<string, string>>,
): Promise<void> {
  const until = (await markIn(gitDir)) + 1; // it has been rounded down
  await writeAtomic(oursFile(effect), JSON.stringify({ until, files } satisfies Ours));
}

/** Notes that a further command of the session (a gate) has ended in the tree. */
export async function noteEnded(effect: string, gitDir: string): Promise<void> {
  const ours = await readJson<Ours>(oursFile(effect));
  if (ours) await noteCaptured(effect, gitDir, ours.files);
}

/** Notes that a model begins there anew: what it leaves is not known until it is captured. */
export const noteBegun = (effect: string): Promise<void> => rm(oursFile(effect), { force: true });

/**
 * Keeps files that are about to be overwritten or removed, unless they are as they were captured or as `own` has them.
 * Links and files are copied, what can't be read is moved; what is in a folder, one by one. May be repeated, and
 * interrupted.
 */
export async function saveLeftovers(
  { top, format, dir, effect }: Clearing,
  paths: readonly string[],
  own: ReadonlyMap<string, string>,
): Promise<void> {
  const ours = await readJson<Ours>(oursFile(effect));
  const kept = await readKept(dir);
  const known = new Map(kept.map((each) => [each.path, each.version]));
  for (const path of await filesAt(top, paths)) {
    const found = await look(top, path);
    const mode = modeOf(found);
    if (mode === null) continue;
    const oid = await oidOf(format, top, path, found).catch(whenUnreadable);
    const version = versionOf({ mode, oid: oid ?? 'unreadable' });
    if ([ours?.files[path], own.get(path), known.get(path)].includes(version)) continue;
    const { ctimeMs } = await lstat(under(top, path));
    const copy = await freshCopy(dir, path);
    if (found.kind === 'link') await symlink(found.target, copy);
    else if (oid === null) await move(under(top, path), copy);
    else await copyFile(under(top, path), copy, constants.COPYFILE_FICLONE);
    kept.push({ path, version, theirs: ours !== null && ctimeMs > ours.until });
  }
  await writeKept(dir, kept, known.size);
}

/** Moves a repository that lies within the tree away, rather than remove it. */
export async function keepRepository({ top, dir, effect }: Clearing, path: string): Promise<void> {
  const ours = await readJson<Ours>(oursFile(effect));
  const from = under(top, path);
  const { ctimeMs } = await lstat(from);
  const copy = await freshCopy(dir, path);
  await move(from, copy);
  const kept = await readKept(dir);
  const theirs = ours !== null && ctimeMs > ours.until;
  await writeKept(dir, [...kept, { path: `${path}/`, version: 'repository', theirs }], kept.length);
}

async function move(from: string, to: string): Promise<void> {
  await rename(from, to).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EXDEV') throw error;
    await cp(from, to, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
    await rm(from, { recursive: true });
  });
}

/** A model may take away the right to read a file; it is moved then. */
function whenUnreadable(error: NodeJS.ErrnoException): null {
  if (error.code === 'EACCES' || error.code === 'EPERM') return null;
  throw error;
}

/** What was kept of a tree; null: nothing. */
export async function readLeftovers(dir: string): Promise<Leftovers | null> {
  const kept = await readKept(dir);
  if (kept.length === 0) return null;
  const of = (theirs: boolean) => [...new Set(kept.filter((each) => each.theirs === theirs).map(({ path }) => path))];
  return { copies: join(dir, 'found'), theirs: of(true), unknown: of(false) };
}

/** Where a copy goes; beside an earlier one it gets a number. */
async function freshCopy(dir: string, path: string): Promise<string> {
  const copy = under(join(dir, 'found'), path);
  await mkdir(dirname(copy), { recursive: true });
  for (let number = 1; ; number++) {
    const name = number === 1 ? copy : `${copy}.${number}`;
    if (!(await exists(name))) return name;
  }
}

/** The paths, and in place of those that are folders now, the files in them. */
async function filesAt(top: string, paths: readonly string[]): Promise<readonly string[]> {
  const files = new Set<string>();
  const visit = async (path: string): Promise<void> => {
    if (!isSafePath(path)) return; // git folders of repositories within
    const { kind } = await look(top, path);
    if (kind !== 'folder') files.add(path);
    else for (const name of await readdir(under(top, path))) await visit(`${path}/${name}`);
  };
  for (const path of paths) await visit(path);
  return [...files];
}

const readKept = async (dir: string): Promise<Kept[]> => (await readJson<Kept[]>(keptFile(dir))) ?? [];

async function writeKept(dir: string, kept: readonly Kept[], before: number): Promise<void> {
  if (kept.length > before) await writeAtomic(keptFile(dir), JSON.stringify(kept));
}
