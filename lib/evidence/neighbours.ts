// The neighbours of a combination that may mend it: files that its failing evidence points at, from candidates that
// are free of that failure. Only says what to try next; trees and proofs are search.ts's business.
import { BASE, type Candidate } from '../core/candidate.ts';
import { type BlameMap, type Charge, chargesOf, freedom } from './blame.ts';
import type { Evidence, MeasuredCandidate } from './evidence.ts';
import { faults } from './faults.ts';
import { type Grouping, type Link, parts, STRENGTH } from './groups.ts';
import type { RankContext } from './rank-context.ts';
import { contentKey, type Selection, sourceOf } from './selection.ts';

/** A change of some paths to other sources. */
export interface Neighbour {
  readonly to: ReadonlyMap<string, string>;
  /** How many failing tests it may mend, less what it may cost. */
  readonly worth: number;
}

/** A combination with its neighbours. */
export interface Node {
  readonly selection: Selection;
  readonly faults: number;
  /** The most promising last. */
  readonly neighbours: Neighbour[];
}

/** What is known when neighbours are looked for. */
export interface Field {
  readonly candidates: readonly Candidate[];
  readonly grouping: Grouping;
  /** The whole candidates, the best first, and what speaks against each. */
  readonly ranking: readonly MeasuredCandidate[];
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

/** Every set of files that changes together, at any level, once. */
function pathSets({ groups }: Grouping): string[][] {
  const sets = new Map<string, string[]>();
  for (const { paths, links } of groups)
    for (const level of levelsOf(links)) for (const part of parts(paths, links, level)) sets.set(part.join('\0'), part);
  return [...sets.values()];
}

/**
 * Some paths from one candidate into a combination, with the files that it made for them; empty where nothing changes.
 * Files of that name which the combination has already stay as they are.
 */
function transfer(
  candidate: Candidate,
  set: readonly string[],
  selection: Selection,
  { candidates, grouping, fixed }: Field,
): Map<string, string> {
  const to = new Map<string, string>();
  const content = (path: string, from: string) => contentKey(candidates, path, from);
  const now = (path: string) => to.get(path) ?? selection.get(path) ?? BASE;
  for (const path of set) {
    const from = sourceOf(candidate, path);
    if (fixed.has(path) || content(path, from) === content(path, now(path))) continue;
    to.set(path, from);
    if (from === BASE) continue;
    for (const needed of grouping.needs(candidate.id, path))
      if (!fixed.has(needed) && content(needed, now(needed)) === BASE) to.set(needed, candidate.id);
  }
  return to;
}

/** Far more than will be proven; each is a copy of the whole combination. */
const MOST_STEPS = 64;

/**
 * The combinations one step nearer to what was chosen first: a set of files as it was chosen, in one that has them
 * otherwise. The smallest steps first.
 */
export function stepsTowards(choice: Selection, selection: Selection, field: Field): Selection[] {
  const { candidates, grouping, fixed } = field;
  const content = (path: string, of: Selection) => contentKey(candidates, path, of.get(path) ?? BASE);
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
      const from = choice.get(path) ?? BASE;
      to.set(path, from);
      for (const needed of grouping.needs(from, path))
        if (!fixed.has(needed) && content(needed, selection) === BASE) to.set(needed, from);
    }
    const key = [...to.keys()].sort().join('\n');
    if (!steps.has(key)) steps.set(key, new Map([...selection, ...to]));
  }
  return [...steps.values()];
}

function neighboursOf(selection: Selection, evidence: Evidence, field: Field): Neighbour[] {
  const { candidates, ranking, charges, files, context } = field;
  const mine = chargesOf(evidence, files, context);
  const sets = mine.length === 0 ? [] : pathSets(field.grouping);
  const found = new Map<string, Neighbour>();
  for (const [rank, { id, evidence: theirs }] of ranking.entries()) {
    const candidate = candidates.find((each) => each.id === id);
    if (!candidate) continue;
    const mended = mine.map((charge) => ({ charge, freely: freedom(theirs, charge) }));
    const brought = (charges.get(id) ?? []).map((charge) => ({ charge, freely: freedom(evidence, charge) }));
    const sum = (all: typeof mended, paths: readonly string[]) =>
      all.reduce((total, { charge, freely }) => total + freely * shareOn(charge, paths), 0);
    for (const set of sets) {
      const to = transfer(candidate, set, selection, field);
      const paths = [...to.keys()];
      const gain = sum(mended, paths);
      if (gain === 0) continue;
      const key = paths
        .map((path) => `${path}\0${contentKey(candidates, path, to.get(path)!)}`)
        .sort()
        .join('\n');
      if (found.has(key)) continue;
      // Of equal neighbours the smallest, from the best candidate.
      const cost = 0.05 * paths.length + 0.01 * rank;
      found.set(key, { to, worth: gain - sum(brought, paths) - cost });
    }
  }
  return [...found.values()].sort((a, b) => a.worth - b.worth);
}

/** What was looked at, with its neighbours. */
export function toNode(selection: Selection, evidence: Evidence, field: Field): Node {
  return { selection, faults: faults(evidence, field.context), neighbours: neighboursOf(selection, evidence, field) };
}

/** Takes the next combination: the best neighbour of the node with the fewest faults; null when none is left. */
export function nextSelection(nodes: readonly Node[]): Selection | null {
  let best: Node | null = null;
  for (const node of nodes) {
    const last = node.neighbours.at(-1);
    if (!last) continue;
    const bestWorth = best?.neighbours.at(-1)?.worth ?? 0;
    if (best === null || node.faults < best.faults || (node.faults === best.faults && last.worth > bestWorth))
      best = node;
  }
  const neighbour = best?.neighbours.pop();
  return best && neighbour ? new Map([...best.selection, ...neighbour.to]) : null;
}
