// The beginning of a file that may be of any length.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** The first bytes of a file as text. */
export function beginningOf(file: string, most: number): string {
  const fd = openSync(file, 'r');
  try {
    const bytes = Buffer.alloc(Math.min(most, fstatSync(fd).size));
    return bytes.toString('utf8', 0, readSync(fd, bytes, 0, bytes.length, 0));
  } finally {
    closeSync(fd);
  }
}
