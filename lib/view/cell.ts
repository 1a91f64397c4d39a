// Markdown that we write: text of others stays text in it, whatever signs it holds; tables and sentences
// (table-data.ts) become its lines.
import { gateWord } from './symbols.ts';
import type { Line, Piece, Row, Table } from './table-data.ts';
import { harmless, oneLine } from './text.ts';
import { fromTitle, subjectTitle, type Titles } from './titles.ts';

/** Any text as the inside of a line or cell: on one line, with every sign of Markdown and HTML taken literally. */
export const plainCell = (text: string): string => literal(text.trim());

function literal(text: string): string {
  return oneLine(text)
    .replace(/[\\`*[\]<>|#~&]/g, '\\$&')
    .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '\\_');
}

/** Text as code, with backticks enough to hold it. A bar is escaped, as a table wants it also within code. */
export function codeCell(text: string): string {
  const inner = oneLine(text);
  const longest = Math.max(0, ...[...inner.matchAll(/`+/g)].map((run) => run[0].length));
  const ticks = '`'.repeat(longest + 1);
  const space = inner.startsWith('`') || inner.endsWith('`') || inner.trim() === '' ? ' ' : '';
  return `${ticks}${space}${inner.replaceAll('|', '\\|')}${space}${ticks}`;
}

/** Several lines as a fenced block that nothing in them can end. */
export function codeBlock(text: string): string {
  const inner = harmless(text).trimEnd();
  const longest = Math.max(2, ...[...inner.matchAll(/`+/g)].map((run) => run[0].length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}\n${inner}\n${fence}`;
}

/** Parts that are not empty, with a blank line between them. */
export const paragraphs = (...parts: readonly string[]): string => parts.filter(Boolean).join('\n\n');

/** A table, with a sentence below it about the rows that were left out. */
export function markdownTable(table: Table, titles: Titles): string {
  const { heads, numbers = 0, rows, total, left = 0 } = table;
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const written = ({ cells }: Row) => line(cells.map((cell) => markdownLine(cell, titles)));
  const lines = [
    line(heads.map((head) => markdownLine(head, titles))),
    line(heads.map((_, column) => (column < heads.length - numbers ? '---' : '---:'))),
    ...rows.map(written),
    ...(total ? [written(total)] : []),
    ...(left > 0 ? ['', `… and ${leftOutFiles(left)}.`] : []),
  ];
  return lines.join('\n');
}

/** Where the files are that a list of them leaves out. */
export const leftOutFiles = (count: number): string => `${count} more files: plan.json and the report have all of them`;

/** Sentences as a list; empty where there are none. */
export const markdownList = (lines: readonly Line[], titles: Titles): string =>
  lines.map((line) => `- ${markdownLine(line, titles)}`).join('\n');

/** A sentence, or the inside of a cell. */
const markdownLine = (line: Line, titles: Titles): string =>
  line
    .map((piece) => written(piece, titles))
    .join('')
    .trim();

function written(piece: Piece, titles: Titles): string {
  if (typeof piece === 'string') return literal(piece);
  if ('code' in piece) return codeCell(piece.code);
  if ('path' in piece) return codeCell(piece.path);
  if ('who' in piece) return plainCell(subjectTitle(piece.who, titles));
  if ('from' in piece) return plainCell(fromTitle(piece.from, titles));
  if ('gate' in piece) return gateWord(piece.gate) + failedOf(piece.counts);
  if ('mark' in piece) return literal(piece.mark);
  if ('badge' in piece) return ` (${literal(piece.badge)})`;
  if ('quiet' in piece) return literal(piece.quiet);
  if ('strong' in piece) return `**${literal(piece.strong)}**`;
  return `${Math.round(piece.sure * 100)} %`;
}

const failedOf = (counts: Extract<Piece, { gate: unknown }>['counts']): string =>
  counts && counts.failed > 0 ? ` (${counts.failed} of ${counts.passed + counts.failed})` : '';
