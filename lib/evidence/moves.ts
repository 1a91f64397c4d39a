// The small changes of a mix that may mend it: files that its failing evidence points at, taken from candidates that are
// free of that failure. Only says what to try next; trees and proofs are search.ts's business.
import { type BlameMap, type Charge, chargesOf, isFreeOf } from './blame.ts';
import type { Contender, Evidence } from './evidence.ts';
import { type Grouping, parts, STRENGTH } from './groups.ts';
import { faults, type RankContext } from './rank.ts';
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

// From whole groups down to single files; only renames stay together at the last level.
const LEVELS = [0, STRENGTH.sameInterface, STRENGTH.test, STRENGTH.changedInterface, STRENGTH.lockfile];

const shareOn = ({ weight, shares }: Charge, paths: readonly string[]): number =>
  weight * paths.reduce((sum, path) => sum + (shares.get(path) ?? 0), 0);

/** Every set of files that moves together, at any level, once. */
function pathSets({ groups }: Grouping): string[][] {
  const sets = new Map<string, string[]>();
  for (const { paths, links } of groups)
    for (const level of LEVELS) for (const part of parts(paths, links, level)) sets.set(part.join('\0'), part);
  return [...sets.values()];
}

function movesFrom(selection: Selection, evidence: Evidence, field: Field): Move[] {
  const { works, ranking, charges, files, context, fixed } = field;
  const mine = chargesOf(evidence, files, context);
  const sets = mine.length === 0 ? [] : pathSets(field.grouping);
  const found = new Map<string, Move>();
  for (const [rank, { id, partial, evidence: theirs }] of ranking.entries()) {
    const work = works.find((each) => each.id === id);
    if (!work) continue;
    const mended = mine.filter((charge) => isFreeOf(theirs, charge));
    const brought = (charges.get(id) ?? []).filter((charge) => isFreeOf(evidence, charge));
    const content = (path: string, from: string) => contentKey(works, path, from);
    for (const set of sets) {
      const paths = set.filter(
        (path) =>
          !fixed.has(path) && content(path, sourceOf(work, path)) !== content(path, selection.get(path) ?? 'base'),
      );
      const gain = mended.reduce((sum, charge) => sum + shareOn(charge, paths), 0);
      if (gain === 0) continue;
      const key = paths.map((path) => `${path}\0${content(path, sourceOf(work, path))}`).join('\n');
      if (found.has(key)) continue;
      const price = brought.reduce((sum, charge) => sum + shareOn(charge, paths), 0);
      // Of equal moves the smallest, from the best candidate, from one that finished.
      const worth = gain - price - 0.05 * paths.length - 0.01 * rank - (partial ? 0.5 : 0);
      found.set(key, { to: new Map(paths.map((path) => [path, sourceOf(work, path)])), worth });
    }
  }
  return [...found.values()].sort((a, b) => a.worth - b.worth);
}

/** A starting point with its moves. */
export function toPivot(selection: Selection, evidence: Evidence, field: Field): Pivot {
  return { selection, faults: faults(evidence, field.context), moves: movesFrom(selection, evidence, field) };
}

/** The next mix to look at: the best move of the pivot with the fewest faults. Takes the move away; null when none is left. */
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
