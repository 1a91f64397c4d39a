// What a lane holds right now, as a git tree. Looked at again only when a model may have changed it since.
import { join, relative } from 'node:path';
import { keepBaseline } from '../candidate/baseline.ts';
import { type Captured, capture } from '../candidate/capture-workspace.ts';
import { keepLeftOut } from '../candidate/keep-left-out.ts';
import { bare, changedDeeply, madeBeside } from '../candidate/made-beside.ts';
import type { Workspace } from '../candidate/workspaces.ts';
import { FailureError } from '../core/failure.ts';
import { globMatcher } from '../evidence/globs.ts';
import { noteBegun, noteCaptured, noteEnded, versionOf } from '../repository/leftovers.ts';
import { removeTree } from '../system/files.ts';
import type { Run } from './run-context.ts';
import type { Holds } from './run-places.ts';

/** Remembers how the workspace is before a model starts, unless `prepare` has done so. */
export async function beforeModel(run: Run, workspace: Workspace): Promise<void> {
  if (!run.places.prepared.has(workspace.id)) await keepBaseline(run.store, workspace, { touched: false });
  run.places.prepared.add(workspace.id);
  await begun(run, workspace);
}

/** A model starts there: what it leaves is not known until it is captured. */
export async function begun(run: Run, workspace: Workspace): Promise<void> {
  const effect = effectOf(run, workspace);
  if (effect !== null) await noteBegun(effect.dir);
}

/** A command of ours that is no model has ended there. */
export async function ended(run: Run, workspace: Workspace): Promise<void> {
  const effect = effectOf(run, workspace);
  if (effect !== null) await noteEnded(effect.dir, effect.gitDir);
}

/**
 * The effect "a model works in the user's tree": its folder, and the tree's git folder; null: the workspace is ours.
 */
function effectOf(run: Run, { kind }: Workspace): { readonly dir: string; readonly gitDir: string } | null {
  const open = run.session.effects.open.findLast(({ undo }) => undo.kind === 'main-tree');
  return kind === 'main' && open ? { dir: String(open.undo.dir), gitDir: run.repository.gitDir } : null;
}

/** Captures a workspace whose model has ended. @throws FailureError when it is gone */
export async function captureNow(run: Run, workspace: Workspace): Promise<Captured> {
  const captured = await capture(run.store, workspace);
  if (!captured.ok) throw new FailureError(captured.failure);
  run.places.captured.set(workspace.id, captured.value);
  run.places.holds.delete(workspace.id);
  const effect = effectOf(run, workspace);
  const files = captured.value.changes.flatMap(({ path, after }) => (after ? [[path, versionOf(after)]] : []));
  if (effect !== null) await noteCaptured(effect.dir, effect.gitDir, Object.fromEntries(files));
  return captured.value;
}

/**
 * What was captured of a workspace, with all that its model left beside that: also what is only seen by looking into
 * ignored folders and submodules. Copies are kept.
 * @param dir where
 */
export async function captureWithSide(run: Run, workspace: Workspace, dir: string): Promise<Captured> {
  const captured = run.places.captured.get(workspace.id) ?? (await captureNow(run, workspace));
  if (workspace.far !== undefined) return captured;
  const caches = new Set(run.recipe.caches);
  const side = [...captured.side, ...(await changedDeeply(run.store, workspace, captured.side, caches))];
  const kept = await keepLeftOut(run.store, workspace, { ...captured, side }, dir, caches);
  const folder = relative(run.session.dir, dir);
  const all = {
    ...captured,
    side: side.map((entry) => (kept.has(entry.path) ? { ...entry, kept: `${folder}/${entry.path}` } : entry)),
  };
  run.places.captured.set(workspace.id, all);
  return all;
}

/** Names of the folders that tools fill from what a candidate changed. */
function installed(run: Run, paths: readonly string[]): ReadonlySet<string> {
  const rows = run.recipe.together.filter(({ files, follow }) =>
    paths.some(globMatcher([...files, ...follow.filter((name) => !name.includes('*'))])),
  );
  return new Set(rows.flatMap(({ installs }) => installs));
}

/**
 * Whether a workspace in which a model worked holds what was captured of it and nothing else of the model's: only then
 * is what a gate shows there true of the candidate. Looks once; what came after the model began is taken away first,
 * where the workspace is ours.
 */
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
