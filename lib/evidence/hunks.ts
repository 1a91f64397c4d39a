// Combines several candidates' changes in different places of one file. Merging itself is the caller's.
import type { Candidate } from '../core/candidate.ts';
import { type Blame, blameOn, significant } from './blame.ts';
import type { MeasuredCandidate } from './evidence.ts';
import { contentKey, type Draft } from './selection.ts';

/** Merges several candidates' versions of a file against the base; true when no conflict came of it. */
export type MergeFile = (path: string, from: readonly string[]) => Promise<boolean>;

/** What combining needs to know of the candidates. */
export interface HunkInput {
  readonly candidates: readonly Candidate[];
  /** The best first. */
  readonly ranking: readonly MeasuredCandidate[];
  /** What speaks against each candidate's files. */
  readonly blame: ReadonlyMap<string, Blame>;
  /** The user's own choices. */
  readonly fixed: ReadonlyMap<string, string>;
  readonly mergeFile: MergeFile;
}

/**
 * Where candidates changed different places of a file, all of them that merge cleanly, the best candidate first.
 * @param held files that come from one hand
 */
export async function combineHunks(input: HunkInput, draft: Draft, held: ReadonlySet<string>): Promise<string[]> {
  const notes: string[] = [];
  for (const [path, from] of draft.selection) {
    if (input.fixed.has(path) || held.has(path) || draft.reasons.get(path)?.by === 'judge') continue;
    const seen = new Set<string>();
    const sound = input.ranking.filter(({ id }) => {
      const change = input.candidates.find((candidate) => candidate.id === id)?.changes.get(path);
      if (!change?.after || !change.before || change.binary || significant(blameOn(input.blame.get(id)!, [path])) > 0)
        return false;
      const key = contentKey(input.candidates, path, id);
      return !seen.has(key) && seen.add(key);
    });
    const first = sound.find(({ id }) => id === from) ?? null;
    let joined = first ? [first.id] : [];
    for (const { id } of first ? sound.filter((each) => each !== first) : []) {
      if (await input.mergeFile(path, [...joined, id])) joined = [...joined, id];
    }
    if (joined.length < 2) continue;
    const why = `changed in different places by ${joined.join(' and ')}, merged without conflict`;
    draft.take(path, joined.join('+'), { by: 'group', why, confidence: 0.5 });
    notes.push(`${path} combines the changes of ${joined.join(' and ')}.`);
  }
  return notes;
}
