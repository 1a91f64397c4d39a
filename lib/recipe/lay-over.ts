// Lays a recipe over the one it extends: named entries of sections are replaced or removed (null) whole, all else is
// replaced; steps are never merged. Each value keeps the place where it was written.
import { mistakes } from '../core/messages/recipe-mistakes.ts';
import type { Report } from './parse.ts';
import { isSection } from './schema.ts';
import { entriesOf, type MapTree, nameplate, type Tree, withEntries } from './tree.ts';

const isNull = (tree: Tree): boolean => tree.kind === 'scalar' && tree.value === null;

/** @param parent null: this recipe extends nothing, so that there is nothing to remove */
export function layOver(child: MapTree, parent: MapTree | null, report: Report): MapTree {
  const entries = new Map(parent?.entries);
  for (const [key, value] of child.entries) {
    const inherited = entries.get(key);
    if (isSection(key) && value.kind === 'map')
      entries.set(key, mergeSection(key, value, inherited, parent !== null, report));
    else if (parent !== null && isNull(value)) entries.delete(key);
    else entries.set(key, value);
  }
  return withEntries(child, entries);
}

function mergeSection(
  section: string,
  child: MapTree,
  parent: Tree | undefined,
  inherits: boolean,
  report: Report,
): MapTree {
  const entries = new Map(entriesOf(parent));
  for (const [name, value] of child.entries) {
    if (!isNull(value)) entries.set(name, value);
    else if (section === 'options' && !entries.has(name)) entries.set(name, value);
    else if (!inherits) report(nameplate(value), mistakes.noParent(section, name));
    else if (!entries.delete(name))
      report(nameplate(value), mistakes.nothingToRemove(section, name, [...entries.keys()]));
  }
  return withEntries(child, entries);
}
