// A terminal in memory for tests: takes exactly the codes that the view may write, and refuses every other.
import { widthOf } from '../../../lib/view/text.ts';

export interface Screen {
  write(text: string): void;
  /** Everything that was ever on it, lines without trailing spaces. */
  lines(): readonly string[];
  /** How often something was written. */
  writes(): number;
  /** All that was written, as it came. */
  raw(): string;
}

/** @param columns lines that are longer are wrapped, as a terminal does; @param rows how far up the caret can go */
export function createScreen(columns = 80, rows = 24): Screen {
  const lines: string[] = [''];
  let [row, count, raw] = [0, 0, ''];
  let [caret, wraps] = [true, true];
  /** What is already on the line left of the caret is overwritten from here on. */
  let fresh = true;
  const put = (text: string): void => {
    lines[row] = fresh ? text : lines[row] + text;
    fresh = false;
    if (widthOf(lines[row]!) <= columns) return;
    if (!wraps) throw new Error(`a line wider than ${columns}: ${lines[row]}`);
    const whole = lines[row]!;
    lines[row] = whole.slice(0, columns);
    if (++row === lines.length) lines.push('');
    put(whole.slice(columns));
  };
  return {
    write(text) {
      count++;
      raw += text;
      for (const [part] of text.matchAll(/\x1b\[[0-9;?]*[A-Za-z]|\n|\r|[^\x1b\r\n]+|\x1b/g)) {
        const up = /^\x1b\[(\d+)A$/.exec(part);
        if (part === '\n') {
          if (++row === lines.length) lines.push('');
          fresh = true;
        } else if (part === '\r') fresh = true;
        else if (up) row = Math.max(Math.max(0, lines.length - rows), row - Number(up[1]));
        else if (part === '\x1b[A') row--;
        else if (part === '\x1b[B') row = Math.min(row + 1, lines.length - 1);
        else if (part === '\x1b[J') lines.splice(row, lines.length, fresh ? '' : lines[row]!);
        else if (part === '\x1b[K') lines[row] = fresh ? '' : lines[row]!;
        else if (part === '\x1b[?25l') caret = false;
        else if (part === '\x1b[?25h') caret = true;
        else if (part === '\x1b[?7l') wraps = false;
        else if (part === '\x1b[?7h') wraps = true;
        else if (/^\x1b\[\d+m$/.test(part)) continue;
        else if (/[\x00-\x1f\x7f-\x9f]/.test(part)) throw new Error(`not for a terminal: ${JSON.stringify(part)}`);
        else put(part);
      }
      if (!caret || !wraps) throw new Error('a write that leaves the terminal changed');
    },
    lines: () => lines.map((line) => line.trimEnd()),
    writes: () => count,
    raw: () => raw,
  };
}
