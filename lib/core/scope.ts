// What names mean while a recipe is walked: scopes inside one another, the outermost holding what the whole run knows.
import type { Json } from './json.ts';

/** A value, or how to make it when it is asked for (tables that change as the run goes on). */
export type Named = Json | (() => Named | undefined) | { readonly [name: string]: Named };

export class Scope {
  readonly #names = new Map<string, Named>();
  readonly #outer: Scope | null;

  constructor(outer: Scope | null = null, names: Readonly<Record<string, Named>> = {}) {
    this.#outer = outer;
    for (const [name, value] of Object.entries(names)) this.#names.set(name, value);
  }

  set(name: string, value: Named): void {
    this.#names.set(name, value);
  }

  /** The value at a dotted path, undefined where there is none (yet). Only own properties count. */
  lookup(path: string): Json | undefined {
    const [root = '', ...rest] = path.split('.');
    let value = made(this.#root(root));
    for (const key of rest) {
      if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
      value = made((value as Readonly<Record<string, Named>>)[key]);
    }
    return value as Json | undefined;
  }

  /** The values of its own names, without those of the scopes around it. */
  own(): readonly Json[] {
    return [...this.#names.values()].map((value) => made(value) as Json);
  }

  #root(name: string): Named | undefined {
    if (this.#names.has(name)) return this.#names.get(name);
    return this.#outer === null ? undefined : this.#outer.#root(name);
  }
}

function made(value: Named | undefined): Named | undefined {
  return typeof value === 'function' ? made(value()) : value;
}

/** How `when`, `unless` and `until` read a value: nothing, false, 0, '' and an empty list do not hold. */
export function holds(value: Json | undefined): boolean {
  return Array.isArray(value) ? value.length > 0 : Boolean(value);
}
