// Makes an index believe a file again whose bytes are what its entry says, in another form or size than the entry
// remembers (line ends that a checkout wrote anew). Changes remembered sizes and times only, never content or flags.
import { gitText } from '../system/git.ts';
import type { Shadow } from './shadow.ts';
import { listIndex } from './tree-listing.ts';

/** @param paths tracked files that git takes for modified */
export async function believeFiles(shadow: Shadow, paths: readonly string[]): Promise<void> {
  if (paths.length === 0) return;
  const wanted = new Set(paths);
  const entries = (await listIndex(shadow)).filter(
    ({ path, oid }) => wanted.has(path) && !/^e69de29b|^473a0f4c/.test(oid),
  );
  const lines = entries.map(({ mode, oid, path }) => `${mode} ${oid}\t${path}\0`).join('');
  await gitText(shadow.place, ['update-index', '-z', '--index-info'], { ...shadow.options, input: lines });
}
