// A private git folder that sees the user's objects and nothing else of theirs: no config, no hooks, no filters. What is
// written or read through it is byte for byte.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type GitPlace, gitText, NO_USER_CONFIG } from '../system/git.ts';
import type { ObjectFormat } from './disk.ts';

const ATTRIBUTES = '* -text -eol -ident !filter !working-tree-encoding\n';

/**
 * Makes (or makes again) such a folder.
 * @param objects folders of objects that can be read through it
 */
export async function makeRawStore(dir: string, format: ObjectFormat, objects: readonly string[]): Promise<string> {
  for (const folder of ['objects/info', 'refs', 'info']) await mkdir(join(dir, folder), { recursive: true });
  const version = format === 'sha1' ? 0 : 1;
  const extension = format === 'sha1' ? '' : `[extensions]\n\tobjectFormat = ${format}\n`;
  await writeFile(join(dir, 'HEAD'), 'ref: refs/heads/none\n');
  await writeFile(join(dir, 'config'), `[core]\n\trepositoryFormatVersion = ${version}\n\tbare = false\n${extension}`);
  await writeFile(join(dir, 'info/attributes'), ATTRIBUTES);
  await writeFile(join(dir, 'objects/info/alternates'), objects.map((folder) => `${quoted(folder)}\n`).join(''));
  return dir;
}

/** A path as git reads it within quotes. */
export function quoted(path: string): string {
  const escaped = path
    .replace(/["\\]/g, '\\$&')
    .replace(/[\x00-\x1f\x7f]/g, (c) => `\\${c.charCodeAt(0).toString(8).padStart(3, '0')}`);
  return `"${escaped}"`;
}

/** Writes blobs as files named by their place in the list, links as files that hold their target. */
export async function writeBlobs(
  store: string,
  oids: readonly string[],
  folder: string,
  scratch: string,
): Promise<void> {
  if (oids.length === 0) return;
  await mkdir(folder, { recursive: true });
  const place: GitPlace = { gitDir: store, workTree: folder, cwd: folder, indexFile: join(scratch, 'blobs.index') };
  const entries = oids.map((oid, n) => `100644 ${oid}\t${n}\0`).join('');
  await gitText(place, ['update-index', '-z', '--index-info'], { input: entries, env: NO_USER_CONFIG });
  await gitText(place, ['checkout-index', '--all', '--force', '--quiet'], { env: NO_USER_CONFIG });
}
