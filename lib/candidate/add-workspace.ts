// Makes the folder that a slot works in: a linked worktree, or a clone that borrows the user's objects and has no
// remote. Whoever calls it has written the spec down before, so that whatever is made here can be removed after a
// crash.
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fail, ok, type Result } from '../core/failure.ts';
import { candidateMessages } from '../core/messages/candidate-messages.ts';
import { codeOf } from '../system/file-failure.ts';
import { writeAtomic } from '../system/files.ts';
import { GitError, gitText } from '../system/git.ts';
import type { CandidateStore } from './candidate-store.ts';
import { fillSubmodules, makeClone } from './clone.ts';
import { filtersOf } from './disk-tree.ts';
import { openFar } from './far-workspace.ts';
import { type FolderIdentity, identityOf } from './folder-identity.ts';
import { inTurn } from './in-turn.ts';
import { joinRecords } from './path-bytes.ts';
import { treeDiff } from './tree-diff.ts';
import { MAKING, registeredAs, tokenOf, type Workspace, type WorkspaceSpec } from './workspaces.ts';
import { writeFiles } from './write-blobs.ts';

/** Which folder and which worktree entry were made: what may be removed again. */
export interface WorkspaceRecord {
  readonly folder: FolderIdentity;
  /** The folder that stood there before that one took its place; 0.1.0 wrote that down. */
  readonly instead?: FolderIdentity;
  /** The worktree's name on git's list; null for clones, and while it is being made. */
  readonly admin: string | null;
  /** Nothing is being made there any more. */
  readonly done: boolean;
}

interface AddOptions {
  /** Fetch what Git LFS keeps elsewhere; by default the small pointer files stay as they are. */
  readonly lfs?: boolean;
  /** Commits that the host of a `remote` one has. */
  readonly known?: Set<string>;
}

/**
 * Makes a planned workspace, at the base. Several at once are safe.
 * @returns a failure when the place was taken meanwhile (then nothing was made there) or git could not do it
 */
export async function addWorkspace(
  store: CandidateStore,
  spec: WorkspaceSpec,
  { lfs = false, known = new Set() }: AddOptions = {},
): Promise<Result<Workspace>> {
  const { id, kind, path, branch, far } = spec;
  const workspace: Workspace = { id, kind, path, branch };
  if (far !== undefined) {
    const opened = await openFar(store, far, known);
    return opened.ok ? ok({ ...workspace, path: opened.value, far }) : opened;
  }
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
    const admin = kind === 'worktree' ? await putOnTheList(spec, env) : null;
    if (kind === 'worktree') {
      const config = ['core.splitIndex=false', 'core.untrackedCache=false'];
      await gitText({ cwd: path }, ['read-tree', '-m', '-u', 'HEAD'], { config, env });
    } else {
      await makeClone({
        path,
        branch,
        commit: store.base,
        from: store.commonDir,
        gitDir: store.gitDir,
        settings: store.settings,
        objectFormat: store.objectFormat,
        env,
      });
      await fillFiltered(store, path, env);
    }
    await fillSubmodules(store, path, env);
    await keepRecord(spec, { folder, admin, done: true });
    return ok(workspace);
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    return fail(candidateMessages['workspace-failed']({ path, said: error.stderr.trim().slice(0, 4000) }));
  }
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

/**
 * A clone has none of the user's filters, which may need what only lies in their own git folder (git-crypt's keys).
 * What those would make of its files is written there by us, so that all candidates begin with the same bytes.
 * @param path the working tree of a clone that has just been checked out
 */
async function fillFiltered(store: CandidateStore, path: string, env: Readonly<Record<string, string>>): Promise<void> {
  if (store.plain || filtersOf(store).size === 0) return;
  const files = (await treeDiff(store, store.base, store.baseTree)).flatMap(({ path: file, after }) =>
    after === null ? [] : [file],
  );
  if (files.length === 0) return;
  await writeFiles(store, path, store.baseTree, files, env);
  // Its own git, which would make nothing of them, is neither to call them changed nor to write them anew.
  const place = { cwd: path, gitDir: join(path, '.git'), workTree: path };
  const input = joinRecords(files);
  await gitText(place, ['update-index', '--skip-worktree', '-z', '--stdin'], { input, env });
}

async function keepRecord({ record }: WorkspaceSpec, content: WorkspaceRecord): Promise<void> {
  await mkdir(dirname(record), { recursive: true, mode: 0o700 });
  await writeAtomic(record, JSON.stringify(content));
}
