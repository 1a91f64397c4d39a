// Copies what a model left beside its candidate into the session's folder, before its workspace is cleaned or removed:
// ignored files as they are, a submodule's content as a patch and the files. Bounded; what is too much is not kept.
import { lstatSync, readdirSync } from 'node:fs';
import { mkdir, readlink, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { codeOf } from '../system/file-failure.ts';
import { copyOne } from '../system/files.ts';
import { readBaseline } from './baseline.ts';
import type { CandidateStore } from './candidate-store.ts';
import type { Captured } from './capture-workspace.ts';
import { writeDiff } from './diff.ts';
import { bare, isIn, lastChange, since } from './made-beside.ts';
import { isSafePath } from './safe-path.ts';
import { snapshot } from './snapshot.ts';
import type { Workspace } from './workspaces.ts';

/** Of one workspace. */
const MOST_BYTES = 16 * 1024 * 1024;
const MOST_FILES = 2000;

interface Room {
  bytes: number;
  files: number;
}

/**
 * @param dir where it is kept
 * @param caches names of folders that hold nothing but caches; they are not kept
 * @returns the paths that were
 */
export async function keepLeftOut(
  store: CandidateStore,
  workspace: Workspace,
  { side, submodules }: Pick<Captured, 'side' | 'submodules'>,
  dir: string,
  caches: ReadonlySet<string>,
): Promise<ReadonlySet<string>> {
  const baseline = await readBaseline(store, workspace.id);
  const before = new Set(baseline?.ignored.map(({ path }) => path));
  const room = { bytes: MOST_BYTES, files: MOST_FILES };
  const kept = new Set<string>();
  for (const { path, what } of side) {
    if (what === 'submodule') {
      const state = submodules.find((each) => each.path === path);
      if (state === undefined || state.after === 'gone' || state.before === 'gone' || !isSafePath(path)) continue;
      await mkdir(dirname(join(dir, path)), { recursive: true, mode: 0o700 });
      await writeDiff(store, state.before, state.after, join(dir, `${path}.diff`));
      await snapshot(store, state.before, state.after, join(dir, path));
      kept.add(path);
    } else if (['ignored', 'newly-ignored', 'embedded-repository'].includes(what)) {
      const from = baseline !== null && before.has(path) ? since(baseline) : null;
      const whole = what === 'embedded-repository' ? path.replace(/\/\.git$/, '') : bare(path);
      if (await keep(workspace.path, whole, { dir, from, caches, room })) kept.add(path);
    }
  }
  return kept;
}

/** @param how.from only what changed since then, in milliseconds; null: all */
async function keep(
  top: string,
  path: string,
  { dir, from, caches, room }: { dir: string; from: number | null; caches: ReadonlySet<string>; room: Room },
): Promise<boolean> {
  const files = isIn(caches, path) || !isSafePath(path) ? null : filesIn(top, path, from, caches, room);
  if (files === null || files.length === 0) return false;
  for (const file of files) {
    const to = join(dir, file.path);
    await mkdir(dirname(to), { recursive: true, mode: 0o700 });
    if (file.link) await symlink(await readlink(join(top, file.path)), to).catch(() => {});
    else await copyOne(join(top, file.path), to);
  }
  return true;
}

/** The files and links below a path; null: more than there is room for, which then stays as it was. */
function filesIn(top: string, path: string, from: number | null, caches: ReadonlySet<string>, room: Room) {
  const left = { ...room };
  const found: { path: string; link: boolean }[] = [];
  const queue = [path];
  let looked = 0;
  for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
    if (looked++ > MOST_FILES * 10) return null;
    try {
      const stats = lstatSync(join(top, at));
      if (stats.isDirectory())
        for (const name of readdirSync(join(top, at))) if (!caches.has(name)) queue.push(`${at}/${name}`);
      const link = stats.isSymbolicLink();
      if (!(link || stats.isFile()) || (from !== null && lastChange(stats) <= from)) continue;
      left.files--;
      left.bytes -= stats.size;
      if (left.files < 0 || left.bytes < 0) return null;
      found.push({ path: at, link });
    } catch (error) {
      if (codeOf(error) === null) throw error; // what can't be read can't be kept
    }
  }
  Object.assign(room, left);
  return found;
}
