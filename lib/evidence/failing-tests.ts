// Which tests failed, by the names that runners print, and what was said of each: line by line, in bounded memory. The
// names only serve to compare two runs of the same gate; a runner that the table does not know gives none.
import type { FailingTest } from './evidence.ts';
import { LineSet } from './line-set.ts';
import { mentionsOf } from './mentions.ts';
import { ownText } from './plain-output.ts';
import type { Reading } from './readers.ts';

/** So many failing tests are kept by name; of the others it is only known which they are. */
const MOST = 1000;
/** How much that may be a path is kept of all tests together. */
const MOST_PLACES = 20_000;
const MOST_SAID = 600;

/** A test that failed, before it is known which files changed. */
export interface NamedFailure {
  readonly name: string;
  /** What may be paths in what was said of it, each once. */
  readonly places: readonly string[];
  /** In which way it failed, as a comparable text; '' where nothing was said. */
  readonly how: string;
}

/** Headings that look like a failing test. */
const HEADING = /^(?:failing tests:?|\d+ (?:tests?|problems?|errors?|suites?|failing)\b.*)$/i;

/** Lines that differ between runs, or versions of the code: stack traces, places, times, addresses. */
const VARYING = /^\s*at\s|:\d+|\bduration|\b\d+(?:\.\d+)?\s?(?:ms|s)\b|\b0x[0-9a-f]+/i;

/** A test's name as any run would print it; null for a heading, or a test that was left out. */
function nameOf(printed: string): string | null {
  if (/# (?:skip|todo)\b/i.test(printed)) return null;
  const bare = printed
    .trim()
    .replace(/ ?[([][\d.,]+ ?(?:ms|s|m|µs|us)[)\]]$/, '')
    .replace(/ [\d.,]+ ?(?:ms|s)$/, '');
  const name = bare
    .replace(/(^|[\s('"])(?:file:\/\/)?\/[^\s:'"()]*\//g, '$1')
    .replace(/:\d+(?::\d+)?(?=$|[\s)'"])/g, '')
    .replace(/\b0x[0-9a-f]+/gi, '0x')
    .slice(0, 300)
    .trim();
  return name === '' || HEADING.test(name) ? null : ownText(name);
}

interface Kept {
  readonly places: Set<string>;
  how: string;
}

export class FailingTests {
  readonly #kept = new Map<string, Kept>();
  /** Every one of them, also those that are not kept by name. */
  readonly names = new LineSet();
  #places = 0;
  #current: { readonly name: string; readonly kept: Kept | null } | null = null;
  #before: string[] = [];

  take(line: string, { failing, apart, before, counted }: Reading): void {
    const name = failing === null ? null : nameOf(failing);
    if (name !== null) {
      if (!this.names.has(name)) this.names.add(name);
      if (!this.#kept.has(name) && this.#kept.size < MOST) this.#kept.set(name, { places: new Set(), how: '' });
      this.#current = { name, kept: this.#kept.get(name) ?? null };
      for (const each of [...this.#before, line]) this.#notePlaces(each);
      this.#before = [];
    } else if (apart || before || counted !== null) {
      this.#current = null;
      this.#before = before ? [ownText(line)] : [];
    } else this.#say(line);
  }

  /** A piece of a line that is too long to be held. */
  goOn(piece: string): void {
    this.#notePlaces(piece);
  }

  found(): readonly NamedFailure[] {
    return [...this.#kept].map(([name, { places, how }]) => ({ name, places: [...places], how: how.trimEnd() }));
  }

  #say(line: string): void {
    const kept = this.#current?.kept;
    if (!kept) return;
    this.#notePlaces(line);
    if (kept.how.length < MOST_SAID && !VARYING.test(line) && /[\p{L}\p{N}]/u.test(line))
      kept.how = ownText(`${kept.how}${line.trim()}\n`.slice(0, MOST_SAID));
  }

  #notePlaces(line: string): void {
    const places = this.#current?.kept?.places;
    if (!places) return;
    for (const [token] of line.matchAll(/[\w@.+~/\\-]{1,1000}/g)) {
      if (this.#places >= MOST_PLACES) return;
      if ((!token.includes('.') && !token.includes('/')) || places.has(token)) continue;
      places.add(ownText(token));
      this.#places++;
    }
  }
}

/**
 * The failing tests with the files that their reports name.
 * @param paths repository paths to look for in what was said about each
 */
export function failuresWith(failures: readonly NamedFailure[], paths: readonly string[] = []): FailingTest[] {
  const find = mentionsOf(paths);
  return failures.map(({ name, places, how }) => ({
    name,
    mentions: paths.length > 0 ? find(places.join('\n')) : [],
    ...(how === '' ? {} : { how }),
  }));
}
