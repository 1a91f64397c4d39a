// The plan that takes files of a working tree from one state to another (commit-transaction.ts carries it out): both
// states are kept on disk before the first write. Knows nothing of git: what is there before and what shall be there is
// handed in.
import { randomBytes } from 'node:crypto';
import { chmodSync, lstatSync, readlinkSync, writeFileSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EXECUTABLE, LINK } from '../core/file-mode.ts';
import type { ObjectFormat } from '../system/git-dir.ts';
import { takingTurns } from '../system/turns.ts';
import { type Found, fileId, look, modeOf, parentsOf, under } from './disk.ts';
import { copy, each, toDisk } from './file-operations.ts';

/** A file or link: git's mode, the object id of its bytes, its permission bits. */
export interface Image {
  readonly mode: string;
  readonly oid: string;
  readonly perm: number;
}

export interface Move {
  readonly path: string;
  readonly before: (Image & { readonly stamp: string }) | null;
  readonly after: Image | null;
}

export interface FileTransaction {
  readonly top: string;
  readonly format: ObjectFormat;
  /** In the names of temporary files, so that leftovers are known as ours. */
  readonly token: string;
  readonly moves: readonly Move[];
  /** Permission bits of the folders that stand before. */
  readonly folders: Readonly<Record<string, number>>;
  /** Empty folders that a file takes the place of. */
  readonly emptied: readonly string[];
  /** Folders that do not stand before. */
  readonly made: readonly string[];
}

/**
 * What shall become of a path: `found` is what was seen there, `after` where the new one lies complete: a file, or for
 * a link the link itself or a file that holds its target. */
export interface Wanted {
  readonly path: string;
  readonly found: Found;
  readonly after: { readonly mode: string; readonly file: string } | null;
}

const planFile = (dir: string): string => join(dir, 'moves.json');
/** Where the `n`th file's version before or after lies. */
export const image = (dir: string, side: 'before' | 'after', n: number): string => join(dir, side, String(n));

/**
 * Keeps the state before and after in `dir` (made by the caller), durably; the tree is only read.
 * @returns conflicts: paths that changed meanwhile. Then there is no transaction
 */
export async function prepareTransaction(
  dir: string,
  place: { top: string; format: ObjectFormat },
  wanted: readonly Wanted[],
): Promise<readonly string[]> {
  await mkdir(join(dir, 'before'), { recursive: true });
  await mkdir(join(dir, 'after'), { recursive: true });
  const plain = 0o666 & ~process.umask();
  const moves: Move[] = [];
  const folders = new Map<string, number>();
  const made = new Set<string>();
  const emptied: string[] = [];
  const conflicts: string[] = [];

  const turn = takingTurns();
  for (const [n, { path, found, after }] of wanted.entries()) {
    await turn();
    for (const parent of parentsOf(path)) {
      if (folders.has(parent) || made.has(parent)) continue;
      const there = await look(place.top, parent);
      if (there.kind === 'folder') folders.set(parent, there.perm);
      else made.add(parent);
    }
    if (found.kind === 'folder' && after) {
      for (const folder of [path, ...(await foldersBelow(place.top, path))]) {
        const there = await look(place.top, folder);
        if (there.kind === 'folder') folders.set(folder, there.perm);
        emptied.push(folder);
      }
    }
    const before = await keep(dir, place, n, path, found);
    if (before === undefined) {
      conflicts.push(path);
      continue;
    }
    if (after) await keepNew(after.file, image(dir, 'after', n));
    const executable = after?.mode === EXECUTABLE;
    const perm = withExec(before && before.mode !== LINK ? before.perm : plain, executable);
    moves.push({
      path,
      before,
      after: after && { mode: after.mode, oid: await fileId(place.format, image(dir, 'after', n)), perm },
    });
  }
  if (conflicts.length > 0) return conflicts;
  await each(moves, (move, n) => (move.before ? toDisk(image(dir, 'before', n)) : undefined));
  const token = randomBytes(4).toString('hex');
  const plan: FileTransaction = {
    ...place,
    token,
    moves,
    folders: Object.fromEntries(folders),
    emptied,
    made: [...made],
  };
  await writeFile(planFile(dir), JSON.stringify(plan), { mode: 0o600 });
  for (const part of [planFile(dir), join(dir, 'before'), dir]) await toDisk(part);
  return conflicts;
}

/** The plan that `prepareMoves` wrote. */
export async function readTransaction(dir: string): Promise<FileTransaction> {
  return JSON.parse(await readFile(planFile(dir), 'utf8')) as FileTransaction;
}

async function keepNew(from: string, to: string): Promise<void> {
  if (lstatSync(from).isSymbolicLink()) writeFileSync(to, readlinkSync(from));
  else await copy(from, to);
}

async function keep(
  dir: string,
  place: { top: string; format: ObjectFormat },
  n: number,
  path: string,
  found: Found,
): Promise<Move['before'] | undefined> {
  const mode = modeOf(found);
  if (mode === null || !('stamp' in found)) return null;
  const file = image(dir, 'before', n);
  if (found.kind === 'link') writeFileSync(file, found.target);
  else {
    await copy(under(place.top, path), file);
    chmodSync(file, 0o600);
  }
  const oid = await fileId(place.format, file);
  const again = await look(place.top, path);
  if (!('stamp' in again) || again.stamp !== found.stamp) return undefined;
  return { mode, oid, perm: found.kind === 'file' ? found.perm : 0o777, stamp: found.stamp };
}

async function foldersBelow(top: string, folder: string): Promise<readonly string[]> {
  const entries = await readdir(under(top, folder), { withFileTypes: true });
  const below = entries.filter((entry) => entry.isDirectory()).map((entry) => `${folder}/${entry.name}`);
  return (await Promise.all(below.map(async (each) => [each, ...(await foldersBelow(top, each))]))).flat();
}

const withExec = (perm: number, executable: boolean): number =>
  executable ? perm | ((perm & 0o444) >> 2) : perm & ~0o111;

interface Placement {
  readonly path: string;
  readonly found: Found;
  /** Whether something shall be there afterwards. */
  readonly stays: boolean;
}

/** Paths of `placements` that can't be put in place, with what is in the way. */
export async function findObstacles(
  top: string,
  placements: readonly Placement[],
): Promise<ReadonlyMap<string, string>> {
  const going = new Set(placements.filter((each) => !each.stays).map((each) => each.path));
  const obstacles = new Map<string, string>();
  for (const { path, found, stays } of placements) {
    if (found.kind === 'special') obstacles.set(path, path);
    else if (found.kind === 'behind' && !going.has(found.parent)) obstacles.set(path, found.parent);
    else if (found.kind === 'folder' && stays) {
      const rest = await firstOther(top, path, going);
      if (rest !== null) obstacles.set(path, rest);
    }
  }
  for (const { path, stays } of placements) {
    // A parent that can't be taken away is in the way of everything below it.
    const blocked = stays ? parentsOf(path).find((parent) => obstacles.has(parent)) : undefined;
    if (blocked !== undefined && !obstacles.has(path)) obstacles.set(path, blocked);
  }
  return obstacles;
}

/** The first thing in a folder, at any depth, that is neither a folder nor going away. */
async function firstOther(top: string, folder: string, going: ReadonlySet<string>): Promise<string | null> {
  for (const entry of await readdir(under(top, folder), { withFileTypes: true })) {
    const path = `${folder}/${entry.name}`;
    const other = entry.isDirectory() ? await firstOther(top, path, going) : going.has(path) ? null : path;
    if (other !== null) return other;
  }
  return null;
}
