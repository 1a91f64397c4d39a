// Makes results to apply: git trees, and the requests that name them.
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { openStore } from '../../../lib/candidate/store.ts';
import type { ApplyRequest } from '../../../lib/repository/apply-result.ts';
import type { Files, Repo } from '../../support/repo.ts';
import { factsOf, sessionFolder } from './support.ts';

/** The tree that `files` make of the last commit, byte for byte, without touching the working tree. */
export function treeOf(repo: Repo, files: Files): string {
  const lane = join(repo.root, 'work', 'lane');
  rmSync(lane, { recursive: true, force: true });
  repo.git('worktree', 'add', '--quiet', '--force', '--detach', lane);
  const there: Repo = { ...repo, dir: lane };
  for (const [path, spec] of Object.entries(files)) {
    rmSync(join(lane, path), { recursive: true, force: true });
    if (spec !== null) repo.write({ [`../lane/${path}`]: spec });
  }
  repo.git('-C', there.dir, '-c', 'core.autocrlf=false', 'add', '--all', '--force');
  const tree = repo.git('-C', there.dir, 'write-tree');
  repo.git('worktree', 'remove', '--force', lane);
  return tree;
}

export async function request(repo: Repo, result: string, more: Partial<ApplyRequest> = {}): Promise<ApplyRequest> {
  const repository = await factsOf(repo);
  const session = sessionFolder(repo);
  const store = await openStore({ sessionDir: session, repository: repo.dir, base: 'HEAD' });
  const dir = join(session, `apply-${readdirSync(session).length}`);
  return { repository, store, base: repo.git('rev-parse', 'HEAD^{tree}'), result, dir, onConflict: 'stop', ...more };
}
