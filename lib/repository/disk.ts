// What lies at a path of the working tree right now, seen without following any symbolic link.
// Only looks; changes nothing and runs nothing.
import { createHash } from 'node:crypto';
import { type BigIntStats, closeSync, fstatSync, lstatSync, openSync, readlinkSync, readSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { EXECUTABLE, FILE, LINK } from '../core/file-mode.ts';
import { type ObjectFormat, objectId } from '../system/git-dir.ts';

export type Found =
  | { readonly kind: 'missing' }
  /** `perm`: permission bits; `stamp`: tells this state of the file from any later one. */
  | { readonly kind: 'file'; readonly perm: number; readonly size: number; readonly stamp: string }
  | { readonly kind: 'link'; readonly target: string; readonly stamp: string }
  | { readonly kind: 'folder'; readonly perm: number }
  | { readonly kind: 'special' }
  /** One of the folders above it is something else. */
  | { readonly kind: 'behind'; readonly parent: string; readonly by: 'link' | 'other' };

/** The absolute path of a repository-relative one. */
export const under = (top: string, path: string): string => (top.endsWith('/') ? top + path : `${top}/${path}`);

/** The folders above a path, outermost first. */
export function parentsOf(path: string): readonly string[] {
  const parts = path.split('/');
  return parts.slice(1).map((_, count) => parts.slice(0, count + 1).join('/'));
}

/** What lies at `path` below `top`. */
export async function look(top: string, path: string): Promise<Found> {
  for (const parent of parentsOf(path)) {
    const stats = stat(under(top, parent));
    if (!stats) return { kind: 'missing' };
    if (!stats.isDirectory()) return { kind: 'behind', parent, by: stats.isSymbolicLink() ? 'link' : 'other' };
  }
  const stats = stat(under(top, path));
  if (!stats) return { kind: 'missing' };
  const perm = Number(stats.mode & 0o7777n);
  if (stats.isDirectory()) return { kind: 'folder', perm };
  const stamp = `${stats.ino}:${stats.size}:${stats.mtimeNs}:${stats.ctimeNs}:${stats.mode}`;
  if (stats.isSymbolicLink()) return { kind: 'link', target: readlinkSync(under(top, path)), stamp };
  if (stats.isFile()) return { kind: 'file', perm, size: Number(stats.size), stamp };
  return { kind: 'special' };
}

/** Git's mode of what was found, null for what git has no mode for. */
export function modeOf(found: Found): string | null {
  if (found.kind === 'link') return LINK;
  if (found.kind === 'file') return found.perm & 0o100 ? EXECUTABLE : FILE;
  return null;
}

/** The object id of what was found, byte for byte and without any filter; null where there is none. */
export async function oidOf(format: ObjectFormat, top: string, path: string, found: Found): Promise<string | null> {
  if (found.kind === 'link') return objectId(format, 'blob', Buffer.from(found.target));
  if (found.kind === 'file') return fileId(format, under(top, path));
  return null;
}

/** Up to here a file is read without waiting: for many small ones that takes a tenth of the time. */
export const SMALL = 256 * 1024;

/** The object id of a file's bytes, whatever its size. */
export async function fileId(format: ObjectFormat, file: string): Promise<string> {
  const bytes = smallFile(file);
  if (bytes !== null) return objectId(format, 'blob', bytes);
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    const hash = createHash(format).update(`blob ${size}\0`);
    const buffer = Buffer.allocUnsafe(Math.min(Math.max(size, 1), 1 << 20));
    for (;;) {
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, null);
      if (bytesRead === 0) return hash.digest('hex');
      hash.update(buffer.subarray(0, bytesRead));
    }
  } finally {
    await handle.close();
  }
}

/** The bytes of a small file; null where it is larger. */
function smallFile(file: string): Uint8Array | null {
  const fd = openSync(file, 'r');
  try {
    const { size } = fstatSync(fd);
    if (size > SMALL) return null;
    const bytes = Buffer.allocUnsafe(size);
    let read = 0;
    while (read < size) {
      const more = readSync(fd, bytes, read, size - read, null);
      if (more === 0) break;
      read += more;
    }
    return bytes.subarray(0, read);
  } finally {
    closeSync(fd);
  }
}

/** Without waiting: it is asked so often (each folder above each path) that waiting would take most of the time. */
function stat(path: string): BigIntStats | null {
  try {
    return lstatSync(path, { bigint: true });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw error;
  }
}
