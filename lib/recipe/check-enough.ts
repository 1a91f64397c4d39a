// Checks what a recipe says of lanes that pass: `enough`, and a `count` that makes one more only while none does.
import { mistakes } from '../core/messages/recipe-mistakes.ts';
import { countOf } from './lanes.ts';
import type { Report } from './parse.ts';
import { at, entriesOf, itemsOf, type MapTree, nameplate, type Tree } from './tree.ts';

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
