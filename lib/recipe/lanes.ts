// `count:` of a slot → its lanes, each a slot of its own: `ada.1`, `ada.2` and so on. (No written id has a dot.)
import type { Slot } from '../core/recipe.ts';
import { at, type Tree } from './tree.ts';

/** How many a slot may make. */
export const MOST_LANES = 9;

/** What a slot's `count` comes to, also one that has not been checked. */
export function countOf(count: Tree | undefined): { readonly start: number; readonly most: number } {
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
