// What a lane holds right now, as a git tree. Looked at again only when a model may have changed it since.

import type { Captured } from '../candidate/capture.ts';
import { capture } from '../candidate/capture.ts';
import { keepPristine } from '../candidate/pristine.ts';
import type { Workspace } from '../candidate/workspace.ts';
import { FailureError } from '../core/failure.ts';
import { noteBegun, noteCaptured, noteEnded, versionOf } from '../repository/found-files.ts';
import type { Run } from './run.ts';

/** Remembers how the workspace is before a model starts, unless `prepare` has done so. */
export async function beforeModel(run: Run, workspace: Workspace): Promise<void> {
  if (!run.prepared.has(workspace.id)) await keepPristine(run.store, workspace, { touched: false });
  run.prepared.add(workspace.id);
  await begun(run, workspace);
}

/** A model starts there: what it leaves is not known until it is captured. */
export async function begun(run: Run, workspace: Workspace): Promise<void> {
  const effect = effectOf(run, workspace);
  if (effect !== null) await noteBegun(effect);
}

/** A command of ours that is no model has ended there. */
export async function ended(run: Run, workspace: Workspace): Promise<void> {
  const effect = effectOf(run, workspace);
  if (effect !== null) await noteEnded(effect);
}

/** The folder of the effect "a model works in the user's tree"; null: the workspace is one of ours. */
function effectOf(run: Run, { kind }: Workspace): string | null {
  const open = run.session.effects.open.findLast(({ undo }) => undo.kind === 'main-tree');
  return kind === 'main' && open ? String(open.undo.dir) : null;
}

/** Captures a workspace whose model has ended. @throws FailureError when it is gone */
export async function captureNow(run: Run, workspace: Workspace): Promise<Captured> {
  const captured = await capture(run.store, workspace);
  if (!captured.ok) throw new FailureError(captured.failure);
  run.captured.set(workspace.id, captured.value);
  const effect = effectOf(run, workspace);
  const files = captured.value.changes.flatMap(({ path, after }) => (after ? [[path, versionOf(after)]] : []));
  if (effect !== null) await noteCaptured(effect, Object.fromEntries(files));
  return captured.value;
}
