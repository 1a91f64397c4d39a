// Several versions of a file next to each other, line for line along the base: what a reader needs to choose one.
import { type Paint, plainPaint } from './paint.ts';
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
/** So many lines that are the same in all versions are shown around what differs. */
const AROUND = 8;

/**
 * The base and its versions in columns; lines that differ from the base begin with a sign, and long stretches in which
 * nothing does are left out. A terminal too narrow for all columns has fewer versions beside the base, and the others
 * below; one too narrow for two columns has each version below the one before.
 */
export function sideBySide(
  path: string,
  base: Version,
  versions: readonly Version[],
  columns: number,
  paint: Paint = plainPaint,
): string {
  const beside = Math.floor((columns + BAR.length) / (NARROWEST + BAR.length)) - 1;
  const blocks =
    beside >= 1
      ? inGroups(versions, beside).map((group) => grid([base, ...group], columns, paint))
      : [stacked([base, ...versions], columns, paint)];
  return `${paint.bold(harmless(path))}\n\n${blocks.join('\n')}`;
}

/** As few groups of at most `most` as possible, as even as possible. */
function inGroups<T>(items: readonly T[], most: number): T[][] {
  const count = Math.max(1, Math.ceil(items.length / most));
  return Array.from({ length: count }, (_, i) =>
    items.slice(Math.ceil((i * items.length) / count), Math.ceil(((i + 1) * items.length) / count)),
  );
}

const BAR = ' │ ';

interface Cell {
  /** `  ` as in the base, `+ ` added, `- ` only in the base. */
  readonly sign: string;
  readonly text: string;
}
type Row = readonly (Cell | null)[];

/** What was added is green, what is gone from a version red; everything else is left as it is. */
const brushOf = ({ sign }: Cell, paint: Paint) =>
  sign === '+ ' ? paint.green : sign === '- ' ? paint.red : (text: string) => text;

/** A cell's lines: the sign, and under it nothing. */
const broken = ({ sign, text }: Cell, width: number): string[] =>
  wrap(text, width - sign.length).map((line, i) => (i === 0 ? sign : ' '.repeat(sign.length)) + line);

function grid(all: readonly Version[], columns: number, paint: Paint): string {
  const width = Math.floor((columns - BAR.length * (all.length - 1)) / all.length);
  const bar = paint.dim(BAR);
  const heads = all.map(({ title }, i) => paint.bold(fill(harmless(title), width, i === all.length - 1)));
  const rule = paint.dim(all.map(() => '─'.repeat(width)).join('─┼─'));
  const body = shortened(rowsOf(all)).flatMap((row) => {
    if (typeof row === 'number') return [paint.dim(leftOut(row))];
    const cells = row.map((cell) => (cell === null ? [] : broken(cell, width)));
    return Array.from({ length: Math.max(1, ...cells.map((cell) => cell.length)) }, (_, k) => {
      const parts = cells.map((cell, i) => {
        const text = fill(cell[k] ?? '', width, i === cells.length - 1);
        return row[i] ? brushOf(row[i], paint)(text) : text;
      });
      const last = parts.pop()!;
      return parts.join(bar) + (last === '' ? paint.dim(BAR.trimEnd()) : bar + last);
    });
  });
  return `${[heads.join(bar), rule, ...body].join('\n')}\n`;
}

const fill = (text: string, width: number, last: boolean): string => (last ? text : pad(text, width));

function stacked(all: readonly Version[], columns: number, paint: Paint): string {
  const rows = shortened(rowsOf(all));
  return all
    .map(({ title }, i) => {
      const lines = rows.flatMap((row) => {
        if (typeof row === 'number') return [paint.dim(leftOut(row))];
        const cell = row[i];
        return cell ? broken(cell, columns - 1).map(brushOf(cell, paint)) : [];
      });
      const head = `── ${harmless(title)} ${'─'.repeat(Math.max(0, columns - title.length - 5))}`;
      return `${[paint.bold(head), ...lines].join('\n')}\n`;
    })
    .join('\n');
}

const leftOut = (lines: number): string =>
  `  ⋯ ${lines} ${lines === 1 ? 'line that is' : 'lines that are'} the same in all`;

const rowsOf = ([base, ...versions]: readonly Version[]): Row[] => align(linesOf(base!), versions.map(linesOf));

/** The rows, with a number for that many in which nothing differs and nothing near does. */
function shortened(rows: readonly Row[]): (Row | number)[] {
  const differs = rows.map((row) => row.some((cell) => cell?.sign !== '  '));
  const shown: (Row | number)[] = [];
  for (let from = 0; from < rows.length; ) {
    const next = differs.indexOf(true, from);
    const until = next < 0 ? rows.length : next;
    const [first, last] = [from === 0 ? 0 : from + AROUND, next < 0 ? until : until - AROUND];
    if (last - first > 1) shown.push(...rows.slice(from, first), last - first, ...rows.slice(last, until));
    else shown.push(...rows.slice(from, until));
    for (from = until; from < rows.length && differs[from]; from++) shown.push(rows[from]!);
  }
  return shown;
}

function linesOf({ text, binary }: Version): string[] {
  if (binary) return ['(not text)'];
  if (text === null) return ['(not there)'];
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
