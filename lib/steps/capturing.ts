// What a lane holds right now, as a git tree. Looked at again only when a model may have changed it since.

import type { Captured } from '../candidate/capture.ts';
import { capture } from '../candidate/capture.ts';
import { keepPristine } from '../candidate/pristine.ts';
import type { Workspace } from '../candidate/workspace.ts';
import { FailureError } from '../core/failure.ts';
import type { Run } from './run.ts';

/** Remembers how the workspace is before a model starts, unless `prepare` has done so. */
export async function beforeModel(run: Run, workspace: Workspace): Promise<void> {
  if (!run.prepared.has(workspace.id)) await keepPristine(run.store, workspace, { touched: false });
  run.prepared.add(workspace.id);
}

/** Captures a workspace whose model has ended. @throws FailureError when it is gone */
export async function captureNow(run: Run, workspace: Workspace): Promise<Captured> {
  const captured = await capture(run.store, workspace);
  if (!captured.ok) throw new FailureError(captured.failure);
  run.captured.set(workspace.id, captured.value);
  return captured.value;
}
