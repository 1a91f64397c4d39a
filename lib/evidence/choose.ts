// The best version of every file, before anything is proven: evidence first, votes second, and files that belong
// together from one candidate unless the evidence says otherwise. What it chooses is proven by propose.ts.
import { BASE } from '../core/candidate.ts';
import { blameOn, significant } from './blame.ts';
import { passesWithin } from './cross.ts';
import { type FileGroup, parts, STRENGTH, splitGroup } from './groups.ts';
import { combineHunks } from './hunks.ts';
import { fromOneHand } from './one-hand.ts';
import { type ChooseInput, type Option, optionsFor, voteScore } from './options.ts';
import { compareCandidates, equalToFirst, isByMeasure } from './rank.ts';
import { areDisjoint, changedPaths, contentKey, Draft, type Reason, type Selection, sourceOf } from './selection.ts';
import { isTestPath } from './test-names.ts';

export interface Choice {
  readonly selection: Selection;
  readonly reasons: ReadonlyMap<string, Reason>;
  readonly notes: readonly string[];
}

/** The best whole candidate; where the evidence sees no difference, the one that the judges like best. */
function decideWhole(input: ChooseInput, paths: readonly string[], draft: Draft): void {
  const equal = equalToFirst(input.ranking, input.context);
  const scores = new Map(
    equal.map(({ id }) => [id, voteScore(input, input.candidates.find((candidate) => candidate.id === id)!, paths)]),
  );
  const chosen = equal.reduce((top, each) => (scores.get(each.id)! > scores.get(top.id)! ? each : top));
  const next = input.ranking.find(({ id }) => id !== chosen.id);
  const liked = equal.some(({ id }) => scores.get(id) !== scores.get(chosen.id));
  const comparison = next ? compareCandidates(chosen, next, input.context) : null;
  const by = liked ? 'judge' : !comparison ? 'only' : comparison.by;
  const why = liked ? 'preferred by the judges on the whole' : comparison?.why || 'nothing tells the candidates apart';
  const confidence = comparison && !liked && !isByMeasure(comparison) ? 0.4 : 0.7;
  const candidate = input.candidates.find(({ id }) => id === chosen.id)!;
  for (const path of paths) draft.take(path, sourceOf(candidate, path), { by, why, confidence });
}

/** Why an option stands before the next one with other versions; null where it does not, or they are equal. */
function reasonFor(
  input: ChooseInput,
  paths: readonly string[],
  id: string,
  options: readonly Option[],
): Reason | null {
  const best = options.find((option) => option.id === id)!;
  const differs = (other: Option) =>
    paths.some((path) => contentKey(input.candidates, path, best.id) !== contentKey(input.candidates, path, other.id));
  const next = options.find((option) => option !== best && differs(option));
  if (!next) return { by: 'only', why: 'all candidates have the same version', confidence: 1 };
  if (best.blame !== next.blame) return best.blame < next.blame ? blamed(input, paths, best, next) : null;
  if (best.votes !== next.votes) {
    if (best.votes < next.votes) return null;
    const confidence = Math.max(...paths.map((path) => input.votes.get(path)?.confidence ?? 0));
    return { by: 'judge', why: 'preferred by the judges', confidence: 0.7 * confidence };
  }
  const comparison = compareCandidates(best.candidate, next.candidate, input.context);
  const { by, why, order } = comparison;
  if (order < 0) return null;
  return { by, why: why || 'nothing tells the candidates apart', confidence: isByMeasure(comparison) ? 0.6 : 0.4 };
}

/** Why more speaks against the next option than against the best one. */
function blamed(input: ChooseInput, paths: readonly string[], best: Option, next: Option): Reason {
  const blame = input.blame.get(next.id)!;
  const cross = paths.some((path) => (blame.cross.get(path) ?? 0) > 0);
  const why = `failing tests point at the version of ${next.id}${best.blame > 0 ? ' even more' : ''}`;
  return { by: cross ? 'cross-gates' : 'gates', why, confidence: 0.8 };
}

/** Decides a group as one, or splits it where no candidate is good in all of it, or votes want a loose one split. */
function decide(input: ChooseInput, group: FileGroup, draft: Draft): void {
  const options = optionsFor(input, group.paths);
  const best = options[0]!;
  const loose = group.links.some(({ strength }) => strength < 0.5);
  const contradicted = loose && group.paths.some((path) => contradicts(input, path, best));
  const pieces = best.blame > 0 || contradicted ? splitGroup(group) : [group];
  if (pieces.length > 1) {
    for (const piece of pieces) decide(input, piece, draft);
    return;
  }
  const reason = reasonFor(input, group.paths, best.id, options)!;
  for (const path of group.paths) {
    const alone = input.candidates.filter(({ changes }) => changes.has(path)).length === 1;
    // what is said of a file holds for the file itself, or is said of those that it belongs with
    const own = group.paths.length === 1 ? reason : reasonFor(input, [path], best.id, optionsFor(input, [path]));
    const { confidence } = reason;
    const said: Reason =
      alone && best.work.changes.has(path) && reason.by !== 'judge'
        ? { by: 'only', why: `only ${best.id} changed it`, confidence }
        : own && (own.by === reason.by || own.by === 'only')
          ? own
          : { by: 'group', why: `belongs with ${others(group.paths, path)}; ${reason.why}`, confidence };
    draft.take(path, sourceOf(best.work, path), said);
  }
  takeBetterTests(input, group, best, draft);
}

/**
 * Tests stay with the code that they were written with, unless the judges want another candidate's and these were seen
 * to pass on that code: then nothing is lost by parting them.
 */
function takeBetterTests(input: ChooseInput, group: FileGroup, best: Option, draft: Draft): void {
  // A test goes with its snapshot, and with helpers that would not fit otherwise.
  const units = parts(group.paths, group.links, STRENGTH.test).filter((unit) => unit.every(isTestPath));
  if (units.flat().length === group.paths.length) return;
  for (const unit of units) {
    const votes = unit.flatMap((path) => (input.votes.get(path)?.decided ? [input.votes.get(path)!] : []));
    const wanted = votes[0]?.ranking[0]?.[0];
    const other = input.candidates.find(({ id }) => id === wanted && id !== best.id);
    if (!other || votes.some(({ ranking }) => ranking[0]?.[0] !== wanted)) continue;
    const cell = best.candidate.evidence.cross.find(({ testsOf }) => testsOf === other.id);
    const written = unit.filter((path) => other.changes.get(path)?.after);
    if (!cell || written.length === 0 || !written.every((path) => passesWithin(cell, path))) continue;
    const why = `preferred by the judges, and passes on the code of ${best.id}`;
    for (const path of unit)
      draft.take(path, sourceOf(other, path), { by: 'judge', why, confidence: 0.7 * votes[0]!.confidence });
  }
}

/** Adds the new files that chosen versions need. */
function addNeeded({ grouping, fixed, candidates }: ChooseInput, draft: Draft): void {
  for (const [path, id] of draft.selection)
    for (const needed of grouping.needs(id, path)) {
      if (fixed.has(needed) || contentKey(candidates, needed, draft.selection.get(needed) ?? BASE) !== BASE) continue;
      draft.take(needed, id, { by: 'group', why: `needed by ${path}`, confidence: 0.6 });
    }
}

function others(paths: readonly string[], path: string): string {
  const rest = paths.filter((each) => each !== path);
  return rest.length > 2 ? `${rest.slice(0, 2).join(', ')} and ${rest.length - 2} more` : rest.join(', ');
}

/** The judges decided this path for a version that `best` does not have, and nothing speaks against that version. */
function contradicts(input: ChooseInput, path: string, best: Option): boolean {
  const vote = input.votes.get(path);
  const first = vote?.decided ? vote.ranking[0]?.[0] : undefined;
  const content = (from: string) => contentKey(input.candidates, path, from);
  if (first === undefined || content(first) === content(best.id)) return false;
  const blame = input.blame.get(first);
  return !blame || significant(blameOn(blame, [path])) === 0;
}

/**
 * Chooses a version for every changed path. With `grain: candidate` that is the best whole candidate.
 * Where nothing tells candidates apart it follows the best whole one: its pieces are known to fit together.
 */
export async function choose(input: ChooseInput): Promise<Choice> {
  const draft = new Draft();
  const { selection, reasons } = draft;
  const paths = changedPaths(input.candidates);
  const notes: string[] = [];
  if (input.grain === 'candidate') decideWhole(input, paths, draft);
  else if (areDisjoint(input.candidates)) {
    for (const path of paths) {
      const [author, another] = input.candidates.filter(({ changes }) => changes.has(path));
      const why = another ? 'all who changed it have the same version' : `only ${author!.id} changed it`;
      draft.take(path, author!.id, { by: 'only', why, confidence: 0.5 });
    }
    notes.push('The candidates changed different files, so each may have done a part of the task.');
  } else {
    for (const group of input.grouping.groups) decide(input, group, draft);
    const held = new Set(input.grouping.together.flat());
    if (input.grain === 'hunk') notes.push(...(await combineHunks(input, draft, held)));
  }
  for (const [path, from] of input.fixed)
    if (selection.has(path)) draft.take(path, from, { by: 'user', why: 'chosen by you', confidence: 1 });
  if (input.grain !== 'candidate') addNeeded(input, draft);
  fromOneHand(input, draft);
  return { selection, reasons, notes };
}
