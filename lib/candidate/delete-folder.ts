// Deletes folders that hold as many files as a checkout.
import { dirname } from 'node:path';
import { cleanPath } from '../system/environment.ts';
import { exists, removeTree } from '../system/files.ts';
import { findOwn } from '../system/find-on-path.ts';
import { collect, leaveBehind } from '../system/process.ts';

/** Whoever waits for the result need not wait for this; killed on the way, the rest stays for `mm clean`. */
export function deleteWithoutWaiting(folder: string): void {
  const sh = findOwn('sh');
  // A folder that may not be written to holds on to its files until it may.
  const script = 'rm -rf -- "$1" 2>/dev/null || { chmod -R u+rwX -- "$1"; rm -rf -- "$1"; }';
  if (sh !== null) leaveBehind([sh, '-c', script, 'sh', folder]);
}

/** A program of its own does it: a checkout has many files, and our own file calls would wait behind all of them. */
export async function deleteFolder(path: string): Promise<void> {
  const rm = findOwn('rm');
  if (rm !== null && (await exists(path))) {
    await collect([rm, '-rf', '--', path], { cwd: dirname(path), env: { PATH: cleanPath(process.env), LC_ALL: 'C' } });
  }
  await removeTree(path);
}
