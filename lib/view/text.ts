// Text on a terminal: how wide it is, cut and wrapped by what a reader sees, and made harmless. What a model wrote can
// neither move the caret nor hide or reorder words: such characters become visible. Colours come later (paint.ts).
import { stripVTControlCharacters } from 'node:util';

/** Control characters, invisible ones and those that change the writing direction; joiners inside emoji and words stay. */
const HIDDEN =
  /[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]|\p{Surrogate}/gu;
const ACCENT_PILE = /(\p{M}{6})\p{M}+/gu;
const PRINTABLE = /^[\x20-\x7e]*$/;

/** The same text with everything that could fool a terminal or a reader made visible; line ends stay, tabs become spaces. */
export function harmless(text: string): string {
  if (PRINTABLE.test(text)) return text;
  return text.replace(/\r\n/g, '\n').replace(HIDDEN, show).replace(ACCENT_PILE, '$1');
}

function show(character: string): string {
  const code = character.codePointAt(0)!;
  if (character === '\t') return '  ';
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  if (code === 0x7f) return '␡';
  if (code >= 0xd800 && code <= 0xdfff) return '\ufffd';
  return `<U+${code.toString(16).toUpperCase().padStart(4, '0')}>`;
}

/** `harmless`, on one line. */
export function oneLine(text: string): string {
  return PRINTABLE.test(text) ? text : harmless(text.replace(/\s+/g, ' '));
}

/**
 * What a program said on a line of its output: colours and caret moves dropped, a progress line's last state, harmless.
 * Of a line of JSON (its beginning may be missing) the last words in it that are meant for people; '' if there are none.
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

/** Where single code points are not single characters to a reader: accents, joiners, flags, skin colours, Hangul letters. */
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
const EMOJI = /^\p{Emoji_Presentation}/u;
/** East Asian Wide and Fullwidth, in blocks. */
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0x4dbf],
  [0x4e00, 0xa4cf],
  [0xa960, 0xa97c],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe10, 0xfe19],
  [0xfe30, 0xfe6f],
  [0xff01, 0xff60],
  [0xffe0, 0xffe6],
  [0x16fe0, 0x18cff],
  [0x1aff0, 0x1b2ff],
  [0x1f200, 0x1f2ff],
  [0x20000, 0x3fffd],
];

function characterWidth(character: string): number {
  const code = character.codePointAt(0)!;
  if (code < 0x300 && character.length === 1) return 1;
  if (INVISIBLE.test(character)) return 0;
  if (character.includes('\ufe0f') || EMOJI.test(character)) return 2;
  return WIDE.some(([from, to]) => code >= from && code <= to) ? 2 : 1;
}

/** Number of terminal columns of harmless text on one line. */
export function widthOf(text: string): number {
  if (PRINTABLE.test(text)) return text.length;
  let width = 0;
  for (const character of characters(text)) width += characterWidth(character);
  return width;
}

/** The text, or as much of it as fits into `width` columns with `…` at its end. */
export function cut(text: string, width: number): string {
  if (width <= 0) return '';
  if (PRINTABLE.test(text)) return text.length <= width ? text : `${text.slice(0, width - 1)}…`;
  let [kept, read, used] = ['', 0, 0];
  for (const character of characters(text.slice(0, width * 16 + 64))) {
    used += characterWidth(character);
    read += character.length;
    if (used > width) return `${kept}…`;
    if (used < width) kept += character;
  }
  return read === text.length ? text : `${kept}…`;
}

/** Cut and filled up with spaces to exactly `width` columns. */
export function pad(text: string, width: number, side: 'left' | 'right' = 'left'): string {
  const short = cut(text, width);
  const space = ' '.repeat(Math.max(0, width - widthOf(short)));
  return side === 'left' ? short + space : space + short;
}

/** Lines of at most `width` columns, broken at spaces, and within a word only where it alone is too long. */
export function wrap(text: string, width: number): string[] {
  return text.split('\n').flatMap((line) => wrapLine(line, Math.max(1, width)));
}

function wrapLine(text: string, width: number): string[] {
  if (widthOf(text) <= width) return [text];
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/(?<= )(?=\S)/)) {
    if (widthOf(line) + widthOf(word.trimEnd()) <= width) {
      line += word;
      continue;
    }
    if (line.trim()) lines.push(line.trimEnd());
    const pieces = chop(word, width);
    lines.push(...pieces.slice(0, -1));
    line = pieces.at(-1)!;
  }
  return [...lines, line.trimEnd()];
}

/** A word in pieces of at most `width` columns. */
function chop(word: string, width: number): string[] {
  if (widthOf(word.trimEnd()) <= width) return [word];
  const pieces: string[] = [];
  let [piece, used] = ['', 0];
  for (const character of characters(word.trimEnd())) {
    const more = characterWidth(character);
    if (used + more > width && piece) {
      pieces.push(piece);
      [piece, used] = ['', 0];
    }
    piece += character;
    used += more;
  }
  return [...pieces, `${piece} `];
}
