// The bare names that a file offers to others, those that it passes on from another file too. Reads texts, resolves
// nothing itself.
import { interfaceOf, linesOf } from './imports.ts';

/** What is known of the names that a file offers. */
export interface Offered {
  readonly names: ReadonlySet<string>;
  /** There are no others. */
  readonly complete: boolean;
}

/** `export *` of another file: all that it offers, but for its default. */
const PASSED_ON = /^\s*export\s*\*\s*from\b/;

/** Ways of offering names that are not all written down in one line: then nothing can be said of what is missing. */
const OPEN_ENDED =
  /^\s*(?:export\s*\*\s*(?!\s*from\b)|export\s+(?:type\s+)?\{[^}]*$|(?:module\.)?exports\s*=|from\s+\S+\s+import\s+\*)/;

/**
 * The names that a file offers; null where they can't be told.
 * @param follow what the file offers that a line passes on, null where that is not known
 */
export function offeredNames(
  path: string,
  text: string,
  follow: (line: string) => Offered | null = () => null,
): Offered | null {
  const offers = interfaceOf(path, text);
  const lines = linesOf(text);
  const passedOn = lines.filter((line) => PASSED_ON.test(line));
  if (offers === null || (offers === '' && passedOn.length === 0)) return null;
  if (lines.some((line) => !PASSED_ON.test(line) && OPEN_ENDED.test(line))) return null;
  const names = new Set(offers.split('\n').flatMap(bareNames));
  let complete = true;
  for (const line of passedOn) {
    const found = follow(line);
    for (const name of found?.names ?? []) if (name !== 'default') names.add(name);
    complete &&= found?.complete ?? false;
  }
  names.delete('');
  return { names, complete };
}

function bareNames(offer: string): string[] {
  if (!offer.startsWith('{')) return [/([\w$?!]+)\W*$/.exec(offer.split('/')[0]!)?.[1] ?? offer];
  return offer
    .replace(/[{}]/g, '')
    .split(',')
    .map((each) =>
      each
        .split(/\bas\b/)
        .at(-1)!
        .trim(),
    );
}
