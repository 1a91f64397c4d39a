// The effect "a model works in the user's tree", and the way back from whatever it did there: HEAD, the branch, index
// and files as they were, submodules too. Ignored files are never touched; commits that a model made are kept under
// refs/mm/<session>/lost/, files that were not captured in the session's folder. Other refs, stashes and settings are
// the fingerprint's business.
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { TakenBack, Undo } from '../core/events.ts';
import { fail, ok, type Result } from '../core/failure.ts';
import { SUBMODULE } from '../core/file-mode.ts';
import { repositoryMessages as say } from '../core/messages/repository-messages.ts';
import { exists, removeTree, writeAtomic } from '../system/files.ts';
import { type GitPlace, gitText, isObjectId } from '../system/git.ts';
import type { ObjectFormat } from '../system/git-dir.ts';
import { refValue } from '../system/git-refs.ts';
import { catchingGitErrors } from './catching-git-errors.ts';
import { checkedOutElsewhere } from './checked-out.ts';
import { replaceFile } from './file-operations.ts';
import { makeFrozenGit, openFrozenGit } from './frozen-git.ts';
import { restoreIndex, saveIndex } from './index-file.ts';
import { inspectRepository, type RepositoryFacts } from './inspect.ts';
import { type Leftovers, noteEnded, readLeftovers } from './leftovers.ts';
import { keepLost, keptAs } from './private-ref.ts';
import { clearStaleLocks } from './stale-locks.ts';
import { listIndex, refreshStat } from './tree-listing.ts';
import { differingFiles, keepReplaced, restoreWorktreeState, saveWorktreeState } from './worktree-state.ts';

/**
 * One working tree, or one submodule in it, and where its state is kept. (A type, as interfaces are no plain data to
 * TypeScript.)
 */
type Tree = {
  readonly top: string;
  readonly gitDir: string;
  readonly commonDir: string;
  /** The text of its HEAD file. */
  readonly head: string;
  readonly headRef: string | null;
  readonly base: string;
  readonly format: ObjectFormat;
  /** Names in its git folder that tell of an operation in progress, as they were. */
  readonly states: readonly string[];
  /** Holds `index`, `shadow/`, `own.json`, `own/`. */
  readonly dir: string;
};

/** The record of an effect of kind `main-tree`. */
export interface MainTree extends Undo {
  readonly kind: 'main-tree';
  readonly session: string;
  readonly since: number;
  readonly dir: string;
  /** The user's tree first. */
  readonly trees: readonly Tree[];
}

const STATES =
  /^((MERGE|BISECT)_.*|(CHERRY_PICK|REVERT|REBASE)_HEAD|SQUASH_MSG|AUTO_MERGE|rebase-(merge|apply)|sequencer)$/;

/**
 * Keeps what is needed to reset the tree later. Changes nothing in the repository.
 * @param dir made; must not exist
 * @param options.aside the user's changes have been put aside: what is untracked now is ignored by rules of theirs, and
 * is left alone rather than kept
 */
export function planMainTree(
  facts: RepositoryFacts,
  session: string,
  dir: string,
  options: { aside: boolean },
): Promise<Result<MainTree>> {
  return catchingGitErrors('read the working tree', async () => {
    await mkdir(dir, { mode: 0o700 });
    const { trees, covered } = await keepTrees(facts, dir, 0, !options.aside);
    if (covered.length > 0) return fail(say['folder-in-place']({ top: facts.top, paths: covered }));
    return ok({ kind: 'main-tree', session, since: Date.now(), dir, trees });
  });
}

/**
 * Puts the tree back to how it was when the record was made, between passes as well as at the end. May be repeated.
 * @returns what was found and kept, as sentences
 */
export function resetMainTree(record: MainTree): Promise<Result<readonly string[]>> {
  return catchingGitErrors('reset the working tree', async () => {
    const { top } = record.trees[0]!;
    if (!(await exists(record.dir))) return fail(say['records-gone']({ top, dir: record.dir }));
    // what an interrupted try wrote is not anybody else's doing
    if (await exists(markOf(record.dir))) await noteEnded(record.dir, record.trees[0]!.gitDir);
    await markResetting(record.dir);
    const said: string[] = [];
    for (const tree of record.trees) {
      const done = await resetTree(tree, record);
      if (!done.ok) return done;
      said.push(...done.value);
    }
    await rm(markOf(record.dir), { force: true });
    return ok(said);
  });
}

/**
 * Takes the effect back, once: whatever is in the tree after it has succeeded is the user's.
 * @returns also, as a failure that is none of this, what somebody else had changed there meanwhile
 */
export async function undoMainTree(record: MainTree): Promise<Result<TakenBack>> {
  const done = join(record.dir, 'undone');
  if (await exists(done)) return ok({ said: [], told: null });
  const reset = await resetMainTree(record);
  if (!reset.ok) return reset;
  const { top } = record.trees[0]!;
  const found = await Promise.all(record.trees.map(({ dir }) => readLeftovers(dir)));
  const kept = found.filter((each): each is Leftovers => each !== null);
  const said = kept
    .filter(({ unknown }) => unknown.length > 0)
    .map(
      ({ unknown, copies }) => `What was in your tree and had not been captured is kept in ${copies}: ${few(unknown)}`,
    );
  const theirs = kept.find((each) => each.theirs.length > 0);
  await writeAtomic(done, '');
  for (const { dir } of record.trees) await rm(join(dir, 'index'), { force: true }); // as large as the repository
  return ok({
    said: [...reset.value, ...said],
    told: theirs ? say['edited-meanwhile']({ top, copies: theirs.copies, paths: theirs.theirs }) : null,
  });
}

const few = (paths: readonly string[]): string =>
  `${paths.slice(0, 5).join(', ')}${paths.length > 5 ? ` and ${paths.length - 5} more` : ''}`;

async function keepTrees(
  facts: RepositoryFacts,
  dir: string,
  count: number,
  copyUntracked: boolean,
): Promise<{ readonly trees: Tree[] } & { readonly covered: string[] }> {
  const { top, gitDir, commonDir, headRef, base, objectFormat: format } = facts;
  const own = join(dir, String(count));
  await mkdir(own);
  const states = (await readdir(gitDir)).filter((name) => STATES.test(name));
  const head = await readFile(join(gitDir, 'HEAD'), 'utf8');
  await saveIndex(gitDir, join(own, 'index'));
  const known = { top, gitDir, commonDir, base, settings: facts.settings };
  await makeFrozenGit(known, join(own, 'shadow'));
  const frozen = await openFrozenGit(known, join(own, 'shadow'));
  const covered = await saveWorktreeState(frozen, { top, format, dir: own, copyUntracked });

  const trees: Tree[] = [{ top, gitDir, commonDir, head, headRef, base, format, states, dir: own }];
  const submodules = facts.submodules ? (await listIndex(frozen)).filter(({ mode }) => mode === SUBMODULE) : [];
  for (const { path } of submodules) {
    const inside = join(top, path);
    if (!(await exists(join(inside, '.git')))) continue;
    const theirs = await inspectRepository(inside);
    // One that git itself can't work with now (a merge in it, no commit) is left alone, as every git command leaves it.
    if (!theirs.ok || theirs.value.top !== inside) continue;
    const found = await keepTrees(theirs.value, dir, count + trees.length, true);
    trees.push(...found.trees);
    covered.push(...found.covered.map((name) => `${path}/${name}`));
  }
  return { trees, covered };
}

async function resetTree(tree: Tree, { session, since, dir }: MainTree): Promise<Result<readonly string[]>> {
  for (const path of [tree.top, tree.gitDir, join(tree.commonDir, 'objects')])
    if (!(await exists(path))) return fail(say['repository-gone']({ path }));
  const cleared = await clearStaleLocks(tree, since);
  if (!cleared.ok) return cleared;
  const said = await putBackHead(tree, session);
  for (const name of await readdir(tree.gitDir)) {
    if (STATES.test(name) && !tree.states.includes(name)) await removeTree(join(tree.gitDir, name));
  }
  const frozen = await openFrozenGit(tree, join(tree.dir, 'shadow'));
  const saved = join(tree.dir, 'index');
  const first = await restoreIndex(tree.gitDir, saved);
  if (!first.ok) return first;
  // The index before anything else, and the files it names (.gitignore among them) before anything is removed.
  const clearing = { top: tree.top, format: tree.format, dir: tree.dir, effect: dir };
  await keepReplaced(frozen, clearing);
  await gitText(frozen.place, ['checkout-index', '--all', '--force', '--index', '--quiet'], frozen.options);
  const unnameable = await restoreWorktreeState(frozen, clearing);
  if (unnameable.length > 0) said.push(`Its name is not UTF-8, so it was left in ${tree.top}: ${few(unnameable)}`);
  const last = await restoreIndex(tree.gitDir, saved);
  if (!last.ok) return last;
  const doubted = await differingFiles(frozen, tree.dir);
  if (doubted.length > 0) await refreshStat(frozen, doubted);
  const paths = doubted.length > 0 ? await differingFiles(frozen, tree.dir) : [];
  return paths.length > 0 ? fail(say['not-clean']({ top: tree.top, paths })) : ok(said);
}

/** HEAD and the branch it names. What they were moved to stays reachable. */
async function putBackHead(tree: Tree, session: string): Promise<string[]> {
  const said: string[] = [];
  const place: GitPlace = { gitDir: tree.gitDir };
  const file = join(tree.gitDir, 'HEAD');
  const now = (await exists(file)) ? await readFile(file, 'utf8') : '';
  if (now !== tree.head) {
    const commit = isObjectId(now.trim()) ? now.trim() : null;
    await replaceFile(file, tree.head, 0o644);
    const kept = commit === null || commit === tree.base ? null : await keepLost(place, session, commit);
    said.push(`HEAD of ${tree.top} was moved and is back where it was${keptAs(kept)}.`);
  }
  if (tree.headRef === null) return said;
  const at = (await refValue(tree.commonDir, tree.headRef)) ?? '';
  if (at === tree.base) return said;
  const elsewhere = at === '' ? undefined : checkedOutElsewhere(tree.commonDir, tree.gitDir, tree.headRef);
  if (elsewhere) {
    said.push(`${tree.headRef} is checked out in ${elsewhere.path} and was left where it is; it was at ${tree.base}.`);
    return said;
  }
  const kept = await keepLost(place, session, at);
  await gitText(place, ['update-ref', '--no-deref', tree.headRef, tree.base]);
  const branch = tree.headRef.replace(/^refs\/heads\//, '');
  const how = at === '' ? 'deleted' : 'moved';
  said.push(`The branch ${branch} was ${how} and is back at ${tree.base.slice(0, 12)}${keptAs(kept)}.`);
  return said;
}

/**
 * In the folder of a `main-tree` effect, while its tree is being freed of a model's work and not yet free of it. The
 * user's changes must not come back before: the next reset would take them away again.
 */
const markOf = (dir: string): string => join(dir, 'resetting');

export const markResetting = (dir: string): Promise<void> => writeAtomic(markOf(dir), '');

/** Whether any effect of the same session was left half reset. @param beside the folder of another effect of it */
export async function isResetting(beside: string): Promise<boolean> {
  const session = dirname(beside);
  for (const name of await readdir(session)) if (await exists(markOf(join(session, name)))) return true;
  return false;
}
