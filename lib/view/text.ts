// Text on a terminal: how wide it is, cut and wrapped by what a reader sees, and made harmless. What a model wrote can
// neither move the caret nor hide or reorder words: such characters become visible. Colours come later (paint.ts).
import { stripVTControlCharacters } from 'node:util';
import { visible } from './report/page/visible.mjs';

const ACCENT_PILE = /(\p{M}{6})\p{M}+/gu;
const PRINTABLE = /^[\x20-\x7e]*$/;

/** The text with all that could fool a terminal or a reader made visible; line ends stay, tabs become spaces. */
export function harmless(text: string): string {
  if (PRINTABLE.test(text)) return text;
  return visible(text.replaceAll('\r\n', '\n').replaceAll('\t', '  ')).replace(ACCENT_PILE, '$1');
}

/** `harmless`, on one line. */
export function oneLine(text: string): string {
  return PRINTABLE.test(text) ? text : harmless(text.replace(/\s+/g, ' '));
}

/**
 * What a program said on a line of its output: colours and caret moves dropped, a progress line's last state, harmless.
 * Of a line of JSON (its beginning may be missing) the last words in it that are meant for people; '' if there are
 * none.
 */
export function saidLine(line: string): string {
  const plain = stripVTControlCharacters(line.slice(-4000)).trimEnd();
  const said = plain.endsWith('}') && /"\s*:/.test(plain) ? inJson(plain) : plain;
  return oneLine(said.slice(said.lastIndexOf('\r') + 1).trim());
}

const WORDS = /"(?:text|message|content|description|command|result)"\s*:\s*("(?:[^"\\]|\\.)*")/g;

function inJson(line: string): string {
  const lastLine = (text: string) => text.split('\n').findLast((each) => each.trim() !== '') ?? '';
  try {
    return (
      [...line.matchAll(WORDS)]
        .map(([, quoted = '""']) => lastLine(stripVTControlCharacters(JSON.parse(quoted))))
        .findLast(Boolean) ?? ''
    );
  } catch {
    return ''; // not JSON after all
  }
}

/** Where code points are not characters to a reader: accents, joiners, flags, skin colours, Hangul letters. */
const JOINING = /\p{M}|\u200c|\u200d|[\u1100-\u11ff\ud7b0-\ud7ff\u{1f1e6}-\u{1f1ff}\u{1f3fb}-\u{1f3ff}]/u;
let segmenter: Intl.Segmenter | undefined;

/** What a reader sees as single characters. The segmenter is slow to make and to use, so most text does without. */
export function* characters(text: string): Generator<string> {
  if (!JOINING.test(text)) {
    yield* text;
    return;
  }
  segmenter ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' });
  for (const { segment } of segmenter.segment(text)) yield segment;
}

const INVISIBLE = /^[\p{Mn}\p{Me}\p{Cf}]/u;
/** Emoji, and East Asian Wide and Fullwidth in blocks. */
const WIDE = new RegExp(
  '^[\\p{Emoji_Presentation}\u1100-\u115f\u2e80-\u303e\u3041-\u4dbf\u4e00-\ua4cf\ua960-\ua97c\uac00-\ud7a3' +
    '\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{18cff}\u{1aff0}-\u{1b2ff}' +
    '\u{1f200}-\u{1f2ff}\u{20000}-\u{3fffd}]',
  'u',
);

function characterWidth(character: string): number {
  if (character.codePointAt(0)! < 0x300 && character.length === 1) return 1;
  if (INVISIBLE.test(character)) return 0;
  return character.includes('\ufe0f') || WIDE.test(character) ? 2 : 1;
}

/** Number of terminal columns of harmless text on one line. */
export function widthOf(text: string): number {
  if (PRINTABLE.test(text)) return text.length;
  let width = 0;
  for (const character of characters(text)) width += characterWidth(character);
  return width;
}

/** How much of the text, in code units, fits into `width` columns without taking a character apart. */
function fitting(text: string, width: number): number {
  let [length, used] = [0, 0];
  for (const character of characters(text.slice(0, width * 16 + 64))) {
    used += characterWidth(character);
    if (used > width) break;
    length += character.length;
  }
  return length;
}

/** The text, or as much of it as fits into `width` columns with `…` at its end. */
export function cut(text: string, width: number): string {
  if (width <= 0) return '';
  return fitting(text, width) === text.length ? text : `${text.slice(0, fitting(text, width - 1))}…`;
}

/** Cut and filled up with spaces to exactly `width` columns. */
export function pad(text: string, width: number, side: 'left' | 'right' = 'left'): string {
  const short = cut(text, width);
  const space = ' '.repeat(Math.max(0, width - widthOf(short)));
  return side === 'left' ? short + space : space + short;
}

/** Lines of at most `width` columns, broken at spaces, and within a word only where it alone is too long. */
export function wrap(text: string, width: number): string[] {
  return text.split('\n').flatMap((line) => wrapLine(line, Math.max(1, width), null));
}

/**
 * The same for what is printed once and never drawn over: a path or an address that is too long is left to the
 * terminal, which knows that it is one, so that it can be clicked and copied.
 */
export function wrapPrinted(text: string, width: number): string[] {
  return text.split('\n').flatMap((line) => wrapLine(line, Math.max(1, width), PATH));
}

/** A path from the root, from home, from a drive or from here, or an address. */
const PATH = /^[^\w\s]?(?:[\w+.-]+:|~|\.{1,2}|)\/\S{1,4096}\s*$/;

/** @param whole words that are broken nowhere; null: none */
function wrapLine(text: string, width: number, whole: RegExp | null): string[] {
  if (widthOf(text) <= width) return [text];
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/(?<= )(?=\S)/)) {
    if (widthOf(line) + widthOf(word.trimEnd()) <= width) {
      line += word;
      continue;
    }
    if (line.trim()) lines.push(line.trimEnd());
    line = word;
    if (whole?.test(word)) continue;
    for (;;) {
      const [first = ''] = characters(line);
      const length = Math.max(fitting(line, width), first.length);
      if (length >= line.trimEnd().length) break;
      lines.push(line.slice(0, length));
      line = line.slice(length);
    }
  }
  return [...lines, line.trimEnd()];
}
