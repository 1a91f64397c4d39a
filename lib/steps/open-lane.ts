// Opens a slot's lane on one of its hosts. In a resumed run one in which its model may still be at work is found again;
// any other is made anew.
import { addWorkspace } from '../candidate/add-workspace.ts';
import { readBaseline } from '../candidate/baseline.ts';
import { planWorkspace, type Workspace } from '../candidate/workspaces.ts';
import type { Undo } from '../core/events.ts';
import { fail, type Result } from '../core/failure.ts';
import { hostMessages } from '../core/messages/host-messages.ts';
import type { StepContext } from './executor.ts';
import type { Met } from './known-hosts.ts';
import { markOf } from './made-host.ts';
import { farOf, laneOn, meetFor } from './meet-host.ts';
import type { Run } from './run-context.ts';

/**
 * Opens it on the first that can be used.
 * @param id the workspace's, @param passed hosts that are not to be tried, and why
 */
export async function openLane(
  context: StepContext,
  lane: string,
  id: string,
  passed: ReadonlyMap<string, string> = new Map(),
): Promise<Result<Workspace>> {
  const { run } = context;
  const slot = run.recipe.slots[lane]!;
  const tried = [...passed].map(([host, why]) => ({ host, why }));
  for (const host of inOrder(context, lane, id).filter((name) => !passed.has(name))) {
    const there = await meetFor(run, slot, host);
    if (typeof there === 'string') tried.push({ host, why: there });
    else {
      const { met, backends } = there;
      const opened = await openOn(context, met, { id, lane, goesOn: run.paid.isUnderWay(lane, context.pass) });
      if (opened.ok) {
        const participant = run.participants.get(lane)!;
        const current = backends.length === participant.backends.length ? participant.current : 0;
        run.participants.set(lane, { ...participant, backends, current });
        return opened;
      }
      tried.push({ host, why: opened.failure.what });
    }
    if (context.signal.aborted) break;
  }
  return fail(hostMessages.hostsUnusable({ slot: slot.title, tried }));
}

/** First the one on which its model may be at work; last those that have lost something in this session. */
function inOrder({ run, pass }: StepContext, lane: string, id: string): readonly string[] {
  const { hosts } = run.recipe.slots[lane]!;
  const last = run.paid.isUnderWay(lane, pass) ? hostOf(lanesOf(run, id).at(-1)?.undo) : undefined;
  const rank = (host: string) => (run.hosts.lost.has(host) ? 2 : host === last ? 0 : 1);
  return hosts.toSorted((one, other) => rank(one) - rank(other));
}

/** The lanes of a workspace that have not been removed yet, on whichever host, oldest first. */
const lanesOf = (run: Run, id: string) =>
  run.session.effects.open.filter(({ undo }) => undo.kind === 'workspace' && undo.id === id);

const hostOf = (undo: Undo | undefined): string | undefined => undo && farOf(undo)?.host.name;

/**
 * Opens it on a host.
 * @param wanted.goesOn a model may be at work there still: then it is found again
 * @param wanted.stays it is not removed with the pass
 */
export async function openOn(
  { run, pass }: StepContext,
  met: Met,
  wanted: { readonly id: string; readonly lane: string; readonly goesOn: boolean; readonly stays?: true },
): Promise<Result<Workspace>> {
  const { id, goesOn, ...kept } = wanted;
  const far = laneOn(run, met, `${id}.${markOf(run.session.dir)}`);
  const planned = await planWorkspace(run.ground, { id, kind: 'remote', far });
  if (!planned.ok) return fail(planned.failure[0]!);
  const add = () => addWorkspace(run.store, planned.value, { known: met.commits });
  const { effects } = run.session;
  // that of another host stays on record until it can be removed: it may be out of reach
  if (lanesOf(run, id).some(({ undo }) => hostOf(undo) === met.name)) {
    const isLast = hostOf(lanesOf(run, id).at(-1)?.undo) === met.name;
    if (isLast && goesOn && (await readBaseline(run.store, id)) !== null) {
      run.places.prepared.add(id); // before its model began
      return add();
    }
    const { failures } = await effects.undo((undo) => undo.id === id && hostOf(undo) === met.name);
    if (failures[0]) return fail(failures[0]);
  }
  return effects.perform({ ...planned.value, ...kept, kind: 'workspace', as: planned.value.kind, pass }, add);
}
