// The small changes of a mix that may mend it: files that its failing evidence points at, taken from candidates that
// are free of that failure. Only says what to try next; trees and proofs are search.ts's business.
import { type BlameMap, type Charge, chargesOf, freedom } from './blame.ts';
import type { Contender, Evidence } from './evidence.ts';
import { faults } from './faults.ts';
import { type Grouping, type Link, parts, STRENGTH } from './groups.ts';
import type { RankContext } from './rank-context.ts';
import { contentKey, type Selection, sourceOf, type Work } from './selection.ts';

/** A change of some paths to other sources. */
export interface Move {
  readonly to: ReadonlyMap<string, string>;
  /** How many failing tests it may mend, less what it may cost. */
  readonly worth: number;
}

/** A mix from which moves are made. */
export interface Pivot {
  readonly selection: Selection;
  readonly faults: number;
  /** The most promising last. */
  readonly moves: Move[];
}

/** What is known when moves are looked for. */
export interface Field {
  readonly works: readonly Work[];
  readonly grouping: Grouping;
  /** The whole candidates, the best first, and what speaks against each. */
  readonly ranking: readonly Contender[];
  readonly charges: ReadonlyMap<string, readonly Charge[]>;
  readonly files: BlameMap;
  readonly context: RankContext;
  /** Paths that must stay as they are. */
  readonly fixed: ReadonlySet<string>;
}

// From whole groups down to single files; only renames and what the table holds together stay so at the last level.
const LEVELS = [0, STRENGTH.sameInterface, STRENGTH.test, STRENGTH.changedInterface, STRENGTH.renameUser];

const shareOn = ({ weight, shares }: Charge, paths: readonly string[]): number =>
  weight * paths.reduce((sum, path) => sum + (shares.get(path) ?? 0), 0);

/** The levels at which a group may fall apart otherwise than at the one before: some link gives way there. */
function levelsOf(links: readonly Link[]): number[] {
  const strengths = [...new Set(links.map(({ strength }) => strength))];
  return LEVELS.filter(
    (level, i) => i === 0 || strengths.some((strength) => strength > LEVELS[i - 1]! && strength <= level),
  );
}

/** Every set of files that moves together, at any level, once. */
function pathSets({ groups }: Grouping): string[][] {
  const sets = new Map<string, string[]>();
  for (const { paths, links } of groups)
    for (const level of levelsOf(links)) for (const part of parts(paths, links, level)) sets.set(part.join('\0'), part);
  return [...sets.values()];
}

/**
 * Some paths from one candidate into a mix, and with them the files that it made for them; empty where nothing changes.
 * Files of that name which the mix has already stay as they are.
 */
function transfer(
  work: Work,
  set: readonly string[],
  selection: Selection,
  { works, grouping, fixed }: Field,
): Map<string, string> {
  const to = new Map<string, string>();
  const content = (path: string, from: string) => contentKey(works, path, from);
  const now = (path: string) => to.get(path) ?? selection.get(path) ?? 'base';
  for (const path of set) {
    const from = sourceOf(work, path);
    if (fixed.has(path) || content(path, from) === content(path, now(path))) continue;
    to.set(path, from);
    if (from === 'base') continue;
    for (const needed of grouping.needs(work.id, path))
      if (!fixed.has(needed) && content(needed, now(needed)) === 'base') to.set(needed, work.id);
  }
  return to;
}

/** Far more than will be proven; each is a copy of the whole mix. */
const MOST_STEPS = 64;

/**
 * The mixes that come one step nearer to what was chosen first: a set of files as it was chosen, in a mix that has them
 * otherwise. The smallest steps first.
 */
export function stepsTowards(choice: Selection, selection: Selection, field: Field): Selection[] {
  const { works, grouping, fixed } = field;
  const content = (path: string, of: Selection) => contentKey(works, path, of.get(path) ?? 'base');
  const differs = new Set(
    [...choice.keys()].filter((path) => !fixed.has(path) && content(path, choice) !== content(path, selection)),
  );
  const sets = pathSets(grouping)
    .filter((set) => set.some((path) => differs.has(path)))
    .sort((a, b) => a.length - b.length);
  const steps = new Map<string, Selection>();
  for (const set of sets.slice(0, MOST_STEPS)) {
    const to = new Map<string, string>();
    for (const path of set) {
      if (!differs.has(path)) continue;
      const from = choice.get(path) ?? 'base';
      to.set(path, from);
      for (const needed of grouping.needs(from, path))
        if (!fixed.has(needed) && content(needed, selection) === 'base') to.set(needed, from);
    }
    const key = [...to.keys()].sort().join('\n');
    if (!steps.has(key)) steps.set(key, new Map([...selection, ...to]));
  }
  return [...steps.values()];
}

function movesFrom(selection: Selection, evidence: Evidence, field: Field): Move[] {
  const { works, ranking, charges, files, context } = field;
  const mine = chargesOf(evidence, files, context);
  const sets = mine.length === 0 ? [] : pathSets(field.grouping);
  const found = new Map<string, Move>();
  for (const [rank, { id, evidence: theirs }] of ranking.entries()) {
    const work = works.find((each) => each.id === id);
    if (!work) continue;
    const mended = mine.map((charge) => ({ charge, freely: freedom(theirs, charge) }));
    const brought = (charges.get(id) ?? []).map((charge) => ({ charge, freely: freedom(evidence, charge) }));
    const sum = (all: typeof mended, paths: readonly string[]) =>
      all.reduce((total, { charge, freely }) => total + freely * shareOn(charge, paths), 0);
    for (const set of sets) {
      const to = transfer(work, set, selection, field);
      const paths = [...to.keys()];
      const gain = sum(mended, paths);
      if (gain === 0) continue;
      const key = paths
        .map((path) => `${path}\0${contentKey(works, path, to.get(path)!)}`)
        .sort()
        .join('\n');
      if (found.has(key)) continue;
      // Of equal moves the smallest, from the best candidate.
      const cost = 0.05 * paths.length + 0.01 * rank;
      found.set(key, { to, worth: gain - sum(brought, paths) - cost });
    }
  }
  return [...found.values()].sort((a, b) => a.worth - b.worth);
}

/** A starting point with its moves. */
export function toPivot(selection: Selection, evidence: Evidence, field: Field): Pivot {
  return { selection, faults: faults(evidence, field.context), moves: movesFrom(selection, evidence, field) };
}

/** Takes the next mix to look at: the best move of the pivot with the fewest faults; null when none is left. */
export function nextSelection(pivots: readonly Pivot[]): Selection | null {
  let best: Pivot | null = null;
  for (const pivot of pivots) {
    const last = pivot.moves.at(-1);
    if (!last) continue;
    const bestWorth = best?.moves.at(-1)?.worth ?? 0;
    if (best === null || pivot.faults < best.faults || (pivot.faults === best.faults && last.worth > bestWorth))
      best = pivot;
  }
  const move = best?.moves.pop();
  return best && move ? new Map([...best.selection, ...move.to]) : null;
}
