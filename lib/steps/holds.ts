// Whether a workspace in which a model worked holds what was captured of it and nothing else of the model's: only then
// is what a gate shows there true of the candidate.
import { join } from 'node:path';
import { bare, madeBeside } from '../candidate/made-beside.ts';
import type { Workspace } from '../candidate/workspace.ts';
import { globMatcher } from '../evidence/globs.ts';
import { removeTree } from '../system/files.ts';
import type { Run } from './run.ts';
import type { Holds } from './run-places.ts';

/** Names of the folders that tools fill from what a candidate changed. */
function installed(run: Run, paths: readonly string[]): ReadonlySet<string> {
  const rows = run.recipe.together.filter(({ files, follow }) =>
    paths.some(globMatcher([...files, ...follow.filter((name) => !name.includes('*'))])),
  );
  return new Set(rows.flatMap(({ installs }) => installs));
}

/** Looks once; what came after the model began is taken away first, where the workspace is ours. */
export function holds(run: Run, workspace: Workspace, tree: string): Promise<Holds> {
  const known = run.places.holds.get(workspace.id) ?? look(run, workspace, tree);
  run.places.holds.set(workspace.id, known);
  return known;
}

async function look(run: Run, workspace: Workspace, tree: string): Promise<Holds> {
  const captured = run.places.captured.get(workspace.id);
  if (captured?.tree !== tree) return 'more'; // in a resumed run nobody has looked
  if (workspace.far !== undefined) return 'exactly'; // as far as can be seen from here
  const beside = await madeBeside(run.store, workspace, captured.side, new Set(run.recipe.caches));
  if (beside === null) return 'more';
  const folders = installed(
    run,
    captured.changes.map(({ path }) => path),
  );
  const isPackages = (path: string) => folders.has(bare(path).split('/').at(-1)!);
  const strange = (paths: readonly string[]) => paths.filter((path) => !isPackages(path));
  if (strange(beside.changed).length > 0) return 'more';
  const own = workspace.kind !== 'main';
  if (!own && strange(beside.fresh).length > 0) return 'more';
  if (own) for (const path of strange(beside.fresh)) await removeTree(join(workspace.path, path));
  return [...beside.fresh, ...beside.changed].some(isPackages) ? 'packages' : 'exactly';
}
