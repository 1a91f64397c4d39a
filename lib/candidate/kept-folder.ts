// Folders of workspaces that outlive their lane: laying 100,000 files out takes seconds, bringing a folder up to date that
// holds most of them a fraction of one. They lie beside the repository's sessions, never in the repository. What anybody did
// in one since its index was kept, git sees (by times that nobody can set back) and writes anew; what is no part of the
// tree goes; a folder of which that can't be shown is not used again.
import { chmodSync, lstatSync } from 'node:fs';
import { lstat, mkdir, open, readdir, rename, rm, unlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { codeOf } from '../system/file-failure.ts';
import { exists, readText, removeTree } from '../system/files.ts';
import type { CandidateStore } from './candidate-store.ts';
import { folderFacts } from './folder-facts.ts';
import { type FolderIdentity, identityOf, isFolder } from './identity.ts';
import { materialize } from './materialize.ts';
import { systemPath } from './path-bytes.ts';
import { NOTHING_BESIDE, type Pristine, pristineFolder, readPristine, writePristine } from './pristine.ts';
import { scan } from './scan.ts';
import { tokenOf, type WorkspaceSpec } from './workspace.ts';

/** What is known of a kept folder; its files lie in `files` beside, the index that tells of them in `index`. */
interface Kept {
  /** Whose tree it holds. */
  readonly commonDir: string;
  readonly tree: string;
  readonly mark: number;
  readonly folder: FolderIdentity;
  readonly umask: number;
}

/** Older ones are of no use to anybody who works here. */
const LONGEST_MS = 14 * 24 * 3_600_000;

/**
 * Whether folders of this repository are worth keeping: it has at least so many files, and a checkout is the tree byte for
 * byte, so that nothing but git is needed to make it.
 */
export async function isWorthKeeping(store: CandidateStore, files: number): Promise<boolean> {
  if (!store.plain || !(await isLarge(store, files))) return false;
  return (await folderFacts(store, store.baseTree)).submodules.size === 0;
}

/** Whether a working tree has at least so many files. */
export const isLarge = async ({ gitDir }: Pick<CandidateStore, 'gitDir'>, files: number): Promise<boolean> =>
  (await indexLength(join(gitDir, 'index'))) >= files;

/** How many entries an index has: the third word of it. 0 where there is none. */
async function indexLength(file: string): Promise<number> {
  try {
    const handle = await open(file, 'r');
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(12), 0, 12, 0);
      return bytesRead === 12 && buffer.toString('latin1', 0, 4) === 'DIRC' ? buffer.readUInt32BE(8) : 0;
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (codeOf(error) === null) throw error;
    return 0;
  }
}

/** Where a folder lies that is being brought up to date for a workspace. */
export const fresheningPlace = ({ record }: WorkspaceSpec): string => record.replace(/\.json$/, '.kept');

/**
 * Takes a kept folder, if there is one that fits, and makes it hold the base; its index is kept as the workspace's beginning.
 * @returns the folder with the files, without a `.git`; null: there is none
 */
export async function takeKept(
  store: CandidateStore,
  spec: WorkspaceSpec,
  env: Readonly<Record<string, string>>,
): Promise<string | null> {
  if (!spec.pool) return null;
  const place = fresheningPlace(spec);
  await removeTree(place);
  const { device } = await identityOf(spec.path);
  for (const { name, kept } of await listKept(spec.pool)) {
    if (kept.commonDir !== store.commonDir || kept.folder.device !== device || kept.umask !== process.umask()) continue;
    try {
      await rename(join(spec.pool, name), place); // whoever is first has it
    } catch (error) {
      if (!['ENOENT', 'EXDEV'].includes(codeOf(error) ?? '')) throw error;
      continue;
    }
    if (await freshen(store, spec, kept, env)) return join(place, 'files');
    await removeTree(place);
    await rm(pristineFolder(store, spec.id), { recursive: true, force: true });
  }
  return null;
}

async function listKept(pool: string): Promise<readonly { readonly name: string; readonly kept: Kept }[]> {
  const names = await readdir(pool).catch((error: unknown) => {
    if (codeOf(error) !== 'ENOENT') throw error;
    return [];
  });
  const all = await Promise.all(
    names
      .filter((name) => !name.startsWith('.'))
      .sort()
      .map(async (name) => ({ name, kept: parsed(await readText(join(pool, name, 'kept.json'))) })),
  );
  return all.flatMap(({ name, kept }) => (kept === null ? [] : [{ name, kept }]));
}

/** Null: missing, or torn by a power loss. */
function parsed(text: string | null): Kept | null {
  try {
    return text === null ? null : (JSON.parse(text) as Kept);
  } catch {
    return null;
  }
}

async function freshen(
  store: CandidateStore,
  spec: WorkspaceSpec,
  { tree, mark, folder }: Kept,
  env: Readonly<Record<string, string>>,
): Promise<boolean> {
  const place = fresheningPlace(spec);
  const files = join(place, 'files');
  const workspace = { id: spec.id, kind: spec.kind, path: files, branch: null };
  const pristine: Pristine = { tree, onto: tree, ...NOTHING_BESIDE, submodules: [], mark, folder };
  if (!(await isFolder(files, folder)) || (await exists(join(files, '.git')))) return false;
  await rm(pristineFolder(store, spec.id), { recursive: true, force: true });
  await mkdir(pristineFolder(store, spec.id), { recursive: true, mode: 0o700 });
  await rename(join(place, 'index'), join(pristineFolder(store, spec.id), 'index'));
  await writePristine(store, workspace, pristine);
  const { folders } = await folderFacts(store, store.baseTree);
  const laidOut = await materialize(store, workspace, store.baseTree, { ignored: 'none', env });
  if (!laidOut.ok) return false;
  // folders that nobody has changed since the beginning was kept hold what they held
  const seen = await scan(files, { folders, others: [], ignored: [], submodules: [], since: mark });
  if (Object.values(seen).some((found) => found.length > 0)) return false;
  for (const path of ['', ...folders]) plainFolder(String(systemPath(join(files, path))));
  return true;
}

/** A folder has the permissions of a new one. */
function plainFolder(path: string): void {
  const wanted = 0o777 & ~process.umask();
  if ((lstatSync(path).mode & 0o7777) !== wanted) chmodSync(path, wanted);
}

/**
 * Keeps a workspace's folder for later instead of removing it.
 * @param garbage a place for its `.git`
 * @returns false: it is no folder to keep, and still where it was
 */
export async function keepFolder(spec: WorkspaceSpec, garbage: string): Promise<boolean> {
  if (!spec.pool) return false; // also as an earlier version wrote it down
  const store = { sessionDir: dirname(dirname(spec.record)) };
  const pristine = await readPristine(store, spec.id);
  if (pristine === null || !(await isFolder(spec.path, pristine.folder))) return false;
  await mkdir(spec.pool, { recursive: true, mode: 0o700 });
  await dropOld(spec.pool);
  const beside = join(spec.pool, `.${tokenOf(spec)}`);
  await removeTree(beside);
  await mkdir(beside, { mode: 0o700 });
  try {
    await rename(join(pristineFolder(store, spec.id), 'index'), join(beside, 'index'));
    await rename(spec.path, join(beside, 'files'));
  } catch (error) {
    if (codeOf(error) === null) throw error;
    await removeTree(beside); // on another disk, or not ours to move: it goes the usual way
    return false;
  }
  await putGitAside(join(beside, 'files', '.git'), garbage);
  const { commonDir } = spec;
  const { tree, mark, folder } = pristine;
  const kept: Kept = { commonDir, tree, mark, folder, umask: process.umask() };
  await writeFile(join(beside, 'kept.json'), JSON.stringify(kept), { mode: 0o600 });
  const place = join(spec.pool, tokenOf(spec));
  await removeTree(place);
  await rename(beside, place);
  return true;
}

/** A model could have put anything into it. */
async function putGitAside(path: string, garbage: string): Promise<void> {
  if (!(await exists(path))) return;
  if (!(await lstat(path)).isDirectory()) return unlink(path);
  await removeTree(garbage);
  await mkdir(dirname(garbage), { recursive: true, mode: 0o700 });
  await rename(path, garbage);
}

/** Removes folders that nobody has used for long, and half-kept ones. */
async function dropOld(pool: string): Promise<void> {
  for (const name of await readdir(pool)) {
    // one that is being kept or taken just now is gone from here at any moment
    const entry = await lstat(join(pool, name)).catch((error: unknown) => {
      if (codeOf(error) !== 'ENOENT') throw error;
      return null;
    });
    if (entry !== null && Date.now() - entry.ctimeMs > LONGEST_MS) await removeTree(join(pool, name));
  }
}
