// Which folder a path names, told apart from any other that may take its place later.
import { lstat, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { codeOf } from '../system/file-failure.ts';
import { systemPath } from './path-bytes.ts';

export interface FolderIdentity {
  readonly device: string;
  readonly inode: string;
  /** Milliseconds since 1970 (not every runtime tells more), '0' where the file system does not tell. */
  readonly born: string;
}

/** @throws when it is not there */
export async function identityOf(path: string): Promise<FolderIdentity> {
  const [folder, parent] = await Promise.all([lstat(path, { bigint: true }), lstat(dirname(path), { bigint: true })]);
  // Where no birth time is known, the time of the last change may stand in for it, which does not last. The parent was
  // changed after it was made, if only by making this folder.
  const born = parent.birthtimeNs === parent.ctimeNs ? 0n : (folder.birthtimeNs ?? 0n);
  return { device: String(folder.dev), inode: String(folder.ino), born: String(born / 1_000_000n) };
}

/** Whether there is a real folder at `path`, and it is that one. */
export async function isFolder(path: string, identity: FolderIdentity): Promise<boolean> {
  try {
    if (!(await lstat(path)).isDirectory()) return false;
    const now = await identityOf(path);
    const sameBirth = now.born === identity.born || now.born === '0' || identity.born === '0';
    return now.device === identity.device && now.inode === identity.inode && sameBirth;
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(codeOf(error) ?? '')) return false;
    throw error;
  }
}

/** Whether `path` below `top` is a folder, and no link leads there. */
export async function isRealFolder(top: string, path: string): Promise<boolean> {
  const parts = path.split('/');
  try {
    for (let count = 1; count <= parts.length; count++) {
      const entry = await lstat(systemPath(join(top, ...parts.slice(0, count))));
      if (!entry.isDirectory()) return false;
    }
    return true;
  } catch (error) {
    if (codeOf(error) === null) throw error;
    return false;
  }
}

/** Makes the folders of `path` below `top`; false when something else is in the way, a link too. */
export async function makeRealFolder(top: string, path: string): Promise<boolean> {
  let at = top;
  for (const part of path === '.' ? [] : path.split('/')) {
    at = join(at, part);
    try {
      await mkdir(at);
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
      if (!(await lstat(at)).isDirectory()) return false;
    }
  }
  return true;
}
