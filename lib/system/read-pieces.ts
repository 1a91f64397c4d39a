// A file of any size as text, piece by piece: nothing but one piece is held.
import { open } from 'node:fs/promises';
import { StringDecoder } from 'node:string_decoder';

const PIECE = 64 * 1024;

/** Hands on what a file holds as it is opened, in pieces of at most 64 KiB. A file that is not there holds nothing. */
export async function readPieces(file: string, take: (text: string) => void): Promise<void> {
  const handle = await open(file, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (handle === null) return;
  try {
    const { size } = await handle.stat(); // who still writes there is not waited for
    const buffer = Buffer.alloc(Math.min(PIECE, size));
    const decoder = new StringDecoder('utf8');
    for (let at = 0; at < size; ) {
      const { bytesRead } = await handle.read(buffer, 0, Math.min(buffer.length, size - at), at);
      if (bytesRead === 0) break;
      at += bytesRead;
      take(decoder.write(buffer.subarray(0, bytesRead)));
    }
    take(decoder.end());
  } finally {
    await handle.close();
  }
}
