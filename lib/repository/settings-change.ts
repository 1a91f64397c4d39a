// Which keys of a settings file of git's were changed, and whether the user's own tools set such keys without a harm.
// Only reads.
import { lstatSync, readFileSync } from 'node:fs';
import { basename, join, normalize, sep } from 'node:path';
import { git, gitRecords, literally } from '../system/git.ts';
import { type ObjectFormat, objectId } from '../system/git-dir.ts';
import { settingsOf } from '../system/git-settings.ts';
import { under } from './disk.ts';
import type { KeptFile } from './fingerprint.ts';
import { filesBelow } from './folder-names.ts';
import { FAITHFUL } from './forward.ts';

export interface KeyChange {
  /** As git lists it: section and name in lower case. */
  readonly key: string;
  /** All its values, null: it was not or is not there. */
  readonly before: string | null;
  readonly now: string | null;
}

/** Every key whose values differ; null: not a file that git reads. */
export async function changedKeys(
  before: KeptFile | undefined,
  now: KeptFile | undefined,
): Promise<readonly KeyChange[] | null> {
  if (now !== undefined && (now.link !== null || now.data === null)) return null;
  if (before && now && before.perm !== now.perm) return null;
  const [old, fresh] = [await keysOf(before), await keysOf(now)];
  if (old === null || fresh === null) return null;
  return [...new Set([...old.keys(), ...fresh.keys()])]
    .map((key) => ({ key, before: old.get(key) ?? null, now: fresh.get(key) ?? null }))
    .filter((change) => change.before !== change.now);
}

async function keysOf(file: KeptFile | undefined): Promise<ReadonlyMap<string, string> | null> {
  const keys = new Map<string, string>();
  if (file === undefined) return keys;
  const input = Buffer.from(file.data ?? '', 'base64');
  const listed = await git({ cwd: '/' }, ['config', '--file', '-', '--list', '-z'], { input });
  if (listed.code !== 0) return null;
  for (const [key, value] of settingsOf(listed.stdout))
    keys.set(key, keys.has(key) ? `${keys.get(key)}\n${value}` : value);
  return keys;
}

/**
 * Keys that tools of the user's add, by what they may hold. None of them runs a program, makes a push or a fetch go
 * elsewhere, or lets git forget anything; whatever else is set counts as harm.
 */
const ADDED: readonly (readonly [key: RegExp, value: RegExp])[] = [
  [/^branch\..+\.merge$/, /^refs\/heads\/[^\n]+$/], // git push -u, git branch --track
  [/^branch\..+\.rebase$/, /^(true|false|merges|interactive)$/],
  [/^branch\..+\.(description|vscode-merge-base|github-pr-[a-z-]+|gh-merge-base|base)$/, /^[^\0]*$/],
  [/^maintenance\.(auto|strategy)$/, /^[a-z]+$/], // git maintenance start
  [/^(extensions\.worktreeconfig|core\.sparsecheckout(cone)?)$/, /^(true|false)$/], // git sparse-checkout
  [/^lfs\.repositoryformatversion$/, /^\d+$/],
  [/^lfs\..+\.(locksverify|access)$/, /^(true|false|basic|none)$/],
  [/^submodule\..+\.active$/, /^(true|false)$/],
];

/** Whether a key was only added, as tools of the user's and the project's add it. */
export async function isUsual(change: KeyChange, remotes: ReadonlySet<string>, place: HooksPlace): Promise<boolean> {
  const { key, before, now } = change;
  if (key === 'core.repositoryformatversion') return /^[01]$/.test(now ?? ''); // with extensions.worktreeconfig
  if (before !== null || now === null) return false;
  if (key === 'core.hookspath') return isAskedFor(now, place);
  if (/^branch\..+\.(remote|pushremote)$/.test(key)) return now === '.' || remotes.has(now);
  return ADDED.some(([name, value]) => name.test(key) && value.test(now));
}

interface HooksPlace {
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
 * Whether a `core.hooksPath` is what the project itself asks for: its install scripts (npm's `prepare`) set it in every
 * clone, also in the lane of a model that installs packages. It is, where such a script in package.json of the last
 * commit names the folder, that lies in the tree and in that
 * commit, and nothing lies there by which code that nobody committed would run in the user's name: files as committed,
 * hooks that hand over to the file beside them, and copies out of an installed package.
 */
async function isAskedFor(value: string, { top, gitDir, base }: HooksPlace): Promise<boolean> {
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
    if (committed.get(file.slice(top.length + 1)) === objectId(format, 'blob', bytes)) return true;
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
