// Where a result goes beside, or in place of, the user's working tree: what is asked for, and what came of it.

/** What `--commit`, `--branch` and `--pr` ask for. (A type: plain data.) */
export type Delivery = {
  /** The new branch; null: one is named after the task. */
  readonly branch: string | null;
  /** It is pushed, and a pull request is made of it. */
  readonly pr: boolean;
};

/** In a few words. */
export const placeOf = ({ branch, pr }: Delivery): string =>
  `${branch === null ? 'onto a new branch' : `onto the new branch ${branch}`}${pr ? ', and into a pull request' : ''}`;

/** What has been delivered. (A type: plain data.) */
export type Delivered = {
  readonly commit: string;
  readonly branch: string;
  /** Where it was pushed to; null: nowhere. */
  readonly remote: string | null;
  /** Of the pull request; null: there is none. */
  readonly url: string | null;
};

/** How a pull request is made: commands of one program. */
export interface NewPullRequest {
  readonly run: readonly string[];
  /** Prints where the one of the branch is; nothing where there is none. */
  readonly made: readonly string[];
}

/** Why no new branch can be called so, by git's rules and those of a careful shell; null: it can. */
export function whyNoBranch(name: string): string | null {
  if (name === '') return 'it is empty';
  if (name.startsWith('-')) return 'it begins with "-", as options do';
  if (/^refs\//.test(name)) return 'the name of a branch does not begin with "refs/"';
  if (name === 'HEAD' || name === '@') return 'that means the current commit';
  if (/[\x00-\x20\x7f~^:?*[\\]/.test(name)) return 'it holds a space, a control character, or one of ~ ^ : ? * [ \\';
  if (name.includes('..') || name.includes('@{')) return 'it holds ".." or "@{", which mean something else to git';
  if (name.endsWith('.') || name.split('/').some((part) => /^\.|^$|\.lock$/.test(part)))
    return 'a part of it is empty, begins with ".", or ends with ".lock" or "."';
  return Buffer.byteLength(name) > MOST_BYTES ? `it is longer than ${MOST_BYTES} bytes` : null;
}

const MOST_BYTES = 200;

const LONGEST_SUBJECT = 72;

/** What a result is called in one line, after the task. */
export function subjectOf(task: string): string {
  const lines = task.split('\n').map((line) => harmlessLine(line).replace(/^[#>*\s-]+/, ''));
  const first = lines.find((line) => line !== '') ?? 'The result of several models';
  if (first.length <= LONGEST_SUBJECT) return first;
  return `${first.slice(0, LONGEST_SUBJECT - 1).replace(/\s+\S*$/, '')}…`;
}

/** One line, without control characters or those that turn the direction of a text. */
export const harmlessLine = (text: string): string => text.replace(INVISIBLE, ' ').replace(/\s+/g, ' ').trim();

/** Lines, without the same. */
export const harmlessText = (text: string): string => text.replace(INVISIBLE, (sign) => (sign === '\n' ? sign : ' '));

const INVISIBLE = /[\p{Cc}\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/gu;

/** The branch of a result that nobody has named: after the task, and unlike that of any other session. */
export function branchOf(task: string, session: string): string {
  const words = task
    .slice(0, 200)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 40)
    .replace(/^-|-$/g, '');
  return `mm/${words || 'result'}-${session.split('-').at(-1)}`;
}
