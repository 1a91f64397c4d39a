// Tells harm from what the user's own tools do meanwhile. Harm is what could run code in the user's name, or loses
// something: what was deleted, moved off its history, rewritten, or set to run or to point elsewhere, and everything in
// the tree where nobody was to work. What only adds is no harm, whoever did it: a fetch, a commit in another working
// tree, a new tag, branch or worktree, a key that an install script of the project sets. A model may do the same to
// look harmless: then nothing is lost by it either. It is told, and left as it is. Only reads.
import { type GitPlace, gitText } from '../system/git.ts';
import { checkedOutElsewhere, type OtherTree, otherTrees } from './checked-out.ts';
import { type Fingerprint, kindOf } from './fingerprint.ts';
import { isForward } from './forward.ts';
import type { RepositoryFacts } from './inspect.ts';
import { readRefLogs } from './ref-logs.ts';
import { changedKeys, isUsual, type KeyChange } from './settings-change.ts';
import { stashMessage } from './stash-list.ts';
import type { Allowed, Violation } from './violations.ts';

export interface JudgedViolations {
  readonly harm: readonly Violation[];
  readonly noted: readonly Violation[];
}

interface Judging {
  readonly repository: Pick<RepositoryFacts, 'top' | 'gitDir' | 'commonDir' | 'base' | 'headRef'>;
  readonly before: Fingerprint;
  readonly after: Fingerprint;
  readonly allowed: Allowed;
}

/** Where there is harm, refs that came along with it count to it: putting them back loses nothing either. */
export async function judgeViolations(violations: readonly Violation[], judging: Judging): Promise<JudgedViolations> {
  const judged = await Promise.all(violations.map((violation) => judge(violation, judging)));
  const harm = judged.filter(({ harmless }) => !harmless).map(({ violation }) => violation);
  const noted = judged.filter(({ harmless }) => harmless).map(({ violation }) => violation);
  const { before, repository } = judging;
  const along = ({ kind, name }: Violation) =>
    kind === 'ref' &&
    !(name in before.refs) &&
    !OF_OTHERS.test(name) &&
    !checkedOutElsewhere(repository.commonDir, repository.gitDir, name);
  if (harm.length === 0) return { harm, noted };
  return { harm: [...harm, ...noted.filter(along)], noted: noted.filter((violation) => !along(violation)) };
}

interface One {
  readonly violation: Violation;
  readonly harmless: boolean;
}

/** What a fetch takes over from others, moved and deleted as it is there. */
const OF_OTHERS = /^refs\/(remotes|prefetch)\//;

async function judge(violation: Violation, judging: Judging): Promise<One> {
  const { kind, name } = violation;
  if (kind === 'ref') return { violation, harmless: await isHarmlessRef(name, judging) };
  if (kind === 'worktree') return { violation, harmless: !judging.before.worktrees.includes(name) };
  if (kind === 'stash') return { violation, harmless: isPushedElsewhere(name, judging) };
  if (kind === 'file') return judgeFile(violation, judging);
  return { violation, harmless: false };
}

async function isHarmlessRef(name: string, judging: Judging): Promise<boolean> {
  const { repository, before, after } = judging;
  const [old, now] = [before.refs[name], after.refs[name]];
  if (OF_OTHERS.test(name)) return true;
  if (name.startsWith('refs/replace/') || now === undefined || name === repository.headRef) return false;
  if (old === undefined) return !hidesBranch(name, before);
  const elsewhere = usersTrees(judging).find(({ headRef }) => headRef === name);
  if (elsewhere) return lastInLog(repository.commonDir, elsewhere) === now && !isTag(name);
  return !isTag(name) && isForward({ gitDir: repository.gitDir }, old, now);
}

const isTag = (name: string): boolean => name.startsWith('refs/tags/');

/** A tag that is called as a branch is what git takes instead of it. */
const hidesBranch = (name: string, { refs }: Fingerprint): boolean =>
  !name.startsWith('refs/heads/') && name.replace(/^refs\/(tags\/)?/, 'refs/heads/') in refs;

/** Working trees other than the one of this session that are not the session's own. */
function usersTrees({ repository, allowed }: Judging): readonly OtherTree[] {
  return otherTrees(repository.commonDir, repository.gitDir).filter(
    ({ name }) => name === null || !allowed.worktree(name),
  );
}

/** Where a tree's HEAD went last: what moved the branch from elsewhere is not in its log. */
function lastInLog(commonDir: string, { name }: OtherTree): string | null {
  const log = name === null ? 'logs/HEAD' : `worktrees/${name}/logs/HEAD`;
  const line = readRefLogs(commonDir, [log])[log]?.trimEnd().split('\n').at(-1);
  return line?.split(' ')[1] ?? null;
}

/** A stash that came, made on the branch that another tree of the user's has checked out. */
function isPushedElsewhere(line: string, judging: Judging): boolean {
  if (judging.before.stashes.includes(line)) return false;
  const branch = /^(?:WIP on|On) ([^:]+): /.exec(stashMessage(line))?.[1];
  return usersTrees(judging).some(({ headRef }) => headRef === `refs/heads/${branch}`);
}

async function judgeFile(violation: Violation, { before, after, repository }: Judging): Promise<One> {
  const { name } = violation;
  const [old, now] = [before.files[name], after.files[name]];
  if (name.endsWith('/shallow')) {
    const lines = (data: string | null | undefined) =>
      Buffer.from(data ?? '', 'base64')
        .toString()
        .split('\n');
    const known = new Set(lines(old?.data));
    return { violation, harmless: lines(now?.data).every((line) => known.has(line)) }; // history came, none went
  }
  if (kindOf(name) !== 'settings') return { violation, harmless: false };
  const changes = await changedKeys(old, now);
  if (changes === null || changes.length === 0) return { violation, harmless: false };
  const remotes = new Set((await gitText(frozen(repository), ['remote'])).split('\n'));
  const usual = await Promise.all(changes.map((change) => isUsual(change, remotes, repository)));
  if (usual.every(Boolean))
    return { violation: { ...violation, says: `${changes.map(said).join('; ')}, in ${name}.` }, harmless: true };
  return {
    violation: {
      ...violation,
      says: `${violation.says.replace(/\.$/, '')} (${changes.map(({ key }) => key).join(', ')}).`,
    },
    harmless: false,
  };
}

const frozen = ({ gitDir }: Judging['repository']): GitPlace => ({ gitDir });

function said({ key, now }: KeyChange): string {
  const why = key === 'core.hookspath' ? ", as the project's install scripts do" : '';
  return `${key === 'core.hookspath' ? 'core.hooksPath' : key} was set to ${JSON.stringify(now)}${why}`;
}
