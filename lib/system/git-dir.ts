// A git folder of our own, which knows nobody's settings, hooks and filters. Made by hand: `git init` would take the
// user's settings and templates into it.
import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { writeAtomic } from './files.ts';

export type ObjectFormat = 'sha1' | 'sha256';

/** The id that git gives an object of these bytes. */
export const objectId = (format: ObjectFormat, kind: 'blob' | 'tree', bytes: Uint8Array): string =>
  createHash(format).update(`${kind} ${bytes.length}\0`).update(bytes).digest('hex');

interface GitDirSpec {
  readonly objectFormat: ObjectFormat;
  /** A commit; absent: a branch without one. */
  readonly head?: string;
  /** The branch that is at `head`; absent: none. */
  readonly branch?: string;
  /** `section.name` → value. */
  readonly settings?: readonly (readonly [name: string, value: string])[];
  /** Folders whose objects can be read through it. */
  readonly objects?: readonly string[];
  /** Files go through it byte for byte, and through nobody's program. */
  readonly exact?: boolean;
}

/** Makes the folder, or makes it whole. */
export async function makeGitDir(dir: string, spec: GitDirSpec): Promise<void> {
  const { objectFormat, head, branch, settings = [], objects, exact } = spec;
  for (const folder of ['objects/info', 'refs/heads', 'info']) await mkdir(join(dir, folder), { recursive: true });
  const sha1 = objectFormat === 'sha1';
  const config = [
    ['core.repositoryFormatVersion', sha1 ? '0' : '1'],
    ['core.bare', 'false'],
    ...(sha1 ? [] : [['extensions.objectFormat', objectFormat]]),
    ...settings,
  ].map(([name = '', value = '']) => settingLine(name, value));
  await writeAtomic(join(dir, 'config'), config.join(''));
  if (objects) await writeAtomic(join(dir, 'objects/info/alternates'), alternates(objects));
  if (exact) await writeAtomic(join(dir, 'info/attributes'), '* -text -eol -ident !filter !working-tree-encoding\n');
  if (branch !== undefined && head !== undefined) {
    const file = join(dir, 'refs/heads', branch);
    await mkdir(dirname(file), { recursive: true });
    await writeAtomic(file, `${head}\n`);
  }
  await writeAtomic(
    join(dir, 'HEAD'),
    branch === undefined && head ? `${head}\n` : `ref: refs/heads/${branch ?? 'none'}\n`,
  );
}

/** A setting as a file of settings has it. */
function settingLine(name: string, value: string): string {
  const at = name.indexOf('.');
  const escaped = value.replace(/["\\]/g, '\\$&').replaceAll('\n', '\\n');
  return `[${name.slice(0, at)}]\n\t${name.slice(at + 1)} = "${escaped}"\n`;
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
