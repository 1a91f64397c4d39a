// The best version of every file, before anything is proven: evidence first, votes second, and files that belong together
// from one candidate unless the evidence says otherwise. What it chooses is a wish; propose.ts proves it.
import type { Change, Pick } from '../core/candidate.ts';
import { blameOn, type Blame } from './blame.ts';
import type { Contender } from './evidence.ts';
import { type FileGroup, splitGroup } from './groups.ts';
import { compareContenders, type RankContext } from './rank.ts';
import type { Vote } from './votes.ts';

/** What a candidate did, by path. */
export interface Work {
  readonly id: string;
  readonly changes: ReadonlyMap<string, Change>;
}

export type Grain = 'candidate' | 'file' | 'hunk';

/** Merges several candidates' versions of a file against the base; true when no conflict came of it. */
export type MergeFile = (path: string, from: readonly string[]) => Promise<boolean>;

/** path → where it comes from: a candidate's id, `base`, or ids joined by `+` (merged). Every changed path is in it. */
export type Selection = ReadonlyMap<string, string>;

/** Why a path comes from where it comes. */
export type Reason = { readonly by: Pick['by']; readonly why: string; readonly confidence: number };

export interface ChooseInput {
  readonly works: readonly Work[];
  /** The same candidates, the best first. */
  readonly ranking: readonly Contender[];
  readonly context: RankContext;
  readonly groups: readonly FileGroup[];
  /** What speaks against each candidate's files. */
  readonly blame: ReadonlyMap<string, Blame>;
  readonly votes: ReadonlyMap<string, Vote>;
  /** The user's own choices. */
  readonly fixed: ReadonlyMap<string, string>;
  readonly grain: Grain;
  readonly mergeFile: MergeFile;
}

export interface Choice {
  readonly selection: Selection;
  readonly reasons: ReadonlyMap<string, Reason>;
  readonly notes: readonly string[];
}

/** Where a candidate's state of a path comes from: its own work, or the base that it left alone. */
export function sourceOf(work: Work, path: string): string {
  return work.changes.has(path) ? work.id : 'base';
}

/** The content of a path from a source, as a comparable text. */
export function contentKey(works: readonly Work[], path: string, from: string): string {
  if (from === 'base') return 'base';
  const change = works.find(({ id }) => id === from)?.changes.get(path);
  if (!change) return from.includes('+') ? from : 'base';
  return change.after ? `${change.after.mode} ${change.after.oid}` : 'deleted';
}

/** All paths that any candidate changed, sorted. */
export function changedPaths(works: readonly Work[]): string[] {
  return [...new Set(works.flatMap(({ changes }) => [...changes.keys()]))].sort();
}

/** The selection that is one candidate as it stands. */
export function wholeSelection(work: Work, paths: readonly string[]): Map<string, string> {
  return new Map(paths.map((path) => [path, sourceOf(work, path)]));
}

/** Candidates that changed nothing in common (equal versions aside): each may have done a part of the job. */
export function areDisjoint(works: readonly Work[]): boolean {
  const active = works.filter(({ changes }) => changes.size > 0);
  return (
    active.length > 1 &&
    changedPaths(active).every((path) => new Set(active.filter(({ changes }) => changes.has(path)).map(({ id }) => contentKey(works, path, id))).size === 1)
  );
}

// Less than half a failing test is noise: a test that says nothing of where it failed is spread over all files.
const weight = (blame: number): number => (blame < 0.5 ? 0 : Math.round(blame * 2) / 2);

interface Option {
  readonly id: string;
  readonly work: Work;
  readonly contender: Contender;
  readonly blame: number;
  readonly votes: number;
  readonly rank: number;
}

/** How well the votes speak of a candidate's versions of some paths: places won less places lost, by confidence. */
function voteScore(input: ChooseInput, work: Work, paths: readonly string[]): number {
  let score = 0;
  for (const path of paths) {
    const vote = input.votes.get(path);
    if (!vote?.decided) continue;
    const mine = contentKey(input.works, path, sourceOf(work, path));
    const tier = vote.ranking.findIndex((ids) => ids.some((id) => contentKey(input.works, path, id) === mine));
    const last = Math.max(1, vote.ranking.length - 1);
    score += vote.confidence * (tier < 0 ? 0 : 1 - tier / last);
  }
  return Math.round(score * 1000) / 1000;
}

function optionsFor(input: ChooseInput, paths: readonly string[]): Option[] {
  const options = input.ranking.flatMap((contender, rank) => {
    const work = input.works.find(({ id }) => id === contender.id);
    if (!work) return [];
    const blame = weight(blameOn(input.blame.get(work.id)!, paths));
    return [{ id: work.id, work, contender, blame, votes: voteScore(input, work, paths), rank }];
  });
  return options.sort(
    (a, b) => a.blame - b.blame || Number(a.contender.partial) - Number(b.contender.partial) || b.votes - a.votes || a.rank - b.rank,
  );
}

/** Why the first option stands before the next one whose versions differ. */
function reasonFor(input: ChooseInput, paths: readonly string[], best: Option, options: readonly Option[]): Reason {
  const differs = (other: Option) =>
    paths.some((path) => contentKey(input.works, path, sourceOf(best.work, path)) !== contentKey(input.works, path, sourceOf(other.work, path)));
  const next = options.find((option) => option !== best && differs(option));
  if (!next) return { by: 'only', why: 'all candidates have the same version', confidence: 1 };
  if (best.blame !== next.blame) {
    const worst = input.blame.get(next.id)!;
    const cross = paths.some((path) => (worst.cross.get(path) ?? 0) > 0);
    const why = `failing tests point at the version of ${next.id}${best.blame > 0 ? ' even more' : ''}`;
    return { by: cross ? 'cross-gates' : 'gates', why, confidence: 0.8 };
  }
  if (best.votes !== next.votes && best.contender.partial === next.contender.partial) {
    const confidence = Math.max(...paths.map((path) => input.votes.get(path)?.confidence ?? 0));
    return { by: 'judge', why: 'preferred by the judges in both orders', confidence: 0.7 * confidence };
  }
  const comparison = compareContenders(best.contender, next.contender, input.context);
  const by = comparison.by === 'equal' ? 'size' : comparison.by;
  return { by, why: comparison.why || 'nothing tells the candidates apart', confidence: by === 'size' ? 0.4 : 0.6 };
}

/** Decides a group as one, or splits it where no candidate is good in all of it, or where votes want to and it hold loosely. */
function decide(input: ChooseInput, group: FileGroup, selection: Map<string, string>, reasons: Map<string, Reason>): void {
  const options = optionsFor(input, group.paths);
  const best = options[0]!;
  const loose = group.links.length > 0 && Math.min(...group.links.map(({ strength }) => strength)) < 0.5;
  const outvoted = loose && group.paths.some((path) => outvotes(input, path, best));
  const pieces = best.blame > 0 || outvoted ? splitGroup(group) : [group];
  if (pieces.length > 1) {
    for (const piece of pieces) decide(input, piece, selection, reasons);
    return;
  }
  const reason = reasonFor(input, group.paths, best, options);
  for (const path of group.paths) {
    selection.set(path, sourceOf(best.work, path));
    const alone = input.works.filter(({ changes }) => changes.has(path)).length === 1;
    const own = group.paths.length === 1 ? reason : reasonFor(input, [path], options.find(({ id }) => id === best.id)!, optionsFor(input, [path]));
    if (alone && best.work.changes.has(path) && reason.by !== 'judge') reasons.set(path, { by: 'only', why: `only ${best.id} changed it`, confidence: reason.confidence });
    else if (group.paths.length > 1 && own.by !== reason.by) reasons.set(path, { by: 'group', why: `belongs with ${others(group.paths, path)}; ${reason.why}`, confidence: reason.confidence });
    else reasons.set(path, reason);
  }
}

function others(paths: readonly string[], path: string): string {
  const rest = paths.filter((each) => each !== path);
  return rest.length > 2 ? `${rest.slice(0, 2).join(', ')} and ${rest.length - 2} more` : rest.join(', ');
}

/** The judges decided this path for a version that `best` does not have, and nothing speaks against that version. */
function outvotes(input: ChooseInput, path: string, best: Option): boolean {
  const vote = input.votes.get(path);
  const first = vote?.decided ? vote.ranking[0]?.[0] : undefined;
  if (first === undefined || contentKey(input.works, path, first) === contentKey(input.works, path, sourceOf(best.work, path))) return false;
  const blame = input.blame.get(first);
  return !blame || weight(blameOn(blame, [path])) === 0;
}

/** Where candidates changed different places of a file, all of them that merge cleanly, the best candidate first. */
async function combineHunks(input: ChooseInput, selection: Map<string, string>, reasons: Map<string, Reason>): Promise<string[]> {
  const notes: string[] = [];
  for (const [path, from] of selection) {
    if (input.fixed.has(path) || reasons.get(path)?.by === 'judge') continue;
    const seen = new Set<string>();
    const sound = input.ranking.filter(({ id, partial }) => {
      const change = input.works.find((work) => work.id === id)?.changes.get(path);
      if (partial || !change?.after || !change.before || change.binary || weight(blameOn(input.blame.get(id)!, [path])) > 0) return false;
      const key = contentKey(input.works, path, id);
      return !seen.has(key) && seen.add(key);
    });
    const first = sound.find(({ id }) => id === from) ?? null;
    let joined = first ? [first.id] : [];
    for (const { id } of first ? sound.filter((each) => each !== first) : []) {
      if (await input.mergeFile(path, [...joined, id])) joined = [...joined, id];
    }
    if (joined.length < 2) continue;
    selection.set(path, joined.join('+'));
    reasons.set(path, { by: 'group', why: `changed in different places by ${joined.join(' and ')}, merged without conflict`, confidence: 0.5 });
    notes.push(`${path} combines the changes of ${joined.join(' and ')}.`);
  }
  return notes;
}

/**
 * Chooses a version for every changed path. With `grain: candidate` that is the best whole candidate.
 * Where nothing tells candidates apart it follows the best whole one: its pieces are known to fit together.
 */
export async function choose(input: ChooseInput): Promise<Choice> {
  const selection = new Map<string, string>();
  const reasons = new Map<string, Reason>();
  const paths = changedPaths(input.works);
  const notes: string[] = [];
  if (input.grain === 'candidate') decide(input, { paths, links: [] }, selection, reasons);
  else if (areDisjoint(input.works)) {
    for (const path of paths) {
      const author = input.works.find(({ changes }) => changes.has(path))!;
      selection.set(path, author.id);
      reasons.set(path, { by: 'only', why: `only ${author.id} changed it`, confidence: 0.5 });
    }
    notes.push('The candidates changed different files, so each may have done a part of the task.');
  } else {
    for (const group of input.groups) decide(input, group, selection, reasons);
    if (input.grain === 'hunk') notes.push(...(await combineHunks(input, selection, reasons)));
  }
  for (const [path, from] of input.fixed) {
    if (!selection.has(path)) continue;
    selection.set(path, from);
    reasons.set(path, { by: 'user', why: 'chosen by you', confidence: 1 });
  }
  return { selection, reasons, notes };
}

/** A selection as picks; what stays as it was is told too, with `from: base`. */
export function toPicks(selection: Selection, works: readonly Work[], reasons: ReadonlyMap<string, Reason>): Pick[] {
  return [...selection].map(([path, from]) => {
    const change = works.find(({ changes }) => changes.has(path))?.changes.get(path);
    const chosen = works.find(({ id }) => id === from)?.changes.get(path);
    const present = from === 'base' ? change?.before != null : from.includes('+') || chosen?.after != null;
    const reason = reasons.get(path) ?? { by: 'group' as const, why: '', confidence: 0.5 };
    return { path, from, action: present ? 'write' : 'delete', ...reason };
  });
}
