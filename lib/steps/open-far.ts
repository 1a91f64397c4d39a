// Opens a slot's lane on the first of its hosts that can be used. In a resumed run one in which its model may still be
// at work is found again; any other is made anew.
import { createHash } from 'node:crypto';
import { addWorkspace } from '../candidate/add-workspace.ts';
import { readBaseline } from '../candidate/baseline.ts';
import { planWorkspace, type Workspace, type WorkspaceRequest } from '../candidate/workspace.ts';
import type { Undo } from '../core/event.ts';
import { fail, type Result } from '../core/failure.ts';
import { hostMessages } from '../core/messages/host-messages.ts';
import type { FarLane } from '../system/remote/run-far.ts';
import type { StepContext } from './executor.ts';
import type { Met } from './hosts.ts';
import { backendsOn, laneOn, meetHost } from './meet-host.ts';

export async function openFarLane(
  context: StepContext,
  lane: string,
  wanted: WorkspaceRequest,
): Promise<Result<Workspace>> {
  const { run } = context;
  const slot = run.recipe.slots[lane]!;
  const tried: { host: string; why: string }[] = [];
  for (const host of slot.hosts) {
    const met = await meetHost(run, host);
    const backends = typeof met === 'string' ? [] : backendsOn(met, slot);
    if (typeof met === 'string') tried.push({ host, why: met });
    else if (backends.length === 0)
      tried.push({ host, why: `not installed there: ${slot.backends.map(({ cli }) => cli).join(', ')}` });
    else {
      const opened = await openOn(context, met, wanted);
      if (opened.ok) {
        const seat = run.seats.get(lane)!;
        const current = backends.length === seat.backends.length ? seat.current : 0;
        run.seats.set(lane, { ...seat, backends, current });
        return opened;
      }
      tried.push({ host, why: opened.failure.what });
    }
    if (context.signal.aborted) break;
  }
  return fail(hostMessages.hostsUnusable({ slot: slot.title, tried }));
}

async function openOn(context: StepContext, met: Met, wanted: WorkspaceRequest): Promise<Result<Workspace>> {
  const { run, lane, pass } = context;
  const session = createHash('sha256').update(run.session.dir).digest('hex').slice(0, 12);
  const far = laneOn(run, met, `${wanted.id}.${session}`);
  const planned = await planWorkspace(run.ground, { ...wanted, far });
  if (!planned.ok) return fail(planned.failure[0]!);
  const add = () => addWorkspace(run.store, planned.value, { known: met.commits });
  const { effects } = run.session;
  const isOurs = (undo: Undo) => undo.kind === 'workspace' && undo.id === wanted.id;
  const open = effects.open.find(({ undo }) => isOurs(undo));
  if (open) {
    const wasHere = (open.undo.far as FarLane | undefined)?.host.name === met.name;
    if (wasHere && run.paid.isUnderWay(lane, pass) && (await readBaseline(run.store, wanted.id)) !== null) {
      run.prepared.add(wanted.id); // before its model began
      return add();
    }
    const { failures } = await effects.undo(isOurs);
    if (failures[0]) return fail(failures[0]);
  }
  return effects.perform({ ...planned.value, kind: 'workspace', as: planned.value.kind, lane: lane ?? '', pass }, add);
}
