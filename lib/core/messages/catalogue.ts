// Makes one part of the message catalogue: each entry is a function from its values to a Failure that carries the
// entry's name.
import type { ExitCode, Failure } from '../failure.ts';

/** What an entry of the catalogue says; `exit` defaults to 2 (can't be used as it is, nothing touched). */
export interface Saying {
  readonly what: string;
  readonly remedy?: string | readonly string[];
  readonly exit?: ExitCode;
}

// biome-ignore lint/suspicious/noExplicitAny: each entry declares its own values
type Entries = Record<string, (values: any) => Saying>;

/** The same entries, each now returning a Failure whose `id` is the entry's name. */
export function catalogue<E extends Entries>(
  entries: E,
): { readonly [K in keyof E]: (...values: Parameters<E[K]>) => Failure } {
  const made = Object.entries(entries).map(([id, say]) => [
    id,
    (values: unknown): Failure => {
      const { what, remedy = [], exit = 2 } = say(values);
      return { id, exit, what, remedy: typeof remedy === 'string' ? [remedy] : remedy };
    },
  ]);
  return Object.fromEntries(made);
}

/** The first of these paths, each in quotes. */
export const quotedPaths = (paths: readonly string[]): string =>
  `${paths
    .slice(0, 5)
    .map((path) => JSON.stringify(path))
    .join(', ')}${paths.length > 5 ? ` and ${paths.length - 5} more` : ''}`;
