// A submodule's state, told without running git in it: its settings are whatever a model made of them.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf } from '../system/file-failure.ts';
import { exists } from '../system/files.ts';
import { addAll } from './add-all.ts';
import type { CandidateStore } from './candidate-store.ts';
import { copyIndex, gitDirOf } from './copy-index.ts';
import { isRealFolder } from './folder-identity.ts';
import { packObjects } from './keep.ts';
import { withIndex } from './private-git.ts';

export interface SubmoduleState {
  readonly path: string;
  /** The commit that the base's tree names. */
  readonly commit: string;
  /** What is checked out in it; null: nothing. */
  readonly head: string | null;
  /** What lies in its folder. */
  readonly tree: string;
}

/** @param indexFile its index as it was before the model; need not exist */
export async function submoduleState(
  store: CandidateStore,
  workspace: string,
  indexFile: string,
  path: string,
  commit: string,
): Promise<SubmoduleState> {
  const folder = join(workspace, path);
  // Its place may have been taken by a file, or by a link to elsewhere.
  if (!(await isRealFolder(workspace, path))) return { path, commit, head: null, tree: 'gone' };
  const tree = await withIndex(store, async (copy) => {
    if (await exists(indexFile)) await copyIndex(indexFile, copy);
    return (await addAll(store, { workTree: folder, indexFile: copy, left: [], repositories: [] })).tree;
  });
  const gitDir = await gitDirOf(folder);
  return { path, commit, head: gitDir === null ? null : await headOf(gitDir), tree };
}

/** Copies commits made in a submodule into the store, since they vanish with the workspace. */
export async function keepSubmoduleCommits(
  store: CandidateStore,
  workspace: string,
  { path, commit, head }: SubmoduleState,
): Promise<void> {
  const gitDir = await gitDirOf(join(workspace, path));
  if (gitDir === null || head === null) return;
  await packObjects(store, `${head}\n^${commit}\n`, ['--revs'], join(gitDir, 'objects'));
}

/** The commit that is checked out. @param common where the refs lie that working trees share */
export async function headOf(gitDir: string, common = gitDir): Promise<string | null> {
  const head = await textOf(join(gitDir, 'HEAD'));
  const ref = /^ref: (refs\/[^\0\n]+)\n?$/.exec(head)?.[1];
  const value = ref === undefined ? head : ref.includes('..') ? '' : await textOf(join(common, ref));
  const packed =
    ref === undefined || value !== ''
      ? null
      : (await textOf(join(common, 'packed-refs'))).split('\n').find((line) => line.endsWith(` ${ref}`));
  return /^[0-9a-f]{40}(?:[0-9a-f]{24})?/.exec(packed ?? value)?.[0] ?? null;
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === null) throw error;
    return '';
  }
}
