// A Markdown table as lines of a terminal: columns aligned and parted by thin lines, long cells wrapped, and on a
// terminal that is too narrow for columns a block per row.
import { inlineSpans, type Span, spansWidth, wrapSpans } from './inline.ts';
import { type Paint, plainPaint } from './paint.ts';
import { widthOf } from './text.ts';

interface Cell {
  readonly spans: readonly Span[];
  readonly width: number;
  /** Of its longest word. */
  readonly word: number;
}

/** Words (a path is one) that are kept whole where there is room for that, and where there is little. */
const WORTH_KEEPING = [40, 14] as const;

/** @param lines the heading row, the rule, then the rows, as written */
export function tableLines(lines: readonly string[], width: number, paint: Paint): string[] {
  const right = splitRow(lines[1]!).map((cell) => /^-+:$/.test(cell));
  const heads = splitRow(lines[0]!).map((text) => toCell(text, true));
  const rows = lines.slice(2).map((line) => {
    const cells = splitRow(line);
    return heads.map((_, i) => toCell(cells[i] ?? '', false));
  });
  const widths = columnWidths([heads, ...rows], width);
  return widths ? grid(heads, rows, widths, right, paint) : blocks(heads, rows, width, paint);
}

/** Cells of a row; `\|` is a bar within a cell. */
function splitRow(line: string): string[] {
  const inner = line
    .trim()
    .replace(/^\|/, '')
    .replace(/(?<!\\)\|$/, '');
  return inner.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll('\\|', '|'));
}

function toCell(text: string, bold: boolean): Cell {
  const spans = inlineSpans(text).map((span) => (bold ? { ...span, bold } : span));
  const words = spans
    .map((span) => span.text)
    .join('')
    .split(/\s+/);
  return { spans, width: spansWidth(spans), word: Math.max(1, ...words.map(widthOf)) };
}

/** Natural widths, or less for the widest columns until all fit; null when words would have to be cut to pieces. */
function columnWidths(rows: readonly (readonly Cell[])[], width: number): number[] | null {
  const room = width - 3 * (rows[0]!.length - 1) - 2;
  const least = WORTH_KEEPING.map((most) =>
    rows[0]!.map((_, i) => Math.min(most, Math.max(...rows.map((row) => row[i]!.word)))),
  ).find((each) => each.reduce((sum, columns) => sum + columns, 0) <= room);
  if (!least) return null;
  const widths = rows[0]!.map((_, i) => Math.max(1, ...rows.map((row) => row[i]!.width)));
  let over = widths.reduce((sum, each) => sum + each, 0) - room;
  while (over > 0) {
    const shrinkable = widths.map((each, i) => (each > least[i]! ? each : 0));
    const widest = Math.max(...shrinkable);
    const at = shrinkable.indexOf(widest);
    const second = Math.max(least[at]!, ...shrinkable.filter((_, i) => i !== at));
    const cutBy = Math.min(over, Math.max(1, widest - second));
    widths[at] = widest - cutBy;
    over -= cutBy;
  }
  return widths;
}

function grid(
  heads: readonly Cell[],
  rows: readonly (readonly Cell[])[],
  widths: readonly number[],
  right: readonly boolean[],
  paint: Paint,
): string[] {
  const bar = paint.dim(' │ ');
  const rule = (cross: string) => paint.dim(`─${widths.map((each) => '─'.repeat(each)).join(`─${cross}─`)}─`);
  const lineOf = (row: readonly Cell[]): string[] => {
    const wrapped = row.map((cell, i) =>
      wrapSpans(cell.spans, widths[i]!, paint).map((text, k) => ({ text, width: lineWidth(cell, widths[i]!, k) })),
    );
    const height = Math.max(...wrapped.map((cell) => cell.length));
    return Array.from({ length: height }, (_, k) => {
      const parts = wrapped.map((cell, i) => {
        const { text, width } = cell[k] ?? { text: '', width: 0 };
        const space = ' '.repeat(Math.max(0, widths[i]! - width));
        return right[i] ? space + text : text + space;
      });
      return ` ${parts.join(bar)}`.trimEnd();
    });
  };
  const body = rows.map(lineOf);
  const tall = body.some((lines) => lines.length > 1);
  return [...lineOf(heads), rule('┼'), ...body.flatMap((lines, i) => (tall && i > 0 ? [rule('┼'), ...lines] : lines))];
}

const lineWidth = (cell: Cell, width: number, line: number): number =>
  widthOf(wrapSpans(cell.spans, width, plainPaint)[line]!);

/** `Head: cell` lines, a block per row. */
function blocks(heads: readonly Cell[], rows: readonly (readonly Cell[])[], width: number, paint: Paint): string[] {
  const rule = paint.dim('─'.repeat(width));
  return rows.flatMap((row, i) => [
    ...(i > 0 ? [rule] : []),
    ...row.flatMap((cell, k) => {
      if (cell.width === 0) return [];
      const head: Span[] = heads[k]!.spans.length > 0 ? [...heads[k]!.spans, { text: ': ' }] : [];
      return wrapSpans([...head, ...cell.spans], width, paint);
    }),
  ]);
}
