// A program's output as plain lines: without colours, bounded in number and length, so that whatever reads it stays quick.
// Reads no files: it is handed the end of an output.

/** How much of an output's end is looked at, in characters. */
export const OUTPUT_LIMIT = 256 * 1024;
const LINE_LIMIT = 2000;

// CSI sequences, OSC sequences (titles, links) and the remaining two-character escapes. No two repeated parts overlap.
const ESCAPES = /\u001b\[[0-9;:?<=>]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)|\u001b[@-Z\\-_=>78]/g;

/** The text without terminal escapes. */
export function withoutEscapes(text: string): string {
  return text.includes('\u001b') ? text.replace(ESCAPES, '') : text;
}

/** The last part of an output as lines of at most 2,000 characters, without escapes; a progress bar's redraws are lines of their own. */
export function plainLines(output: string): string[] {
  const end = output.length > OUTPUT_LIMIT ? output.slice(-OUTPUT_LIMIT) : output;
  return withoutEscapes(end)
    .split(/\r\n|\n|\r/)
    .map((line) => (line.length > LINE_LIMIT ? line.slice(0, LINE_LIMIT) : line));
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
