// Which words of two lines differ. Where most of them do, none is marked: the whole line is new.

/** Longer lines are not compared word by word. */
const LONGEST_LINE = 2000;
/** Share of a line that may be marked. */
const MOST_MARKED = 0.75;

/**
 * @typedef {readonly [start: number, end: number]} Range
 */

/**
 * The ranges that only one of the lines has, for each of them.
 * @param {string} before
 * @param {string} after
 * @returns {{ readonly before: readonly Range[], readonly after: readonly Range[] }}
 */
export function wordRanges(before, after) {
  const none = { before: [], after: [] };
  if (before.length > LONGEST_LINE || after.length > LONGEST_LINE) return none;
  /** @type {Range[]} */
  const gone = [];
  /** @type {Range[]} */
  const come = [];
  let [a, b, kept] = [0, 0, 0];
  for (const { value, added, removed } of Diff.diffWordsWithSpace(before, after)) {
    const { length } = value;
    if (removed) gone.push([a, a + length]);
    else if (added) come.push([b, b + length]);
    else kept += value.trim().length;
    if (!added) a += length;
    if (!removed) b += length;
  }
  const whole = Math.max(before.trim().length, after.trim().length);
  return kept < (1 - MOST_MARKED) * whole ? none : { before: gone, after: come };
}
