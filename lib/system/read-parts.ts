// Files of any size, of which no more is held than what is asked for. One that is not there holds nothing.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { StringDecoder } from 'node:string_decoder';

/** The first bytes of a file, which must be there, as text. */
export function beginningOf(file: string, most: number): string {
  const fd = openSync(file, 'r');
  try {
    const bytes = Buffer.alloc(Math.min(most, fstatSync(fd).size));
    return bytes.toString('utf8', 0, readSync(fd, bytes, 0, bytes.length, 0));
  } finally {
    closeSync(fd);
  }
}

const HEAD = 16 * 1024;
const TAIL = 112 * 1024;

/** What an error of a command is looked for in: all of a small file, the first 16 and last 112 KiB of a large one. */
export async function readEnds(file: string): Promise<string> {
  let text = '';
  await withFile(file, async (handle, size) => {
    const read = async (from: number, length: number) => {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, from);
      return buffer.toString('utf8', 0, bytesRead);
    };
    text = size <= HEAD + TAIL ? await read(0, size) : `${await read(0, HEAD)}\n…\n${await read(size - TAIL, TAIL)}`;
  });
  return text;
}

const PIECE = 64 * 1024;

/** Hands on what a file holds as it is opened, as text in pieces of at most 64 KiB. */
export function readPieces(file: string, take: (text: string) => void): Promise<void> {
  return withFile(file, async (handle, size) => {
    const buffer = Buffer.alloc(Math.min(PIECE, size));
    const decoder = new StringDecoder('utf8');
    for (let at = 0; at < size; ) {
      const { bytesRead } = await handle.read(buffer, 0, Math.min(buffer.length, size - at), at);
      if (bytesRead === 0) break;
      at += bytesRead;
      take(decoder.write(buffer.subarray(0, bytesRead)));
    }
    take(decoder.end());
  });
}

/** With the size that it has now: who still writes there is not waited for. */
async function withFile(file: string, work: (handle: FileHandle, size: number) => Promise<void>): Promise<void> {
  const handle = await open(file, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (handle === null) return;
  try {
    await work(handle, (await handle.stat()).size);
  } finally {
    await handle.close();
  }
}
