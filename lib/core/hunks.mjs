// The places in which versions of a file differ from the one that they were all made of, and what each has there. Pure,
// and also part of the report's page: both have to count the places alike. How lines are compared is handed in.

/**
 * Lines `from` to `to` (exclusive) of the base gave way to others.
 * @typedef {{ readonly from: number, readonly to: number, readonly lines: readonly string[] }} Edit
 * What stands in a place, and by whom: the ids of those who have it so.
 * @typedef {{ readonly lines: readonly string[], readonly by: readonly string[] }} HunkVersion
 * A place, in lines of the base, and what it can hold: first what the base has, then what others made of it.
 * @typedef {{ readonly from: number, readonly to: number, readonly versions: readonly HunkVersion[] }} Hunk
 * How two lists of lines differ, as `diffArrays` of jsdiff gives it; undefined where it gave up.
 * @typedef {{ readonly count: number, readonly added?: boolean, readonly removed?: boolean }} Part
 * @typedef {{ readonly maxEditLength: number }} Limits
 * @typedef {(a: string[], b: string[], options: Limits) => readonly Part[] | undefined} Compare
 */

/** More differing lines than this are one place: what is found beyond it takes long, and helps nobody. */
const MOST_EDITS = 1500;

/** Bytes of a file that is still split. */
export const LONGEST_SPLIT = 1024 * 1024;

/**
 * A file's lines, each with its line end, so that they make the file again.
 * @param {string} text
 * @returns {string[]}
 */
export const linesWithEnds = (text) => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];

/**
 * The places, in the order of the file. Changes that overlap or touch are one, as when git merges them.
 * @param {readonly string[]} base
 * @param {readonly { readonly id: string, readonly lines: readonly string[] }[]} sources
 * @param {Compare} compare
 * @returns {Hunk[]}
 */
export function hunksOf(base, sources, compare) {
  const made = sources.map(({ id, lines }) => ({ id, edits: editsOf(base, lines, compare) }));
  const all = made.flatMap(({ edits }) => edits).sort((a, b) => a.from - b.from || a.to - b.to);
  /** @type {{ from: number, to: number }[]} */
  const places = [];
  for (const { from, to } of all) {
    const last = places.at(-1);
    if (last && from <= last.to) last.to = Math.max(last.to, to);
    else places.push({ from, to });
  }
  return places.map((place) => ({ ...place, versions: versionsIn(place, base, made) }));
}

/**
 * The file with a version taken in each place.
 * @param {readonly string[]} base
 * @param {readonly Hunk[]} hunks
 * @param {readonly number[]} taken for each place the number of a version of it
 * @returns {string[]}
 */
export function joinHunks(base, hunks, taken) {
  const stretches = hunks.flatMap(({ from, versions }, i) => [
    ...base.slice(hunks[i - 1]?.to ?? 0, from),
    ...(versions[taken[i] ?? 0]?.lines ?? []),
  ]);
  return [...stretches, ...base.slice(hunks.at(-1)?.to ?? 0)];
}

/**
 * Which version a file has in each place; null: it is not put together of these.
 * @param {readonly string[]} base
 * @param {readonly Hunk[]} hunks
 * @param {readonly string[]} lines
 * @returns {number[] | null}
 */
export function takenIn(base, hunks, lines) {
  const has = (/** @type {number} */ at, /** @type {readonly string[]} */ some) =>
    some.every((line, i) => lines[at + i] === line);
  /** Per hunk where in `lines` it can end, with the way there. */
  const ways = [new Map([[0, { before: 0, version: 0 }]])];
  for (const [i, { from, versions }] of hunks.entries()) {
    const stretch = base.slice(hunks[i - 1]?.to ?? 0, from);
    const next = new Map(/** @type {[number, { before: number, version: number }][]} */ ([]));
    for (const before of ways[i]?.keys() ?? []) {
      const at = before + stretch.length;
      if (!has(before, stretch)) continue;
      for (const [version, { lines: own }] of versions.entries())
        if (has(at, own) && !next.has(at + own.length)) next.set(at + own.length, { before, version });
    }
    ways.push(next);
  }
  const rest = base.slice(hunks.at(-1)?.to ?? 0);
  let at = lines.length - rest.length;
  if (!has(at, rest) || !ways.at(-1)?.has(at)) return null;
  return hunks
    .map((_, i) => {
      const way = ways[hunks.length - i]?.get(at);
      at = way?.before ?? 0;
      return way?.version ?? 0;
    })
    .reverse();
}

/**
 * What each source has in a place, equal ones once.
 * @param {{ readonly from: number, readonly to: number }} place
 * @param {readonly string[]} base
 * @param {readonly { readonly id: string, readonly edits: readonly Edit[] }[]} made
 * @returns {HunkVersion[]}
 */
function versionsIn({ from, to }, base, made) {
  const own = base.slice(from, to);
  const versions = [{ lines: own, by: /** @type {string[]} */ ([]) }];
  for (const { id, edits } of made) {
    const lines = [];
    let at = from;
    for (const edit of edits.filter((each) => each.from >= from && each.to <= to)) {
      lines.push(...base.slice(at, edit.from), ...edit.lines);
      at = edit.to;
    }
    lines.push(...base.slice(at, to));
    const text = lines.join('');
    const same = versions.find((version) => version.lines.length === lines.length && version.lines.join('') === text);
    if (same) same.by.push(id);
    else versions.push({ lines, by: [id] });
  }
  return versions;
}

/** @param {readonly string[]} base @param {readonly string[]} lines @param {Compare} compare @returns {Edit[]} */
function editsOf(base, lines, compare) {
  let start = 0;
  while (start < base.length && start < lines.length && base[start] === lines[start]) start++;
  let end = 0;
  while (end < base.length - start && end < lines.length - start && base.at(-1 - end) === lines.at(-1 - end)) end++;
  const [gone, come] = [base.slice(start, base.length - end), lines.slice(start, lines.length - end)];
  if (gone.length === 0 && come.length === 0) return [];
  const whole = [
    { count: gone.length, removed: true },
    { count: come.length, added: true },
  ];
  /** @type {{ from: number, to: number, lines: string[] }[]} */
  const edits = [];
  let [a, b] = [start, start];
  for (const { count, added, removed } of compare(gone, come, { maxEditLength: MOST_EDITS }) ?? whole) {
    if (added || removed) {
      const last = edits.at(-1);
      const edit = last?.to === a ? last : { from: a, to: a, lines: [] };
      if (edit !== last) edits.push(edit);
      if (removed) edit.to += count;
      else edit.lines.push(...lines.slice(b, b + count));
    }
    if (!added) a += count;
    if (!removed) b += count;
  }
  return edits;
}
