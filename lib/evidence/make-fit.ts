// Makes chosen versions find what they import, as far as names tell. What it decides is a wish like all the rest:
// proofs come later.
import { type ChooseInput, optionsFor } from './options.ts';
import { contentKey, type Reason, sourceOf } from './selection.ts';

/**
 * Adds the new files that chosen versions need, and exchanges versions that would not find what they import for others
 * against which no more is known.
 */
export function makeFit(input: ChooseInput, selection: Map<string, string>, reasons: Map<string, Reason>): void {
  const { works, grouping } = input;
  const from = (path: string) => selection.get(path) ?? 'base';
  const complete = () => {
    for (const [path, id] of selection) {
      for (const needed of grouping.fit.needs(id, path)) {
        if (input.fixed.has(needed) || contentKey(works, needed, from(needed)) !== 'base') continue;
        selection.set(needed, id);
        reasons.set(needed, { by: 'group', why: `needed by ${path}`, confidence: 0.6 });
      }
    }
  };
  complete();
  for (const [path, id] of selection) {
    if (input.fixed.has(path) || grouping.fit.clashes(id, path, from) === 0) continue;
    const options = optionsFor(input, [path]);
    const mine = options.find((option) => option.id === id);
    const other = options.find(
      (option) =>
        mine &&
        option.blame <= mine.blame &&
        sourceOf(option.work, path) === option.id &&
        grouping.fit.clashes(option.id, path, from) === 0,
    );
    if (!other) continue;
    selection.set(path, other.id);
    reasons.set(path, {
      by: 'group',
      why: `fits what it imports, which the version of ${id} does not`,
      confidence: 0.5,
    });
  }
  complete();
}
