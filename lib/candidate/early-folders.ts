// Folders of workspaces that are laid out before there is a session: while the repository is still looked at and the user
// answers questions. They lie beside the kept ones (kept-folder.ts), never in the repository; what no workspace takes is
// kept there for the next run. Whatever stands in the way of it only means that a workspace is made when it is needed.
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { FailureError } from '../core/failure.ts';
import { untilCalledOff } from '../system/background.ts';
import { markIn } from '../system/disk-clock.ts';
import { codeOf } from '../system/file-failure.ts';
import { removeTree } from '../system/files.ts';
import { GitError } from '../system/git.ts';
import { isRunning } from '../system/processes-left.ts';
import type { CandidateStore } from './candidate-store.ts';
import { deleteWithoutWaiting } from './delete-folder.ts';
import { identityOf } from './identity.ts';
import { fresheningPlace, isLarge, isWorthKeeping, keepFolder, takeKept } from './kept-folder.ts';
import { NOTHING_BESIDE, pristineFolder, pristineIndex, writePristine } from './pristine.ts';
import { privateBytes } from './private-git.ts';
import { type KnownPlace, openStore } from './store.ts';
import type { WorkspaceSpec } from './workspace.ts';

export interface EarlyRequest {
  readonly known: KnownPlace;
  /** Those of the store that the workspaces will belong to. */
  readonly facts: CandidateStore['known'];
  /** Where folders are kept (kept-folder.ts). */
  readonly pool: string;
  /** How many files a repository has at least for this to be worth while. */
  readonly files: number;
  readonly count: number;
  /** From how many files on folders that nobody took are kept; null: they are removed. */
  readonly keep: number | null;
}

interface Laid {
  readonly store: CandidateStore;
  /** As of a workspace; its path is the folder itself. */
  readonly spec: WorkspaceSpec;
}

export class EarlyFolders {
  readonly #calledOff = new AbortController();
  readonly #jobs: Promise<Laid | null>[] = [];
  #dir: string | null = null;
  #keeps = false;

  /** Begins to lay folders out at the base, all at once. */
  begin({ known, facts, pool, files, count, keep }: EarlyRequest): void {
    if (this.#dir !== null || count === 0) return;
    const dir = join(pool, `${ours()}${process.pid}-${randomBytes(4).toString('hex')}`); // an earlier one may be going yet
    this.#dir = dir;
    const opening = this.#effort(async () => {
      await clearAfterOthers(pool);
      if (!(await isLarge(known, files))) return null;
      await mkdir(dir, { recursive: true, mode: 0o700 });
      const { top: repository, base } = known;
      const store = await openStore({ sessionDir: dir, repository, base, known, facts, folders: true });
      this.#keeps = keep !== null && (await isWorthKeeping(store, keep));
      return (await isWorthKeeping(store, files)) ? store : null;
    });
    for (let number = 1; number <= count; number++) {
      const job = opening.then((store) => (store === null ? null : this.#effort(() => layOut(store, pool, number))));
      job.catch(() => {}); // thrown where it is waited for
      this.#jobs.push(job);
    }
  }

  /**
   * Gives one of the folders to a workspace, with what is known of it; waits for it.
   * @returns the folder with the files, without a `.git`; null: there is none for it
   */
  async take(store: CandidateStore, spec: WorkspaceSpec): Promise<string | null> {
    const job = this.#jobs.shift();
    const laid = (await job) ?? null;
    if (laid === null) return null;
    const fits =
      laid.store.baseTree === store.baseTree &&
      (await identityOf(laid.spec.path)).device === (await identityOf(spec.path)).device;
    if (!fits) {
      this.#jobs.push(Promise.resolve(laid));
      return null;
    }
    const place = fresheningPlace(spec);
    const known = pristineFolder(store, spec.id);
    await Promise.all([removeTree(place), rm(known, { recursive: true, force: true })]);
    await mkdir(dirname(known), { recursive: true, mode: 0o700 });
    await rename(pristineFolder(laid.store, laid.spec.id), known);
    await rename(fresheningPlace(laid.spec), place);
    return join(place, 'files');
  }

  /** Ends what is under way; folders that are ready and nobody took are kept, where folders are. */
  async end(): Promise<void> {
    this.#calledOff.abort();
    const dir = this.#dir;
    if (dir === null) return;
    let large = false;
    for (const job of this.#jobs.splice(0)) {
      const laid = await job;
      const kept = laid !== null && this.#keeps && (await keepFolder(laid.spec, join(dir, 'garbage')));
      large ||= !kept;
    }
    if (large) deleteWithoutWaiting(dir);
    else await removeTree(dir);
  }

  /** Null where the machine, git or the end of the run stand in the way. */
  async #effort<T>(work: () => Promise<T>): Promise<T | null> {
    const { signal } = this.#calledOff;
    try {
      signal.throwIfAborted();
      return await untilCalledOff(signal, work);
    } catch (error) {
      if (signal.aborted || error instanceof GitError || error instanceof FailureError || codeOf(error) !== null)
        return null;
      throw error;
    }
  }
}

async function layOut(store: CandidateStore, pool: string, number: number): Promise<Laid> {
  const id = `early.${number}`;
  const { base, top, commonDir, sessionDir } = store;
  const record = join(sessionDir, 'workspaces', `${id}.json`);
  const spec: WorkspaceSpec = { id, kind: 'scratch', path: pool, branch: null, base, top, commonDir, record, pool };
  await mkdir(dirname(record), { recursive: true, mode: 0o700 });
  const files = (await takeKept(store, spec, {})) ?? (await layOutNew(store, spec));
  return { store, spec: { ...spec, path: files } };
}

async function layOutNew(store: CandidateStore, spec: WorkspaceSpec): Promise<string> {
  const files = join(fresheningPlace(spec), 'files');
  await mkdir(dirname(files), { mode: 0o700 });
  await mkdir(files);
  await mkdir(pristineFolder(store, spec.id), { recursive: true, mode: 0o700 });
  const indexFile = pristineIndex(store, spec.id);
  await privateBytes(store, ['read-tree', '-m', '-u', store.baseTree], { workTree: files, indexFile });
  const tree = store.baseTree;
  const workspace = { ...spec, path: files };
  const [mark, folder] = [await markIn(files), await identityOf(files)];
  await writePristine(store, workspace, { tree, onto: tree, ...NOTHING_BESIDE, submodules: [], mark, folder });
  return files;
}

/** How this machine's early folders begin, before the process that makes them. */
const ours = (): string => `.early-${hostname().replace(/[^A-Za-z0-9]/g, '_')}-`;

/** Removes what processes left that were killed. */
async function clearAfterOthers(pool: string): Promise<void> {
  const names = await readdir(pool).catch(() => []); // nothing is kept there yet
  for (const name of names) {
    if (!name.startsWith(ours()) || isRunning(Number.parseInt(name.slice(ours().length), 10))) continue;
    deleteWithoutWaiting(join(pool, name));
  }
}
