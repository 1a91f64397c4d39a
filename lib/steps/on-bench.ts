// Works on a tree that lies nowhere yet: on a bench of the run, made where there is none.
import { materialize } from '../candidate/materialize.ts';
import type { Workspace } from '../candidate/workspaces.ts';
import { FailureError } from '../core/failure.ts';
import { holds } from './capturing.ts';
import type { StepContext } from './executor.ts';
import type { Run } from './run-context.ts';
import { makeScratch } from './workspace.ts';

/** @param leavesChanged the work changes files there */
export function onBench<T>(
  context: StepContext,
  tree: string,
  work: (workspace: Workspace) => Promise<T>,
  leavesChanged = false,
): Promise<T> {
  const { run } = context;
  return run.places.benches.use(
    {
      make: () => makeScratch(context),
      layOut: (bench, wanted) => layOut(run, bench, wanted),
    },
    tree,
    work,
    leavesChanged,
  );
}

/**
 * Trees can be tried in a lane's workspace from now on, if that is ours and holds nothing of its model's beside; on
 * another host, where that can't be seen, those with its own code.
 */
export async function lend(run: Run, workspace: Workspace, tree: string): Promise<void> {
  if (workspace.kind === 'main' || workspace.kind === 'scratch') return;
  const isHeld = (await holds(run, workspace, tree)) === 'exactly';
  if (workspace.kind === 'remote') run.places.lendForItsCode(workspace, isHeld ? tree : null);
  else if (isHeld) run.places.benches.add(workspace, tree);
}

/** Makes a workspace's files equal to a tree. @throws FailureError when that can't be done */
export async function layOut(run: Run, workspace: Workspace, tree: string): Promise<void> {
  const done = await materialize(run.store, workspace, tree);
  if (!done.ok) throw new FailureError(done.failure);
}
