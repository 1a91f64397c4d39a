// Takes the tests that the judges want from another candidate than the code, where they were seen to pass on that code.
import { passesWithin } from './cross.ts';
import { type FileGroup, parts, STRENGTH } from './groups.ts';
import type { ChooseInput, Option } from './options.ts';
import { type Draft, sourceOf } from './selection.ts';
import { isTestPath } from './test-names.ts';

/**
 * Tests stay with the code that they were written with, unless the judges want another candidate's and these were seen
 * to pass on that code: then nothing is lost by parting them.
 */
export function takeBetterTests(input: ChooseInput, group: FileGroup, best: Option, draft: Draft): void {
  // A test goes with its snapshot, and with helpers that would not fit otherwise.
  const units = parts(group.paths, group.links, STRENGTH.test).filter((unit) => unit.every(isTestPath));
  if (units.flat().length === group.paths.length) return;
  for (const unit of units) {
    const votes = unit.flatMap((path) => (input.votes.get(path)?.decided ? [input.votes.get(path)!] : []));
    const wanted = votes[0]?.ranking[0]?.[0];
    const other = input.works.find(({ id }) => id === wanted && id !== best.id);
    if (!other || votes.some(({ ranking }) => ranking[0]?.[0] !== wanted)) continue;
    const cell = best.contender.evidence.cross.find(({ testsOf }) => testsOf === other.id);
    const written = unit.filter((path) => other.changes.get(path)?.after);
    if (!cell || written.length === 0 || !written.every((path) => passesWithin(cell, path))) continue;
    const why = `preferred by the judges, and passes on the code of ${best.id}`;
    for (const path of unit)
      draft.take(path, sourceOf(other, path), { by: 'judge', why, confidence: 0.7 * votes[0]!.confidence });
  }
}
