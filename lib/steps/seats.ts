// Who can take part in a run: the slots that were chosen on the command line and have a backend that is installed.
import type { Slot } from '../core/recipe.ts';
import { findOnPath } from '../system/find-on-path.ts';
import type { Run, Seat } from './run.ts';

/**
 * Looked for once in a run.
 * @param top the repository, in which no program is looked for
 */
export function installed({ env, onPath }: Pick<Run, 'env' | 'onPath'>, cli: string, top: string): boolean {
  const found = onPath.get(cli) ?? findOnPath(cli, env, { insideOf: top }) !== null;
  onPath.set(cli, found);
  return found;
}

/** What the command line may call slots: by their own ids, and several lanes of one by its name in the recipe. */
export const namesOfSlots = ({ recipe }: Run): readonly string[] => [
  ...new Set(Object.values(recipe.slots).flatMap(({ id, of }) => [of, id])),
];

export function chosenSlots({ recipe, options: { only, without } }: Run): readonly Slot[] {
  return Object.values(recipe.slots).filter(({ id, of }) => {
    const isNamed = (name: string) => name === id || name === of;
    return (only === null || only.some(isNamed)) && !without.some(isNamed);
  });
}

/** @param top the repository */
export function seatsIn(run: Run, top: string): ReadonlyMap<string, Seat> {
  const seats = new Map<string, Seat>();
  for (const slot of chosenSlots(run)) {
    if (slot.from !== null) {
      seats.set(slot.id, { slot, backends: [], current: 0 });
      continue;
    }
    const backends = slot.backends.filter(({ cli }) => installed(run, cli, top));
    if (backends.length > 0) seats.set(slot.id, { slot, backends, current: 0 });
  }
  return seats;
}
