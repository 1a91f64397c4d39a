// How alike candidates are in the words that they add. Independent authors who arrive at the same words are likelier to
// be right than one who stands alone: where nothing that was measured tells candidates apart, that does better than any
// size. Pure; which files count (tests do not) is the caller's business.

/** A bag of words: how often each occurs. */
export type Words = ReadonlyMap<string, number>;

const WORD = /[\p{L}_][\p{L}\p{N}_]*|\p{N}+/gu;

function wordsOf(text: string): Map<string, number> {
  const found = new Map<string, number>();
  for (const [word] of text.matchAll(WORD)) found.set(word, (found.get(word) ?? 0) + 1);
  return found;
}

/** The words that a version of a file has more often than the one before it; what was only moved does not count. */
export function addedWords(before: string | null, after: string | null): Words {
  const added = wordsOf(after ?? '');
  for (const [word, count] of wordsOf(before ?? '')) {
    const more = (added.get(word) ?? 0) - count;
    if (more > 0) added.set(word, more);
    else added.delete(word);
  }
  return added;
}

/** All words of several bags. */
export function together(bags: readonly Words[]): Words {
  const all = new Map<string, number>();
  for (const bag of bags) for (const [word, count] of bag) all.set(word, (all.get(word) ?? 0) + count);
  return all;
}

/** The share of words that two bags have in common, 0 to 1; of two empty ones 1. */
function shared(a: Words, b: Words): number {
  let [common, all] = [0, 0];
  for (const [word, count] of a) {
    common += Math.min(count, b.get(word) ?? 0);
    all += Math.max(count, b.get(word) ?? 0);
  }
  for (const [word, count] of b) if (!a.has(word)) all += count;
  return all === 0 ? 1 : common / all;
}

/** For each candidate how alike it is to the others on average, 0 to 1; empty where there are fewer than three. */
export function likeness(added: ReadonlyMap<string, Words>): ReadonlyMap<string, number> {
  if (added.size < 3) return new Map(); // two are as alike to each other as the other way round
  return new Map(
    [...added].map(([id, words]) => {
      const others = [...added].filter(([other]) => other !== id);
      return [id, others.reduce((sum, [, theirs]) => sum + shared(words, theirs), 0) / others.length];
    }),
  );
}

/** How much a size far from the middle one weighs beside likeness; measured, and much the same from 0.4 to 1. */
const SIZE_WEIGHT = 0.5;

/**
 * For each candidate how typical its work is: as alike to the others as can be, and not smaller than theirs. A change
 * that is far smaller than the middle one has mostly understood less; beyond a factor of e, more or less makes no
 * difference.
 * @param alike as `likeness` gives it; empty: nobody is typical
 * @param sizes added and deleted lines, by id
 */
export function typicality(
  alike: ReadonlyMap<string, number>,
  sizes: ReadonlyMap<string, number>,
): ReadonlyMap<string, number> {
  const sorted = [...alike.keys()].map((id) => sizes.get(id) ?? 0).sort((a, b) => a - b);
  const middle = (sorted[Math.floor((sorted.length - 1) / 2)]! + sorted[Math.ceil((sorted.length - 1) / 2)]!) / 2;
  return new Map(
    [...alike].map(([id, share]) => {
      const relative = Math.log((1 + (sizes.get(id) ?? 0)) / (1 + middle));
      return [id, share + SIZE_WEIGHT * Math.max(-1, Math.min(1, relative))];
    }),
  );
}
