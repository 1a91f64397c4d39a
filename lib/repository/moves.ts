// Takes files of a working tree from one state to another, so that it can be finished or taken back after being killed
// at any instant. Before-images and the plan are on disk before the first write; each file changes in one rename.
// Knows nothing of git: what is there before and what shall be there is handed in.

import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import {
  chmod,
  copyFile,
  link,
  lstat,
  mkdir,
  open,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  rmdir,
  symlink,
  unlink,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import {
  EXECUTABLE,
  type Found,
  fileId,
  LINK,
  look,
  modeOf,
  type ObjectFormat,
  oidOf,
  parentsOf,
  under,
} from './disk.ts';

/** A file or link: git's mode, the object id of its bytes, its permission bits. */
export interface Image {
  readonly mode: string;
  readonly oid: string;
  readonly perm: number;
}

export interface Move {
  readonly path: string;
  readonly before: (Image & { readonly stamp: string }) | null;
  readonly after: Image | null;
}

export interface Moves {
  readonly top: string;
  readonly format: ObjectFormat;
  /** In the names of temporary files, so that leftovers are known as ours. */
  readonly token: string;
  readonly moves: readonly Move[];
  /** Permission bits of the folders that stand before. */
  readonly folders: Readonly<Record<string, number>>;
  /** Empty folders that a file takes the place of. */
  readonly emptied: readonly string[];
  /** Folders that do not stand before. */
  readonly made: readonly string[];
}

/**
 * What shall become of a path: `found` is what was seen there, `after` where the new one lies complete: a file, or for
 * a link the link itself or a file that holds its target. */
export interface Wanted {
  readonly path: string;
  readonly found: Found;
  readonly after: { readonly mode: string; readonly file: string } | null;
}

/** Paths that are neither in the state before nor in the one after. */
export interface Strays {
  readonly strays: readonly string[];
}

const planFile = (dir: string): string => join(dir, 'moves.json');
const image = (dir: string, side: 'before' | 'after', n: number): string => join(dir, side, String(n));

/** Keeps the state before and after in `dir` (made by the caller), durably; the tree is only read. */
export async function prepareMoves(
  dir: string,
  place: { top: string; format: ObjectFormat },
  wanted: readonly Wanted[],
): Promise<Strays> {
  await mkdir(join(dir, 'before'), { recursive: true });
  await mkdir(join(dir, 'after'), { recursive: true });
  const plain = 0o666 & ~process.umask();
  const moves: Move[] = [];
  const folders = new Map<string, number>();
  const made = new Set<string>();
  const emptied: string[] = [];
  const strays: string[] = [];

  for (const [n, { path, found, after }] of wanted.entries()) {
    for (const parent of parentsOf(path)) {
      if (folders.has(parent) || made.has(parent)) continue;
      const there = await look(place.top, parent);
      if (there.kind === 'folder') folders.set(parent, there.perm);
      else made.add(parent);
    }
    if (found.kind === 'folder' && after) {
      for (const folder of [path, ...(await foldersBelow(place.top, path))]) {
        const there = await look(place.top, folder);
        if (there.kind === 'folder') folders.set(folder, there.perm);
        emptied.push(folder);
      }
    }
    const before = await keep(dir, place, n, path, found);
    if (before === undefined) {
      strays.push(path);
      continue;
    }
    if (after) await keepNew(after.file, image(dir, 'after', n));
    const executable = after?.mode === EXECUTABLE;
    const perm = withExec(before && before.mode !== LINK ? before.perm : plain, executable);
    moves.push({
      path,
      before,
      after: after && { mode: after.mode, oid: await fileId(place.format, image(dir, 'after', n)), perm },
    });
  }
  if (strays.length > 0) return { strays };
  await each(moves, (move, n) => (move.before ? toDisk(image(dir, 'before', n)) : undefined));
  const token = randomBytes(4).toString('hex');
  const plan: Moves = { ...place, token, moves, folders: Object.fromEntries(folders), emptied, made: [...made] };
  await writeFile(planFile(dir), JSON.stringify(plan), { mode: 0o600 });
  for (const part of [planFile(dir), join(dir, 'before'), dir]) await toDisk(part);
  return { strays };
}

/** The plan that `prepareMoves` wrote. */
export async function readMoves(dir: string): Promise<Moves> {
  return JSON.parse(await readFile(planFile(dir), 'utf8')) as Moves;
}

/** Goes from before to after, or on from wherever it was stopped. With strays seen at the start nothing is written. */
export async function runMoves(dir: string): Promise<Strays> {
  const plan = await readMoves(dir);
  const steps = plan.moves.map((move, n) => ({ n, path: move.path, from: move.before, to: move.after }));
  return go(dir, plan, 'after', steps);
}

/** Goes from after to before; strays are left as they are, all else is put back. */
export async function revertMoves(dir: string): Promise<Strays> {
  const plan = await readMoves(dir);
  const steps = plan.moves.map((move, n) => ({ n, path: move.path, from: move.after, to: move.before }));
  return go(dir, plan, 'before', steps);
}

interface Step {
  readonly n: number;
  readonly path: string;
  readonly from: (Image & { readonly stamp?: string }) | null;
  readonly to: Image | null;
}

async function go(dir: string, plan: Moves, to: 'before' | 'after', all: readonly Step[]): Promise<Strays> {
  const staging = under(plan.top, `.mm-${plan.token}`);
  await rm(staging, { recursive: true, force: true });
  const steps: Step[] = [];
  const strays: string[] = [];
  for (const step of all) {
    if (await holds(plan, step.path, step.from)) steps.push(step);
    else if (!(await holds(plan, step.path, step.to))) strays.push(step.path);
    else if (step.to === null && step.from !== null) steps.push(step); // gone already; its empty folders may not be
  }
  if (to === 'after' && strays.length > 0) return { strays };

  const writes = steps.filter((step) => step.to !== null);
  if (writes.length > 0) await mkdir(staging, { mode: 0o700 });
  try {
    await each(writes, (step) => stage(join(staging, String(step.n)), image(dir, to, step.n), step.to!));
    const removals = steps
      .filter((step) => step.to === null && step.from !== null)
      .sort((a, b) => (a.path < b.path ? 1 : -1));
    for (const step of removals) if (!(await remove(plan, step, to === 'after'))) strays.push(step.path);
    if (to === 'before')
      for (const folder of [...plan.made].sort().reverse()) await removeIfEmpty(under(plan.top, folder));
    for (const step of writes) if (!(await put(plan, step, join(staging, String(step.n))))) strays.push(step.path);
    if (to === 'before') for (const folder of plan.emptied) await makeFolders(plan, `${folder}/`);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
  return { strays };
}

/** Whether `path` is as `wanted` says. A folder in its place counts as absent: what is in it has paths of its own. */
async function holds(
  plan: Moves,
  path: string,
  wanted: (Image & { readonly stamp?: string }) | null,
): Promise<boolean> {
  const found = await look(plan.top, path);
  if (wanted === null) {
    if (found.kind === 'behind') return found.by === 'other' || isOurs(plan, found.parent);
    return found.kind === 'missing' || found.kind === 'folder';
  }
  if ('stamp' in found && found.stamp === wanted.stamp) return true;
  return modeOf(found) === wanted.mode && (await oidOf(plan.format, plan.top, path, found)) === wanted.oid;
}

/** A link above a path that is itself part of the plan: the path below it is absent for as long as the link stands. */
const isOurs = (plan: Moves, path: string): boolean => plan.moves.some((move) => move.path === path);

async function keepNew(from: string, to: string): Promise<void> {
  if ((await lstat(from)).isSymbolicLink()) await writeFile(to, await readlink(from));
  else await copy(from, to);
}

async function keep(
  dir: string,
  place: { top: string; format: ObjectFormat },
  n: number,
  path: string,
  found: Found,
): Promise<Move['before'] | undefined> {
  const mode = modeOf(found);
  if (mode === null || !('stamp' in found)) return null;
  const file = image(dir, 'before', n);
  if (found.kind === 'link') await writeFile(file, found.target);
  else {
    await copy(under(place.top, path), file);
    await chmod(file, 0o600);
  }
  const oid = await fileId(place.format, file);
  const again = await look(place.top, path);
  if (!('stamp' in again) || again.stamp !== found.stamp) return undefined;
  return { mode, oid, perm: found.kind === 'file' ? found.perm : 0o777, stamp: found.stamp };
}

/** Makes the new file complete and durable, to be renamed into place. */
async function stage(at: string, from: string, to: Image): Promise<void> {
  if (to.mode === LINK) {
    await symlink(await readFile(from, 'utf8'), at);
    return;
  }
  await copy(from, at);
  await toDisk(at);
  await chmod(at, to.perm);
}

async function put(plan: Moves, step: Step, staged: string): Promise<boolean> {
  if (!(await holds(plan, step.path, step.from))) return false;
  const target = under(plan.top, step.path);
  try {
    await makeFolders(plan, step.path);
    await removeEmptyFolders(target);
    if (step.from === null) await placeNew(staged, target);
    else await place(staged, target);
    return true;
  } catch (error) {
    if (isInTheWay(error)) return false;
    throw error;
  }
}

/** Renames; across a mount point inside the tree, copies beside the target first. */
async function place(staged: string, target: string): Promise<void> {
  try {
    await rename(staged, target);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error;
    const beside = `${target}.mm-new`;
    await rm(beside, { force: true });
    if ((await lstat(staged)).isSymbolicLink()) await symlink(await readlink(staged), beside);
    else await copy(staged, beside);
    await chmodLike(staged, beside);
    await rename(beside, target);
  }
}

/** Like `place`, but never over a file that appeared meanwhile. */
async function placeNew(staged: string, target: string): Promise<void> {
  try {
    if ((await lstat(staged)).isSymbolicLink()) await symlink(await readlink(staged), target);
    else await link(staged, target);
    await unlink(staged);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw error;
    await place(staged, target); // a file system without hard links
  }
}

async function chmodLike(model: string, file: string): Promise<void> {
  const stats = await lstat(model);
  if (!stats.isSymbolicLink()) await chmod(file, stats.mode & 0o7777);
}

async function remove(plan: Moves, step: Step, foldersToo: boolean): Promise<boolean> {
  const found = await look(plan.top, step.path);
  if (modeOf(found) !== null) {
    if (!(await holds(plan, step.path, step.from))) return false;
    await unlink(under(plan.top, step.path));
  }
  if (!foldersToo) return true;
  for (const folder of parentsOf(step.path).toReversed()) if (!(await removeIfEmpty(under(plan.top, folder)))) break;
  return true;
}

/** Makes the folders above `path`, each with the permissions it had before. */
async function makeFolders(plan: Moves, path: string): Promise<void> {
  for (const parent of parentsOf(path)) {
    const folder = under(plan.top, parent);
    try {
      await mkdir(folder);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      if (!(await lstat(folder)).isDirectory()) throw error;
      continue;
    }
    const perm = plan.folders[parent];
    if (perm !== undefined) await chmod(folder, perm);
  }
}

/** Removes a folder and the folders in it, if there is nothing else in them; a file is left alone. */
async function removeEmptyFolders(folder: string): Promise<void> {
  let entries: readonly string[];
  try {
    if (!(await lstat(folder)).isDirectory()) return;
    entries = await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  for (const entry of entries) await removeEmptyFolders(join(folder, entry));
  await rmdir(folder);
}

async function removeIfEmpty(folder: string): Promise<boolean> {
  try {
    await rmdir(folder);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return true;
    if (code === 'ENOTEMPTY' || code === 'EEXIST' || code === 'ENOTDIR' || code === 'EBUSY') return false;
    throw error;
  }
}

async function foldersBelow(top: string, folder: string): Promise<readonly string[]> {
  const entries = await readdir(under(top, folder), { withFileTypes: true });
  const below = entries.filter((entry) => entry.isDirectory()).map((entry) => `${folder}/${entry.name}`);
  return (await Promise.all(below.map(async (each) => [each, ...(await foldersBelow(top, each))]))).flat();
}

const isInTheWay = (error: unknown): boolean =>
  ['EEXIST', 'ENOTEMPTY', 'ENOTDIR', 'EISDIR'].includes((error as NodeJS.ErrnoException).code ?? '');

const withExec = (perm: number, executable: boolean): number =>
  executable ? perm | ((perm & 0o444) >> 2) : perm & ~0o111;

const copy = (from: string, to: string): Promise<void> => copyFile(from, to, constants.COPYFILE_FICLONE);

/** Waits until a file's bytes, or a folder's names, are on the disk. */
async function toDisk(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Runs `work` on every item, a few at once. */
async function each<T>(items: readonly T[], work: (item: T, n: number) => Promise<void> | undefined): Promise<void> {
  let next = 0;
  const run = async (): Promise<void> => {
    while (next < items.length) {
      const n = next++;
      await work(items[n]!, n);
    }
  };
  await Promise.all(Array.from({ length: 8 }, run));
}
