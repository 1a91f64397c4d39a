// The beginning and the end of a file that may be huge: what an error message of a command is looked for in.
import { open } from 'node:fs/promises';

const HEAD = 16 * 1024;
const TAIL = 112 * 1024;

/** The whole text of a small file; of a large one its first 16 and last 112 KiB. A file that is not there is empty. */
export async function readEnds(file: string): Promise<string> {
  const handle = await open(file, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (handle === null) return '';
  try {
    const { size } = await handle.stat();
    const read = async (from: number, length: number) => {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, from);
      return buffer.toString('utf8', 0, bytesRead);
    };
    if (size <= HEAD + TAIL) return await read(0, Number(size));
    return `${await read(0, HEAD)}\n…\n${await read(size - TAIL, TAIL)}`;
  } finally {
    await handle.close();
  }
}
