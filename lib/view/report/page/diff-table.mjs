// Versions of a file side by side as a table: line numbers, colours, the words that differ, and folded stretches where
// nothing does. Long tables are made a part at a time.
import { align } from './align.mjs';
import { coloursOf } from './colours.mjs';
import { button, element } from './element.mjs';

/** Lines around a change. */
const AROUND = 3;
/** Rows made at once. */
const PART = 1200;
/** Milliseconds after which two versions count as different altogether. */
const PATIENCE = 2000;
/** Longer lines are not compared word by word. */
const LONGEST_LINE = 2000;
/** Share of a line that may be marked. */
const MOST_MARKED = 0.75;

/**
 * @typedef {import('./align.mjs').Row} Row
 * @typedef {readonly [start: number, end: number]} Range
 * @typedef {import('./colours.mjs').Token} Token
 */

/**
 * A version that is shown.
 * @typedef {object} Shown
 * @property {HTMLTableCellElement} head
 * @property {readonly string[]} lines
 * @property {string} hue
 * @property {boolean} chosen
 */

/**
 * How versions are shown.
 * @typedef {object} Look
 * @property {number} pivot the version that the others are compared with
 * @property {string} marked the class of lines that others differ from
 * @property {string} alone the class of all lines where there is only one version
 */

/**
 * @param {readonly Shown[]} versions
 * @param {Look & { readonly language: string | null, readonly name: string }} how
 * @returns {HTMLTableElement}
 */
export function diffTable(versions, { language, name, ...look }) {
  const lines = versions.map((each) => each.lines);
  const rows = align(lines, look.pivot, (a, b) => Diff.diffArrays(a, b, { timeout: PATIENCE }));
  const columns = versions.flatMap(() => [element('col', 'n'), element('col', 'c')]);
  const heads = versions.map(({ head }) => head);
  const body = element('tbody');
  const table = element('table', 'diff', [
    element('caption', 'unseen', [name]),
    element('colgroup', '', columns),
    element('thead', '', [element('tr', '', heads)]),
    body,
  ]);
  // more than two columns are not pressed together
  if (versions.length > 2) table.style.setProperty('--least', `${versions.length * 15}rem`);
  table.addEventListener('mousedown', selectOneColumn);
  const made = new Rows(versions, language, look);
  made.append(body, versions.length > 1 ? fold(rows) : rows.length > 0 ? [{ rows, open: true }] : []);
  return table;
}

/**
 * @typedef {{ readonly rows: readonly Row[], readonly open: boolean }} Stretch
 */

/**
 * Stretches that are shown, and those that are not unless asked for.
 * @param {readonly Row[]} rows
 * @returns {Stretch[]}
 */
function fold(rows) {
  const near = new Uint8Array(rows.length);
  rows.forEach(({ quiet }, i) => {
    if (!quiet) near.fill(1, Math.max(0, i - AROUND), i + AROUND + 1);
  });
  /** @type {Stretch[]} */
  const stretches = [];
  for (let i = 0; i < rows.length; ) {
    const from = i;
    while (i < rows.length && near[i] === near[from]) i++;
    // a fold of two lines would be no shorter than the lines
    stretches.push({ rows: rows.slice(from, i), open: near[from] === 1 || i - from <= 2 });
  }
  return stretches;
}

/** Makes the rows of a table, a part at a time. */
class Rows {
  #versions;
  #colours;
  #look;

  /** @param {readonly Shown[]} versions @param {string | null} language @param {Look} look */
  constructor(versions, language, look) {
    this.#versions = versions;
    this.#colours = versions.map(({ lines }) => coloursOf(lines, language));
    this.#look = look;
  }

  /** @param {HTMLElement} body @param {readonly Stretch[]} stretches */
  append(body, stretches) {
    let room = PART;
    for (const [i, { rows, open }] of stretches.entries()) {
      if (!open) {
        const count = rows.length.toLocaleString('en-US');
        body.append(this.#control(`⋯ ${count} lines without a difference`, [{ rows, open: true }]));
        continue;
      }
      const some = rows.slice(0, room);
      for (const [k, row] of some.entries())
        body.append(this.#row(row, !row.quiet && (k === 0 || some[k - 1]?.quiet === true)));
      room -= some.length;
      if (room > 0) continue;
      const rest = [{ rows: rows.slice(some.length), open: true }, ...stretches.slice(i + 1)];
      const left = rest.filter((each) => each.rows.length > 0);
      const count = left.reduce((sum, each) => sum + each.rows.length, 0).toLocaleString('en-US');
      if (left.length > 0) body.append(this.#control(`Show more (${count} lines are left)`, left));
      return;
    }
  }

  /** A row that a press replaces. @param {string} text @param {readonly Stretch[]} stretches */
  #control(text, stretches) {
    const press = () => {
      const made = element('tbody');
      this.append(made, stretches);
      row.replaceWith(...made.children);
    };
    const cell = element('td', '', [button(text, press)], { colspan: String(this.#versions.length * 2) });
    const row = element('tr', 'fold', [cell]);
    return row;
  }

  /** @param {Row} row @param {boolean} first the first row of a change */
  #row({ at, cells }, first) {
    const { pivot } = this.#look;
    const base = at < 0 ? null : (this.#versions[pivot]?.lines[at] ?? '');
    /** @type {Range[]} */
    const gone = [];
    const marks = cells.map((cell, k) => {
      if (cell?.kind !== 'changed' || k === pivot || base === null) return [];
      const { before, after } = wordRanges(base, this.#versions[k]?.lines[cell.line] ?? '');
      gone.push(...before);
      return after;
    });
    const made = cells.flatMap((cell, k) => {
      if (cell === null) return [element('td', 'n'), element('td', 'c void')];
      const kind = this.#kind(cell, k === pivot);
      const version = this.#versions[k];
      const ranges = k === pivot ? gone : (marks[k] ?? []);
      const text = pieces(version?.lines[cell.line] ?? '', this.#colours[k]?.[cell.line] ?? [], ranges);
      return [
        element('td', `n ${kind}`, [String(cell.line + 1)]),
        element('td', `c k${k} ${kind}${version?.chosen ? ' chosen' : ''}`, text),
      ];
    });
    return element('tr', first ? 'hunk' : '', made);
  }

  /** The class of a cell. @param {import('./align.mjs').Cell} cell @param {boolean} isPivot */
  #kind(cell, isPivot) {
    if (this.#versions.length === 1) return this.#look.alone;
    if (isPivot && cell.kind === 'changed') return this.#look.marked;
    return cell.kind === 'same' ? '' : 'come';
  }
}

/**
 * A line's text in pieces: what is marked, what has a colour, the rest.
 * @param {string} text
 * @param {readonly Token[]} tokens
 * @param {readonly Range[]} ranges
 */
function pieces(text, tokens, ranges) {
  if (tokens.length === 0 && ranges.length === 0) return [text];
  const edges = new Set([0, text.length]);
  for (const { start, end } of tokens) edges.add(start).add(end);
  for (const [start, end] of ranges) edges.add(start).add(end);
  const sorted = [...edges].sort((a, b) => a - b);
  let token = 0;
  return sorted.slice(0, -1).map((from, i) => {
    const part = text.slice(from, sorted[i + 1]);
    while (token < tokens.length && (tokens[token]?.end ?? 0) <= from) token++;
    const kind = (tokens[token]?.start ?? Number.POSITIVE_INFINITY) <= from ? (tokens[token]?.kind ?? '') : '';
    const marked = ranges.some(([start, end]) => start <= from && from < end);
    return kind === '' && !marked ? part : element('span', `${kind}${marked ? ' word' : ''}`, [part]);
  });
}

/** Text is selected in the column where the selection begins, not across all of them. @param {MouseEvent} event */
function selectOneColumn(event) {
  const cell = event.target instanceof Element ? event.target.closest('td.c') : null;
  const table = event.currentTarget instanceof HTMLElement ? event.currentTarget : null;
  const column = /\bk(\d+)\b/.exec(cell?.className ?? '')?.[1];
  if (table && column !== undefined) table.dataset.select = column;
}

/**
 * The ranges that only one of two lines has, for each of them; none where most of their words differ: the whole line is
 * new.
 * @param {string} before
 * @param {string} after
 * @returns {{ readonly before: readonly Range[], readonly after: readonly Range[] }}
 */
function wordRanges(before, after) {
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
