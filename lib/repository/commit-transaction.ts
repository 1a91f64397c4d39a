// Carries a plan of moves out, or takes it back, from wherever an earlier try was stopped or killed. Each file changes
// in one rename; what is neither in the state before nor in the one after is never touched.
import { chmodSync, lstatSync, mkdirSync, readFileSync, symlinkSync, unlinkSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LINK } from '../core/file-mode.ts';
import { takingTurns } from '../system/turns.ts';
import { look, modeOf, oidOf, parentsOf, under } from './disk.ts';
import {
  copy,
  each,
  isInTheWay,
  place,
  placeNew,
  removeEmptyFolders,
  removeIfEmpty,
  toDisk,
} from './file-operations.ts';
import { type FileTransaction, type Image, image, readTransaction } from './file-transaction.ts';

/**
 * Goes from before to after, or on from wherever it was stopped.
 * @returns conflicts: paths that are in neither state. With some seen at the start nothing is written
 */
export async function commitTransaction(dir: string): Promise<readonly string[]> {
  const plan = await readTransaction(dir);
  const steps = plan.moves.map((move, n) => ({ n, path: move.path, from: move.before, to: move.after }));
  return go(dir, plan, 'after', steps);
}

/** Goes from after to before. @returns conflicts, which are left as they are; all else is put back */
export async function rollBackTransaction(dir: string): Promise<readonly string[]> {
  const plan = await readTransaction(dir);
  const steps = plan.moves.map((move, n) => ({ n, path: move.path, from: move.after, to: move.before }));
  return go(dir, plan, 'before', steps);
}

/** Whether every path is as it is after the plan was carried out. */
export async function isDone(dir: string): Promise<boolean> {
  const plan = await readTransaction(dir);
  for (const { path, after } of plan.moves) if (!(await holds(plan, path, after))) return false;
  return true;
}

interface Step {
  readonly n: number;
  readonly path: string;
  readonly from: (Image & { readonly stamp?: string }) | null;
  readonly to: Image | null;
}

async function go(
  dir: string,
  plan: FileTransaction,
  to: 'before' | 'after',
  all: readonly Step[],
): Promise<readonly string[]> {
  const staging = under(plan.top, `.mm-${plan.token}`);
  await rm(staging, { recursive: true, force: true });
  const steps: Step[] = [];
  const conflicts: string[] = [];
  const turn = takingTurns();
  for (const step of all) {
    await turn();
    if (await holds(plan, step.path, step.from)) steps.push(step);
    else if (!(await holds(plan, step.path, step.to))) conflicts.push(step.path);
    else if (step.to === null && step.from !== null) steps.push(step); // gone already; its empty folders may not be
  }
  if (to === 'after' && conflicts.length > 0) return conflicts;

  const writes = steps.filter((step) => step.to !== null);
  if (writes.length > 0) await mkdir(staging, { mode: 0o700 });
  try {
    await each(writes, (step) => stage(join(staging, String(step.n)), image(dir, to, step.n), step.to!));
    const removals = steps
      .filter((step) => step.to === null && step.from !== null)
      .sort((a, b) => (a.path < b.path ? 1 : -1));
    for (const step of removals) {
      await turn();
      if (!(await remove(plan, step, to === 'after'))) conflicts.push(step.path);
    }
    if (to === 'before')
      for (const folder of [...plan.made].sort().reverse()) await removeIfEmpty(under(plan.top, folder));
    for (const step of writes) {
      await turn();
      if (!(await put(plan, step, join(staging, String(step.n))))) conflicts.push(step.path);
    }
    if (to === 'before') for (const folder of plan.emptied) await makeFolders(plan, `${folder}/`);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
  return conflicts;
}

/** Whether `path` is as `wanted` says. A folder in its place counts as absent: what is in it has paths of its own. */
async function holds(
  plan: FileTransaction,
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
const isOurs = (plan: FileTransaction, path: string): boolean => plan.moves.some((move) => move.path === path);

/** Makes the new file complete and durable, to be renamed into place. */
async function stage(at: string, from: string, to: Image): Promise<void> {
  if (to.mode === LINK) {
    symlinkSync(readFileSync(from, 'utf8'), at);
    return;
  }
  await copy(from, at);
  await toDisk(at);
  chmodSync(at, to.perm);
}

async function put(plan: FileTransaction, step: Step, staged: string): Promise<boolean> {
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

async function remove(plan: FileTransaction, step: Step, foldersToo: boolean): Promise<boolean> {
  const found = await look(plan.top, step.path);
  if (modeOf(found) !== null) {
    if (!(await holds(plan, step.path, step.from))) return false;
    unlinkSync(under(plan.top, step.path));
  }
  if (!foldersToo) return true;
  for (const folder of parentsOf(step.path).toReversed()) if (!(await removeIfEmpty(under(plan.top, folder)))) break;
  return true;
}

const isRealFolder = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

/** Makes the folders above `path`, each with the permissions it had before. */
async function makeFolders(plan: FileTransaction, path: string): Promise<void> {
  for (const parent of parentsOf(path)) {
    const folder = under(plan.top, parent);
    if (isRealFolder(folder)) continue;
    try {
      mkdirSync(folder);
    } catch (error) {
      if (!isRealFolder(folder)) throw error;
      continue; // somebody made it just now
    }
    // a folder may be called `toString`
    if (Object.hasOwn(plan.folders, parent)) chmodSync(folder, plan.folders[parent]!);
  }
}
