// Several versions of a file next to each other, line for line along the base: what a reader needs to choose one.
import { harmless, pad, wrap } from './text.ts';

export interface Version {
  readonly title: string;
  /** null: the file is not there. */
  readonly text: string | null;
  /** Not text: said instead of shown. */
  readonly binary?: boolean;
}

/** How many edits are followed before two versions count as unlike: more would take long and help nobody. */
const MOST_EDITS = 600;
const NARROWEST = 36;

/**
 * The base and its versions in columns; lines that differ from the base begin with a sign. On a terminal too narrow for
 * all columns each version stands below the one before.
 */
export function sideBySide(path: string, base: Version, versions: readonly Version[], columns: number): string {
  const all = [base, ...versions];
  const width = Math.floor((columns - 3 * (all.length - 1)) / all.length);
  const heading = `${harmless(path)}\n\n`;

  const rows = align(linesOf(base), versions.map(linesOf));
  if (width < NARROWEST) return heading + stacked(base, versions, rows, columns);
  const line = (cells: readonly string[]) => `${cells.join(' │ ').trimEnd()}\n`;
  const rule = `${all.map(() => '─'.repeat(width)).join('─┼─')}\n`;
  const body = rows.map((row) => {
    const cells = row.map((cell) => (cell === null ? [''] : wrap(cell.sign + cell.text, width)));
    const height = Math.max(...cells.map((cell) => cell.length));
    return Array.from({ length: height }, (_, i) => line(cells.map((cell) => pad(cell[i] ?? '', width)))).join('');
  });
  return heading + line(all.map(({ title }) => pad(harmless(title), width))) + rule + body.join('');
}

interface Cell {
  /** `  ` as in the base, `+ ` added, `- ` only in the base. */
  readonly sign: string;
  readonly text: string;
}

function stacked(
  base: Version,
  versions: readonly Version[],
  rows: readonly (readonly (Cell | null)[])[],
  columns: number,
): string {
  return [base, ...versions]
    .map(({ title }, i) => {
      const lines = rows
        .flatMap((row) => row[i] ?? [])
        .map(({ sign, text }) => `${wrap(sign + text, columns - 1).join('\n')}\n`);
      return `── ${harmless(title)} ${'─'.repeat(Math.max(0, columns - title.length - 5))}\n${lines.join('')}`;
    })
    .join('\n');
}

function linesOf({ text, binary }: Version): string[] {
  if (text === null) return ['(not there)'];
  if (binary) return ['(not text)'];
  return harmless(text).replace(/\n$/, '').split('\n');
}

/** Rows of cells: column 0 the base, then a version each. Lines that a version shares with the base stand in its row. */
function align(base: readonly string[], versions: readonly (readonly string[])[]): (Cell | null)[][] {
  const matches = versions.map((lines) => match(base, lines));
  const rows: (Cell | null)[][] = [];
  const at = versions.map(() => 0);
  for (let i = 0; i <= base.length; i++) {
    // what each version has before its line of base line i
    const added = versions.map((lines, k) => {
      const until = i === base.length ? lines.length : matches[k]![i]!;
      if (until < 0) return [];
      const block = lines.slice(at[k], until);
      at[k] = until + 1;
      return block;
    });
    for (let j = 0; j < Math.max(0, ...added.map((block) => block.length)); j++) {
      rows.push([null, ...added.map((block) => (j < block.length ? { sign: '+ ', text: block[j]! } : null))]);
    }
    if (i < base.length) {
      const kept = matches.map((lines) => lines[i]! >= 0);
      rows.push([
        { sign: kept.every((each) => each) ? '  ' : '- ', text: base[i]! },
        ...kept.map((each) => (each ? { sign: '  ', text: base[i]! } : null)),
      ]);
    }
  }
  return rows;
}

/** For each line of `a` the index of its line in `b`, or -1 (Myers' shortest edit script). */
function match(a: readonly string[], b: readonly string[]): number[] {
  const found = a.map(() => -1);
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) found[start] = start++;
  let [endA, endB] = [a.length, b.length];
  while (endA > start && endB > start && a[endA - 1] === b[endB - 1]) found[--endA] = --endB;
  for (const [x, y] of snakes(a.slice(start, endA), b.slice(start, endB))) found[start + x] = start + y;
  return found;
}

function snakes(a: readonly string[], b: readonly string[]): (readonly [number, number])[] {
  const most = Math.min(a.length + b.length, MOST_EDITS);
  const middle = most + 1;
  /** How far each diagonal k reaches, at `middle + k`, after each number of edits. */
  const trace: Int32Array[] = [];
  const far = new Int32Array(2 * most + 3);
  for (let d = 0; d <= most; d++) {
    trace.push(far.slice());
    for (let k = -d; k <= d; k += 2) {
      const down = k === -d || (k !== d && far[middle + k - 1]! < far[middle + k + 1]!);
      let x = down ? far[middle + k + 1]! : far[middle + k - 1]! + 1;
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x++;
      far[middle + k] = x;
      if (x >= a.length && x - k >= b.length) return backtrack(trace, middle, a.length, b.length);
    }
  }
  return [];
}

function backtrack(
  trace: readonly Int32Array[],
  middle: number,
  endX: number,
  endY: number,
): (readonly [number, number])[] {
  const pairs: (readonly [number, number])[] = [];
  let [x, y] = [endX, endY];
  for (let d = trace.length - 1; d >= 0 && (x > 0 || y > 0); d--) {
    const far = trace[d]!;
    const k = x - y;
    const down = k === -d || (k !== d && far[middle + k - 1]! < far[middle + k + 1]!);
    const from = down ? k + 1 : k - 1;
    const fromX = far[middle + from]!;
    const fromY = fromX - from;
    while (x > fromX && y > fromY && x > 0 && y > 0) pairs.push([--x, --y]);
    [x, y] = [fromX, fromY];
  }
  return pairs;
}
