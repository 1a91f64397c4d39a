// A new branch that holds the result, as an effect with its undo; and what was pushed, which nobody takes back unasked.
// HEAD, index and working tree are never touched, nor is a branch that is there.
import type { Undo } from '../core/events.ts';
import { fail, ok, type Result } from '../core/failure.ts';
import { deliverMessages as say } from '../core/messages/deliver-messages.ts';
import { shellWord } from '../core/shell-word.ts';
import { type GitPlace, git, gitLines, gitText } from '../system/git.ts';
import { deleteRef, refValue } from '../system/git-refs.ts';
import { catchingGitErrors } from './catching-git-errors.ts';

/** The record of an effect of kind `new-branch`. */
export interface NewBranch extends Undo {
  readonly kind: 'new-branch';
  readonly gitDir: string;
  readonly commonDir: string;
  readonly branch: string;
  readonly commit: string;
  readonly result: true;
}

/** The record of an effect of kind `pushed`: a push may have begun. */
export interface Pushed extends Undo {
  readonly kind: 'pushed';
  readonly remote: string;
  readonly branch: string;
  readonly commit: string;
  readonly result: true;
}

/** Makes it where no branch of its name is. */
export function makeBranch({ gitDir, commonDir, branch, commit }: NewBranch, why: string): Promise<Result<undefined>> {
  return catchingGitErrors(`make the branch ${branch}`, async () => {
    const nothing = '0'.repeat(commit.length);
    const { code } = await git(inside(gitDir), ['update-ref', '-m', why, refOf(branch), commit, nothing]);
    if (code === 0 || (await refValue(commonDir, refOf(branch))) === commit) return ok(undefined);
    return fail(say.branchExists({ branch, by: (await inTheWay(gitDir, branch)) ?? branch }));
  });
}

/** The branch whose name keeps another from being made: its own, or one above or below it. */
export async function inTheWay(gitDir: string, branch: string): Promise<string | null> {
  const parts = branch.split('/');
  const above = parts.map((_, i) => refOf(parts.slice(0, i + 1).join('/')));
  const found = await gitLines(inside(gitDir), [
    ...['for-each-ref', '--format=%(refname)', '--', ...above, `${refOf(branch)}/**`],
  ]);
  // a pattern of git's also means all that is below it
  const stands = found.find((ref) => above.includes(ref) || ref.startsWith(`${refOf(branch)}/`));
  return stands === undefined ? null : stands.slice('refs/heads/'.length);
}

/** Removes the branch while it names our commit and nobody works on it. */
export function undoNewBranch(undo: Undo): Promise<Result<readonly string[]>> {
  const { gitDir, commonDir, branch, commit } = undo as NewBranch;
  return catchingGitErrors(`remove the branch ${branch}`, async () => {
    const found = await refValue(commonDir, refOf(branch));
    if (found === null) return ok([]);
    if (found !== commit) return ok([`The branch ${branch} has gone on since, and stays.`]);
    const where = await gitText(inside(gitDir), ['for-each-ref', '--format=%(worktreepath)', '--', refOf(branch)]);
    if (where !== '') return ok([`The branch ${branch} is checked out in ${where}, and stays.`]);
    await deleteRef(gitDir, refOf(branch), commit);
    return ok([`The branch ${branch} is gone again; it was at ${commit}.`]);
  });
}

export async function undoPushed(undo: Undo): Promise<Result<readonly string[]>> {
  const { remote, branch } = undo as Pushed;
  return ok([
    `What was pushed to ${remote} stays there. ` +
      `To remove it: git push ${shellWord(remote)} --delete ${shellWord(branch)}`,
  ]);
}

const refOf = (branch: string): string => `refs/heads/${branch}`;
const inside = (gitDir: string): GitPlace => ({ gitDir, cwd: gitDir });
