// A git folder of our own, which knows nobody's settings, hooks and filters. Made by hand: `git init` would take the
// user's settings and templates into it.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeAtomic } from './files.ts';

export type ObjectFormat = 'sha1' | 'sha256';

export interface GitDirSpec {
  readonly objectFormat: ObjectFormat;
  /** A commit; absent: a branch without one. */
  readonly head?: string;
  /** Folders whose objects can be read through it. */
  readonly objects?: readonly string[];
  /** Files go through it byte for byte, and through nobody's program. */
  readonly exact?: boolean;
}

/** Makes the folder, or makes it whole. */
export async function makeGitDir(dir: string, { objectFormat, head, objects, exact }: GitDirSpec): Promise<void> {
  for (const folder of ['objects/info', 'refs', 'info']) await mkdir(join(dir, folder), { recursive: true });
  const sha1 = objectFormat === 'sha1';
  const core = `[core]\n\trepositoryFormatVersion = ${sha1 ? 0 : 1}\n\tbare = false\n`;
  await writeAtomic(join(dir, 'config'), sha1 ? core : `${core}[extensions]\n\tobjectFormat = ${objectFormat}\n`);
  if (objects) await writeAtomic(join(dir, 'objects/info/alternates'), alternates(objects));
  if (exact) await writeAtomic(join(dir, 'info/attributes'), '* -text -eol -ident !filter !working-tree-encoding\n');
  await writeAtomic(join(dir, 'HEAD'), `${head ?? 'ref: refs/heads/none'}\n`);
}

/**
 * The text of an `objects/info/alternates`, whatever the absolute paths are made of. Quotes only where they are needed:
 * `git clone` does not understand them.
 */
export const alternates = (folders: readonly string[]): string =>
  folders.map((folder) => `${folder.includes('\n') ? quoted(folder) : folder}\n`).join('');

/** A path as git reads it within quotes. */
export function quoted(path: string): string {
  const escaped = path
    .replace(/["\\]/g, '\\$&')
    .replace(/[\x00-\x1f\x7f]/g, (c) => `\\${c.charCodeAt(0).toString(8).padStart(3, '0')}`);
  return `"${escaped}"`;
}
