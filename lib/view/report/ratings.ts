// What judges gave each version of a file, from their answers. The answers are a model's words: read with care.
import { groupBy } from '../../core/group-by.ts';
import type { Json } from '../../core/json.ts';
import type { PassRecord } from '../../core/session-record.ts';
import type { PageFile } from './page-data.ts';

const object = (value: Json | undefined): { readonly [key: string]: Json } =>
  value !== null && typeof value === 'object' && !Array.isArray(value)
    ? (value as { readonly [key: string]: Json })
    : {};

interface Rated {
  readonly path: string;
  readonly id: string;
  readonly kind: string;
  readonly value: number;
}

/** By path, then by candidate: the mean of all ratings, and the mean of each kind. */
export function ratingsOf(judgements: PassRecord['judgements']): ReadonlyMap<string, NonNullable<PageFile['ratings']>> {
  const byPath = groupBy(judgements.flatMap(ratedIn), ({ path }) => path);
  return new Map(
    [...byPath].map(([path, given]) => {
      const by = groupBy(given, ({ id }) => id);
      return [path, Object.fromEntries([...by].map(([id, own]) => [id, rating(own)]))];
    }),
  );
}

function ratedIn({ order, answer }: PassRecord['judgements'][number]): Rated[] {
  const { files } = object(answer);
  return (Array.isArray(files) ? files : []).flatMap((file) => {
    const { path, ratings } = object(file);
    return Object.entries(object(ratings)).flatMap(([letter, kinds]) => {
      const id = order[letter.charCodeAt(0) - 65];
      if (typeof path !== 'string' || id === undefined || letter.length !== 1) return [];
      return Object.entries(object(kinds)).flatMap(([kind, value]) =>
        typeof value === 'number' ? [{ path, id, kind, value }] : [],
      );
    });
  });
}

const mean = (rated: readonly Rated[]): number =>
  Math.round((rated.reduce((sum, { value }) => sum + value, 0) / rated.length) * 10) / 10;

const rating = (rated: readonly Rated[]) => ({
  mean: mean(rated),
  each: [...groupBy(rated, ({ kind }) => kind)].map(([kind, own]) => `${kind} ${mean(own)}`).join(', '),
});
