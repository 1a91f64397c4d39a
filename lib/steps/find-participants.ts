// Who can take part in a run: the slots that were chosen on the command line and have a backend that is installed.
import type { Slot } from '../core/recipe.ts';
import { findOnPath } from '../system/find-on-path.ts';
import { backendsOn, lookAtHost } from './meet-host.ts';
import type { Run } from './run-context.ts';

/**
 * Looked for once in a run.
 * @param top the repository, in which no program is looked for
 */
export function installed({ env, onPath }: Pick<Run, 'env' | 'onPath'>, cli: string, top: string): boolean {
  const found = onPath.get(cli) ?? findOnPath(cli, env, { insideOf: top }) !== null;
  onPath.set(cli, found);
  return found;
}

/** The backends of a slot that are installed here. @param top as above */
export const backendsHere = (run: Pick<Run, 'env' | 'onPath'>, { backends }: Slot, top: string): Slot['backends'] =>
  backends.filter(({ cli }) => installed(run, cli, top));

export function chosenSlots({ recipe, options: { only, without } }: Run): readonly Slot[] {
  return Object.values(recipe.slots).filter(({ id, of }) => {
    const isNamed = (name: string) => name === id || name === of;
    return (only === null || only.some(isNamed)) && !without.some(isNamed);
  });
}

/** Finds the run's participants. @param top the repository */
export async function takeParticipants(run: Run, top: string): Promise<void> {
  run.participants.clear();
  for (const slot of chosenSlots(run)) {
    const isAsked = slot.from === null;
    const backends = !isAsked ? [] : slot.hosts.length > 0 ? await onHosts(run, slot) : backendsHere(run, slot, top);
    if (!isAsked || backends.length > 0) run.participants.set(slot.id, { slot, backends, current: 0 });
  }
}

/** What the first of its hosts has that has anything; on one that has yet to be made all of it is taken to be there. */
async function onHosts(run: Run, slot: Slot): Promise<Slot['backends']> {
  const why: string[] = [];
  for (const name of slot.hosts) {
    const met = await lookAtHost(run, name);
    if (met === null) return slot.backends;
    const backends = typeof met === 'string' ? [] : backendsOn(met, slot);
    if (backends.length > 0) return backends;
    const looked = slot.backends.map(({ cli }) => cli).join(', ');
    why.push(typeof met === 'string' ? `${name}: ${met}` : `not installed on ${name} (looked for ${looked})`);
  }
  run.absent.set(slot.id, why.join('; '));
  return [];
}
