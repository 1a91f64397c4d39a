// Fills in what a slot takes from the catalogue of CLIs: `cli: <entry>` in the place of `backends`, or a backend
// without `run`. What stands beside `cli` replaces the entry's; a backend with `run` is complete, and takes nothing.
import { mistakes } from '../core/messages/recipe-mistakes.ts';
import type { Report } from './parse.ts';
import { BACKEND_KEYS } from './schema-backend.ts';
import { at, entriesOf, itemsOf, type MapTree, type Tree, textOf, withEntries } from './tree.ts';

/** Whether a recipe has anything to fill in. */
export const takesEntries = (recipe: MapTree): boolean =>
  entriesOf(at(recipe, 'slots')).some(([, slot]) => isShort(slot) || itemsOf(at(slot, 'backends')).some(isTaken));

/** The recipe with its slots filled in from `clis`, the entries of the catalogue. */
export function fillIn(recipe: MapTree, clis: Tree | undefined, report: Report): MapTree {
  const slots = recipe.entries.get('slots');
  if (slots?.kind !== 'map') return recipe;
  const filled = entriesOf(slots).map(([id, slot]) => [id, filledSlot(slot, clis, report)] as const);
  return withEntries(recipe, new Map(recipe.entries).set('slots', withEntries(slots, new Map(filled))));
}

/** The catalogue as a recipe with a slot for each of its entries. */
export function asSlots(catalogue: MapTree): MapTree {
  const clis = entriesOf(at(catalogue, 'clis')).map(([name, entry]): readonly [string, Tree] => {
    const cli: Tree = { kind: 'scalar', place: entry.place, key: null, value: name, body: entry.place.start };
    return [name, { ...entry, kind: 'map', entries: new Map([['cli', cli]]) }];
  });
  return withEntries(catalogue, new Map([['slots', withEntries(catalogue, new Map(clis))]]));
}

const isShort = (slot: Tree): boolean => at(slot, 'cli') !== undefined && at(slot, 'backends') === undefined;
const isTaken = (backend: Tree): backend is MapTree =>
  backend.kind === 'map' && backend.entries.has('cli') && !backend.entries.has('run');

function filledSlot(slot: Tree, clis: Tree | undefined, report: Report): Tree {
  if (slot.kind !== 'map') return slot;
  if (isShort(slot)) return longSlot(slot, clis, report);
  const backends = slot.entries.get('backends');
  if (backends?.kind !== 'list') return slot;
  const items = backends.items.map((item) => (isTaken(item) ? taken(item, clis, report) : item));
  return withEntries(slot, new Map(slot.entries).set('backends', { ...backends, items }));
}

/** The slot with the one backend that it names in the place of `backends`. */
function longSlot(slot: MapTree, clis: Tree | undefined, report: Report): MapTree {
  const { place, key, entries } = slot;
  const [own, rest] = [true, false].map((is) => [...entries].filter(([name]) => BACKEND_KEYS.includes(name) === is));
  const backend = taken(withEntries(slot, new Map(own)), clis, report);
  const title = at(clis, textOf(entries.get('cli')) ?? '', 'title');
  const long = new Map<string, Tree>(title === undefined ? [] : [['title', title]]);
  for (const [name, value] of rest!) long.set(name, value);
  return withEntries(slot, long.set('backends', { kind: 'list', place, key, items: [backend] }));
}

/** A backend with what the entry says that it does not say itself. */
function taken(backend: MapTree, clis: Tree | undefined, report: Report): MapTree {
  const cli = backend.entries.get('cli')!;
  const name = textOf(cli);
  const entry = name === undefined ? undefined : at(clis, name);
  if (entry?.kind !== 'map') {
    if (name === undefined || backend.entries.has('run')) return backend;
    report(
      cli.place,
      mistakes.unknownCli(
        name,
        entriesOf(clis).map(([known]) => known),
      ),
    );
    // what else is wrong is reported too, and not that it has no `run`
    const prompt: Tree = { ...cli, kind: 'scalar', value: '${prompt}', body: cli.place.start };
    return withEntries(backend, new Map(backend.entries).set('run', { ...cli, kind: 'list', items: [cli, prompt] }));
  }
  const own = [...backend.entries].filter(([key]) => key !== 'cli' && key !== 'arguments');
  const merged = new Map([['cli', cli], ...entry.entries, ...own]);
  merged.delete('title');
  const given = itemsOf(backend.entries.get('arguments'));
  for (const [key, value] of merged) if (value.kind === 'list') merged.set(key, spliced(value, given));
  return withEntries(backend, merged);
}

/** The list with `given` where it says `${arguments}`. */
const spliced = (list: Tree & { kind: 'list' }, given: readonly Tree[]): Tree => ({
  ...list,
  items: list.items.flatMap((item) => (textOf(item) === '${arguments}' ? given : [item])),
});
