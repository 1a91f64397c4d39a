// A program's output as plain lines, however long it is: fed in pieces, without colours, in constant memory.
// Reads no files: it is handed text.

/** A longer line is handed on in pieces. */
const PIECE = 16 * 1024;
/** As much of a line as patterns are looked for in. */
const LINE_LIMIT = 2000;

// CSI sequences, OSC sequences (titles, links) and the remaining two-character escapes. No two repeated parts overlap.
const ESCAPES = /\u001b\[[0-9;:?<=>]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)|\u001b[@-Z\\-_=>78]/g;

/** The text without terminal escapes. */
const withoutEscapes = (text: string): string => (text.includes('\u001b') ? text.replace(ESCAPES, '') : text);

/** A copy that does not keep the text in memory from which it was cut. */
export const ownText = (text: string): string => Buffer.from(text).toString();

/** The beginning of a line: what is looked at of it. */
export const beginning = (line: string): string => (line.length > LINE_LIMIT ? line.slice(0, LINE_LIMIT) : line);

/**
 * Takes a line, or a piece of one that is too long to be held.
 * @param goesOn it is not the beginning of its line
 */
export type TakeLine = (line: string, goesOn: boolean) => void;

/** Cuts text that comes in pieces into lines; a progress bar's redraws are lines of their own. */
export class Lines {
  readonly #take: TakeLine;
  #rest = '';
  #goesOn = false;

  constructor(take: TakeLine) {
    this.#take = take;
  }

  /** How much text is held back until its line ends. */
  get held(): number {
    return this.#rest.length;
  }

  add(text: string): void {
    const all = this.#rest + text;
    // a return at the very end may be half of a line end
    const whole = all.endsWith('\r') ? all.slice(0, -1) : all;
    const lines = whole.split(/\r\n|\n|\r/);
    const rest = lines.pop()!;
    for (const line of lines) this.#line(line);
    this.#rest = this.#pieces(rest) + all.slice(whole.length);
  }

  end(): void {
    if (this.#rest !== '' || this.#goesOn) this.#line(this.#rest.replace(/\r$/, ''));
    this.#rest = '';
  }

  #line(line: string): void {
    this.#give(this.#pieces(line));
    this.#goesOn = false;
  }

  /** Hands on what is too long to be held, up to a tag where one begins; returns the rest. */
  #pieces(text: string): string {
    let from = 0;
    while (text.length - from > PIECE) {
      const tag = text.lastIndexOf('<', from + PIECE - 1);
      const to = tag > from + PIECE / 2 ? tag : from + PIECE;
      this.#give(text.slice(from, to));
      this.#goesOn = true;
      from = to;
    }
    return from === 0 ? text : text.slice(from);
  }

  #give(text: string): void {
    this.#take(withoutEscapes(text), this.#goesOn);
  }
}

/**
 * A line as it would be on another machine, folder or day: numbers are `#`, absolute paths lose their folders.
 * Two runs of the same failure give the same text.
 */
export function normalised(line: string): string {
  return line
    .replace(/(?:file:\/\/)?\/[^\s:'"()]*\//g, '')
    .replace(/0x[0-9a-f]+/gi, '#')
    .replace(/\d+(?:[.,:]\d+)*/g, '#')
    .replace(/\s+/g, ' ')
    .trim();
}
