// The nearest right word for a misspelt one.

/** Number of single-letter edits (swapping neighbours counts as one) that turn `a` into `b`. */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substituted = last[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      let least = Math.min(last[j]! + 1, row[j - 1]! + 1, substituted);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        least = Math.min(least, beforeLast[j - 2]! + 1);
      row.push(least);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length]!;
}

/** So many letters of a word say which one is meant, where only one begins with them. */
const TELLING_LETTERS = 3;

/** The known word that `word` was most likely meant to be, misspelt or cut short; undefined when none is near. */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  const lower = word.slice(0, 100).toLowerCase();
  const candidates = [...known];
  let best: string | undefined;
  let least = Math.max(1, Math.floor(lower.length / 3)) + 1;
  const longer = candidates.filter((candidate) => candidate.toLowerCase().startsWith(lower));
  if (lower.length >= TELLING_LETTERS && longer.length === 1) return longer[0];
  for (const candidate of candidates) {
    const distance = editDistance(lower, candidate.toLowerCase());
    if (distance < least) [best, least] = [candidate, distance];
  }
  return best;
}
