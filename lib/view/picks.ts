// What a user's choices make of a plan: pure functions from picks to picks. Asks nothing and gates nothing.
import { BASE, type Pick } from '../core/candidate.ts';
import type { ReviewCandidate } from '../core/review-request.ts';

/**
 * The picks with one file taken from somewhere else; `base` leaves it as it was.
 * @param proposed what the plan proposes: taking that again brings back its reason
 */
export function choose(
  picks: readonly Pick[],
  path: string,
  from: string,
  candidates: readonly ReviewCandidate[],
  proposed: readonly Pick[] = [],
): Pick[] {
  const action = candidates.find(({ id }) => id === from)?.files[path] ?? 'write';
  const before = proposed.find((pick) => pick.path === path && pick.from === from);
  const chosen = before ?? ({ path, from, action, why: 'chosen by you', by: 'user', confidence: 1 } as const);
  const now = picks.find((pick) => pick.path === path);
  return now && isSame(now, chosen) ? [...picks] : withPick(picks, chosen);
}

/** The picks with this one in place of that of its file. */
export function withPick(picks: readonly Pick[], chosen: Pick): Pick[] {
  const { path, from } = chosen;
  if (picks.some((pick) => pick.path === path)) return picks.map((pick) => (pick.path === path ? chosen : pick));
  // what only a candidate has and the plan leaves as it was
  return from === BASE ? [...picks] : [...picks, chosen].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Whether two picks of a file take the same version of it. */
const isSame = (a: Pick, b: Pick): boolean => a.from === b.from && a.entry?.oid === b.entry?.oid;

/**
 * The same with the files that come from one hand with it; `moved` names those whose choice changed with it.
 * @param together sets of such files
 */
export function chooseTogether(
  picks: readonly Pick[],
  path: string,
  from: string,
  candidates: readonly ReviewCandidate[],
  {
    proposed = [],
    together,
  }: { readonly proposed?: readonly Pick[]; readonly together: readonly (readonly string[])[] },
): { readonly picks: Pick[]; readonly moved: readonly string[] } {
  const chosen = choose(picks, path, from, candidates, proposed);
  const rest = (together.find((unit) => unit.includes(path)) ?? []).filter((each) => each !== path);
  const maker = candidates.find(({ id }) => id === from);
  // the plan's own version of a file goes with what the plan has of the others
  const planned = (each: string) => proposed.find((pick) => pick.path === each)?.from ?? BASE;
  const hand = (each: string) => (maker ? (maker.files[each] ? from : BASE) : from === BASE ? BASE : planned(each));
  const all = rest.reduce((now, each) => choose(now, each, hand(each), candidates, proposed), chosen);
  return { picks: all, moved: changedPicks(chosen, all).map((pick) => pick.path) };
}

/** Every file that can be chosen: the picks, and what a candidate changed though the plan leaves it as it was. */
export function everyFile(picks: readonly Pick[], candidates: readonly ReviewCandidate[]): Pick[] {
  const known = new Set(picks.map(({ path }) => path));
  const others = new Set(candidates.flatMap(({ files }) => Object.keys(files)).filter((path) => !known.has(path)));
  const left = { from: BASE, action: 'write', why: '', by: 'user', confidence: 1 } as const;
  return [...picks, ...[...others].sort().map((path) => ({ path, ...left }))];
}

/** The picks that make the result exactly what one candidate made: what only others changed stays as it was. */
export function takeWhole(picks: readonly Pick[], candidate: ReviewCandidate): Pick[] {
  const paths = new Set([...picks.map(({ path }) => path), ...Object.keys(candidate.files)]);
  const by = { why: 'chosen by you', by: 'user', confidence: 1 } as const;
  return [...paths].sort().map((path) => {
    const action = candidate.files[path];
    const from = action ? candidate.id : BASE;
    const now = picks.find((pick) => pick.path === path && pick.from === from);
    return { path, from, action: now?.action ?? action ?? 'write', ...by };
  });
}

/** The picks of `now` that were not so in `before`. */
export function changedPicks(before: readonly Pick[], now: readonly Pick[]): Pick[] {
  const known = new Map(before.map((pick) => [pick.path, pick]));
  return now.filter((pick) => {
    const was = known.get(pick.path);
    return was ? !isSame(was, pick) : pick.from !== BASE;
  });
}

/** Whether picks are what the plan proposes. */
export const isProposed = (proposed: readonly Pick[], now: readonly Pick[]): boolean =>
  now.length === proposed.length && changedPicks(proposed, now).length === 0;
