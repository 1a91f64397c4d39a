// Our own Markdown (headings, tables, lists, code, bold) as lines of a terminal. Not a general renderer: what it does
// not know stays as it was written. Everything is made harmless on its way.
import { inlineSpans, type Span, wrapSpans } from './inline.ts';
import type { Paint } from './paint.ts';
import { tableLines } from './table.ts';
import { cut, harmless, wrapPrinted } from './text.ts';

/** Ended lines, at most `columns` wide where words allow it. */
export function renderMarkdown(markdown: string, columns: number, paint: Paint): string {
  const width = Math.max(20, columns - 1);
  const lines = harmless(markdown).trimEnd().split('\n');
  const out: string[] = [];
  for (let i = 0; i < lines.length; ) {
    const [block, next] = renderBlock(lines, i, width, paint);
    out.push(...block);
    i = next;
  }
  return out.map((line) => `${line}\n`).join('');
}

type Block = readonly [lines: readonly string[], next: number];

const LIST = /^(\s*)([-*+]|\d{1,9}[.)])\s+(.*)$/;
const RULE = /^ {0,3}(?:-{3,}|\*{3,}|_{3,})\s*$/;
const TABLE_RULE = /^\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$/;
const SPECIAL = /^(?:#{1,6}\s|\s*```|\s*[-*+]\s|\s*\d{1,9}[.)]\s|>|\s*$|\s*\|)/;

function renderBlock(lines: readonly string[], at: number, width: number, paint: Paint): Block {
  const line = lines[at]!;
  const fence = /^\s*(`{3,})/.exec(line)?.[1];
  if (fence) return renderCode(lines, at, fence, paint);
  const heading = /^(#{1,6})\s+(.*?)\s*#*$/.exec(line);
  if (heading) return [renderHeading(heading[1]!.length, heading[2]!, width, paint), at + 1];
  if (line.includes('|') && TABLE_RULE.test(lines[at + 1] ?? '') && lines[at + 1]!.includes('-')) {
    let end = at + 2;
    while (end < lines.length && lines[end]!.includes('|')) end++;
    return [tableLines(lines.slice(at, end), width, paint), end];
  }
  if (RULE.test(line)) return [[paint.dim('─'.repeat(width))], at + 1];
  const item = LIST.exec(line);
  if (item) return renderItem(lines, at, item, width, paint);
  if (line.startsWith('>'))
    return [fill(line.replace(/^>\s?/, ''), width, `${paint.dim('│')} `, `${paint.dim('│')} `, 2, paint), at + 1];
  if (line.trim() === '') return [[''], at + 1];
  let end = at + 1;
  while (end < lines.length && !SPECIAL.test(lines[end]!)) end++;
  return [fill(lines.slice(at, end).join(' '), width, '', '', 0, paint), end];
}

function renderHeading(level: number, text: string, width: number, paint: Paint): string[] {
  const bold: readonly Span[] = inlineSpans(text).map((span) => ({ ...span, bold: true }));
  const lines = wrapSpans(bold, width, paint);
  return level === 1 ? lines.map((line) => paint.underline(paint.cyan(line))) : lines.map((line) => paint.cyan(line));
}

function renderCode(lines: readonly string[], at: number, fence: string, paint: Paint): Block {
  let end = at + 1;
  while (end < lines.length && !lines[end]!.trimStart().startsWith(fence)) end++;
  return [lines.slice(at + 1, end).map((line) => `    ${paint.cyan(line)}`), end + 1];
}

function renderItem(
  lines: readonly string[],
  at: number,
  [, indent, sign, text]: RegExpExecArray,
  width: number,
  paint: Paint,
): Block {
  let end = at + 1;
  while (end < lines.length && !SPECIAL.test(lines[end]!) && /^\s+/.test(lines[end]!)) end++;
  const mark = /\d/.test(sign!) ? sign! : '•';
  const body = [text!, ...lines.slice(at + 1, end).map((line) => line.trim())].join(' ');
  const lead = cut(`${indent}${mark} `, Math.floor(width / 2));
  return [fill(body, width, `${indent}${paint.cyan(mark)} `, ' '.repeat(lead.length), lead.length, paint), end];
}

function fill(text: string, width: number, first: string, next: string, leadWidth: number, paint: Paint): string[] {
  return wrapSpans(inlineSpans(text), Math.max(8, width - leadWidth), paint, wrapPrinted).map(
    (line, i) => (i === 0 ? first : next) + line,
  );
}
