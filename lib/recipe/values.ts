// Checked values of a recipe's text as plain ones.
import { parseDuration } from '../core/duration.ts';
import type { Json } from '../core/json.ts';
import { entriesOf, itemsOf, type Tree, textOf, toJson } from './tree.ts';

export const value = (tree: Tree | undefined): Json | undefined => (tree === undefined ? undefined : toJson(tree));
export const text = (tree: Tree | undefined): string | undefined => textOf(tree);
export const texts = (tree: Tree | undefined): readonly string[] => itemsOf(tree).map((item) => String(value(item)));
export const mapped = <T>(tree: Tree | undefined, make: (id: string, tree: Tree) => T): Readonly<Record<string, T>> =>
  Object.fromEntries(entriesOf(tree).map(([id, entry]) => [id, make(id, entry)]));

/** A limit; `absent` where it is left out, null for `none`. */
export function milliseconds(tree: Tree | undefined, absent: number | null): number | null {
  const written = value(tree);
  if (typeof written !== 'number' && typeof written !== 'string') return absent;
  const parsed = parseDuration(written);
  return parsed === undefined ? 1 : parsed; // what the schema allows and rounds to nothing
}
