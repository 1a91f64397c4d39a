// Makes the folder that a slot works in: a linked worktree, or a clone that borrows the user's objects and has no remote.
// Whoever calls it has written the spec down before, so that whatever is made here can be removed after a crash.
import { mkdir, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fail, ok, type Result } from '../core/failure.ts';
import { candidateMessages } from '../core/messages/candidate.ts';
import { codeOf } from '../system/file-failure.ts';
import { removeTree, writeAtomic } from '../system/files.ts';
import { GitError, gitText } from '../system/git.ts';
import type { CandidateStore } from './candidate-store.ts';
import { makeClone } from './clone.ts';
import { copyIndex } from './copy-index.ts';
import type { EarlyFolders } from './early-folders.ts';
import { fillFiltered } from './fill-filtered.ts';
import { fillSubmodules } from './fill-submodules.ts';
import { type FolderIdentity, identityOf } from './identity.ts';
import { inTurn } from './in-turn.ts';
import { fresheningPlace, takeKept } from './kept-folder.ts';
import { pristineIndex } from './pristine.ts';
import { MAKING, registeredAs, tokenOf, type Workspace, type WorkspaceSpec } from './workspace.ts';

/** Which folder and which worktree entry were made: what may be removed again. */
export interface WorkspaceRecord {
  readonly folder: FolderIdentity;
  /** The empty folder whose place that one takes, where it served before. */
  readonly instead?: FolderIdentity;
  /** The worktree's name on git's list; null for clones, and while it is being made. */
  readonly admin: string | null;
  /** Nothing is being made there any more. */
  readonly done: boolean;
}

export interface AddOptions {
  /** Fetch what Git LFS keeps elsewhere; by default the small pointer files stay as they are. */
  readonly lfs?: boolean;
  /** Folders that were laid out in good time. */
  readonly early?: EarlyFolders | null;
}

/**
 * Makes a planned workspace, at the base. Several at once are safe.
 * @returns a failure when the place was taken meanwhile (then nothing was made there) or git could not do it
 */
export async function addWorkspace(
  store: CandidateStore,
  spec: WorkspaceSpec,
  { lfs = false, early = null }: AddOptions = {},
): Promise<Result<Workspace>> {
  const { id, kind, path, branch } = spec;
  const workspace: Workspace = { id, kind, path, branch };
  if (kind === 'main') return ok(workspace);
  try {
    // Made by us and only by us: that it was not there is decided here, once and for all.
    if (kind === 'scratch') await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await mkdir(path);
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return fail(candidateMessages['workspace-exists']({ path }));
    if (codeOf(error) === null) throw error;
    return fail(candidateMessages['workspace-parent']({ path, why: (error as Error).message }));
  }
  const folder = await identityOf(path);
  await keepRecord(spec, { folder, admin: null, done: false });
  const env = { [MAKING]: tokenOf(spec), ...(lfs ? {} : { GIT_LFS_SKIP_SMUDGE: '1' }) };
  try {
    const take = async () => (await early?.take(store, spec)) ?? (await takeKept(store, spec, env));
    const [kept, admin] = await both(take(), kind === 'worktree' ? putOnTheList(spec, env) : Promise.resolve(null));
    if (kind === 'worktree' && kept === null) {
      const config = ['core.splitIndex=false', 'core.untrackedCache=false'];
      await gitText({ cwd: path }, ['read-tree', '-m', '-u', 'HEAD'], { config, env });
    }
    if (kind !== 'worktree')
      await makeClone({
        path,
        branch,
        commit: store.base,
        from: store.commonDir,
        gitDir: store.gitDir,
        top: store.top,
        objectFormat: store.objectFormat,
        env,
        bare: kept !== null,
      });
    if (kind !== 'worktree' && kept === null) await fillFiltered(store, path, env);
    const made = kept === null ? { folder } : await moveIn(store, spec, kept, folder, admin);
    await fillSubmodules(store, path, env);
    await keepRecord(spec, { ...made, admin, done: true });
    return ok(workspace);
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    return fail(candidateMessages['workspace-failed']({ path, said: error.stderr.trim().slice(0, 4000) }));
  }
}

/** A folder that served before takes the place of the new one, with the new one's `.git`. */
async function moveIn(
  store: CandidateStore,
  spec: WorkspaceSpec,
  kept: string,
  instead: FolderIdentity,
  admin: string | null,
): Promise<Pick<WorkspaceRecord, 'folder' | 'instead'>> {
  const { path, commonDir } = spec;
  const made = { folder: await identityOf(kept), instead };
  await keepRecord(spec, { ...made, admin, done: false });
  await rename(join(path, '.git'), join(kept, '.git'));
  await rename(kept, path); // an empty folder is replaced in one step
  const gitDir = admin === null ? join(path, '.git') : join(commonDir, 'worktrees', admin);
  await copyIndex(pristineIndex(store, spec.id), join(gitDir, 'index'));
  await removeTree(fresheningPlace(spec));
  return made;
}

/**
 * Makes the worktree without its files: they take the time, and come from elsewhere or when the others may go on.
 * @returns its name on git's list
 */
function putOnTheList(spec: WorkspaceSpec, env: Readonly<Record<string, string>>): Promise<string | null> {
  const { top, commonDir, path, branch, base } = spec;
  return inTurn(commonDir, async () => {
    // Tracking would write into the shared config.
    const head = branch === null ? ['--detach'] : ['--no-track', '-b', branch];
    const add = ['worktree', 'add', '--quiet', '--no-checkout', ...head, '--', path, base];
    await gitText({ cwd: top }, add, { env, findable: true });
    return registeredAs(commonDir, path);
  });
}

/** Waits for both, also when one fails: nothing may be at work when that is told. */
async function both<A, B>(one: Promise<A>, other: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([one, other]);
  return [await one, await other];
}

async function keepRecord({ record }: WorkspaceSpec, content: WorkspaceRecord): Promise<void> {
  await mkdir(dirname(record), { recursive: true, mode: 0o700 });
  await writeAtomic(record, JSON.stringify(content));
}
