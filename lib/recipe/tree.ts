// A recipe's values with their places: what YAML text is read into, merged and checked as.
// Immutable; a value that is used twice (a YAML alias, an inherited entry) is the same object twice.
import type { Json } from '../core/json.ts';
import type { Place } from './source.ts';

interface Located {
  readonly place: Place;
  /** The key that this is the value of, where it is one. */
  readonly key: Place | null;
}

export interface ScalarTree extends Located {
  readonly kind: 'scalar';
  readonly value: null | boolean | number | string;
  /** Where its characters begin: after a block scalar's header. */
  readonly body: number;
}

interface ListTree extends Located {
  readonly kind: 'list';
  readonly items: readonly Tree[];
}

export interface MapTree extends Located {
  readonly kind: 'map';
  readonly entries: ReadonlyMap<string, Tree>;
}

export type Tree = ScalarTree | ListTree | MapTree;

/** The plain value. */
export function toJson(tree: Tree): Json {
  if (tree.kind === 'scalar') return tree.value;
  if (tree.kind === 'list') return tree.items.map(toJson);
  return Object.fromEntries([...tree.entries].map(([key, value]) => [key, toJson(value)]));
}

/** What a mistake about the whole value underlines: a mapping's or list's key, else the value. */
export function nameplate(tree: Tree): Place {
  return tree.kind !== 'scalar' || tree.value === null ? (tree.key ?? tree.place) : tree.place;
}

/** The value below a path of keys and indices, undefined where there is none. */
export function at(tree: Tree | undefined, ...path: readonly (string | number)[]): Tree | undefined {
  let here = tree;
  for (const step of path) {
    if (here?.kind === 'map') here = here.entries.get(String(step));
    else if (here?.kind === 'list') here = here.items[Number(step)];
    else return undefined;
  }
  return here;
}

/** Entries of a mapping, none for anything else. */
export function entriesOf(tree: Tree | undefined): readonly (readonly [string, Tree])[] {
  return tree?.kind === 'map' ? [...tree.entries] : [];
}

/** Items of a list, none for anything else. */
export function itemsOf(tree: Tree | undefined): readonly Tree[] {
  return tree?.kind === 'list' ? tree.items : [];
}

/** A scalar that is text, else undefined. */
export function textOf(tree: Tree | undefined): string | undefined {
  return tree?.kind === 'scalar' && typeof tree.value === 'string' ? tree.value : undefined;
}

/** The same mapping with other entries. */
export function withEntries(tree: MapTree, entries: ReadonlyMap<string, Tree>): MapTree {
  return { ...tree, entries };
}

/** What a value is, in words: `the text \`x\``, `a list`. */
export function sayTree(tree: Tree): string {
  if (tree.kind === 'list') return tree.items.length === 0 ? 'an empty list' : 'a list';
  if (tree.kind === 'map') return tree.entries.size === 0 ? 'an empty mapping' : 'a mapping';
  if (tree.value === null) return 'empty';
  if (typeof tree.value !== 'string') return `\`${tree.value}\``;
  const line = tree.value.split('\n')[0]!;
  return `\`${line.length > 60 ? `${line.slice(0, 60)}…` : line}\``;
}
