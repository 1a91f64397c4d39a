// What a user's choices make of a plan: pure functions from picks to picks. Asks nothing and gates nothing.
import type { Pick } from '../core/candidate.ts';

export interface ReviewCandidate {
  readonly id: string;
  readonly title: string;
  /** What it did to each path that it changed. */
  readonly files: Readonly<Record<string, Pick['action']>>;
  /** A few words beside its name, e.g. `gates pass`. */
  readonly hint?: string;
}

/** The picks with one file taken from somewhere else; `base` leaves it as it was. */
export function choose(
  picks: readonly Pick[],
  path: string,
  from: string,
  candidates: readonly ReviewCandidate[],
): Pick[] {
  const action = candidates.find(({ id }) => id === from)?.files[path] ?? 'write';
  return picks.map((pick) =>
    pick.path === path && pick.from !== from
      ? { path, from, action, why: 'chosen by you', by: 'user', confidence: 1 }
      : pick,
  );
}

/** The picks that make the result exactly what one candidate made: what only others changed stays as it was. */
export function takeWhole(picks: readonly Pick[], candidate: ReviewCandidate): Pick[] {
  const paths = new Set([...picks.map(({ path }) => path), ...Object.keys(candidate.files)]);
  const by = { why: 'chosen by you', by: 'user', confidence: 1 } as const;
  return [...paths].sort().map((path) => {
    const action = candidate.files[path];
    const from = action ? candidate.id : 'base';
    return (
      picks.find((pick) => pick.path === path && pick.from === from) ?? { path, from, action: action ?? 'write', ...by }
    );
  });
}

/** The picks of `now` that were not so in `before`. */
export function changedPicks(before: readonly Pick[], now: readonly Pick[]): Pick[] {
  const known = new Map(before.map((pick) => [pick.path, pick.from]));
  return now.filter((pick) => (known.get(pick.path) ?? 'base') !== pick.from);
}
