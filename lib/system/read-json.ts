// A file of ours that holds JSON.
import { readFile } from 'node:fs/promises';

/** What the file holds; null: it is not there. @throws SyntaxError when it is torn */
export async function readJson<T>(file: string): Promise<T | null> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as T;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
