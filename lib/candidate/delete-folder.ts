// Deletes folders that hold as many files as a checkout.
import { dirname } from 'node:path';
import { setTimeout } from 'node:timers';
import { cleanPath } from '../system/environment.ts';
import { exists, removeTree } from '../system/files.ts';
import { findOwn } from '../system/find-on-path.ts';
import { collect, leaveBehind } from '../system/own-command.ts';

/** Folders that nobody has begun to delete yet. */
const doomed: string[] = [];
/**
 * A run gives up its folders one after the other: in this time they come together, and one command deletes them all.
 */
const TOGETHER_MS = 100;

/** Whoever waits for the result need not wait for this; killed on the way, the rest stays for `mm clean`. */
export function deleteWithoutWaiting(folder: string): void {
  if (doomed.push(folder) > 1) return;
  process.once('exit', deleteDoomed);
  setTimeout(deleteDoomed, TOGETHER_MS).unref();
}

function deleteDoomed(): void {
  process.removeListener('exit', deleteDoomed);
  const folders = doomed.splice(0);
  const sh = findOwn('sh');
  // A folder that may not be written to holds on to its files until it may.
  const script = 'rm -rf -- "$@" 2>/dev/null || { chmod -R u+rwX -- "$@"; rm -rf -- "$@"; }';
  if (sh !== null && folders.length > 0) leaveBehind([sh, '-c', script, 'sh', ...folders]);
}

/** A program of its own does it: a checkout has many files, and our own file calls would wait behind all of them. */
export async function deleteFolder(path: string): Promise<void> {
  const rm = findOwn('rm');
  if (rm !== null && (await exists(path))) {
    await collect([rm, '-rf', '--', path], { cwd: dirname(path), env: { PATH: cleanPath(process.env), LC_ALL: 'C' } });
  }
  await removeTree(path);
}
