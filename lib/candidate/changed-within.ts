// Whether anything below a folder changed since a moment. Follows no link, and ends at the first thing that did.
import { lstatSync, readdirSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import { codeOf } from '../system/file-failure.ts';
import { takingTurns } from '../system/turns.ts';

/**
 * @param path a file or folder
 * @param since milliseconds by the disk's clock
 * @param passOver names of folders that are not looked into, e.g. caches
 */
export async function changedWithin(path: string, since: number, passOver: ReadonlySet<string>): Promise<boolean> {
  const turn = takingTurns();
  const queue = [path];
  for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
    await turn();
    try {
      const stats = lstatSync(at);
      // what is put into a folder that is passed over changes the folder around it only once
      if (!stats.isDirectory()) {
        if (lastChange(stats) > since) return true;
        continue;
      }
      const entries = readdirSync(at);
      const looked = entries.filter((name) => !passOver.has(name));
      if (lastChange(stats) > since && looked.length === entries.length) return true;
      for (const name of looked) queue.push(join(at, name));
    } catch (error) {
      if (codeOf(error) === null) throw error;
      return true; // what can't be read can't be vouched for
    }
  }
  return false;
}

/**
 * Nobody can set the time of a change back, but Deno tells it in whole seconds only: there, that of the content helps
 * out.
 */
export const lastChange = ({ ctimeMs, mtimeMs }: Stats): number => Math.max(ctimeMs, mtimeMs);
