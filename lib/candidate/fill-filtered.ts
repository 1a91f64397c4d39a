// A clone has none of the user's filters, which may need what only lies in their own git folder (git-crypt's keys). What
// those would make of its files is written there by us, so that all candidates begin with the same bytes.
import { join } from 'node:path';
import { gitText } from '../system/git.ts';
import type { CandidateStore } from './candidate-store.ts';
import { filtersOf } from './disk-tree.ts';
import { joinRecords } from './path-bytes.ts';
import { treeDiff } from './tree-diff.ts';
import { writeFiles } from './write-files.ts';

/** @param path the working tree of a clone that has just been checked out */
export async function fillFiltered(
  store: CandidateStore,
  path: string,
  env: Readonly<Record<string, string>>,
): Promise<void> {
  if (store.plain || (await filtersOf(store)).size === 0) return;
  const files = (await treeDiff(store, `${store.base}^{tree}`, store.baseTree)).flatMap(({ path: file, after }) =>
    after === null ? [] : [{ path: file, entry: after }],
  );
  if (files.length === 0) return;
  await writeFiles(store, path, files, { force: true, env });
  // Its own git, which would make nothing of them, is neither to call them changed nor to write them anew.
  const place = { cwd: path, gitDir: join(path, '.git'), workTree: path };
  const input = joinRecords(files.map((file) => file.path));
  await gitText(place, ['update-index', '--skip-worktree', '-z', '--stdin'], { input, env });
}
