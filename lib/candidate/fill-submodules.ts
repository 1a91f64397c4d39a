// Checks submodules out in a new workspace, from what the user has of them on this machine: no network, and nothing is
// written into the user's repository. What they have not checked out themselves stays an empty folder.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { exists } from '../system/files.ts';
import { git } from '../system/git.ts';
import { readSettings } from '../system/git-settings.ts';
import type { CandidateStore } from './candidate-store.ts';
import { makeClone } from './clone.ts';
import { gitDirOf } from './copy-index.ts';
import { folderFacts } from './folder-facts.ts';

type Environment = Readonly<Record<string, string>>;

/** @param path the new workspace; @param env for the git commands */
export async function fillSubmodules(store: CandidateStore, path: string, env: Environment): Promise<void> {
  const { submodules } = await folderFacts(store, store.baseTree);
  for (const [name, commit] of submodules) await fill(store, join(store.top, name), join(path, name), commit, env);
}

async function fill(
  store: CandidateStore,
  source: string,
  target: string,
  commit: string,
  env: Environment,
): Promise<void> {
  const from = await gitDirOf(source);
  if (from === null || (await exists(join(target, '.git')))) return;
  const there = await git({ cwd: from, gitDir: from }, ['cat-file', '-e', `${commit}^{commit}`]);
  if (there.code !== 0) return;
  await mkdir(target, { recursive: true });
  await makeClone({
    path: target,
    branch: null,
    commit,
    from,
    gitDir: from,
    settings: await readSettings(source),
    objectFormat: store.objectFormat,
    env,
  });
  const listed = await git({ cwd: from, gitDir: from }, ['ls-tree', '-r', '-d', '-z', '--full-tree', commit]);
  for (const record of listed.stdout.split('\0')) {
    const match = /^160000 commit ([0-9a-f]+)\t([\s\S]+)$/.exec(record);
    if (match) await fill(store, join(source, match[2]!), join(target, match[2]!), match[1]!, env);
  }
}
