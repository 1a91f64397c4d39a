// How many lanes there are, and how many that pass are enough: `count` of a slot, each of whose lanes is a slot of its
// own (`ada.1`, `ada.2`; no written id has a dot), and `enough`.
import type { JsonSchema } from '../core/json.ts';
import { mistakes } from '../core/messages/recipe-mistakes.ts';
import type { Recipe, Slot } from '../core/recipe.ts';
import type { Report } from './parse.ts';
import { duration, object } from './schema-parts.ts';
import { at, entriesOf, itemsOf, type MapTree, nameplate, type Tree } from './tree.ts';
import { limit, shaped, valueOr } from './values.ts';

/** How many a slot may make. */
const MOST_LANES = 9;
const GRACE_MS = 5 * 60_000;

const lanes = (description?: string): JsonSchema => ({
  type: 'integer',
  minimum: 1,
  maximum: MOST_LANES,
  ...(description === undefined ? {} : { description }),
});

export const count: JsonSchema = {
  anyOf: [
    lanes(),
    object(
      {
        start: lanes('How many begin at once; 1 where it is left out.'),
        most: lanes('How many there are at most.'),
        until: {
          enum: ['passing'],
          description: 'One more begins when all before it have ended and none has passed.',
        },
      },
      ['most', 'until'],
    ),
  ],
  description:
    'How many lanes it makes, called `<slot>.1`, `<slot>.2` and so on; or how many at most, one more only while ' +
    'none passes. Only the first is the primary, and works in your own tree, where the slot says so.',
};

export const enough: JsonSchema = {
  anyOf: [
    { enum: ['off'] },
    object(
      {
        passing: { type: 'integer', minimum: 1, description: 'How many lanes must pass.' },
        grace: duration('How long the others may go on from then on; 5m where it is left out.'),
      },
      ['passing'],
    ),
  ],
  description:
    'When so many lanes pass all gates, the others have the grace to get done; then they are ended as superseded, ' +
    'which is no failure. `off` where it is left out.',
};

/** What `enough` and `count` ask for must be possible: so many lanes, and a step that says which of them pass. */
export function checkEnough(recipe: MapTree, report: Report): void {
  const known = itemsOf(at(recipe, 'phases')).some(saysPassing);
  let lanes = 0;
  for (const [, slot] of entriesOf(at(recipe, 'slots'))) {
    const count = at(slot, 'count');
    const { start, most } = countOf(count);
    lanes += most;
    if (start > most) report(nameplate(at(count, 'start')!), mistakes.countStart(start, most));
    if (count?.kind === 'map' && !known) report(nameplate(count), mistakes.nothingPasses('count'));
  }
  const enough = at(recipe, 'enough');
  if (enough?.kind !== 'map') return;
  if (!known) report(nameplate(enough), mistakes.nothingPasses('enough'));
  const passing = at(enough, 'passing');
  if (passing?.kind === 'scalar' && typeof passing.value === 'number' && passing.value > lanes)
    report(passing.place, mistakes.tooFewLanes(passing.value, lanes));
}

/** Whether a step, or one within it, says which lanes pass. */
const saysPassing = (step: Tree): boolean =>
  at(step, 'passing') !== undefined || itemsOf(at(step, 'steps')).some(saysPassing);

const written = shaped<NonNullable<Recipe['enough']>>({
  passing: valueOr(1),
  graceMs: ['grace', (tree) => limit(tree) ?? GRACE_MS],
});

export const enoughOf = (tree: Tree | undefined): Recipe['enough'] => (tree?.kind === 'map' ? written(tree) : null);

/** What a slot's `count` comes to, also one that has not been checked. */
function countOf(count: Tree | undefined): { readonly start: number; readonly most: number } {
  const number = (tree: Tree | undefined, otherwise: number): number => {
    const value = tree?.kind === 'scalar' ? tree.value : undefined;
    return Number.isInteger(value) && Number(value) >= 1 ? Math.min(Number(value), MOST_LANES) : otherwise;
  };
  if (count?.kind !== 'map') return { start: number(count, 1), most: number(count, 1) };
  return { start: number(at(count, 'start'), 1), most: number(at(count, 'most'), 1) };
}

/** The ids of a slot's lanes; its own, where it makes only one. */
export function laneIds(slot: string, count: Tree | undefined): readonly string[] {
  const { most } = countOf(count);
  return most === 1 ? [slot] : Array.from({ length: most }, (_, place) => `${slot}.${place + 1}`);
}

/** The lanes of a slot. What there can be one of only (the primary, the user's own tree) is the first's. */
export function lanesOf(slot: Slot, count: Tree | undefined): readonly Slot[] {
  const { start, most } = countOf(count);
  if (most === 1) return [slot];
  return laneIds(slot.id, count).map((id, place): Slot => {
    const first = place === 0;
    return {
      ...slot,
      id,
      title: `${slot.title} (${place + 1})`,
      primary: first && slot.primary,
      workspace: slot.workspace === 'main' && !first ? 'worktree' : slot.workspace,
      spare: place >= start,
    };
  });
}
