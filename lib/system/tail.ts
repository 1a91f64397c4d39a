// The last line of a file that another process is writing. Reads only when the file has grown, and only its end.
import { closeSync, openSync, readSync, statSync } from 'node:fs';

const END = 4096;

/**
 * A function from a path to its last line that says something, null while there is none or no such file. Never throws.
 */
export function createTail(): (path: string) => string | null {
  const known = new Map<string, { readonly size: number; readonly line: string | null }>();
  const buffer = Buffer.alloc(END);
  return (path) => {
    const last = known.get(path);
    try {
      const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
      if (size === (last?.size ?? 0)) return last?.line ?? null;
      const line = lastLine(path, size, buffer);
      known.set(path, { size, line });
      return line;
    } catch {
      // gone, or not ours to read: nothing was said
      return null;
    }
  };
}

function lastLine(path: string, size: number, buffer: Buffer): string | null {
  const file = openSync(path, 'r');
  try {
    const length = readSync(file, buffer, 0, END, Math.max(0, size - END));
    return (
      buffer
        .toString('utf8', 0, length)
        .split('\n')
        .findLast((line) => line.trim() !== '') ?? null
    );
  } finally {
    closeSync(file);
  }
}
