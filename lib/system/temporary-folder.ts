// A folder in the system's temporary place, there for as long as somebody works in it.
import { mkdtemp, realpath } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeTree } from './files.ts';

/** Makes one, hands it to `work` by its path without links, and removes it with all that is in it. */
export async function inTemporaryFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'mm-')));
  try {
    return await work(folder);
  } finally {
    await removeTree(folder);
  }
}
