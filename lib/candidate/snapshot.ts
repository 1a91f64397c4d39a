// The changed files of a candidate as a folder of files, under their repository paths. Nothing is ever written through
// a link or outside the folder: only safe paths are written, links after all else.
import { mkdir } from 'node:fs/promises';
import { SUBMODULE } from '../core/file-mode.ts';
import { removeTree, writeAtomic } from '../system/files.ts';
import type { CandidateStore } from './candidate-store.ts';
import { encodePath } from './path-bytes.ts';
import { isSafePath } from './safe-path.ts';
import { treeDiff } from './tree-diff.ts';
import { writeFiles, writeSmall } from './write-blobs.ts';

/**
 * Fills `dir` (removed before, if there) with the files that `tree` has added or changed; modes and links as they are.
 * Deleted paths are listed in `<dir>.deleted.txt`, one a line, odd ones as JSON strings.
 */
export async function snapshot(store: CandidateStore, base: string, tree: string, dir: string): Promise<void> {
  const differences = await treeDiff(store, base, tree);
  const list = `${dir}.deleted.txt`;
  await removeTree(dir);
  await removeTree(list);
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const written = differences.flatMap(({ path, after }) =>
    after !== null && after.mode !== SUBMODULE && isSafePath(path) ? [{ path, ...after }] : [],
  );
  const gone = differences.filter(({ after }) => after === null).map(({ path }) => path);
  if (gone.length > 0) await writeAtomic(list, encodePath(gone.map((path) => `${lineOf(path)}\n`).join('')));
  const left = await writeSmall(store, dir, written);
  await writeFiles(
    store,
    dir,
    tree,
    left.map(({ path }) => path),
  );
}

const lineOf = (path: string): string =>
  /^["\s]|[\x00-\x1f\x7f-\x9f\u2028\u2029]|\s$/.test(path) ? JSON.stringify(path) : path;
