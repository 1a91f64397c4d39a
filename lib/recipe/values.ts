// Checked values of a recipe's text as plain ones: readers of single values, and shapes that are made of readers.
import { parseDuration } from '../core/duration.ts';
import type { Json } from '../core/json.ts';
import { at, entriesOf, itemsOf, type Tree, textOf, toJson } from './tree.ts';

/** What a value is read as, also where it is left out; `name`: that of the mapping it is in. */
type Reader<T> = (written: Tree | undefined, name: string) => T;

/** The reader of each field, with the field's key where that is another word; undefined: the field is left out. */
type Shape<T> = { readonly [Field in keyof T]-?: Reader<T[Field]> | readonly [key: string, Reader<T[Field]>] };

/** A mapping, field by field: `readOnly` is what stands at `read_only`. */
export function shaped<T extends object>(shape: Shape<T>): (tree: Tree | undefined, name?: string) => T {
  const fields = Object.entries(shape).map(([field, of]): readonly [string, string, Reader<unknown>] => {
    const [key, read] = Array.isArray(of) ? of : [field.replace(/[A-Z]/g, (big) => `_${big.toLowerCase()}`), of];
    return [field, key, read];
  });
  return (tree, name = '') => {
    const values = fields.map(([field, key, read]) => [field, read(at(tree, key), name)] as const);
    return Object.fromEntries(values.filter(([, value]) => value !== undefined)) as T;
  };
}

/** Several fields that are read alike. */
export const alike = <T, const Name extends string>(read: Reader<T>, ...names: readonly Name[]) =>
  Object.fromEntries(names.map((name) => [name, read])) as Record<Name, Reader<T>>;

export const value = (tree: Tree | undefined): Json | undefined => (tree === undefined ? undefined : toJson(tree));
export const texts = (tree: Tree | undefined): readonly string[] => itemsOf(tree).map((item) => String(toJson(item)));
export const isTrue = (tree: Tree | undefined): boolean => value(tree) === true;
export const isNotFalse = (tree: Tree | undefined): boolean => value(tree) !== false;

/** A value of a kind that its schema has seen to. */
export const valueOr =
  <T>(absent: T): Reader<T> =>
  (tree) =>
    (value(tree) as T | undefined) ?? absent;
export const textOr =
  <T>(absent: T): Reader<string | T> =>
  (tree) =>
    textOf(tree) ?? absent;
/** One word; anything else is the other. */
export const wordOr =
  <const W extends string, const T>(word: W, other: T): Reader<W | T> =>
  (tree) =>
    textOf(tree) === word ? word : other;
export const orNull =
  <T>(read: Reader<T>): Reader<T | null> =>
  (tree, name) =>
    tree === undefined ? null : read(tree, name);
export const listed =
  <T>(read: Reader<T>): Reader<readonly T[]> =>
  (tree, name) =>
    itemsOf(tree).map((item) => read(item, name));
/** Named entries; each is read with its own name. */
export const mapped =
  <T>(read: Reader<T>): Reader<Readonly<Record<string, T>>> =>
  (tree) =>
    Object.fromEntries(entriesOf(tree).map(([name, entry]) => [name, read(entry, name)]));

/** A duration in milliseconds; null where it is left out, or `none`. */
export function limit(tree: Tree | undefined): number | null {
  const written = value(tree);
  if (typeof written !== 'number' && typeof written !== 'string') return null;
  const parsed = parseDuration(written);
  return parsed === undefined ? 1 : parsed; // what the schema allows and rounds to nothing
}
