// Whether a `core.hooksPath` that was set while models worked is what the project itself asks for: its install scripts
// (npm's `prepare`) set it in every clone, also in the lane of a model that installs packages. Only reads.
import { lstatSync, readFileSync } from 'node:fs';
import { basename, join, normalize, sep } from 'node:path';
import { git, gitRecords, literally } from '../system/git.ts';
import type { ObjectFormat } from '../system/git-dir.ts';
import { blobId, under } from './disk.ts';
import { filesBelow } from './folder-names.ts';
import { FAITHFUL } from './forward.ts';

export interface HooksPlace {
  readonly top: string;
  readonly gitDir: string;
  readonly base: string;
}

/** Scripts that npm and its like run by themselves when packages are installed. */
const BY_ITSELF = ['preinstall', 'install', 'postinstall', 'prepublish', 'preprepare', 'prepare', 'postprepare'];
/** A hook that only hands over to the file beside it. */
const HANDS_OVER = /^#!\/usr\/bin\/env sh\n\. "\$\(dirname (-- )?"\$0"\)\/[\w.-]+"\n?$/;
/** A file that says something and does nothing. */
const SAYS_ONLY = /^echo "(\\[^\n]|\$0\b|[^"`$\\])*"\n?$/;

/**
 * It is, where such a script in the last commit's package.json names the folder, that lies in the tree and in that
 * commit, and nothing lies there by which code that nobody committed would run in the user's name: files as committed,
 * hooks that hand over to the file beside them, and copies out of an installed package.
 */
export async function isAskedFor(value: string, { top, gitDir, base }: HooksPlace): Promise<boolean> {
  const folder = normalize(value).replace(/\/$/, '');
  const [first = ''] = folder.split(sep);
  if (value === '' || folder.startsWith('/') || /^(\.|\.\.|~|\.git)$/i.test(first) || /[\x00-\x1f]/.test(value))
    return false;
  const place = { gitDir };
  const manifest = await git(place, ['cat-file', 'blob', `${base}:package.json`], FAITHFUL);
  const name = first.replace(/^\./, '');
  if (manifest.code !== 0 || name === '' || !isNamedIn(manifest.stdout, name)) return false;
  const listed = await gitRecords(
    place,
    ['ls-tree', '-r', '-z', '--full-tree', base, '--', literally(first)],
    FAITHFUL,
  );
  const committed = new Map(listed.map((row) => [row.slice(row.indexOf('\t') + 1), row.split(/[ \t]/)[2]]));
  if (committed.size === 0) return false;
  const format: ObjectFormat = base.length === 40 ? 'sha1' : 'sha256';
  const packaged = join(top, 'node_modules', name);
  const known = new Set(filesBelow(packaged).flatMap((file) => bytesOf(file)?.toString('latin1') ?? []));
  return filesBelow(under(top, folder)).every((file) => {
    const bytes = bytesOf(file);
    if (bytes === null) return false;
    if (committed.get(file.slice(top.length + 1)) === blobId(format, bytes)) return true;
    const text = bytes.toString('latin1');
    return basename(file) === '.gitignore' || HANDS_OVER.test(text) || SAYS_ONLY.test(text) || known.has(text);
  });
}

/** Whether a script that runs by itself names the folder, or the package that makes it. */
function isNamedIn(manifest: string, word: string): boolean {
  try {
    const { scripts } = JSON.parse(manifest) as { scripts?: Record<string, unknown> };
    return BY_ITSELF.some((name) => String(scripts?.[name] ?? '').includes(word));
  } catch {
    return false;
  }
}

const LARGEST = 64 * 1024;

/** Null: no file, a link, or too large for a hook. */
function bytesOf(file: string): Buffer | null {
  const stats = lstatSync(file, { throwIfNoEntry: false });
  return stats?.isFile() && stats.size <= LARGEST ? readFileSync(file) : null;
}
