// A lane whose host is lost is made anew on the next host of its slot, with what it was prepared with. What it left on
// the first stays on record until it can be removed there. Asks no model, and runs no gate.
import type { Workspace } from '../candidate/workspaces.ts';
import { ok, type Result, resultOf } from '../core/failure.ts';
import { hostNotes, isHostsFault } from '../core/messages/host-messages.ts';
import { beforeModel } from './capturing.ts';
import type { StepContext } from './executor.ts';
import { layOut } from './on-bench.ts';
import { openLane } from './open-lane.ts';
import type { Run } from './run-context.ts';

/** The slot whose lane a workspace is; undefined: it is none's, or not any more. */
export const laneOf = (run: Run, { id }: Workspace): string | undefined =>
  [...run.places.workspaces].find(([, each]) => each.id === id)?.[0];

/** Whether there is another host on which its lane may be made anew. */
export function hasOther(run: Run, workspace: Workspace): boolean {
  const hosts = workspace.far === undefined ? [] : (run.recipe.slots[laneOf(run, workspace) ?? '']?.hosts ?? []);
  return hosts.some((host) => host !== workspace.far?.host.name && !run.hosts.lost.has(host));
}

/** Nothing further begins on a host while there is another. */
function loseHost({ run, pass, lane }: StepContext, host: string, why: string): void {
  if (run.hosts.lost.has(host)) return;
  run.hosts.lost.add(host);
  run.emit({ type: 'host_lost', pass, lane, host, why });
}

/**
 * Makes a lane anew on the next host; once for all that find it lost.
 * @param why its host is lost
 * @returns a failure where no host is left, or it can't be prepared
 */
export async function moveLane(context: StepContext, workspace: Workspace, why: string): Promise<Result<Workspace>> {
  const { run } = context;
  const lane = laneOf(run, workspace)!;
  const { places } = run;
  const passed = new Map<string, string>();
  for (let [from, because] = [workspace, why]; ; ) {
    const host = from.far!.host.name;
    loseHost(context, host, because);
    for (const name of run.hosts.lost) if (run.recipe.slots[lane]!.hosts.includes(name)) passed.set(name, 'lost');
    passed.set(host, because);
    const opened = await openLane(context, lane, from.id, passed);
    if (!opened.ok) return opened;
    const made = opened.value;
    run.note(hostNotes.moved(run.title(lane), host, because, made.far!.host.name), 'warning');
    places.workspaces.set(lane, made);
    for (const known of [places.prepared, places.captured, places.holds, places.installed]) known.delete(made.id);
    const ready = await resultOf(async () => {
      const prepared = await (places.preparing.get(lane)?.(made) ?? ok(undefined));
      if (prepared.ok) await beforeModel(run, made);
      return prepared;
    });
    if (ready.ok) return opened;
    if (!isHostsFault(ready.failure) || context.signal.aborted) return ready;
    [from, because] = [made, ready.failure.what];
  }
}

/**
 * Lays a captured tree out in its lane, made anew on the next host, since the host on which it lay is lost.
 * @returns null: no host is left for it, and its slot has no place of its own any more
 */
export async function layOutElsewhere(
  context: StepContext,
  workspace: Workspace,
  tree: string,
  why: string,
): Promise<Workspace | null> {
  const { run } = context;
  const { places } = run;
  const captured = places.captured.get(workspace.id);
  for (let [from, because] = [workspace, why]; ; ) {
    const lane = laneOf(run, from);
    const moved = hasOther(run, from) ? await moveLane(context, from, because) : null;
    if (!moved?.ok) {
      const host = from.far!.host.name;
      loseHost(context, host, because);
      if (lane !== undefined) places.workspaces.delete(lane);
      const slot = lane === undefined ? host : run.title(lane);
      run.note(hostNotes.gone(slot, host, moved?.failure.what ?? because), 'warning');
      return null;
    }
    const laid = await resultOf(async () => ok(await layOut(run, moved.value, tree)));
    if (laid.ok && captured?.tree === tree) places.captured.set(moved.value.id, captured);
    if (laid.ok) return moved.value;
    [from, because] = [moved.value, laid.failure.what];
  }
}

/** Where a tree lies that lay in a lane: there, unless that has been made anew since; null: nowhere. */
export function whereNow(run: Run, workspace: Workspace, tree: string): Workspace | null {
  if (workspace.far === undefined || !run.hosts.lost.has(workspace.far.host.name)) return workspace;
  const now = run.places.workspaces.get(laneOf(run, workspace) ?? '');
  const isThere = now?.far !== undefined && !run.hosts.lost.has(now.far.host.name);
  return isThere && run.places.captured.get(now.id)?.tree === tree ? now : null;
}
