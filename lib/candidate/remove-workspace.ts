// Removes a workspace that `addWorkspace` made, or began to make, from its spec and what is on the disk alone. What is not
// certainly ours stays and is told. Can be repeated and interrupted.
import { createHash } from 'node:crypto';
import { readdir, rename, rm, rmdir } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { type Failure, FailureError } from '../core/failure.ts';
import { candidateMessages } from '../core/messages/candidate.ts';
import { codeOf } from '../system/file-failure.ts';
import { exists, readText, removeTree } from '../system/files.ts';
import { git } from '../system/git.ts';
import type { WorkspaceRecord } from './add-workspace.ts';
import { isFolder } from './identity.ts';
import { registeredAs, textOf, type WorkspaceSpec } from './workspace.ts';

export interface Removal {
  /** What was done, as sentences; empty when there was nothing left to do. */
  readonly said: readonly string[];
  /** What had to stay, and why. */
  readonly failures: readonly Failure[];
  /** The folder is out of the way at once; this ends when its files are deleted, which may take a while. Never rejects. */
  readonly finish: Promise<readonly Failure[]>;
}

export async function removeWorkspace(spec: WorkspaceSpec): Promise<Removal> {
  if (spec.kind === 'main') return { said: [], failures: [], finish: Promise.resolve([]) };
  const said: string[] = [];
  const failures: Failure[] = [];
  const record = await readRecord(spec);
  const admin = spec.kind === 'worktree' ? await adminOf(spec, record) : null;
  const aside = await putAside(spec, record, admin, said, failures);
  if (admin !== null) {
    await removeTree(join(spec.commonDir, 'worktrees', admin));
    await rmdir(join(spec.commonDir, 'worktrees')).catch(onlyWhen('ENOTEMPTY', 'ENOENT', 'EEXIST'));
  }
  if (spec.kind === 'worktree' && spec.branch !== null && record !== null) await removeBranch(spec, spec.branch, said, failures);
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
  for (const name of await readdir(list).catch(onlyWhen('ENOENT'))) {
    const numbered = name.startsWith(basename(path)) && /^\d*$/.test(name.slice(basename(path).length));
    const begun = (await placeOf(join(list, name))) === null && (await textOf(join(list, name, 'locked')))?.startsWith('initializing');
    if (numbered && begun) return name;
  }
  return null;
}

/** Where a worktree entry says that its folder is. */
async function placeOf(admin: string): Promise<string | null> {
  const text = await textOf(join(admin, 'gitdir'));
  return text === null ? null : dirname(resolve(admin, text.replace(/\n$/, '')));
}

/**
 * Renames our folder to a name beside it that nobody else uses.
 * @returns deletes it, and then a further file
 */
async function putAside(
  spec: WorkspaceSpec,
  record: WorkspaceRecord | null,
  admin: string | null,
  said: string[],
  failures: Failure[],
): Promise<(then?: string) => Promise<readonly Failure[]>> {
  const token = createHash('sha256').update(spec.record).digest('hex').slice(0, 12);
  const aside = join(dirname(spec.path), `.${basename(spec.path)}.mm-${token}`);
  const folders = [spec.path];
  if (admin !== null) folders.push((await placeOf(join(spec.commonDir, 'worktrees', admin))) ?? spec.path);
  for (const folder of new Set(folders)) {
    if (!(await exists(folder))) continue;
    if (record === null) {
      // Killed before it could be recorded: then there is nothing in it.
      await rmdir(folder).catch(onlyWhen('ENOTEMPTY', 'EEXIST', 'ENOTDIR', 'ENOENT'));
      if (await exists(folder)) failures.push(candidateMessages['workspace-not-ours']({ path: folder }));
    } else if ((await isFolder(folder, record.folder)) || (await pointsTo(folder, spec, admin))) {
      await removeTree(aside);
      await rename(folder, aside).catch(onlyWhen('EACCES', 'EPERM', 'EBUSY', 'EROFS'));
      if (await exists(folder)) await removeTree(folder);
      said.push(`removed the workspace ${folder}`);
    } else failures.push(candidateMessages['workspace-not-ours']({ path: folder }));
  }
  return async (then) => {
    try {
      await removeTree(aside);
      if (then !== undefined) await rm(then, { force: true });
      return [];
    } catch (error) {
      if (error instanceof FailureError) return [error.failure];
      return [candidateMessages['workspace-left']({ path: aside, why: String(error) })];
    }
  };
}

/** A worktree whose folder was made anew in the same place (a model may do that) still names our entry. */
async function pointsTo(folder: string, { kind, commonDir }: WorkspaceSpec, admin: string | null): Promise<boolean> {
  if (kind !== 'worktree' || admin === null) return false;
  const text = await textOf(join(folder, '.git'));
  return text !== null && resolve(folder, text.replace(/^gitdir: /, '').replace(/\n$/, '')) === join(commonDir, 'worktrees', admin);
}

async function removeBranch({ commonDir }: WorkspaceSpec, branch: string, said: string[], failures: Failure[]): Promise<void> {
  const place = { cwd: commonDir, gitDir: commonDir };
  const ref = `refs/heads/${branch}`;
  const found = await git(place, ['rev-parse', '--verify', '--quiet', ref]);
  if (found.code === 0) {
    const user = await usedBy(commonDir, ref);
    if (user !== null) {
      failures.push(candidateMessages['branch-in-use']({ branch, user }));
      return;
    }
    const gone = await git(place, ['update-ref', '--no-deref', '-d', ref, found.stdout.trim()]);
    if (gone.code !== 0) {
      failures.push(candidateMessages['branch-left']({ branch, said: gone.stderr.trim() }));
      return;
    }
    said.push(`deleted the branch ${branch}`);
  }
  if ((await textOf(join(commonDir, 'config')))?.includes(`[branch "${branch}"]`)) {
    await git(place, ['config', '--file', join(commonDir, 'config'), '--remove-section', `branch.${branch}`]);
  }
}

/** The working tree's git dir that has the branch checked out, null when none has. */
async function usedBy(commonDir: string, ref: string): Promise<string | null> {
  const list = join(commonDir, 'worktrees');
  const others = (await readdir(list).catch(onlyWhen('ENOENT'))).map((name) => join(list, name));
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
