// Files and folders: atomic writes, copies, removals, sizes. Paths are absolute; links are never followed out of a
// folder that is copied, measured or removed. What goes wrong is thrown as a FailureError that names the path.
import { closeSync, constants, existsSync, fsyncSync, openSync } from 'node:fs';
import { access, chmod, copyFile, lstat, mkdir, open, readdir, rename, rm, stat, statfs } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative } from 'node:path';
import { FailureError } from '../core/failure.ts';
import { systemMessages } from '../core/messages/system-messages.ts';
import { codeOf, fileFailure, isMissing } from './file-failure.ts';
import { findOwn } from './find-on-path.ts';
import { collect } from './own-command.ts';
import { isRunning } from './processes-left.ts';

/** Copies a file where there is one; what is none (a folder, `/dev/null`) is left. */
export async function copyIfThere(from: string, to: string): Promise<void> {
  try {
    if ((await stat(from)).isFile()) await copyFile(from, to);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}

/** Whether this user may do that with a file or folder. @param mode `R_OK` and its kin of `node:fs` */
export async function isAllowed(path: string, mode: number): Promise<boolean> {
  try {
    await access(path, mode);
    return true;
  } catch {
    return false; // whatever forbids it, the caller's message names the path
  }
}

let temporary = 0;

/**
 * Replaces or makes a file so that any reader, and any crash, finds the old or the new content.
 * @param mode permissions of the new file; default 0600
 */
export async function writeAtomic(path: string, data: string | Uint8Array, mode = 0o600): Promise<void> {
  const beside = `${path}.${process.pid}-${++temporary}.tmp`;
  try {
    const file = await open(beside, 'wx', mode);
    try {
      await file.chmod(mode); // whatever the umask
      await file.writeFile(data);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(beside, path);
    await syncFolder(dirname(path));
  } catch (error) {
    await rm(beside, { force: true });
    throw fileFailure(error, path, 'written');
  }
}

/** Removes what `writeAtomic` left beside a file where it was killed. */
export async function clearKilledWrites(path: string): Promise<void> {
  const folder = dirname(path);
  const before = `${basename(path)}.`;
  for (const name of await namesIn(folder)) {
    const written = name.startsWith(before) ? /^(\d+)-\d+\.tmp$/.exec(name.slice(before.length)) : null;
    if (written !== null && !isRunning(Number(written[1]))) await rm(join(folder, name), { force: true });
  }
}

/** Some network file systems can't sync folders. */
const unlessNotPossible = (error: unknown): void => {
  if (codeOf(error) !== 'EINVAL') throw error;
};

/** Makes sure that a folder's new and renamed entries survive a power loss. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, constants.O_RDONLY);
  await handle
    .sync()
    .catch(unlessNotPossible)
    .finally(() => handle.close());
}

/** The same for what must not go on before. */
export function syncFolderNow(folder: string): void {
  const fd = openSync(folder, constants.O_RDONLY);
  try {
    fsyncSync(fd);
  } catch (error) {
    unlessNotPossible(error);
  } finally {
    closeSync(fd);
  }
}

/** Makes a folder and those above it; it may exist. */
export async function makeFolder(path: string, mode = 0o777): Promise<void> {
  await mkdir(path, { recursive: true, mode }).catch((error) => {
    throw fileFailure(error, path, 'created');
  });
}

/**
 * Copies a folder or file with times, modes and links as they are; shares the blocks where the file system can.
 * @param to must not exist
 */
export async function copyTree(from: string, to: string): Promise<void> {
  if (await exists(to))
    throw new FailureError(systemMessages['file-trouble']({ path: to, doing: 'made', why: 'it exists already' }));
  const cp = findOwn('cp');
  if (cp === null) throw new FailureError(systemMessages['copy-failed']({ from, to, why: 'there is no cp on PATH' }));
  // -c of macOS and --reflink of GNU are unknown elsewhere (BusyBox): then the plain copy.
  const ways = process.platform === 'darwin' ? ['-cRp', '-Rp'] : ['-a --reflink=auto', '-a'];
  let said = '';
  for (const way of ways) {
    const argv = [cp, ...way.split(' '), '--', from, to];
    const done = await collect(argv, { cwd: dirname(from) });
    if (done.exitCode === 0) return;
    said = done.stderr.trim();
    await removeTree(to);
    if (said.includes('No space left')) throw new FailureError(systemMessages['disk-full']({ path: to }));
  }
  throw new FailureError(systemMessages['copy-failed']({ from, to, why: said.slice(0, 500) }));
}

/** Copies one file's bytes and mode, sharing blocks where possible; `to` is overwritten. */
export async function copyOne(from: string, to: string): Promise<void> {
  await copyFile(from, to, constants.COPYFILE_FICLONE).catch((error) => {
    throw fileFailure(error, to, 'written');
  });
}

/**
 * Removes a file, a link or a folder with everything in it; it need not exist. Folders without write permission, and
 * deeper than a path can be long, are no hindrance.
 */
export async function removeTree(path: string): Promise<void> {
  if (await removed(path)) return;
  await loosen(path);
  if (await removed(path)) return;
  const tool = findOwn('rm');
  if (tool !== null) await collect([tool, '-rf', '--', path], { cwd: '/' });
  await rm(path, { recursive: true, force: true }).catch((error) => {
    throw fileFailure(error, path, 'removed');
  });
}

async function removed(path: string): Promise<boolean> {
  try {
    await rm(path, { recursive: true, force: true });
    return true;
  } catch {
    return false; // the next way is tried; the last one says why not
  }
}

/** Gives us back what a folder's owner may do, down the whole tree. */
async function loosen(path: string): Promise<void> {
  try {
    if (!(await lstat(path)).isDirectory()) return; // also links: chmod would follow them
    await chmod(path, 0o700);
    for (const name of await readdir(path)) await loosen(join(path, name));
  } catch (error) {
    if (codeOf(error) === null) throw error; // what the system refuses shows when it can't be removed
  }
}

/** What lies in a folder, by name; nothing where there is no such folder (any more). */
export async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/** Bytes that a file or folder takes on disk, links not followed; 0 when it is not there. */
export async function folderSize(path: string): Promise<number> {
  try {
    const entry = await lstat(path);
    const own = entry.blocks === undefined || entry.blocks === null ? entry.size : entry.blocks * 512;
    if (!entry.isDirectory()) return own;
    let sum = own;
    for (const name of await readdir(path)) sum += await folderSize(join(path, name));
    return sum;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return 0; // gone while we counted
    throw fileFailure(error, path, 'read');
  }
}

/** Whether there is anything of that name: a link that points nowhere too. */
export async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw fileFailure(error, path, 'read');
  }
}

/** The first `maxBytes` of a file as text (what is no UTF-8 becomes U+FFFD); null when there is no such file. */
export async function readText(path: string, maxBytes = 16 * 2 ** 20): Promise<string | null> {
  try {
    // A pipe that a model put there would keep us waiting; O_NONBLOCK does not.
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const bytes = new Uint8Array(Math.min((await file.stat()).size, maxBytes));
      let filled = 0;
      while (filled < bytes.length) {
        const { bytesRead } = await file.read(bytes, filled, bytes.length - filled, filled);
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
      return new TextDecoder().decode(bytes.subarray(0, filled));
    } finally {
      await file.close();
    }
  } catch (error) {
    if (isMissing(error)) return null;
    throw fileFailure(error, path, 'read');
  }
}

/** Whether `path` is `parent` or lies in it, by name alone: links are not resolved. */
export function isInside(parent: string, path: string): boolean {
  const way = relative(parent, path);
  return way !== '..' && !way.startsWith('../') && !isAbsolute(way);
}

/** The path, or the nearest folder above it that is there. */
export function nearestThere(path: string): string {
  let at = path;
  while (!existsSync(at) && dirname(at) !== at) at = dirname(at);
  return at;
}

/** Bytes that we may still write where `path` is, or would be. */
export async function freeSpace(path: string): Promise<number> {
  for (let at = path; ; at = dirname(at)) {
    try {
      const { bavail, bsize } = await statfs(at);
      return bavail * bsize;
    } catch (error) {
      if (!isMissing(error) || dirname(at) === at) throw fileFailure(error, at, 'read');
    }
  }
}
