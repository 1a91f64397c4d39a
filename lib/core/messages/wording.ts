// How a mistake in a recipe is put into words, and what they are made of.
import { nearest } from '../nearest.ts';

/** A mistake in words: what is wrong, and what would be right. */
export interface Wording {
  readonly message: string;
  readonly hint?: string | undefined;
}

/** "did you mean …", or all that would have been right where that is short. */
export function suggest(word: string, known: Iterable<string>, listed = 12): string | undefined {
  const all = [...known];
  const near = nearest(word, all);
  if (near !== undefined) return `did you mean \`${near}\`?`;
  if (all.length === 0) return undefined;
  const shown = all.slice(0, listed).join(', ');
  return `known here: ${shown}${all.length > listed ? ' …' : ''}`;
}

/** `1 slot`, `2 slots`. */
export const one = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`;
