// Removes a workspace that `addWorkspace` made, or began to make, from its spec and what is on the disk alone. What is
// not certainly ours stays and is told. Can be repeated and interrupted.
import { mkdir, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { setTimeout } from 'node:timers';
import { type Failure, FailureError } from '../core/failure.ts';
import { candidateMessages } from '../core/messages/candidate-messages.ts';
import { cleanPath } from '../system/environment.ts';
import { codeOf } from '../system/file-failure.ts';
import { exists, namesIn, readText, removeTree } from '../system/files.ts';
import { findOwn } from '../system/find-on-path.ts';
import { GitError, git } from '../system/git.ts';
import { deleteRef, refValue } from '../system/git-refs.ts';
import { collect, leaveBehind } from '../system/own-command.ts';
import { endMarked } from '../system/process.ts';
import type { WorkspaceRecord } from './add-workspace.ts';
import { removeFar } from './far-workspace.ts';
import { isFolder } from './folder-identity.ts';
import { inTurn } from './in-turn.ts';
import { MAKING, registeredAs, textOf, tokenOf, type WorkspaceSpec } from './workspaces.ts';

interface Removal {
  /** What was done, as sentences; empty when there was nothing left to do. */
  readonly said: readonly string[];
  /** What had to stay, and why. */
  readonly failures: readonly Failure[];
  /**
   * The folder is out of the way at once; this ends when its files are deleted, which may take a while. Never rejects.
   */
  readonly finish: Promise<readonly Failure[]>;
}

/** The folder of a session in which removed workspaces lie until they are deleted. */
export const REMOVED = 'removed';

export async function removeWorkspace(spec: WorkspaceSpec): Promise<Removal> {
  if (spec.kind === 'main') return { said: [], failures: [], finish: Promise.resolve([]) };
  if (spec.far !== undefined) {
    const removed = await removeFar(spec.far);
    const [done, left] = removed.ok ? [removed.value, []] : [[], [removed.failure]];
    return { said: done, failures: left, finish: Promise.resolve([]) };
  }
  const said: string[] = [];
  const failures: Failure[] = [];
  const record = await readRecord(spec);
  // A git of ours outlives a runner that is killed, and would go on making what is removed here.
  if (record !== null && !record.done) await endMarked(MAKING, tokenOf(spec), 0);
  const admin = spec.kind === 'worktree' ? await adminOf(spec, record) : null;
  await removeTree(join(spec.commonDir, `mm-removed-${tokenOf(spec)}`));
  const aside = await moveAside(spec, record, admin, said, failures);
  if (spec.kind === 'worktree' && record !== null) await inTurn(spec.commonDir, () => takeOffTheList(spec, admin));
  if (spec.kind === 'worktree' && spec.branch !== null && record !== null)
    await removeBranch(spec, spec.branch, said, failures);
  return { said, failures, finish: failures.length > 0 ? aside() : aside(spec.record) };
}

async function readRecord({ record }: WorkspaceSpec): Promise<WorkspaceRecord | null> {
  const text = await readText(record);
  return text === null ? null : (JSON.parse(text) as WorkspaceRecord);
}

/** The name of our entry on git's list of worktrees: the one that was recorded, or one that was just being made. */
async function adminOf({ commonDir, path }: WorkspaceSpec, record: WorkspaceRecord | null): Promise<string | null> {
  if (record === null) return null;
  const list = join(commonDir, 'worktrees');
  if (record.admin !== null) {
    const place = await placeOf(join(list, record.admin));
    if (place === path || (place !== null && (await isFolder(place, record.folder)))) return record.admin;
  }
  const listed = await registeredAs(commonDir, path);
  if (listed !== null) return listed;
  // Git makes the entry first, locked, and writes into it where the worktree is only then.
  for (const name of await namesIn(list)) {
    const numbered = name.startsWith(basename(path)) && /^\d*$/.test(name.slice(basename(path).length));
    if (numbered && (await isBegun(join(list, name)))) return name;
  }
  return null;
}

/** Whether git was ended while it made the entry: it is empty yet, or locked with git's own reason. */
async function isBegun(admin: string): Promise<boolean> {
  if ((await placeOf(admin)) !== null) return false;
  const locked = await textOf(join(admin, 'locked'));
  return locked === null ? (await readdir(admin)).length === 0 : 'initializing\n'.startsWith(locked);
}

/** Where a worktree entry says that its folder is; null when it does not say so yet. */
async function placeOf(admin: string): Promise<string | null> {
  const text = (await textOf(join(admin, 'gitdir'))) ?? '';
  return text.endsWith('/.git\n') ? dirname(resolve(admin, text.slice(0, -1))) : null;
}

/** Git, which may be at work elsewhere, sees the entry whole or not at all. */
async function takeOffTheList(spec: WorkspaceSpec, admin: string | null): Promise<void> {
  if (admin !== null) {
    const aside = join(spec.commonDir, `mm-removed-${tokenOf(spec)}`);
    await rename(join(spec.commonDir, 'worktrees', admin), aside).catch(onlyWhen('ENOENT'));
    await removeTree(aside);
  }
  // Git makes it for its first entry, and may have been ended right then.
  await rmdir(join(spec.commonDir, 'worktrees')).catch(onlyWhen('ENOTEMPTY', 'ENOENT', 'EEXIST'));
}

/**
 * Renames our folder into the session's own, or, on another disk, to a name beside it that nobody else uses.
 * @returns deletes it, and then a further file; what lies in the session's folder by then is deleted without waiting
 */
async function moveAside(
  spec: WorkspaceSpec,
  record: WorkspaceRecord | null,
  admin: string | null,
  said: string[],
  failures: Failure[],
): Promise<(then?: string) => Promise<readonly Failure[]>> {
  const aside = join(dirname(spec.path), `.${basename(spec.path)}.mm-${tokenOf(spec)}`);
  const garbage = join(dirname(dirname(spec.record)), REMOVED, tokenOf(spec));
  const folders = [spec.path];
  if (admin !== null) folders.push((await placeOf(join(spec.commonDir, 'worktrees', admin))) ?? spec.path);
  for (const folder of new Set(folders)) {
    if (!(await exists(folder))) continue;
    if (record === null) {
      // Killed before it could be recorded: then there is nothing in it.
      await rmdir(folder).catch(onlyWhen('ENOTEMPTY', 'EEXIST', 'ENOTDIR', 'ENOENT'));
      if (await exists(folder)) failures.push(candidateMessages['workspace-not-ours']({ path: folder }));
    } else if ((await isOurs(folder, record)) || (await pointsTo(folder, spec, admin))) {
      await removeTree(garbage);
      await mkdir(dirname(garbage), { recursive: true, mode: 0o700 });
      await rename(folder, garbage).catch(onlyWhen('EXDEV', 'EACCES', 'EPERM', 'EBUSY', 'EROFS'));
      if (await exists(folder)) await removeTree(aside);
      if (await exists(folder)) await rename(folder, aside).catch(onlyWhen('EACCES', 'EPERM', 'EBUSY', 'EROFS'));
      if (await exists(folder)) await removeTree(folder);
      said.push(`removed the workspace ${folder}`);
    } else failures.push(candidateMessages['workspace-not-ours']({ path: folder }));
  }
  return async (then) => {
    try {
      if (await exists(aside)) await deleteFolder(aside);
      if (await exists(garbage)) deleteWithoutWaiting(garbage);
      if (then !== undefined) await rm(then, { force: true });
      return [];
    } catch (error) {
      if (error instanceof FailureError) return [error.failure];
      return [candidateMessages['workspace-left']({ path: aside, why: String(error) })];
    }
  };
}

const isOurs = async (folder: string, { folder: made, instead }: WorkspaceRecord): Promise<boolean> =>
  (await isFolder(folder, made)) || (instead !== undefined && (await isFolder(folder, instead)));

/** A worktree whose folder was made anew in the same place (a model may do that) still names our entry. */
async function pointsTo(folder: string, { kind, commonDir }: WorkspaceSpec, admin: string | null): Promise<boolean> {
  if (kind !== 'worktree' || admin === null) return false;
  const text = await textOf(join(folder, '.git'));
  return (
    text !== null &&
    resolve(folder, text.replace(/^gitdir: /, '').replace(/\n$/, '')) === join(commonDir, 'worktrees', admin)
  );
}

async function removeBranch(
  { commonDir }: WorkspaceSpec,
  branch: string,
  said: string[],
  failures: Failure[],
): Promise<void> {
  const ref = `refs/heads/${branch}`;
  // Left by a git that was killed; nobody else has to do with this branch.
  await rm(join(commonDir, `${ref}.lock`), { force: true });
  const at = await refValue(commonDir, ref);
  if (at !== null) {
    const user = await usedBy(commonDir, ref);
    if (user !== null) {
      failures.push(candidateMessages['branch-in-use']({ branch, user }));
      return;
    }
    try {
      await deleteRef(commonDir, ref, at);
    } catch (error) {
      if (!(error instanceof GitError)) throw error;
      failures.push(candidateMessages['branch-left']({ branch, said: error.stderr.trim() }));
      return;
    }
    said.push(`deleted the branch ${branch}`);
  }
  await removeEmptyFolders(join(commonDir, 'refs/heads'), branch);
  await removeEmptyFolders(join(commonDir, 'logs/refs/heads'), branch);
  if ((await textOf(join(commonDir, 'config')))?.includes(`[branch "${branch}"]`)) {
    await git({ cwd: commonDir, gitDir: commonDir }, [
      'config',
      '--file',
      join(commonDir, 'config'),
      '--remove-section',
      `branch.${branch}`,
    ]);
  }
}

/** Removes the folders in which a branch's file lay, where nothing else is in them. */
async function removeEmptyFolders(top: string, branch: string): Promise<void> {
  for (let folder = dirname(branch); folder !== '.'; folder = dirname(folder)) {
    await rmdir(join(top, folder)).catch(onlyWhen('ENOTEMPTY', 'EEXIST', 'ENOENT'));
  }
}

/** The working tree's git dir that has the branch checked out, null when none has. */
async function usedBy(commonDir: string, ref: string): Promise<string | null> {
  const list = join(commonDir, 'worktrees');
  const others = (await namesIn(list)).map((name) => join(list, name));
  for (const gitDir of [commonDir, ...others]) {
    if ((await textOf(join(gitDir, 'HEAD')))?.trim() === `ref: ${ref}`) return gitDir;
  }
  return null;
}

/** For `catch`: these errors mean that there is nothing to do. */
function onlyWhen(...codes: readonly string[]): (error: unknown) => [] {
  return (error) => {
    if (!codes.includes(codeOf(error) ?? '')) throw error;
    return [];
  };
}

/** Folders that nobody has begun to delete yet. */
const doomed: string[] = [];
/**
 * A run gives up its folders one after the other: in this time they come together, and one command deletes them all.
 */
const TOGETHER_MS = 100;

/** Whoever waits for the result need not wait for this; killed on the way, the rest stays for `mm clean`. */
function deleteWithoutWaiting(folder: string): void {
  if (doomed.push(folder) > 1) return;
  process.once('exit', deleteDoomed);
  setTimeout(deleteDoomed, TOGETHER_MS).unref();
}

function deleteDoomed(): void {
  process.removeListener('exit', deleteDoomed);
  const folders = doomed.splice(0);
  const sh = findOwn('sh');
  // A folder that may not be written to holds on to its files until it may.
  const script = 'rm -rf -- "$@" 2>/dev/null || { chmod -R u+rwX -- "$@"; rm -rf -- "$@"; }';
  if (sh !== null && folders.length > 0) leaveBehind([sh, '-c', script, 'sh', ...folders]);
}

/** A program of its own does it: a checkout has many files, and our own file calls would wait behind all of them. */
async function deleteFolder(path: string): Promise<void> {
  const rm = findOwn('rm');
  if (rm !== null && (await exists(path))) {
    await collect([rm, '-rf', '--', path], { cwd: dirname(path), env: { PATH: cleanPath(process.env), LC_ALL: 'C' } });
  }
  await removeTree(path);
}
