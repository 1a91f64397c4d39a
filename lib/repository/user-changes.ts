// Puts the user's uncommitted changes aside before a model works in their tree, and brings them back exactly: files
// byte for byte, the index as it was, other stashes untouched. While they are aside they exist twice: as a stash that
// `git stash list` shows, and as files in the session's folder. Ignored files and what is in submodules stay where they
// are; but for those that only the user's own, uncommitted rules ignore (local-rules.ts).
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Undo } from '../core/events.ts';
import { fail, ok, type Result } from '../core/failure.ts';
import { repositoryMessages as say } from '../core/messages/repository-messages.ts';
import { exists } from '../system/files.ts';
import { type GitPlace, git, gitRecords, gitText, literally } from '../system/git.ts';
import { catchingGitErrors } from './catching-git-errors.ts';
import { writeCheckoutForm } from './checkout-form.ts';
import { commitTransaction, rollBackTransaction } from './commit-transaction.ts';
import { look, modeOf, oidOf, under } from './disk.ts';
import { findObstacles, prepareTransaction, readTransaction, type Wanted } from './file-transaction.ts';
import { makeFrozenGit, openFrozenGit } from './frozen-git.ts';
import { isIndex, restoreIndex, saveIndex } from './index-file.ts';
import type { RepositoryFacts } from './inspect.ts';
import { ignoredByLocalRules } from './local-rules.ts';
import { isResetting } from './main-tree.ts';
import { removeRef, sessionRefs } from './private-ref.ts';
import { clearStaleLocks } from './stale-locks.ts';
import { dropStash, makeStashCommit, pushStash, restoreStaged } from './stash-list.ts';
import { isRules, refreshStat } from './tree-listing.ts';
import { type Changes, listChanges } from './tree-status.ts';

/** The record of an effect of kind `user-changes`. */
export interface UserChanges extends Undo {
  readonly kind: 'user-changes';
  readonly top: string;
  readonly gitDir: string;
  readonly commonDir: string;
  /** Holds `moves.json`, `before/` and `index`. */
  readonly dir: string;
  readonly session: string;
  readonly base: string;
  /** The stash's commit, its subject, and the ref that keeps it. */
  readonly stash: string;
  readonly subject: string;
  readonly ref: string;
  /** Milliseconds since 1970. */
  readonly since: number;
}

interface UserChangesPlan {
  readonly record: UserChanges;
  readonly files: number;
  readonly bytes: number;
}

/** So long what was seen of the tree holds: looking takes about as long itself, where it takes long. */
const JUST_NOW_MS = 500;

/**
 * Everything that is needed to put the changes aside: copies of them in `dir`, and a stash commit that nothing refers
 * to yet. The working tree, the index, refs and stashes are only read.
 * @param dir made; must not exist
 * @param message of the stash; the session's id is added
 * @returns null when there is nothing to put aside
 */
export function planUserChanges(
  facts: RepositoryFacts,
  session: string,
  dir: string,
  message: string,
): Promise<Result<UserChangesPlan | null>> {
  return catchingGitErrors('read your uncommitted changes', async () => {
    const { staged, unstaged, untracked } = facts.dirty;
    if (staged + unstaged + untracked === 0 && performance.now() - facts.seenAt < JUST_NOW_MS) return ok(null);
    const listed = await listChanges({ gitDir: facts.gitDir, workTree: facts.top, cwd: facts.top });
    if (listed.notUtf8.length > 0) return fail(say['name-not-utf8']({ top: facts.top, paths: listed.notUtf8 }));
    const own = await ignoredByLocalRules(facts, listed, `${dir}-rules`);
    const changes = { ...listed, untracked: [...listed.untracked, ...own] };
    if (changes.tracked.every((change) => change.submodule && !change.staged) && changes.untracked.length === 0)
      return ok(null);

    await mkdir(dir, { mode: 0o700 });
    await makeFrozenGit(facts, join(dir, 'shadow'));
    await writeFile(join(dir, 'changes.json'), JSON.stringify(changes));
    await saveIndex(facts.gitDir, join(dir, 'index'));
    const wanted = await changesToHead(facts, changes, join(dir, 'head'));
    const placements = wanted.map(({ path, found, after }) => ({ path, found, stays: after !== null }));
    const obstacles = await findObstacles(facts.top, placements);
    if (obstacles.size > 0) return fail(say['in-the-way']({ paths: [...new Set(obstacles.values())] }));

    const conflicts = await prepareTransaction(dir, { top: facts.top, format: facts.objectFormat }, wanted);
    if (conflicts.length > 0) return fail(say['changed-meanwhile']({ paths: conflicts }));
    const subject = `On ${facts.branch ?? '(no branch)'}: ${message} ${session}`;
    const { moves } = await readTransaction(dir);
    const stash = await makeStashCommit(facts, { dir, subject, changes, moves });
    const bytes = wanted.reduce((sum, { found }) => sum + (found.kind === 'file' ? found.size : 0), 0);
    const { top, gitDir, commonDir, base } = facts;
    const ref = `${sessionRefs(session)}user`;
    return ok({
      record: {
        kind: 'user-changes',
        top,
        gitDir,
        commonDir,
        dir,
        session,
        base,
        stash,
        subject,
        ref,
        since: Date.now(),
      },
      files: moves.length,
      bytes,
    });
  });
}

/** Puts the changes aside: afterwards tree and index are as the last commit has them. */
export function stashUserChanges(record: UserChanges): Promise<Result<void>> {
  return catchingGitErrors('put your uncommitted changes aside', async () => {
    const place = placeOf(record);
    await gitText(place, ['update-ref', '--no-deref', record.ref, record.stash]);
    await pushStash(place, record.stash, record.subject);
    const conflicts = await commitTransaction(record.dir);
    if (conflicts.length > 0) return fail(say['changed-meanwhile']({ paths: conflicts }));
    await gitText(place, ['read-tree', '--reset', record.base]);
    await git(place, ['update-index', '-q', '--refresh']); // tells by its exit code what status tells with names
    const frozen = await openFrozenGit(record, join(record.dir, 'shadow'));
    const unstaged = (changes: Changes) =>
      changes.tracked.filter(({ submodule }) => !submodule).map(({ path }) => path);
    await refreshStat(frozen, unstaged(await listChanges(frozen.place, frozen.options)));
    const left = await listChanges(frozen.place, frozen.options);
    // What only the user's own .gitignore ignores is untracked now; whole folders of that stay.
    const rulesMoved = (await readTransaction(record.dir)).moves.some(({ path }) => isRules(path));
    const paths = [...unstaged(left), ...(rulesMoved ? [] : left.untracked)];
    return paths.length > 0 ? fail(say['not-clean']({ top: record.top, paths })) : ok(undefined);
  });
}

/**
 * Brings the changes back onto the commit they were made on. The stash stays listed until `forgetUserChanges`. May be
 * repeated, and interrupted at any instant; does nothing once it has succeeded.
 */
export function restoreUserChanges(record: UserChanges): Promise<Result<void>> {
  return catchingGitErrors('bring your uncommitted changes back', async () => {
    if (!(await exists(record.top))) return fail(say['repository-gone']({ path: record.top }));
    const done = join(record.dir, 'back');
    if (await exists(done)) return ok(undefined);
    const { top, stash, ref } = record;
    if (!(await exists(join(record.dir, 'moves.json')))) return fail(say['copies-gone']({ top, stash, ref }));
    const safe = { top: record.top, stash: record.stash, copies: join(record.dir, 'before') };
    if (await isResetting(record.dir)) return fail(say['changes-wait'](safe));
    const cleared = await clearStaleLocks(record, record.since);
    if (!cleared.ok) return cleared;
    const place = placeOf(record);
    const head = await gitText(place, ['rev-parse', 'HEAD']);
    if (head !== record.base) return fail(say['changes-kept-head']({ ...safe, found: head, base: record.base }));
    const saved = join(record.dir, 'index');
    const indexBack = join(record.dir, 'index-back');
    const again = await exists(indexBack); // what is staged by now is the user's
    if (!again && !(await isIndex(record.gitDir, saved)) && (await hasStaged(place, record.base))) {
      return fail(say['changes-kept-index']({ ...safe, index: join(record.gitDir, 'index'), saved }));
    }
    const conflicts = await rollBackTransaction(record.dir);
    await restoreStaged(place, record.commonDir, record.dir, record.stash);
    const index = again ? ok(undefined) : await restoreIndex(record.gitDir, saved);
    if (!index.ok) return index;
    await writeFile(indexBack, '');
    if (conflicts.length > 0) return fail(say['changes-kept']({ ...safe, paths: conflicts }));
    const unlike = await verify(record);
    if (unlike.length > 0) return fail(say['changes-kept']({ ...safe, paths: unlike }));
    await writeFile(done, '');
    return ok(undefined);
  });
}

/** Takes our entry, and no other, out of the list of stashes, and lets go of its commit. Only after `bringBack`. */
function forgetUserChanges(record: UserChanges): Promise<Result<void>> {
  return catchingGitErrors('take our entry out of the list of stashes', async () => {
    const place = placeOf(record);
    await dropStash(place, record.commonDir, record.stash);
    await removeRef(place, record.ref);
    return ok(undefined);
  });
}

/** Takes the effect back: changes are in the tree again, the stash is gone. */
export async function undoUserChanges(record: UserChanges): Promise<Result<readonly string[]>> {
  const back = await restoreUserChanges(record);
  if (!back.ok) return back;
  const cleared = await clearStaleLocks(record, record.since); // an earlier try may have been killed while forgetting
  if (!cleared.ok) return cleared;
  const forgotten = await forgetUserChanges(record);
  if (forgotten.ok) await rm(join(record.dir, 'index'), { force: true }); // as large as the repository
  return forgotten.ok ? ok(['Your uncommitted changes are back as they were.']) : forgotten;
}

/** Where the user's version of each path lies in the stash: in its tree, in that of untracked files, or nowhere. */
export async function ownVersions(
  record: UserChanges,
  paths: readonly string[],
): Promise<{ readonly tracked: string[]; readonly untracked: string[]; readonly deleted: string[] }> {
  const place = placeOf(record);
  const names = async (tree: string) =>
    new Set(
      await gitRecords(place, ['ls-tree', '--name-only', '--full-tree', '-z', tree, '--', ...paths.map(literally)]),
    );
  const parents = await gitText(place, ['rev-parse', `${record.stash}^@`]);
  const inTree = await names(record.stash);
  const beside = parents.split('\n').length > 2 ? await names(`${record.stash}^3`) : new Set<string>();
  return {
    tracked: paths.filter((path) => inTree.has(path) && !beside.has(path)),
    untracked: paths.filter((path) => beside.has(path)),
    deleted: paths.filter((path) => !inTree.has(path) && !beside.has(path)),
  };
}

/** The paths that were put aside, of which the stash and the session's folder hold the user's version. */
export async function stashedPaths(record: UserChanges): Promise<ReadonlySet<string>> {
  return new Set((await readTransaction(record.dir)).moves.map(({ path }) => path));
}

/**
 * Paths that were put aside and whose status is not what it was then; what was edited elsewhere since is none of them.
 */
async function verify(record: UserChanges): Promise<readonly string[]> {
  const frozen = await openFrozenGit(record, join(record.dir, 'shadow'));
  const before = JSON.parse(await readFile(join(record.dir, 'changes.json'), 'utf8')) as Changes;
  const unstaged = new Set(
    before.tracked.filter((change) => change.unstaged || change.submodule).map(({ path }) => path),
  );
  const differing = async () => {
    const now = await listChanges(frozen.place, frozen.options);
    return now.tracked
      .filter((change) => change.unstaged && !change.submodule && !unstaged.has(change.path))
      .map(({ path }) => path);
  };
  await refreshStat(frozen, await differing()); // all of them: line ends that a checkout wrote anew
  const aside = await stashedPaths(record);
  return (await differing()).filter((path) => aside.has(path));
}

async function hasStaged(place: GitPlace, base: string): Promise<boolean> {
  return (await git(place, ['diff-index', '--cached', '--quiet', '--ignore-submodules=dirty', base, '--'])).code !== 0;
}

const placeOf = ({ gitDir, top }: UserChanges): GitPlace => ({ gitDir, workTree: top, cwd: top });

/**
 * What would make the files of a working tree be as the last commit has them.
 * @param form a folder that is made for that commit's versions
 */
async function changesToHead(facts: RepositoryFacts, changes: Changes, form: string): Promise<readonly Wanted[]> {
  const heads = new Map<string, { mode: string; oid: string } | null>();
  for (const { path, head, submodule } of changes.tracked) if (!submodule) heads.set(path, head);
  for (const path of changes.untracked) if (!heads.has(path)) heads.set(path, null);

  const inHead = [...heads].filter(([, head]) => head !== null).map(([path]) => path);
  await writeCheckoutForm(facts.gitDir, facts.base, inHead, form);
  const wanted: Wanted[] = [];
  for (const [path, head] of heads) {
    const found = await look(facts.top, path);
    const after = head && { mode: head.mode, file: under(form, path) };
    if (after === null && found.kind === 'missing') continue; // only in the index
    const alike = after !== null && modeOf(found) === after.mode;
    if (alike && (await oidOf(facts.objectFormat, facts.top, path, found)) === (await formId(facts, form, path)))
      continue;
    wanted.push({ path, found, after });
  }
  return wanted;
}

async function formId(facts: RepositoryFacts, form: string, path: string): Promise<string | null> {
  return oidOf(facts.objectFormat, form, path, await look(form, path));
}
