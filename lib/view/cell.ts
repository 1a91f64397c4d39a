// Text of others within Markdown that we write: it stays text, whatever signs it holds. And the table around it.
import { harmless, oneLine } from './text.ts';

/**
 * Any text as the inside of a line or table cell: on one line, with every sign of Markdown and HTML taken literally.
 */
export function plainCell(text: string): string {
  return oneLine(text.trim())
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

/** A table of cells that are Markdown already; columns named in `right` hold numbers. */
export function table(
  heads: readonly string[],
  rows: readonly (readonly string[])[],
  right: readonly string[] = [],
): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(heads), line(heads.map((head) => (right.includes(head) ? '---:' : '---'))), ...rows.map(line)].join(
    '\n',
  );
}
