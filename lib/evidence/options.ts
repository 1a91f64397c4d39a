// Whose versions of some files there are to choose from, and in which order the evidence and the votes put them.
import type { Candidate } from '../core/candidate.ts';
import { blameOn, significant } from './blame.ts';
import type { MeasuredCandidate } from './evidence.ts';
import type { Grouping } from './groups.ts';
import type { HunkInput } from './hunks.ts';
import type { RankContext } from './rank-context.ts';
import { contentKey } from './selection.ts';
import type { Vote } from './votes.ts';

export type Grain = 'candidate' | 'file' | 'hunk';

export interface ChooseInput extends HunkInput {
  readonly context: RankContext;
  readonly grouping: Grouping;
  readonly votes: ReadonlyMap<string, Vote>;
  readonly grain: Grain;
}

/** A candidate's versions of some files. */
export interface Option {
  readonly id: string;
  readonly work: Candidate;
  readonly candidate: MeasuredCandidate;
  readonly blame: number;
  readonly votes: number;
  readonly rank: number;
}

/** How well the votes speak of a candidate's versions of some paths: places won less places lost, by confidence. */
export function voteScore(input: ChooseInput, work: Candidate, paths: readonly string[]): number {
  let score = 0;
  for (const path of paths) {
    const vote = input.votes.get(path);
    if (!vote?.decided) continue;
    const mine = contentKey(input.candidates, path, work.id);
    const tier = vote.ranking.findIndex((ids) => ids.some((id) => contentKey(input.candidates, path, id) === mine));
    const last = Math.max(1, vote.ranking.length - 1);
    score += vote.confidence * (tier < 0 ? 0 : 1 - tier / last);
  }
  return Math.round(score * 1000) / 1000;
}

/** Every candidate's versions of some files, the best first. */
export function optionsFor(input: ChooseInput, paths: readonly string[]): Option[] {
  const options = input.ranking.flatMap((candidate, rank) => {
    const work = input.candidates.find(({ id }) => id === candidate.id);
    if (!work) return [];
    const blame = significant(blameOn(input.blame.get(work.id)!, paths));
    return [{ id: work.id, work, candidate, blame, votes: voteScore(input, work, paths), rank }];
  });
  return options.sort((a, b) => a.blame - b.blame || b.votes - a.votes || a.rank - b.rank);
}
