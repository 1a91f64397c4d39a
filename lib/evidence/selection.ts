// A combination as data: whose version each changed path is. And what follows from it: contents, wholes, picks.
import { BASE, type Candidate, type Pick } from '../core/candidate.ts';

/** path → where it comes from: a candidate's id, `base`, or ids joined by `+` (merged). Every changed path is in it. */
export type Selection = ReadonlyMap<string, string>;

/** Why a path comes from where it comes. */
export type Reason = { readonly by: Pick['by']; readonly why: string; readonly confidence: number };

/** What is being chosen: for each path where it comes from, and why. */
export class Draft {
  readonly selection = new Map<string, string>();
  readonly reasons = new Map<string, Reason>();

  take(path: string, from: string, reason: Reason): void {
    this.selection.set(path, from);
    this.reasons.set(path, reason);
  }
}

/** Where a candidate's state of a path comes from: its own work, or the base that it left alone. */
export function sourceOf(candidate: Candidate, path: string): string {
  return candidate.changes.has(path) ? candidate.id : BASE;
}

/** The content of a path from a source, as a comparable text. */
export function contentKey(candidates: readonly Candidate[], path: string, from: string): string {
  if (from === BASE) return BASE;
  const change = candidates.find(({ id }) => id === from)?.changes.get(path);
  if (!change) return from.includes('+') ? from : BASE;
  return change.after ? `${change.after.mode} ${change.after.oid}` : 'deleted';
}

/**
 * The name of a version that all equal ones share: the first candidate's that has it, `base`, or, of a merged one, its
 * own.
 * @param among the candidates' ids in the order in which they are looked through
 */
export function sharedName(
  candidates: readonly Candidate[],
  path: string,
  from: string,
  among: readonly string[] = candidates.map(({ id }) => id),
): string {
  const content = contentKey(candidates, path, from);
  return content === BASE ? BASE : (among.find((id) => contentKey(candidates, path, id) === content) ?? from);
}

/** The different versions of a path, as comparable texts; `base` is one where a candidate left it alone. */
export const versionsOf = (candidates: readonly Candidate[], path: string): ReadonlySet<string> =>
  new Set(candidates.map(({ id }) => contentKey(candidates, path, id)));

/** All paths that any candidate changed, sorted. */
export function changedPaths(candidates: readonly Candidate[]): string[] {
  return [...new Set(candidates.flatMap(({ changes }) => [...changes.keys()]))].sort();
}

/** The selection that is one candidate as it stands. */
export function wholeSelection(candidate: Candidate, paths: readonly string[]): Map<string, string> {
  return new Map(paths.map((path) => [path, sourceOf(candidate, path)]));
}

/** Candidates that changed nothing in common (equal versions aside): each may have done a part of the job. */
export function areDisjoint(candidates: readonly Candidate[]): boolean {
  const active = candidates.filter(({ changes }) => changes.size > 0);
  return (
    active.length > 1 &&
    changedPaths(active).every(
      (path) =>
        new Set(active.filter(({ changes }) => changes.has(path)).map(({ id }) => contentKey(candidates, path, id)))
          .size === 1,
    )
  );
}

/** A selection as picks; what stays as it was is among them, with `from: base`. */
export function toPicks(
  selection: Selection,
  candidates: readonly Candidate[],
  reasons: ReadonlyMap<string, Reason>,
): Pick[] {
  return [...selection].map(([path, from]) => {
    const change = candidates.find(({ changes }) => changes.has(path))?.changes.get(path);
    const chosen = candidates.find(({ id }) => id === from)?.changes.get(path);
    const present = from === BASE ? change?.before != null : from.includes('+') || chosen?.after != null;
    const reason = reasons.get(path) ?? { by: 'group' as const, why: '', confidence: 0.5 };
    return { path, from, action: present ? 'write' : 'delete', ...reason };
  });
}
