// Where a slot works, and whether a workspace can be made at a place. Only looks; nothing here makes or removes
// anything.
import { createHash } from 'node:crypto';
import { access, constants, lstat, readFile, realpath } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { type Failure, fail, ok, type Result } from '../core/failure.ts';
import { candidateMessages } from '../core/messages/candidate-messages.ts';
import { codeOf } from '../system/file-failure.ts';
import { exists, isInside, namesIn } from '../system/files.ts';
import { git, gitLines } from '../system/git.ts';
import type { FarLane } from '../system/remote/run-far.ts';
import type { CandidateStore } from './candidate-store.ts';

/** `scratch` is a clone of our own in the session folder, for trying trees out; `remote` is on another host. */
export type WorkspaceKind = 'main' | 'worktree' | 'clone' | 'scratch' | 'remote';

export interface Workspace {
  /** Unique within the session: letters, digits, `.`, `_`, `-`. */
  readonly id: string;
  readonly kind: WorkspaceKind;
  /** Absolute; of one on another host: there. */
  readonly path: string;
  /** Its branch; null in the user's own tree and where it is detached. */
  readonly branch: string | null;
  /** The lane on another host that it is; nothing of it is here. */
  readonly far?: FarLane;
}

/** A workspace with all that is needed to make it, and to remove it whatever happened meanwhile. Plain data. */
export interface WorkspaceSpec extends Workspace {
  readonly base: string;
  /** The user's working tree and the git dir that all its working trees share. */
  readonly top: string;
  readonly commonDir: string;
  /** Where is kept which folder was made. */
  readonly record: string;
}

/** For names that nobody else uses, the same each time. */
export const tokenOf = ({ record }: WorkspaceSpec): string =>
  createHash('sha256').update(record).digest('hex').slice(0, 12);

/** What makes a workspace carries its token in this variable, so that it is found if it outlives us. */
export const MAKING = 'MM_WORKSPACE';

export interface WorkspaceRequest {
  readonly id: string;
  readonly kind: WorkspaceKind;
  /** Relative to the repository's top, or absolute. Not used for `main` and `scratch`. */
  readonly path?: string;
  readonly branch?: string | null;
  /** For `remote`. */
  readonly far?: FarLane;
}

/** What must be known of the place; a look ahead has no store yet. */
interface Ground extends Pick<CandidateStore, 'top' | 'commonDir' | 'sessionDir' | 'base'> {
  /** The branches that there are; absent: they are looked up. */
  readonly branches?: readonly string[];
}

/** What making these workspaces would run into, all of it; or how to make them. Changes nothing. */
export async function planWorkspaces(
  store: Ground,
  requests: readonly WorkspaceRequest[],
): Promise<Result<readonly WorkspaceSpec[], readonly Failure[]>> {
  const specs = requests.map((request) => specOf(store, request));
  const found = await Promise.all(specs.map((spec) => troubles(store, spec)));
  const taken = new Set<string>();
  const twice = specs.flatMap(({ kind, path }) => {
    if (kind === 'main' || kind === 'remote') return [];
    const again = taken.has(path);
    taken.add(path);
    return again ? [candidateMessages['workspace-exists']({ path })] : [];
  });
  const failures = [...found.flat(), ...twice];
  return failures.length > 0 ? fail(failures) : ok(specs);
}

/** The same for one. */
export async function planWorkspace(
  store: Ground,
  request: WorkspaceRequest,
): Promise<Result<WorkspaceSpec, readonly Failure[]>> {
  const planned = await planWorkspaces(store, [request]);
  return planned.ok ? ok(planned.value[0]!) : planned;
}

function specOf(store: Ground, { id, kind, path = '', branch = null, far }: WorkspaceRequest): WorkspaceSpec {
  if (!/^[A-Za-z0-9._-]+$/.test(id) || id.startsWith('.'))
    throw new Error(`${JSON.stringify(id)} is no id for a workspace`);
  const places = { main: store.top, scratch: join(store.sessionDir, 'scratch', id) };
  const place =
    kind === 'main' || kind === 'scratch' ? places[kind] : kind === 'remote' ? '' : resolve(store.top, path);
  const record = join(store.sessionDir, 'workspaces', `${id}.json`);
  const { base, top, commonDir } = store;
  const own = kind === 'main' || kind === 'remote' ? null : branch;
  return { id, kind, path: place, branch: own, base, top, commonDir, record, ...(far ? { far } : {}) };
}

async function troubles(store: Ground, spec: WorkspaceSpec): Promise<Failure[]> {
  if (spec.kind === 'main' || spec.kind === 'remote') return [];
  if (spec.kind === 'scratch') return (await exists(spec.path)) ? [candidateMessages['workspace-exists'](spec)] : [];
  const [folder, branch] = await Promise.all([
    folderTrouble(store, spec),
    spec.branch === null ? [] : branchTrouble(store, spec.branch),
  ]);
  return [...folder, ...branch];
}

async function folderTrouble({ top, commonDir }: Ground, { kind, path }: WorkspaceSpec): Promise<Failure[]> {
  if (isInside(top, path) || isInside(path, top)) return [candidateMessages['workspace-inside']({ path, top })];
  if (await exists(path)) return [candidateMessages['workspace-exists']({ path })];
  try {
    const parent = await realpath(dirname(path));
    if (!(await lstat(parent)).isDirectory())
      return [candidateMessages['workspace-parent']({ path, why: `${parent} is no folder` })];
    const real = join(parent, basename(path));
    // that of a plain folder is made when its first session begins
    const places = (await exists(commonDir)) ? [top, commonDir] : [top];
    for (const folder of await Promise.all(places.map((place) => realpath(place)))) {
      if (isInside(folder, real)) return [candidateMessages['workspace-inside']({ path, top: folder })];
    }
    await access(parent, constants.W_OK | constants.X_OK);
  } catch (error) {
    const why = {
      ENOENT: 'its parent folder is not there',
      EACCES: 'its parent folder is not writable',
      EROFS: 'the disk is read-only',
    }[codeOf(error) ?? ''];
    if (why === undefined) throw error;
    return [candidateMessages['workspace-parent']({ path, why })];
  }
  const name = kind === 'worktree' ? await registeredAs(commonDir, path) : null;
  return name === null ? [] : [candidateMessages['workspace-registered']({ path, name })];
}

/** The name under which git has a worktree at `path` on its list, null when it has none. */
export async function registeredAs(commonDir: string, path: string): Promise<string | null> {
  for (const name of await namesIn(join(commonDir, 'worktrees'))) {
    const at = await textOf(join(commonDir, 'worktrees', name, 'gitdir'));
    if (at !== null && resolve(commonDir, 'worktrees', name, at.replace(/\n$/, '')) === join(path, '.git')) return name;
  }
  return null;
}

async function branchTrouble({ top, commonDir, branches }: Ground, branch: string): Promise<Failure[]> {
  if (!(await isBranchName(top, branch))) return [candidateMessages['branch-invalid']({ branch })];
  const others = branches ?? ((await exists(commonDir)) ? await branchesOf(commonDir) : []);
  const asWritten = clash(others, branch, (name) => name);
  // A disk that ignores case keeps both in the same file.
  const found = asWritten ?? clash(others, branch, (name) => name.toLowerCase());
  return found === null || (asWritten === null && !(await ignoresCase(top))) ? [] : [found];
}

/** What stands against a branch among others, where names that `fold` makes alike are the same. */
function clash(others: readonly string[], branch: string, fold: (name: string) => string): Failure | null {
  const wanted = fold(branch);
  if (others.some((other) => fold(other) === wanted)) return candidateMessages['branch-exists']({ branch });
  const by = others.find((other) => wanted.startsWith(`${fold(other)}/`) || fold(other).startsWith(`${wanted}/`));
  return by === undefined ? null : candidateMessages['branch-blocked']({ branch, by });
}

const ignoresCase = async (top: string): Promise<boolean> =>
  (await git({ cwd: top }, ['config', '--type=bool', 'core.ignorecase'])).stdout.trim() === 'true';

const beingListed = new Map<string, Promise<readonly string[]>>();

/** All branches; who asks at the same time gets the same answer. */
function branchesOf(commonDir: string): Promise<readonly string[]> {
  let listing = beingListed.get(commonDir);
  if (listing === undefined) {
    listing = gitLines({ gitDir: commonDir }, ['for-each-ref', '--format=%(refname)', 'refs/heads'])
      .then((refs) => refs.map((ref) => ref.slice('refs/heads/'.length)))
      .finally(() => beingListed.delete(commonDir));
    beingListed.set(commonDir, listing);
  }
  return listing;
}

/** Git is asked only about names that are not plainly good ones. */
async function isBranchName(top: string, branch: string): Promise<boolean> {
  if (/^[a-z0-9][\w-]*(\/[a-z0-9][\w-]*)*$/i.test(branch)) return true;
  return !branch.startsWith('-') && (await git({ cwd: top }, ['check-ref-format', `refs/heads/${branch}`])).code === 0;
}

/** A file's text, null where there is none. */
export async function textOf(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EISDIR'].includes(codeOf(error) ?? '')) return null;
    throw error;
  }
}
