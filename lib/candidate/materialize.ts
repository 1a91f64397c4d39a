// Makes a workspace's files equal to a tree, quickly: only what differs is written. Untracked files go, ignored ones
// stay (installed packages, caches). For scratch workspaces and for lanes that are used again; never for the user's own
// tree.
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fail, ok, type Result } from '../core/failure.ts';
import { candidateMessages } from '../core/messages/candidate-messages.ts';
import { markIn } from '../system/disk-clock.ts';
import { removeTree } from '../system/files.ts';
import { GitError } from '../system/git.ts';
import { type Baseline, baselineIndex, keepBaseline, readBaseline, writePristine } from './baseline.ts';
import type { CandidateStore } from './candidate-store.ts';
import { copyIndex } from './copy-index.ts';
import { layOutFar } from './far-workspace.ts';
import { isFolder } from './folder-identity.ts';
import { listIgnored } from './ignored.ts';
import { encodePath, systemPath } from './path-bytes.ts';
import { type PrivateOptions, privateBytes, temporaryPath, withIndex } from './private-git.ts';
import { treeDiff } from './tree-diff.ts';
import { editTree } from './tree-edit.ts';
import type { Workspace } from './workspaces.ts';

interface MaterializeOptions {
  /** `keep`: ignored files stay; `original`: those that came after the workspace was prepared go too. */
  readonly ignored?: 'keep' | 'original';
}

/**
 * Makes the workspace hold `tree`, and what it was prepared with. From then on that counts as its beginning: `capture`
 * tells what changed since, made on `tree`.
 */
export async function materialize(
  store: CandidateStore,
  workspace: Workspace,
  tree: string,
  { ignored = 'keep' }: MaterializeOptions = {},
): Promise<Result<void>> {
  if (workspace.kind === 'main') throw new Error("the user's own tree is not ours to fill");
  const baseline =
    (await readBaseline(store, workspace.id)) ?? (await keepBaseline(store, workspace, { touched: false }));
  if (workspace.far === undefined && !(await isFolder(workspace.path, baseline.folder)))
    return fail(candidateMessages['workspace-gone']({ path: workspace.path }));
  const index = baselineIndex(store, workspace.id);
  try {
    const prepared = (await treeDiff(store, baseline.onto, baseline.tree)).map(({ path, after }) => ({
      path,
      entry: after,
    }));
    const whole = prepared.length === 0 ? tree : await editTree(store, tree, prepared);
    if (workspace.far !== undefined) {
      const laid = await layOutFar(store, workspace.far, whole);
      if (laid.ok) await writePristine(store, workspace, { ...baseline, tree: whole, onto: tree });
      return laid;
    }
    await withIndex(store, async (indexFile) => {
      await copyIndex(index, indexFile);
      const work = { workTree: workspace.path, indexFile };
      await privateBytes(store, ['read-tree', '--reset', '-u', whole], work);
      // After the files, since the old ignore rules may have hidden something or have been emptied.
      await removeUntracked(store, work, baseline, ignored);
      await rename(indexFile, index);
    });
    const mark = await markIn(workspace.path);
    await writePristine(store, workspace, { ...baseline, tree: whole, onto: tree, emptyFolders: [], mark });
    return ok(undefined);
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    return fail(
      candidateMessages['workspace-failed']({ path: workspace.path, said: error.stderr.trim().slice(0, 4000) }),
    );
  }
}

async function removeUntracked(
  store: CandidateStore,
  work: PrivateOptions & { readonly workTree: string; readonly indexFile: string },
  baseline: Baseline,
  ignored: 'keep' | 'original',
): Promise<void> {
  const rules = temporaryPath(store, 'kept');
  try {
    // What was there before stays, even where the tree no longer ignores it.
    await writeFile(rules, encodePath(baseline.ignored.map(({ path }) => `/${escapePattern(path)}\n`).join('')));
    const config = [`core.excludesFile=${rules}`];
    await privateBytes(store, ['clean', '-ffdq'], { ...work, config });
  } finally {
    await removeTree(rules);
  }
  if (ignored === 'keep') return;
  const before = new Set(baseline.ignored.map(({ path }) => path));
  for (const path of await listIgnored(store, work.workTree, work.indexFile)) {
    if (!before.has(path)) await removeTree(String(systemPath(join(work.workTree, path))));
  }
}

/** A path as a pattern that means just it. */
const escapePattern = (path: string): string => path.replace(/[\\*?[\]!# ]/g, '\\$&');
