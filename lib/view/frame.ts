// A mistake as people see it: where, what, the line with the place underlined, and what would be right.
// Pure: makes text; who calls it decides about colours and writes it.
import type { Diagnostic } from '../core/diagnostic.ts';
import { harmless, oneLine, widthOf } from './text.ts';

/**
 * Several lines, without a line end after the last.
 * @param width columns there are; longer lines are cut around the place
 */
export function frame(diagnostic: Diagnostic, width = 100): string {
  const { file, line, column, message, hint } = diagnostic;
  const number = String(line);
  const bar = (label: string) => `  ${label.padStart(number.length)} |`;
  const { text, before, marked } = excerpt(diagnostic, Math.max(20, width - number.length - 5));
  return [
    `${oneLine(file)}:${line}:${column}  ${oneLine(message)}`,
    `${bar(number)} ${text}`,
    `${bar('')} ${' '.repeat(before)}${'^'.repeat(Math.max(1, marked))}`,
    ...(hint === undefined ? [] : [`  ${' '.repeat(number.length)} = ${oneLine(hint)}`]),
  ].join('\n');
}

/** All frames, a blank line between them. */
export const frames = (diagnostics: readonly Diagnostic[]): string =>
  diagnostics.map((diagnostic) => frame(diagnostic)).join('\n\n');

/** The line, cut to `width` columns around the place, and how many columns stand before and under the carets. */
function excerpt(
  { source, column, length }: Diagnostic,
  width: number,
): { text: string; before: number; marked: number } {
  const cells = cellsOf(source);
  const isBefore = (cell: Cell) => cell.offset < column - 1;
  const isMarked = (cell: Cell) => cell.offset >= column - 1 && cell.offset < column - 1 + length;
  const total = columns(cells);
  let shown = cells;
  if (total > width) {
    const from = Math.max(0, Math.min(columns(cells.filter(isBefore)) - Math.floor(width / 3), total - width));
    let at = 0;
    shown = cells.filter((cell) => {
      const inside = at >= from && at + cell.columns <= from + width;
      at += cell.columns;
      return inside;
    });
    if (shown[0] && shown[0].offset > 0) shown = [{ ...shown[0], text: '…', columns: 1 }, ...shown.slice(1)];
    const end = shown.at(-1);
    if (end && end.offset < cells.at(-1)!.offset) shown = [...shown.slice(0, -1), { ...end, text: '…', columns: 1 }];
  }
  return {
    text: shown.map(({ text }) => text).join(''),
    before: columns(shown.filter(isBefore)),
    marked: columns(shown.filter(isMarked)),
  };
}

interface Cell {
  readonly text: string;
  readonly offset: number;
  readonly columns: number;
}

/** What each character looks like: tabs as spaces, control characters visibly. */
function cellsOf(line: string): readonly Cell[] {
  let offset = 0;
  return Array.from(line, (character) => {
    const at = offset;
    offset += character.length;
    const text = harmless(character);
    return { text, offset: at, columns: widthOf(text) };
  });
}

const columns = (cells: readonly Cell[]) => cells.reduce((total, cell) => total + cell.columns, 0);
