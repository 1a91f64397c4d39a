// A text with a name, and places in it: what every value of a recipe remembers of where it was written.

import type { Diagnostic } from '../core/diagnostic.ts';
import type { Wording } from '../core/messages/wording.ts';

/** A recipe file, or an option such as `--set` whose text is read in the same way. */
export interface Source {
  /** What diagnostics call it: a path, or the option. */
  readonly name: string;
  readonly text: string;
  /** Offset of each line's first character. */
  readonly lineStarts: readonly number[];
}

/** From `start` to before `end`, in UTF-16 units. */
export interface Place {
  readonly source: Source;
  readonly start: number;
  readonly end: number;
}

export function sourceOf(name: string, text: string): Source {
  const lineStarts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lineStarts.push(at + 1);
  return { name, text, lineStarts };
}

/** The number of the line (from 1) that an offset is in. */
export function lineOf({ source: { lineStarts }, start }: Place): number {
  let low = 0;
  let high = lineStarts.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (lineStarts[middle]! <= start) low = middle;
    else high = middle - 1;
  }
  return low + 1;
}

/** A mistake at a place; what goes beyond the place's first line is not underlined. */
export function diagnose(place: Place, { message, hint }: Wording): Diagnostic {
  const { source, start, end } = place;
  const line = lineOf(place);
  const lineStart = source.lineStarts[line - 1]!;
  const lineEnd = source.lineStarts[line] ?? source.text.length + 1;
  const text = source.text.slice(lineStart, lineEnd - 1).replace(/\r$/, '');
  const column = start - lineStart + 1;
  const length = Math.max(1, Math.min(end, lineStart + text.length) - start);
  return { file: source.name, line, column, length, source: text, message, ...(hint === undefined ? {} : { hint }) };
}
