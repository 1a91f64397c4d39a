// What folders take on the disk, counted by the system's own `du`: there may be very many files in them.
import { join } from 'node:path';
import { exists, folderSize } from './files.ts';
import { findOwn } from './find-on-path.ts';
import { collect } from './own-command.ts';

/** So many names fit into one command line. */
const AT_ONCE = 500;

/**
 * Bytes that each of `names` in `folder` takes, links not followed; 0 for what is not there.
 * @param names without line ends
 */
export async function diskUsage(folder: string, names: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const sizes = new Map(names.map((name) => [name, 0]));
  if (names.length === 0 || !(await exists(folder))) return sizes;
  const du = findOwn('du');
  if (du === null) {
    for (const name of names) sizes.set(name, await folderSize(join(folder, name)));
    return sizes;
  }
  for (let at = 0; at < names.length; at += AT_ONCE) {
    // what vanishes while it counts is complained about, and counts for nothing
    const { stdout } = await collect([du, '-sk', '--', ...names.slice(at, at + AT_ONCE)], { cwd: folder });
    for (const [, size, name = ''] of Buffer.from(stdout)
      .toString()
      .matchAll(/^(\d+)\t(.*)$/gm))
      sizes.set(name, Number(size) * 1024);
  }
  return sizes;
}
