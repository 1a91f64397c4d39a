// Tells what changed between two fingerprints of a repository, in sentences. Pure.
import { type Fingerprint, kindOf } from './fingerprint.ts';
import { lostLines, refOfLog } from './ref-logs.ts';
import { stashCommit, stashMessage } from './stash-list.ts';

/** What may change without being a breach. */
export interface Allowed {
  /** Refs that are the session's own business; refs/mm/<session>/ and its branches. */
  readonly ref: (name: string) => boolean;
  /** Names of worktree registrations that the session made. */
  readonly worktree: (name: string) => boolean;
  /** A slot works in the user's tree: HEAD, the branch it was on, index and files are expected to change. */
  readonly tree: boolean;
  /** Stash commits that are the session's own. */
  readonly stashes: readonly string[];
}

export type BreachKind =
  | 'session'
  | 'objects'
  | 'ref'
  | 'file'
  | 'stash'
  | 'worktree'
  | 'log'
  | 'lock'
  | 'index'
  | 'files';

export interface Breach {
  readonly kind: BreachKind;
  /** The ref's name, the file's path, the stash's log line (latin1), the log, the worktree's name; else ''. */
  readonly name: string;
  readonly says: string;
}

const short = (value: string): string => value.replace(/^ref: /, '').replace(/^([0-9a-f]{12})[0-9a-f]{28,}$/, '$1');

/** Every difference that is not allowed. */
export function findBreaches(before: Fingerprint, after: Fingerprint, allowed: Allowed): readonly Breach[] {
  const breaches: Breach[] = [];
  const add = (kind: BreachKind, name: string, says: string) => void breaches.push({ kind, name, says });

  const branch = Object.entries(before.files).find(([path]) => kindOf(path) === 'head')?.[1].data;
  const onBranch = branch
    ? Buffer.from(branch, 'base64')
        .toString()
        .replace(/^ref: /, '')
        .trim()
    : '';
  for (const name of union(before.refs, after.refs)) {
    const [old, now] = [before.refs[name], after.refs[name]];
    if (old === now || allowed.ref(name) || name === 'refs/stash' || (allowed.tree && name === onBranch)) continue;
    if (old === undefined) add('ref', name, `${name} was created at ${short(now!)}.`);
    else if (now === undefined) add('ref', name, `${name} was deleted; it was at ${short(old)}.`);
    else add('ref', name, `${name} was moved from ${short(old)} to ${short(now)}.`);
  }
  for (const path of union(before.files, after.files)) {
    const [old, now] = [before.files[path], after.files[path]];
    if (JSON.stringify(old) === JSON.stringify(now)) continue;
    const kind = kindOf(path);
    const registration = kind === 'worktree' ? (path.split('/').at(-2) ?? '') : '';
    if (
      (kind === 'head' && allowed.tree) ||
      (kind === 'worktree' && (allowed.worktree(registration) || !before.worktrees.includes(registration)))
    )
      continue;
    const what = {
      hook: 'The hook',
      settings: 'The settings file',
      worktree: 'The worktree registration',
      head: 'HEAD:',
      info: 'The file',
    }[kind];
    add(
      'file',
      path,
      `${what} ${path} was ${old === undefined ? 'added' : now === undefined ? 'removed' : 'changed'}.`,
    );
  }
  const ours = (line: string) => allowed.stashes.includes(stashCommit(line));
  const stashesNow = new Set(after.stashes.map(stashCommit));
  const stashesBefore = new Set(before.stashes.map(stashCommit));
  for (const line of before.stashes)
    if (!stashesNow.has(stashCommit(line)) && !ours(line))
      add('stash', line, `The stash "${stashMessage(line)}" was dropped.`);
  for (const line of after.stashes)
    if (!stashesBefore.has(stashCommit(line)) && !ours(line))
      add('stash', line, `A stash "${stashMessage(line)}" was added.`);
  for (const name of before.worktrees)
    if (!after.worktrees.includes(name) && !allowed.worktree(name))
      add('worktree', name, `The worktree ${name} was removed.`);
  for (const name of after.worktrees)
    if (!before.worktrees.includes(name) && !allowed.worktree(name))
      add('worktree', name, `A worktree ${name} was added.`);
  for (const [log, old] of Object.entries(before.logs)) {
    const ref = refOfLog(log);
    const [, worktree] = /^worktrees\/([^/]+)\//.exec(ref) ?? [];
    const stands = worktree ? after.worktrees.includes(worktree) : ref === 'HEAD' || ref in after.refs;
    if (stands && lostLines(old, after.logs[log], Date.parse(after.takenAt) / 1000))
      add('log', log, `The log of ${ref} was rewritten.`);
  }
  if (after.locked && !before.locked && !allowed.tree)
    add('lock', '', 'The index was locked (index.lock) and not released.');
  if (before.tree && after.tree && !allowed.tree) {
    if (before.tree.index !== after.tree.index) add('index', '', 'The index of your working tree was changed.');
    if (before.tree.files !== after.tree.files) add('files', '', 'Files of your working tree were changed.');
  }
  return breaches;
}

/** The same as sentences. */
export const compareFingerprints = (before: Fingerprint, after: Fingerprint, allowed: Allowed): string[] =>
  findBreaches(before, after, allowed).map(({ says }) => says);

const union = (a: object, b: object): readonly string[] => [...new Set([...Object.keys(a), ...Object.keys(b)])];
