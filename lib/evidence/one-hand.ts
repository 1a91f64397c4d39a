// Holds a combination to what has to come from one hand (groups.ts, `together`): checks that, and makes it so.
import { BASE, type Candidate } from '../core/candidate.ts';
import { type ChooseInput, optionsFor } from './options.ts';
import { contentKey, type Draft, type Selection, sourceOf } from './selection.ts';

type Units = readonly (readonly string[])[];

/** Whether some files are all as one candidate has them, or all as they were. */
function isOneHand(candidates: readonly Candidate[], unit: readonly string[], selection: Selection): boolean {
  const mine = unit.map((path) => contentKey(candidates, path, selection.get(path) ?? BASE));
  const hands = candidates.map(({ id }) => unit.map((path) => contentKey(candidates, path, id)));
  return [unit.map(() => BASE), ...hands].some((hand) => hand.every((content, i) => content === mine[i]));
}

/** Whether everything in a combination that has to come from one hand does. */
export function holdsTogether(candidates: readonly Candidate[], units: Units, selection: Selection): boolean {
  return units.every((unit) => isOneHand(candidates, unit, selection));
}

/** The user's choices, each with the files that go with it; of choices that can't be had together the first counts. */
export function withCompanions(
  fixed: ReadonlyMap<string, string>,
  units: Units,
  candidates: readonly Candidate[],
): Map<string, string> {
  const all = new Map(fixed);
  for (const unit of units) {
    const first = unit.find((path) => fixed.has(path));
    if (first === undefined || unit.length === 1) continue;
    const candidate = candidates.find(({ id }) => id === fixed.get(first));
    for (const path of unit) all.set(path, candidate ? sourceOf(candidate, path) : BASE);
  }
  return all;
}

/** Takes what has to come from one hand, and would not, from the candidate whose versions of it are the best. */
export function fromOneHand(input: ChooseInput, draft: Draft): void {
  for (const unit of input.grouping.together) {
    if (isOneHand(input.candidates, unit, draft.selection)) continue;
    const { work: candidate, id } = optionsFor(input, unit)[0]!;
    for (const path of unit) {
      const rest = unit.filter((each) => each !== path);
      const why = rest.length > 0 ? `comes from one hand with ${rest.slice(0, 3).join(', ')}` : `${id} made it`;
      draft.take(path, sourceOf(candidate, path), { by: 'group', why, confidence: 0.7 });
    }
  }
}
