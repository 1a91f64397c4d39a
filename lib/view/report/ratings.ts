// What judges gave each version of a file, from their answers. The answers are a model's words: read with care.
import type { Json } from '../../core/json.ts';
import type { PassRecord } from '../../core/session-record.ts';
import type { PageFile } from './page-data.ts';

const object = (value: Json | undefined): { readonly [key: string]: Json } =>
  value !== null && typeof value === 'object' && !Array.isArray(value)
    ? (value as { readonly [key: string]: Json })
    : {};

/** By path, then by candidate: the mean of all ratings, and the mean of each kind. */
export function ratingsOf(judgements: PassRecord['judgements']): ReadonlyMap<string, NonNullable<PageFile['ratings']>> {
  const given = new Map<string, Map<string, Map<string, number[]>>>();
  for (const { order, answer } of judgements) {
    const { files } = object(answer);
    for (const file of Array.isArray(files) ? files : []) {
      const { path, ratings } = object(file);
      if (typeof path !== 'string') continue;
      for (const [letter, kinds] of Object.entries(object(ratings))) {
        const id = order[letter.charCodeAt(0) - 65];
        if (id === undefined || letter.length !== 1) continue;
        for (const [kind, value] of Object.entries(object(kinds))) {
          if (typeof value === 'number') valuesOf(given, path, id, kind).push(value);
        }
      }
    }
  }
  return new Map(
    [...given].map(([path, by]) => [path, Object.fromEntries([...by].map(([id, kinds]) => [id, rating(kinds)]))]),
  );
}

function valuesOf(
  given: Map<string, Map<string, Map<string, number[]>>>,
  path: string,
  id: string,
  kind: string,
): number[] {
  const by = given.get(path) ?? new Map<string, Map<string, number[]>>();
  const kinds = by.get(id) ?? new Map<string, number[]>();
  const values = kinds.get(kind) ?? [];
  given.set(path, by.set(id, kinds.set(kind, values)));
  return values;
}

const mean = (values: readonly number[]): number =>
  Math.round((values.reduce((sum, value) => sum + value, 0) / values.length) * 10) / 10;

const rating = (kinds: ReadonlyMap<string, readonly number[]>) => ({
  mean: mean([...kinds.values()].flat()),
  each: [...kinds].map(([kind, values]) => `${kind} ${mean(values)}`).join(', '),
});
