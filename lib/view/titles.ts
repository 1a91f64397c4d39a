// What candidates, and trees that are no candidate's, are called everywhere. Pure.
import { BASE, COMPOSITE, INTEGRATED, RESULT } from '../core/candidate.ts';

/** Titles of slots by their ids. */
export type Titles = ReadonlyMap<string, string>;

/** The titles of a record's models. */
export const titlesOf = ({
  models,
}: {
  readonly models: Readonly<Record<string, { readonly title: string }>>;
}): Titles => new Map(Object.entries(models).map(([id, { title }]) => [id, title]));

const SUBJECTS: Readonly<Record<string, string>> = {
  [BASE]: 'untouched base',
  [COMPOSITE]: 'combination',
  [INTEGRATED]: 'integrated result',
  [RESULT]: 'result',
  your_tree: 'your tree',
  without_result: 'your tree without the result',
};

/** The title of a slot, or of a tree that is no slot's. */
export const subjectTitle = (id: string, titles: Titles): string => titles.get(id) ?? SUBJECTS[id] ?? id;

/** Where a file comes from, in words: a candidate, several, or the base; and whether it was changed to fit the rest. */
export function fromTitle(from: string, titles: Titles): string {
  if (from === BASE) return 'nobody (as it was)';
  const authors = from.split('+').filter((id) => id !== INTEGRATED);
  if (authors.length === 0) return 'the integration';
  const names = authors.map((id) => subjectTitle(id, titles)).join(' + ');
  return authors.length < from.split('+').length ? `${names} (made to fit)` : names;
}
