// Brings an index up to what lies in a working tree, and writes the tree: git's own `add --all`, through the private
// git dir, so that it runs nobody's program. It says what it could not take.
import { join } from 'node:path';
import { GitError, literally } from '../system/git.ts';
import type { CandidateStore } from './candidate-store.ts';
import { joinRecords, splitRecords } from './path-bytes.ts';
import { editIndex, privateBytes, privateGit, privateRecords, privateText, withIndex } from './private-git.ts';
import type { Repository } from './scan.ts';

interface AddSpec {
  readonly workTree: string;
  /** Is changed. */
  readonly indexFile: string;
  /** Paths that stay as the index has them: git would look into a submodule with the settings that lie in it. */
  readonly left: readonly string[];
  /** Repositories within: git would only note their last commit. */
  readonly repositories: readonly Repository[];
}

export interface Added {
  readonly tree: string;
  /** Files that are there and could not be read, or whose names no tree may hold. */
  readonly refused: readonly string[];
}

export async function addAll(
  store: CandidateStore,
  { workTree, indexFile, left, repositories }: AddSpec,
): Promise<Added> {
  const work = { workTree, indexFile };
  const apart = repositories.filter(({ tracked }) => !tracked);
  const without = [...left, ...apart.map(({ path }) => path)];
  const args = ['add', '--sparse', '--all', '--ignore-errors', '--pathspec-from-file=-', '--pathspec-file-nul'];
  const input = joinRecords([':(top)', ...without.map((path) => `:(top,literal,exclude)${path}`)]);
  const output = await privateGit(store, args, { ...work, input });
  if (output.code !== 0 && output.code !== 1) throw new GitError(args, output);
  const refused = output.code === 0 ? [] : await stillDiffering(store, work, without);
  for (const { path, cloned } of apart) if (!cloned) refused.push(...(await takeIn(store, work, path)));
  return { tree: await privateText(store, ['write-tree', '--missing-ok'], { indexFile }), refused };
}

/** What a model made in a repository of its own is work like any other: its files are taken, its history is not. */
async function takeIn(
  store: CandidateStore,
  work: { workTree: string; indexFile: string },
  path: string,
): Promise<string[]> {
  return withIndex(store, async (indexFile) => {
    const inner = await addAll(store, { workTree: join(work.workTree, path), indexFile, left: [], repositories: [] });
    const listing = ['ls-files', '-z', '--', literally(path)];
    const before = await privateRecords(store, listing, { indexFile: work.indexFile });
    await editIndex(
      store,
      work.indexFile,
      before.map((name) => ({ path: name, entry: null })),
    );
    await privateBytes(store, ['read-tree', `--prefix=${path}/`, inner.tree], work);
    return inner.refused.map((name) => `${path}/${name}`);
  });
}

/** After everything that could be added was: what differs still was refused. */
async function stillDiffering(
  store: CandidateStore,
  work: { workTree: string; indexFile: string },
  without: readonly string[],
): Promise<string[]> {
  const args = ['ls-files', '--modified', '--others', '--exclude-standard', '-z'];
  const output = await privateGit(store, args, work);
  if (output.code !== 0) throw new GitError(args, output);
  const paths = new Set(splitRecords(output.bytes).map((path) => path.replace(/\/$/, '')));
  return [...paths].filter((path) => !without.some((folder) => path === folder || path.startsWith(`${folder}/`)));
}
