// Meets a host of the recipe: has it made where it has to be made, and asks what is there. One that was made and is
// gone is made anew.
import type { Undo } from '../core/events.ts';
import { hostNotes } from '../core/messages/host-messages.ts';
import { type HostSpec, hostsNamedBy, type Slot } from '../core/recipe.ts';
import { type Far, hello } from '../system/remote/host.ts';
import { type FarLane, prefixEnvironment } from '../system/remote/run-far.ts';
import { waitFor } from '../system/wait-for.ts';
import type { Met } from './known-hosts.ts';
import { bringUp, giveUp, isHost, madeBefore, rendered, withheld } from './made-host.ts';
import type { Run } from './run-context.ts';

/** @returns the host, or why it can't be used, in words */
export const meetHost = (run: Run, name: string): Promise<Met | string> =>
  run.hosts.once(name, () => meet(run, run.recipe.hosts[name]!));

/** The same before the run acts; null: it has to be made first. */
export const lookAtHost = async (run: Run, name: string): Promise<Met | string | null> =>
  run.recipe.hosts[name]!.up.length > 0 && !run.opened ? null : meetHost(run, name);

const PAUSE_MS = 2000;

async function meet(run: Run, spec: HostSpec): Promise<Met | string> {
  if (spec.up.length === 0) return answerOf(run, spec, '', spec.waitMs);
  const met = (await meetAgain(run, spec)) ?? (await make(run, spec));
  if (typeof met !== 'string') reachThrough(run, met);
  return met;
}

async function make(run: Run, spec: HostSpec): Promise<Met | string> {
  const id = await bringUp(run, spec);
  return id.ok ? answerOf(run, spec, id.value, spec.waitMs) : id.failure.what;
}

/** @returns a host that was made, if it answers once more; why it can't be replaced; null: it has to be made (anew) */
async function meetAgain(run: Run, spec: HostSpec): Promise<Met | string | null> {
  const { name, leaseMs } = spec;
  const made = madeBefore(run, spec);
  const hasAnswered = run.hosts.haveAnswered.has(name) || lanesOn(run, name).length > 0;
  if (made === null || !hasAnswered) return null;
  const far = await answerOf(run, spec, made, leaseMs);
  if (typeof far !== 'string' || run.signal.aborted) return far;
  // nothing of ours lives there any more; its engine ended it, say, for somebody who goes first
  run.note(hostNotes.madeAnew(name, far), 'warning');
  const down = await giveUp(run, spec);
  if (!down.ok) return down.failure.what;
  run.places.leave(name);
  run.paid.lose(name);
  return null;
}

/** Greets a host until it answers. @returns why it did not for so long, in words */
async function answerOf(run: Run, spec: HostSpec, id: string, waitMs: number | null): Promise<Met | string> {
  const via = rendered(run, spec.via, spec, id);
  const began = performance.now();
  for (;;) {
    const far = await greet(run, { name: spec.name, via, root: spec.root });
    if (typeof far !== 'string') return { ...far, commits: new Set(far.known) };
    const isOver = waitMs !== null && performance.now() - began >= waitMs;
    if (isOver || run.signal.aborted) return far;
    run.noteOnce(spec.name, hostNotes.waitedFor(spec.name, far), 'info');
    await waitFor(PAUSE_MS, run.signal);
  }
}

function greet(run: Run, host: Pick<Far, 'name' | 'via' | 'root'>): Promise<Far | string> {
  const slots = Object.values(run.recipe.slots).filter((slot) => hostsNamedBy(slot).includes(host.name));
  const programs = [...new Set(slots.flatMap(({ backends }) => backends.map(({ cli }) => cli)))];
  const env = prefixEnvironment({ withhold: withheld(run) });
  return hello(host, { repository: cacheName(run), programs }, env, run.signal);
}

/** The same for all sessions in a repository. */
const cacheName = ({ identity }: Run): string => identity.id;

/** A lane on a host. @param id unique there */
export function laneOn(run: Run, met: Met, id: string): FarLane {
  const { name, via, tool, path } = met;
  const { up, env, leaseMs } = run.recipe.hosts[name]!;
  const host = { name, via, tool, path };
  return { host, id, repository: cacheName(run), set: env, withhold: withheld(run), leaseMs, goes: up.length > 0 };
}

/** The backends of a slot that are there. */
export const backendsOn = ({ programs }: Met, { backends }: Slot): Slot['backends'] =>
  backends.filter(({ cli }) => programs.has(cli));

/** Why a slot can't be asked or work in a place that can be reached. */
export const notThere = ({ backends }: Slot): string =>
  `not installed there: ${backends.map(({ cli }) => cli).join(', ')}`;

/** @returns the host with what it has of a slot's backends, or why it can't be used for that slot, in words */
export async function meetFor(
  run: Run,
  slot: Slot,
  host: string,
): Promise<{ readonly met: Met; readonly backends: Slot['backends'] } | string> {
  const met = await meetHost(run, host);
  if (typeof met === 'string') return met;
  const backends = backendsOn(met, slot);
  return backends.length > 0 ? { met, backends } : notThere(slot);
}

/** Where a workspace on record lies, if that is on a host. */
export const farOf = ({ kind, far }: Undo): FarLane | undefined =>
  kind === 'workspace' ? (far as FarLane | undefined) : undefined;

/** What lies on a host, as it is on record. */
const lanesOn = (run: Run, name: string) =>
  run.session.effects.open.flatMap((effect) => {
    const far = farOf(effect.undo);
    return far?.host.name === name ? [{ effect, far }] : [];
  });

/**
 * What lay on a host that was lost is removed through the one in its place, and before that goes: they may have one
 * disk.
 */
function reachThrough(run: Run, { name, via, tool, path }: Met): void {
  const { effects } = run.session;
  const host = effects.open.findLast(({ undo }) => isHost(name)(undo));
  for (const { effect, far } of lanesOn(run, name))
    if (host !== undefined && effect.id < host.id) {
      effects.note({ ...effect.undo, far: { ...far, host: { name, via, tool, path } } });
      effects.forget(effect);
    }
}
