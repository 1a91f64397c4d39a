// Single values put into a recipe that has been read, before it is checked: `--set path=value`, and `set:` in a recipe.
// The path is checked here, the value with the rest of the recipe.
import { mistakes } from '../core/messages/recipe-mistakes.ts';
import { nearest } from '../core/nearest.ts';
import { parse, type Report } from './parse.ts';
import { isSection, isWithdrawn, recipeSchema } from './schema.ts';
import { type Place, type Source, sourceOf } from './source.ts';
import { entriesOf, type MapTree, sayTree, type Tree, textOf, withEntries } from './tree.ts';

/** An option of the command line. */
export interface Setting {
  /** Dotted: keys, list indices, ids of steps, or `*` for every entry. */
  readonly path: string;
  /** YAML. */
  readonly value: string;
  /** What messages call the place it came from, such as `--set`. */
  readonly source: string;
}

interface Assignment {
  readonly path: string;
  /** Where the path is written. */
  readonly place: Place;
  readonly value: Tree;
}

/** An option read; null after reporting that its value is no YAML. */
export function readSetting({ path, value, source }: Setting, report: Report): Assignment | null {
  const shown = sourceOf(source, `${path}=${value}`);
  // the value keeps its columns: what stands before it is blank
  const padded = { ...shown, text: ' '.repeat(path.length + 1) + value };
  let broken = false;
  const tree = parse(padded, (place, wording) => {
    broken = true;
    report({ ...place, source: shown }, wording);
  });
  if (broken) return null;
  const place = { source: shown, start: 0, end: path.length };
  // as after an environment variable that is not there: too easily a limit taken away that nobody meant
  if (value.trim() === '') {
    report(place, mistakes.setEmpty(path));
    return null;
  }
  const nothing: Tree = { kind: 'scalar', place, key: place, value: null, body: 0 };
  return { path, place, value: tree === null ? nothing : moved(tree, shown) };
}

/** The assignments of a recipe's own `set:`. */
export function assignmentsOf(recipe: MapTree): readonly Assignment[] {
  return entriesOf(recipe.entries.get('set')).map(([path, value]) => ({
    path,
    place: value.key ?? value.place,
    value,
  }));
}

/** The recipe with one value changed; as it was after reporting why it can't be. */
export function assign(recipe: MapTree, assignment: Assignment, report: Report): MapTree {
  const { path, place } = assignment;
  const keys = path.split('.');
  // where a recipe comes from is decided before anything is set
  if (keys.includes('') || ['recipe', 'extends', 'set'].includes(keys[0]!)) {
    report(place, mistakes.setPath(path));
    return recipe;
  }
  const changed = new Putting(keys, assignment, report).into(recipe, 0);
  return changed?.kind === 'map' ? changed : recipe;
}

/** One walk down one path. */
class Putting {
  readonly #keys: readonly string[];
  readonly #place: Place;
  readonly #value: Tree;
  readonly #report: Report;

  constructor(keys: readonly string[], { place, value }: Assignment, report: Report) {
    this.#keys = keys;
    this.#place = place;
    this.#value = value;
    this.#report = report;
  }

  /** The tree with the value below it; null after reporting. */
  into(tree: Tree, depth: number): Tree | null {
    const key = this.#keys[depth];
    if (key === undefined) return { ...this.#value, key: this.#place };
    if (tree.kind === 'list') return this.#intoList(tree, key, depth);
    if (tree.kind === 'map') return this.#intoMap(tree, key, depth);
    this.#report(this.#place, mistakes.setInto(this.#keys.slice(0, depth).join('.'), sayTree(tree)));
    return null;
  }

  #intoList(tree: Tree & { kind: 'list' }, key: string, depth: number): Tree | null {
    const names = tree.items.map(
      (item, i) => textOf(item.kind === 'map' ? item.entries.get('id') : undefined) ?? String(i),
    );
    const isMeant = (i: number) => key === '*' || names[i] === key || String(i) === key;
    if (!names.some((_, i) => isMeant(i))) return this.#unknown(depth, names);
    const items = tree.items.map((item, i) => (isMeant(i) ? this.into(item, depth + 1) : item));
    return items.includes(null) ? null : { ...tree, items: items as readonly Tree[] };
  }

  #intoMap(tree: MapTree, key: string, depth: number): Tree | null {
    const names = [...tree.entries.keys()];
    const meant = key === '*' ? names : [key];
    if (meant.length === 0 || (key !== '*' && !tree.entries.has(key) && !this.#mayBeNew(depth))) {
      return this.#unknown(depth, depth === 0 ? [...names, ...Object.keys(recipeSchema.properties ?? {})] : names);
    }
    const entries = new Map(tree.entries);
    for (const name of meant) {
      if (this.#removes(depth)) entries.delete(name);
      else {
        const empty: Tree = { kind: 'map', place: this.#place, key: this.#place, entries: new Map() };
        const changed = this.into(entries.get(name) ?? empty, depth + 1);
        if (changed === null) return null;
        entries.set(name, changed);
      }
    }
    return withEntries(tree, entries);
  }

  /** null in the place of a named entry takes it away. */
  #removes(depth: number): boolean {
    const isNull = this.#value.kind === 'scalar' && this.#value.value === null;
    return isNull && depth === 1 && this.#keys.length === 2 && isSection(this.#keys[0]!);
  }

  /** Whether a key may be set that is not there: one that the schema judges, or a new gate. */
  #mayBeNew(depth: number): boolean {
    const [section] = this.#keys as readonly [string, ...string[]];
    if (depth === 0) return Object.hasOwn(recipeSchema.properties ?? {}, section);
    if (section === 'options') return isWithdrawn(this.#keys[1]!);
    if (this.#removes(depth)) return false;
    return depth > 1 || section === 'gates' || section === 'timeout' || this.#keys.length === 2;
  }

  #unknown(depth: number, known: readonly string[]): null {
    const [before, key, after] = [this.#keys.slice(0, depth), this.#keys[depth]!, this.#keys.slice(depth + 1)];
    const near = nearest(key, known);
    const written = [...before, key].join('.');
    const start =
      this.#place.start +
      this.#place.source.text.slice(this.#place.start, this.#place.end).indexOf(written) +
      written.length -
      key.length;
    const suggestion = near === undefined ? undefined : [...before, near, ...after].join('.');
    this.#report({ ...this.#place, start, end: start + key.length }, mistakes.setUnknown(written, suggestion, known));
    return null;
  }
}

/** The same tree as if it stood in another text of the same length. */
function moved(tree: Tree, source: Source): Tree {
  const place = { ...tree.place, source };
  const key = tree.key && { ...tree.key, source };
  if (tree.kind === 'scalar') return { ...tree, place, key };
  if (tree.kind === 'list') return { ...tree, place, key, items: tree.items.map((item) => moved(item, source)) };
  return {
    ...tree,
    place,
    key,
    entries: new Map([...tree.entries].map(([name, value]) => [name, moved(value, source)])),
  };
}
