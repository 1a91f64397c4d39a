// What stands at a dotted path of a JSON document, and whether a condition holds of it. Reads nothing else.

import type { Condition, Place } from '../core/backend.ts';
import type { Json } from '../core/json.ts';

/** The value at the first of `places` that the document has, and whether it is to be added to what was there before. */
export function foundAt(
  document: unknown,
  places: readonly Place[],
): { readonly value: unknown; readonly sum: boolean } | undefined {
  for (const { path, where, sum } of places) {
    const value = holds(document, where) ? at(document, path.split('.')) : undefined;
    if (value !== undefined) return { value, sum };
  }
  return undefined;
}

/** The value at the first of `places` that the document has; undefined: it has none of them. */
export const valueAt = (document: unknown, places: readonly Place[]): unknown => foundAt(document, places)?.value;

/** Whether the document has one of the values at every path of the condition. */
export function holds(document: unknown, condition: Condition): boolean {
  return Object.entries(condition).every(([path, values]) => {
    const found = at(document, path.split('.'));
    return values.some((value) => isLike(found, value));
  });
}

function isLike(found: unknown, value: Json): boolean {
  if (typeof value !== 'string' || typeof found !== 'string' || !value.includes('*')) return found === value;
  const parts = value.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's').test(found);
}

/** `*` sums the numbers at the rest of the path over every entry (tokens per model). */
function at(value: unknown, path: readonly string[]): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  if (typeof value !== 'object' || value === null) return undefined;
  if (key === '*') {
    const numbers = Object.values(value)
      .map((each) => at(each, rest))
      .filter((each) => typeof each === 'number');
    return numbers.length > 0 ? numbers.reduce((sum, each) => sum + each, 0) : undefined;
  }
  return Object.hasOwn(value, key) ? at((value as Record<string, unknown>)[key], rest) : undefined;
}
