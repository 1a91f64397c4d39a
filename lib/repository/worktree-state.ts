// What is in a working tree beside the files of its index: edited and untracked files, files that flags hide from git,
// empty folders, repositories within it. Kept before a model works there, and put back exactly afterwards.
import { constants } from 'node:fs';
import {
  chmod,
  copyFile,
  lstat,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  rmdir,
  symlink,
  unlink,
  writeFile,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { LINK, SUBMODULE } from '../core/file-mode.ts';
import { exists, removeTree } from '../system/files.ts';
import type { ObjectFormat } from '../system/git-dir.ts';
import { fileId, look, modeOf, oidOf, parentsOf, under } from './disk.ts';
import type { FrozenGit } from './frozen-git.ts';
import { type Clearing, keepRepository, saveLeftovers, versionOf } from './leftovers.ts';
import { isRules, listIgnoreFiles, listOthers, listUnwatched } from './tree-listing.ts';
import { listChanges, listTracked } from './tree-status.ts';

/** The ending of a file that is about to take another's place. */
const BESIDE = '.mm-new';

interface WorktreeState {
  /** Paths that are not as the index has them; `file` holds their bytes (or a link's target), null: not there. */
  readonly files: readonly {
    readonly path: string;
    readonly mode: string;
    readonly perm: number;
    readonly oid: string;
    readonly file: string | null;
  }[];
  /** Untracked files, and folders that end in `/`, that are left alone whatever is in them. */
  readonly standing: readonly string[];
  readonly emptyFolders: readonly { readonly path: string; readonly perm: number }[];
  /** Files of the index that flags hide from git, as the index has them. */
  readonly hidden: readonly { readonly path: string; readonly mode: string; readonly oid: string }[];
}

interface Keeping {
  readonly top: string;
  readonly format: ObjectFormat;
  /** Where they are kept. */
  readonly dir: string;
  /**
   * False: untracked files are left alone and not kept (they have been put aside, or are ignored by rules that have
   * been).
   */
  readonly copyUntracked: boolean;
}

/**
 * Keeps them in `dir` as `own.json` and `own/`.
 * @returns files of the index in whose place is a folder with more in it than is kept: to write the file would take
 *   that
 */
export async function saveWorktreeState(
  frozen: FrozenGit,
  { top, format, dir, copyUntracked }: Keeping,
): Promise<string[]> {
  const { place, options } = frozen;
  await mkdir(join(dir, 'own'), { recursive: true });
  const [tracked, { flagged, others }, ignoreFiles] = await Promise.all([
    listTracked(place, options),
    listUnwatched(frozen, true),
    listIgnoreFiles(frozen),
  ]);
  const folded: string[] = []; // which git tells by no other name
  for (const { path, unstaged, isFile } of tracked)
    if (unstaged && isFile && (await look(top, path)).kind === 'folder') folded.push(path);
  const { untracked, embedded } =
    others.length + folded.length === 0 ? { untracked: [], embedded: [] } : await listChanges(place, options);
  const paths = new Set(tracked.filter((change) => change.unstaged && !change.submodule).map(({ path }) => path));
  const hidden: WorktreeState['hidden'][number][] = [];
  for (const { path, tag, mode, oid } of flagged) {
    if (mode === SUBMODULE) continue;
    hidden.push({ path, mode, oid });
    const found = await look(top, path);
    const skipped = tag.toUpperCase() === 'S';
    const differs = async () => modeOf(found) !== mode || (await oidOf(format, top, path, found)) !== oid;
    // git would not write one anew that it is to skip, so that is kept whatever it is, where it is there
    if (skipped ? found.kind !== 'missing' : await differs()) paths.add(path);
  }
  if (copyUntracked) for (const path of untracked) paths.add(path);
  for (const path of ignoreFiles) paths.add(path);

  const files: WorktreeState['files'][number][] = [];
  for (const path of paths) {
    const found = await look(top, path);
    const mode = modeOf(found);
    const file = mode === null ? null : join(dir, 'own', String(files.length));
    if (found.kind === 'link') await writeFile(file!, found.target);
    if (found.kind === 'file') await copyFile(under(top, path), file!, constants.COPYFILE_FICLONE);
    if (file) await chmod(file, 0o600);
    files.push({
      path,
      mode: mode ?? '',
      perm: found.kind === 'file' ? found.perm : 0,
      oid: file ? await fileId(format, file) : '',
      file,
    });
  }
  const folders = others.filter((path) => path.endsWith('/'));
  const emptyFolders = (await Promise.all(folders.map((path) => emptyBelow(top, path.slice(0, -1))))).flat();
  const standing = copyUntracked
    ? embedded.map((path) => `${path}/`)
    : others.filter((path) => !emptyFolders.some((empty) => isWithin(`${empty.path}/`, path)));
  await writeFile(
    join(dir, 'own.json'),
    JSON.stringify({ files, standing, emptyFolders, hidden } satisfies WorktreeState),
  );
  const covered: string[] = [];
  for (const path of folded) if (await holdsOther(top, path, paths)) covered.push(path);
  return covered;
}

/** Whether there is anything in a folder but some files. */
async function holdsOther(top: string, folder: string, files: ReadonlySet<string>): Promise<boolean> {
  for (const entry of await readdir(under(top, folder), { withFileTypes: true })) {
    const path = `${folder}/${entry.name}`;
    const other = entry.isDirectory() ? await holdsOther(top, path, files) : !files.has(path);
    if (other || entry.name === '.git') return true;
  }
  return false;
}

async function readWorktreeState(dir: string): Promise<WorktreeState> {
  return JSON.parse(await readFile(join(dir, 'own.json'), 'utf8')) as WorktreeState;
}

/** Keeps what lies in the place of the index's files and of the kept ones, before those are written over it. */
export async function keepReplaced(frozen: FrozenGit, clearing: Clearing): Promise<void> {
  const { top, dir } = clearing;
  const tracked = await listTracked(frozen.place, frozen.options);
  const paths = tracked.filter((change) => change.unstaged && !change.submodule).map(({ path }) => path);
  const places = await Promise.all(
    paths.map(async (path) => {
      const found = await look(top, path);
      return found.kind === 'behind' ? found.parent : path;
    }),
  );
  const { files, hidden } = await readWorktreeState(dir);
  // git does not tell whether a file that flags hide from it has changed
  const known = new Map([...hidden, ...files].map((each) => [each.path, versionOf(each)]));
  await saveLeftovers(clearing, [...places, ...known.keys()], known);
}

/**
 * Makes the tree hold the index's files, the kept ones, and nothing else but what is ignored or was left standing.
 * @returns what had to stay, since its name is not UTF-8
 */
export async function restoreWorktreeState(frozen: FrozenGit, clearing: Clearing): Promise<readonly string[]> {
  const { top, format, dir } = clearing;
  const own = await readWorktreeState(dir);
  const kept = new Set(own.files.map(({ path }) => path));
  // First of all the ignore rules, or what they keep from us would be taken for a model's.
  for (const each of own.files) if (isRules(each.path)) await putBackFile(top, format, each);
  await removeNewRules(frozen, clearing, kept);
  const isOurs = (path: string) => kept.has(path) || own.standing.some((standing) => isWithin(standing, path));
  const unwatched = await listUnwatched(frozen, false);
  const others = unwatched.others.filter((path) => !isOurs(path));
  for (const { path, tag } of unwatched.flagged) {
    if (tag.toUpperCase() === 'S' && !kept.has(path) && (await exists(under(top, path)))) others.push(path);
  }
  await saveLeftovers(
    clearing,
    others.filter((path) => !path.endsWith('/') && !isTemporary(path, kept)),
    new Map(),
  );
  for (const path of others) await removeOther(clearing, path);
  const empties = new Set(own.emptyFolders.map(({ path }) => path));
  const unnameable: string[] = [];
  for (const path of await listOthers(frozen, true)) {
    if (isOurs(path)) continue;
    if (path.includes('\ufffd')) unnameable.push(path);
    else if (path.endsWith('/')) await removeEmpty(top, path.slice(0, -1), empties);
  }
  for (const each of own.files) await putBackFile(top, format, each);
  for (const { path, perm } of own.emptyFolders) {
    if ((await look(top, path)).kind !== 'missing') continue;
    await mkdir(under(top, path), { recursive: true });
    await chmod(under(top, path), perm);
  }
  return unnameable;
}

/** What an interrupted try left beside a kept file. */
const isTemporary = (path: string, kept: ReadonlySet<string>): boolean =>
  path.endsWith(BESIDE) && kept.has(path.slice(0, -BESIDE.length));

const isWithin = (standing: string, path: string): boolean =>
  path === standing || (standing.endsWith('/') && path.startsWith(standing));

/** Removes a file, or moves an embedded repository away; and removes the folders that this leaves empty. */
async function removeOther(clearing: Clearing, path: string): Promise<void> {
  const { top } = clearing;
  const name = path.replace(/\/$/, '');
  const { kind } = await look(top, name);
  if (kind === 'behind') return; // reached through a link: not in this tree
  if (kind === 'folder') {
    // in the place of a file that git is to skip: what was in it has gone by names of its own
    if (path.endsWith('/') || (await exists(join(under(top, name), '.git')))) await keepRepository(clearing, name);
    else await removeEmpty(top, name, new Set());
  } else if (kind !== 'missing') await unlink(under(top, name)); // what can't be read has been moved
  for (const parent of parentsOf(name).toReversed()) if (!(await removedEmpty(under(top, parent)))) return;
}

/** Removes folders without files, but those that were there before. */
async function removeEmpty(top: string, folder: string, spared: ReadonlySet<string>): Promise<void> {
  const entries = await readdir(under(top, folder), { withFileTypes: true });
  for (const entry of entries)
    if (entry.isDirectory() && entry.name !== '.git') await removeEmpty(top, `${folder}/${entry.name}`, spared);
  if (!spared.has(folder)) await removedEmpty(under(top, folder));
}

async function removedEmpty(folder: string): Promise<boolean> {
  try {
    await rmdir(folder);
    return true;
  } catch (error) {
    if (['ENOTEMPTY', 'EEXIST', 'EBUSY', 'ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? ''))
      return false;
    throw error;
  }
}

/** The empty folders at or below `folder`; a repository within is not looked into. */
async function emptyBelow(top: string, folder: string): Promise<readonly { path: string; perm: number }[]> {
  const entries = await readdir(under(top, folder), { withFileTypes: true });
  if (entries.length === 0) return [{ path: folder, perm: (await lstat(under(top, folder))).mode & 0o7777 }];
  if (entries.some((entry) => entry.name === '.git')) return [];
  const below = entries.filter((entry) => entry.isDirectory());
  return (await Promise.all(below.map((entry) => emptyBelow(top, `${folder}/${entry.name}`)))).flat();
}

async function putBackFile(
  top: string,
  format: ObjectFormat,
  { path, mode, perm, oid, file }: WorktreeState['files'][number],
): Promise<void> {
  const found = await look(top, path);
  if (file === null) {
    if (modeOf(found) !== null) await unlink(under(top, path));
    return;
  }
  if (
    modeOf(found) === mode &&
    (found.kind !== 'file' || found.perm === perm) &&
    (await oidOf(format, top, path, found)) === oid
  )
    return;
  const target = under(top, path);
  for (const parent of parentsOf(path)) {
    const there = await look(top, parent);
    if (there.kind !== 'folder' && there.kind !== 'missing') await unlink(under(top, parent));
  }
  await mkdir(dirname(target), { recursive: true });
  if (found.kind === 'folder') await removeTree(target);
  const beside = `${target}${BESIDE}`;
  if (await exists(beside)) await unlink(beside);
  if (mode === LINK) await symlink(await readFile(file, 'utf8'), beside);
  else {
    await copyFile(file, beside, constants.COPYFILE_FICLONE);
    await chmod(beside, perm);
  }
  await rename(beside, target);
}

/** The tracked files that git does not find as the index has them, but for the kept ones. */
export async function differingFiles({ place, options }: FrozenGit, dir: string): Promise<readonly string[]> {
  const kept = new Set((await readWorktreeState(dir)).files.map(({ path }) => path));
  return (await listTracked(place, options))
    .filter((change) => change.unstaged && !change.submodule && !kept.has(change.path))
    .map(({ path }) => path);
}

/** Removes rules that a model made. Those of an outer folder go first: they may have hidden inner ones. */
async function removeNewRules(frozen: FrozenGit, clearing: Clearing, kept: ReadonlySet<string>): Promise<void> {
  const removed = new Set<string>(); // a name that is not UTF-8 is another one to us: that file is listed again
  for (;;) {
    const made = (await listIgnoreFiles(frozen)).filter((path) => !kept.has(path) && !removed.has(path));
    const depth = made[0] === undefined ? 0 : parentsOf(made[0]).length;
    if (made.length === 0) return;
    await saveLeftovers(clearing, made, new Map());
    for (const path of made) {
      if (parentsOf(path).length !== depth) continue;
      await rm(under(clearing.top, path), { force: true });
      removed.add(path);
    }
  }
}
