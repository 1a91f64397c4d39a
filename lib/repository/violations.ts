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

type ViolationKind = 'session' | 'objects' | 'ref' | 'file' | 'stash' | 'worktree' | 'log' | 'lock' | 'index' | 'files';

export interface Violation {
  readonly kind: ViolationKind;
  /** The ref's name, the file's path, the stash's log line (latin1), the log, the worktree's name; else ''. */
  readonly name: string;
  readonly says: string;
}

const short = (value: string): string => value.replace(/^ref: /, '').replace(/^([0-9a-f]{12})[0-9a-f]{28,}$/, '$1');

/** Every difference that is not allowed. */
export function findViolations(before: Fingerprint, after: Fingerprint, allowed: Allowed): readonly Violation[] {
  return [refs, files, stashes, worktrees, logs, tree].flatMap((compare) => compare(before, after, allowed));
}

type Compare = (before: Fingerprint, after: Fingerprint, allowed: Allowed) => readonly Violation[];

const refs: Compare = (before, after, allowed) => {
  const branch = Object.entries(before.files).find(([path]) => kindOf(path) === 'head')?.[1].data;
  const head = Buffer.from(branch ?? '', 'base64').toString();
  const onBranch = head.replace(/^ref: /, '').trim();
  return union(before.refs, after.refs).flatMap((name): Violation[] => {
    const [old, now] = [before.refs[name], after.refs[name]];
    if (old === now || allowed.ref(name) || name === 'refs/stash' || (allowed.tree && name === onBranch)) return [];
    if (old === undefined) return [{ kind: 'ref', name, says: `${name} was created at ${short(now!)}.` }];
    if (now === undefined) return [{ kind: 'ref', name, says: `${name} was deleted; it was at ${short(old)}.` }];
    return [{ kind: 'ref', name, says: `${name} was moved from ${short(old)} to ${short(now)}.` }];
  });
};

const FILES = {
  hook: 'The hook',
  settings: 'The settings file',
  worktree: 'The worktree registration',
  head: 'HEAD:',
  info: 'The file',
};

const files: Compare = (before, after, allowed) =>
  union(before.files, after.files).flatMap((path): Violation[] => {
    const [old, now] = [before.files[path], after.files[path]];
    if (JSON.stringify(old) === JSON.stringify(now)) return [];
    const kind = kindOf(path);
    const registration = kind === 'worktree' ? (path.split('/').at(-2) ?? '') : '';
    if (kind === 'head' && allowed.tree) return [];
    if (kind === 'worktree' && (allowed.worktree(registration) || !before.worktrees.includes(registration))) return [];
    const how = old === undefined ? 'added' : now === undefined ? 'removed' : 'changed';
    return [{ kind: 'file', name: path, says: `${FILES[kind]} ${path} was ${how}.` }];
  });

const stashes: Compare = (before, after, allowed) => {
  const ours = (line: string) => allowed.stashes.includes(stashCommit(line));
  const without = (lines: readonly string[], others: readonly string[]) => {
    const known = new Set(others.map(stashCommit));
    return lines.filter((line) => !known.has(stashCommit(line)) && !ours(line));
  };
  return [
    ...without(before.stashes, after.stashes).map(
      (name): Violation => ({ kind: 'stash', name, says: `The stash "${stashMessage(name)}" was dropped.` }),
    ),
    ...without(after.stashes, before.stashes).map(
      (name): Violation => ({ kind: 'stash', name, says: `A stash "${stashMessage(name)}" was added.` }),
    ),
  ];
};

const worktrees: Compare = (before, after, allowed) => {
  const without = (names: readonly string[], others: readonly string[]) =>
    names.filter((name) => !others.includes(name) && !allowed.worktree(name));
  return [
    ...without(before.worktrees, after.worktrees).map(
      (name): Violation => ({ kind: 'worktree', name, says: `The worktree ${name} was removed.` }),
    ),
    ...without(after.worktrees, before.worktrees).map(
      (name): Violation => ({ kind: 'worktree', name, says: `A worktree ${name} was added.` }),
    ),
  ];
};

const logs: Compare = (before, after) =>
  Object.entries(before.logs).flatMap(([log, old]): Violation[] => {
    const ref = refOfLog(log);
    const [, worktree] = /^worktrees\/([^/]+)\//.exec(ref) ?? [];
    const stands = worktree ? after.worktrees.includes(worktree) : ref === 'HEAD' || ref in after.refs;
    if (!stands || !lostLines(old, after.logs[log], Date.parse(after.takenAt) / 1000)) return [];
    return [{ kind: 'log', name: log, says: `The log of ${ref} was rewritten.` }];
  });

const tree: Compare = (before, after, allowed) => {
  if (allowed.tree) return [];
  const violations: Violation[] = [];
  const add = (kind: ViolationKind, says: string) => void violations.push({ kind, name: '', says });
  if (after.locked && !before.locked) add('lock', 'The index was locked (index.lock) and not released.');
  if (before.tree === null || after.tree === null) return violations;
  if (before.tree.index !== after.tree.index) add('index', 'The index of your working tree was changed.');
  if (before.tree.files !== after.tree.files) add('files', 'Files of your working tree were changed.');
  return violations;
};

const union = (a: object, b: object): readonly string[] => [...new Set([...Object.keys(a), ...Object.keys(b)])];
