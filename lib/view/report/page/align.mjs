// Several versions of a file as rows: each version's lines stand beside the lines of the one that they are compared
// with. Pure; how lines are compared is handed in.

/**
 * `same`: as in the version compared with; `changed`: in the place of another line; `added`: in no line's place.
 * @typedef {{ readonly line: number, readonly kind: 'same' | 'changed' | 'added' }} Cell
 * A row: per version a cell, or null where it has nothing there. `at`: its line in the version compared with, else -1.
 * @typedef {{ readonly at: number, readonly cells: readonly (Cell | null)[], readonly quiet: boolean }} Row
 * How two lists of lines differ, as `diffArrays` of jsdiff gives it; undefined when it gave up.
 * @typedef {(a: string[], b: string[]) => readonly Part[] | undefined} Compare
 * @typedef {{ readonly count: number, readonly added?: boolean, readonly removed?: boolean }} Part
 */

/** Pairs of lines that are looked at to find which line took the place of which. */
const MOST_PAIRS = 4000;
/** How alike two lines must be for one to be the other, changed. */
const ALIKE = 0.4;

/**
 * @param {readonly (readonly string[])[]} versions
 * @param {number} pivot the version that all others are compared with
 * @param {Compare} compare
 * @returns {Row[]}
 */
export function align(versions, pivot, compare) {
  const base = versions[pivot] ?? [];
  const places = versions.map((lines, k) => (k === pivot ? null : place(base, lines, compare)));
  /** @type {Row[]} */
  const rows = [];
  for (let at = 0; at <= base.length; at++) {
    const before = places.map((of) => of?.added.get(at) ?? []);
    const most = Math.max(0, ...before.map((lines) => lines.length));
    for (let i = 0; i < most; i++) {
      const cells = before.map((lines) => (i < lines.length ? cell(/** @type {number} */ (lines[i]), 'added') : null));
      rows.push({ at: -1, cells, quiet: false });
    }
    if (at === base.length) break;
    const cells = places.map((of) => {
      const line = of === null ? at : (of.taken[at] ?? -1);
      if (line < 0) return null;
      return cell(line, of === null || of.same.has(at) ? 'same' : 'changed');
    });
    const quiet = cells.every((each) => each?.kind === 'same');
    rows.push({ at, quiet, cells: cells.map((each, k) => (k === pivot && !quiet ? cell(at, 'changed') : each)) });
  }
  return rows;
}

/**
 * @param {number} line
 * @param {Cell['kind']} kind
 * @returns {Cell}
 */
const cell = (line, kind) => ({ line, kind });

/**
 * Where a version's lines belong: `taken[i]` is its line in the place of line i, -1 for none; `added.get(i)` are its
 * lines before line i that are in no line's place.
 * @param {readonly string[]} base
 * @param {readonly string[]} lines
 * @param {Compare} compare
 */
function place(base, lines, compare) {
  const taken = base.map(() => -1);
  const same = new Set(/** @type {number[]} */ ([]));
  const added = new Map(/** @type {[number, number[]][]} */ ([]));
  let [a, b] = [0, 0];
  const keep = (/** @type {number} */ count) => {
    for (let i = 0; i < count; i++) {
      same.add(a);
      taken[a++] = b++;
    }
  };
  const replace = (/** @type {number} */ gone, /** @type {number} */ come) => {
    const pairs = pairUp(base.slice(a, a + gone), lines.slice(b, b + come));
    let next = 0;
    for (let i = 0; i <= gone; i++) {
      const until = i === gone ? come : (pairs[i] ?? -1);
      if (until < 0) continue;
      if (until > next)
        added.set(
          a + i,
          [...Array(until - next).keys()].map((j) => b + next + j),
        );
      if (i < gone) taken[a + i] = b + until;
      next = until + 1;
    }
    a += gone;
    b += come;
  };
  let start = 0;
  const shorter = Math.min(base.length, lines.length);
  while (start < shorter && base[start] === lines[start]) start++;
  let end = 0;
  while (end < shorter - start && base[base.length - 1 - end] === lines[lines.length - 1 - end]) end++;
  keep(start);
  const [middle, other] = [base.slice(start, base.length - end), lines.slice(start, lines.length - end)];
  const found = compare(middle, other) ?? [
    { count: middle.length, removed: true },
    { count: other.length, added: true },
  ];
  let [gone, come] = [0, 0];
  for (const part of found) {
    if (part.removed) gone += part.count;
    else if (part.added) come += part.count;
    else {
      replace(gone, come);
      [gone, come] = [0, 0];
      keep(part.count);
    }
  }
  replace(gone, come);
  keep(end);
  return { taken, same, added };
}

/**
 * For each line that went, the index of the line that came in its place, or -1; never crossing one another.
 * @param {readonly string[]} gone
 * @param {readonly string[]} come
 * @returns {number[]}
 */
function pairUp(gone, come) {
  if (gone.length === 0 || come.length === 0) return gone.map(() => -1);
  if (gone.length === come.length && gone.length === 1) return [0];
  if (gone.length * come.length > MOST_PAIRS) return gone.map((_, i) => (i < come.length ? i : -1));
  const pairs = bestPairs(gone.map(words), come.map(words));
  // Between two sure pairs, lines stand beside one another as they come: that saves height and reads well.
  let [i, j] = [0, 0];
  while (i < gone.length && j < come.length) {
    const pair = pairs[i] ?? -1;
    if (pair >= 0) [i, j] = [i + 1, pair + 1];
    else if (pairs.includes(j)) i++;
    else pairs[i++] = j++;
  }
  return pairs;
}

/**
 * @param {readonly ReadonlyMap<string, number>[]} gone
 * @param {readonly ReadonlyMap<string, number>[]} come
 */
function bestPairs(gone, come) {
  const width = come.length + 1;
  const best = new Float64Array((gone.length + 1) * width);
  const score = (/** @type {number} */ i, /** @type {number} */ j) => best[i * width + j] ?? 0;
  const likeness = gone.map((a) => come.map((b) => alike(a, b)));
  for (let i = gone.length - 1; i >= 0; i--) {
    for (let j = come.length - 1; j >= 0; j--) {
      const like = likeness[i]?.[j] ?? 0;
      const paired = like >= ALIKE ? like + score(i + 1, j + 1) : 0;
      best[i * width + j] = Math.max(paired, score(i + 1, j), score(i, j + 1));
    }
  }
  const pairs = gone.map(() => -1);
  let [i, j] = [0, 0];
  while (i < gone.length && j < come.length) {
    const like = likeness[i]?.[j] ?? 0;
    if (like >= ALIKE && score(i, j) === like + score(i + 1, j + 1)) {
      pairs[i++] = j++;
    } else if (score(i, j) === score(i + 1, j)) i++;
    else j++;
  }
  return pairs;
}

/** @param {string} line */
function words(line) {
  const counts = new Map(/** @type {[string, number][]} */ ([]));
  for (const [word] of line.matchAll(/\w+|[^\w\s]/g)) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

/**
 * 0 to 1: how many words two lines share.
 * @param {ReadonlyMap<string, number>} a
 * @param {ReadonlyMap<string, number>} b
 */
function alike(a, b) {
  let [shared, all] = [0, 0];
  for (const [word, count] of a) {
    shared += Math.min(count, b.get(word) ?? 0);
    all += count;
  }
  for (const count of b.values()) all += count;
  return all === 0 ? 1 : (2 * shared) / all;
}
