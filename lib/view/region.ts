// The lines at the bottom of a terminal that are drawn over and over, in one write each, only where they changed. Each
// write shows the caret again: however the program ends, the terminal is left as it was.
import { stripVTControlCharacters } from 'node:util';
import { widthOf } from './text.ts';

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

export interface Output {
  write(text: string): unknown;
}

export interface Region {
  /** Shows these lines, none wider than `columns - 1`, in place of the last ones; writes only what changed. */
  draw(lines: readonly string[]): void;
  /** Writes text (ended lines) that stays, above the lines. */
  print(text: string): void;
  /** The lines stay where they are for good; the next draw begins below them. */
  leave(): void;
}

// Not simply all that is below: at the top of the screen tmux takes that for `clear` and keeps the old rows as history.
const CLEAR = '\x1b[K\x1b[B\x1b[J\x1b[A';
// Without line wrapping while drawing: a character that is wider than we think cannot break the picture.
const begin = '\x1b[?25l\x1b[?7l';
const end = '\x1b[?7h\x1b[?25h';

/** @param size asked before each draw, so that a changed window is noticed */
export function createRegion(output: Output, size: () => Size): Region {
  let shown: readonly string[] = [];
  let columns = size().columns;

  /** Moves to the first line; a window that became narrower has broken our lines into more. */
  const toTop = (): string => {
    const now = size().columns;
    const broken = (line: string) => Math.max(1, Math.ceil(widthOf(stripVTControlCharacters(line)) / now));
    const height = now < columns ? shown.reduce((sum, line) => sum + broken(line), 0) : shown.length;
    return height > 0 ? `\r\x1b[${height}A` : '\r';
  };
  const all = (lines: readonly string[]) => lines.map((line) => `${line}\n`).join('');

  const redraw = (text: string, lines: readonly string[]): void => {
    output.write(`${begin}${toTop()}${shown.length > 0 ? CLEAR : ''}\x1b[?7h${text}\x1b[?7l${all(lines)}${end}`);
    shown = lines;
    columns = size().columns;
  };

  return {
    draw(lines) {
      if (columns !== size().columns) return redraw('', lines);
      if (lines.length === 0 && shown.length === 0) return;
      if (lines.length === 0) return redraw('', lines);
      const changed = lines.map((line, i) => (line === shown[i] ? '\n' : `${line}\x1b[K\n`));
      if (lines.length === shown.length && changed.every((line) => line === '\n')) return;
      // what is below is cleared too: keys that the terminal echoed there
      output.write(`${begin}${toTop()}${changed.join('')}\x1b[J${end}`);
      shown = lines;
    },
    print: (text) => redraw(text, shown),
    leave() {
      shown = [];
    },
  };
}
