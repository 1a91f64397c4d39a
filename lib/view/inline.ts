// The inline part of our Markdown: bold, italic, code, links and backslashes, as spans that are wrapped and painted.
import type { Paint } from './paint.ts';
import { widthOf, wrap } from './text.ts';

export interface Span {
  readonly text: string;
  readonly bold?: boolean;
  readonly italic?: boolean;
  readonly code?: boolean;
}

const INLINE = new RegExp(
  [
    /\\([!-/:-@[-`{-~])/,
    /(?<ticks>`+)(?!`)(.+?)(?<!`)\k<ticks>(?!`)/,
    /\*\*(?=\S)(.+?)(?<=\S)\*\*/,
    /(?<![\w*])(?<sign>[*_])(?=[^\s*_])(.+?)(?<=[^\s*_])\k<sign>(?![\w*])/,
    /\[([^\]]*)\]\(([^)\s]*)\)/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'gu',
);

/** Longer paragraphs are no prose; looking for signs in them would take long. */
const PROSE = 8000;

/** The spans of a paragraph's text. */
export function inlineSpans(text: string, style: Omit<Span, 'text'> = {}): Span[] {
  if (text.length > PROSE) return [{ text, ...style }];
  const spans: Span[] = [];
  const add = (plain: string): void => {
    if (plain) spans.push({ text: plain, ...style });
  };
  let from = 0;
  for (const match of text.matchAll(INLINE)) {
    add(text.slice(from, match.index));
    from = match.index + match[0].length;
    const [, escaped, , code, bold, , italic, label, target] = match;
    if (escaped !== undefined) add(escaped);
    else if (code !== undefined) spans.push({ text: code.replace(/^ (.*\S.*) $/, '$1'), ...style, code: true });
    else if (bold !== undefined) spans.push(...inlineSpans(bold, { ...style, bold: true }));
    else if (italic !== undefined) spans.push(...inlineSpans(italic, { ...style, italic: true }));
    else if (target !== undefined) add(label && label !== target ? `${label} (${target})` : target);
  }
  add(text.slice(from));
  return spans;
}

/**
 * Lines of at most `width` columns, in their colours. Wrapped as plain text first, then painted piece by piece. Code,
 * such as a command to type, is broken only where it does not fit into a line of its own.
 * @param wrapText `wrapPrinted` where paths and addresses are to stay whole
 */
export function wrapSpans(spans: readonly Span[], width: number, paint: Paint, wrapText = wrap): string[] {
  const whole = spans
    .map(({ text, code }) => (code && widthOf(text) <= width ? text.replaceAll(' ', '\u00a0') : text))
    .join('');
  let from = 0;
  return wrapText(whole, width).map((line) => {
    from = whole.indexOf(line, from); // spaces at line ends were dropped
    const until = from + line.length;
    let at = 0;
    let painted = '';
    for (const span of spans) {
      const piece = span.text.slice(Math.max(0, from - at), Math.max(0, until - at));
      if (piece) painted += brush(span, paint)(piece);
      at += span.text.length;
    }
    from = until;
    return painted;
  });
}

/** Columns that the spans take on one line. */
export const spansWidth = (spans: readonly Span[]): number => spans.reduce((sum, span) => sum + widthOf(span.text), 0);

function brush(span: Span, paint: Paint): (text: string) => string {
  return (text) => {
    let painted = span.code ? paint.cyan(text) : text;
    if (span.bold) painted = paint.bold(painted);
    return span.italic ? paint.italic(painted) : painted;
  };
}
