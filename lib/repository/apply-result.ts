// Puts a result, built as a git tree, into the user's working tree, which may hold changes of their own. Everything is
// decided and kept before the first write; an interruption leaves a state that can be finished or taken back. The index
// is not touched: what was staged stays staged, the result is unstaged. Files are written byte for byte as the tree has
// them: a captured tree holds files in the form they have on disk, not in the one that filters would store.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CandidateStore } from '../candidate/candidate-store.ts';
import { isSafePath } from '../candidate/safe-path.ts';
import { isSubmodule, treeDiff } from '../candidate/tree-diff.ts';
import { writeBlobs } from '../candidate/write-blobs.ts';
import type { Undo } from '../core/events.ts';
import { fail, ok, type Result } from '../core/failure.ts';
import { repositoryMessages as say } from '../core/messages/repository-messages.ts';
import { exists } from '../system/files.ts';
import { type ConflictWhy, type Decision, decide, leaveOut, seeDisk } from './apply-decision.ts';
import { catchingGitErrors } from './catching-git-errors.ts';
import { commitTransaction, isDone, rollBackTransaction } from './commit-transaction.ts';
import { modeOf } from './disk.ts';
import { findObstacles, prepareTransaction, type Wanted } from './file-transaction.ts';
import type { RepositoryFacts } from './inspect.ts';

interface ApplyConflict {
  readonly path: string;
  readonly why: ConflictWhy;
  /** Whose version is in the tree afterwards. What git ignores, and what lies in the way, always stays. */
  readonly wins: 'result' | 'user';
}

/** The record of an effect of kind `apply`. */
export interface Apply extends Undo {
  readonly kind: 'apply';
  readonly top: string;
  /** Holds `moves.json`, `before/` and `after/`. */
  readonly dir: string;
  readonly tree: string;
  /**
   * Files it writes that the user's sparse checkout had left out: where git looks meanwhile, it takes the mark from
   * them.
   */
  readonly leftOut?: { readonly gitDir: string; readonly paths: readonly string[] };
  /** It is only tried: the whole tree is put back after it, so that nothing has to be said of what was edited since. */
  readonly trial?: boolean;
}

export interface ApplyPlan {
  readonly record: Apply;
  readonly written: readonly string[];
  readonly deleted: readonly string[];
  /** Files in which the user's changes and the result's were put together. */
  readonly merged: readonly string[];
  /** Paths that were already as the result has them. */
  readonly already: readonly string[];
  readonly conflicts: readonly ApplyConflict[];
  /** Submodules that the result has at another commit: left alone. */
  readonly submodules: readonly string[];
}

export interface ApplyRequest {
  readonly repository: RepositoryFacts;
  /** Sees the objects of both trees. */
  readonly store: CandidateStore;
  /**
   * The tree that the models started from and the one to put in place, both with files in the form they have on disk.
   */
  readonly base: string;
  readonly result: string;
  /** Made; must not exist. */
  readonly dir: string;
  /**
   * `stop`: a conflict is a failure, and nothing is written. `result`: the result wins where nothing ignored is hurt.
   */
  readonly onConflict: 'stop' | 'result';
  /** With `result`: the only paths of which another version is safe; a conflict elsewhere stops all the same. */
  readonly safe?: ReadonlySet<string>;
}

/** Decides for every path, and keeps the versions before and after in `dir`. The working tree is only read. */
export function planApply(request: ApplyRequest): Promise<Result<ApplyPlan>> {
  return catchingGitErrors('prepare applying the result', async () => {
    const { repository, store, base, result, dir } = request;
    const { top, objectFormat: format } = repository;
    await mkdir(dir, { mode: 0o700 });
    const changes = await treeDiff(store, base, result);
    const isUtf8 = (path: string) => !/\p{Surrogate}/u.test(path);
    const unsafe = changes.find(({ path }) => !isSafePath(path) || !isUtf8(path));
    if (unsafe) return fail(say['unsafe-path']({ path: unsafe.path }));
    const files = changes.filter((change) => !isSubmodule(change));

    const present = files.filter(({ after }) => after !== null);
    const blobs = join(dir, 'result');
    const oids = present.map(({ after }) => after!.oid);
    const [seen] = await Promise.all([seeDisk(repository, files), writeBlobs(store, oids, blobs)]);
    const fileOf = new Map(present.map(({ path }, n) => [path, `${blobs}/${n}`]));

    const decisions = await decide(repository, store, seen, fileOf, dir);
    const conflicts = await conflictsOf(decisions, request);
    const stopping = conflicts.filter(
      (each) => request.onConflict === 'stop' || (each.wins === 'user' && !isFixed(each.why)),
    );
    if (stopping.length > 0) return fail(say['apply-conflict']({ paths: stopping.map(({ path }) => path) }));

    const left = new Set(conflicts.filter((each) => each.wins === 'user').map(({ path }) => path));
    const acting = decisions.filter(({ path, act }) => act !== 'nothing' && !left.has(path));
    const wanted: Wanted[] = acting.map(({ path, found, act, mode, file }) => ({
      path,
      found,
      after: act === 'delete' ? null : { mode, file: file! },
    }));
    const changed = await prepareTransaction(dir, { top, format }, wanted);
    if (changed.length > 0) return fail(say['changed-meanwhile']({ paths: changed }));
    const leftOut = acting.flatMap(({ path }) => (seen.leftOut.has(path) ? [path] : []));
    const those = (wish: Decision['act']) => acting.filter(({ act }) => act === wish).map(({ path }) => path);
    return ok({
      record: {
        ...{ kind: 'apply', top, dir, tree: result },
        ...(leftOut.length > 0 ? { leftOut: { gitDir: repository.gitDir, paths: leftOut } } : {}),
      },
      written: those('write'),
      deleted: those('delete'),
      merged: those('merge'),
      already: decisions.filter(({ act }) => act === 'nothing').map(({ path }) => path),
      conflicts,
      submodules: changes.filter(isSubmodule).map(({ path }) => path),
    });
  });
}

/** Nothing of the user's that git ignores, or that lies in the way, is ever replaced. */
const isFixed = (why: ConflictWhy): boolean => why === 'ignored' || why === 'in-the-way';

/** What keeps decisions from being carried out, with what lies in the way on disk. */
async function conflictsOf(
  decisions: readonly Decision[],
  { repository, onConflict, safe }: ApplyRequest,
): Promise<readonly ApplyConflict[]> {
  const wins = (path: string, why: ConflictWhy): ApplyConflict['wins'] => {
    if (onConflict === 'stop' || isFixed(why)) return 'user';
    return safe === undefined || safe.has(path) ? 'result' : 'user';
  };
  const stays = ({ path, act, found, conflict }: Decision): boolean => {
    if (act === 'nothing') return modeOf(found) !== null;
    return act !== 'delete' || (conflict !== null && wins(path, conflict) === 'user');
  };
  const obstacles = await findObstacles(
    repository.top,
    decisions.map((each) => ({ path: each.path, found: each.found, stays: stays(each) })),
  );
  return decisions.flatMap(({ path, act, conflict }) => {
    const why = obstacles.has(path) && act !== 'nothing' ? 'in-the-way' : conflict;
    return why === null ? [] : [{ path, why, wins: wins(path, why) }];
  });
}

/** Carries the plan out, or on from where it was stopped. When a file changed since the plan, nothing stays applied. */
export function applyPlan(record: Apply): Promise<Result<void>> {
  return catchingGitErrors('apply the result', async () => {
    const conflicts = await commitTransaction(record.dir);
    if (conflicts.length === 0) return ok(undefined);
    await rollBackTransaction(record.dir);
    await leaveOutAgain(record);
    return fail(say['changed-meanwhile']({ paths: conflicts }));
  });
}

/**
 * Takes the result out of the tree again. What was edited since stays as it is, and is named.
 * @returns sentences about what stayed
 */
export function undoApply(record: Apply): Promise<Result<readonly string[]>> {
  return catchingGitErrors('take the result out again', async () => {
    if (!(await exists(record.top))) return fail(say['repository-gone']({ path: record.top }));
    const done = join(record.dir, 'undone');
    if (!(await exists(join(record.dir, 'moves.json'))) || (await exists(done))) return ok([]);
    const conflicts = await rollBackTransaction(record.dir);
    await leaveOutAgain(record);
    await writeFile(done, '');
    if (record.trial) return ok([]);
    return ok(conflicts.map((path) => `${path} has been edited since and was left as it is.`));
  });
}

/**
 * Works on the tree as it was before the result came into it, and puts the result back.
 * @returns null where files of the result have been edited since: then nothing is done
 */
export function withoutResult<T>(record: Apply, work: () => Promise<T>): Promise<Result<T | null>> {
  return catchingGitErrors('look at the tree without the result', async () => {
    if (!(await isDone(record.dir))) return ok(null);
    await rollBackTransaction(record.dir);
    await leaveOutAgain(record);
    const done = await work();
    const again = await applyPlan(record);
    return again.ok ? ok(done) : again;
  });
}

/** Whether every file that the result wrote is as it wrote it. */
export const isAsApplied = (record: Apply): Promise<boolean> => isDone(record.dir);

async function leaveOutAgain({ top, leftOut }: Apply): Promise<void> {
  if (leftOut) await leaveOut({ top, gitDir: leftOut.gitDir }, leftOut.paths);
}
