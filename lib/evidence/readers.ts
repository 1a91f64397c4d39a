// The table of what test runners, linters and compilers print (`readers:` of recipes/gates.yaml), made ready to be
// asked line by line. Knows no runner: what a line means is what the names of its pattern's groups say.
import type { OutputReader } from '../core/gate-rules.ts';

export type ReaderTable = Readonly<Record<string, OutputReader>>;

/** The named groups of a pattern that a line matched. */
export type Groups = Readonly<Record<string, string | undefined>>;

/** What a line of a reader is: a summary, one test's or one suite's line, and so on. */
export interface Reading {
  readonly counted: { readonly reader: string; readonly in: 'counts' | 'lines'; readonly groups: Groups } | null;
  /** The failing test that it names. */
  readonly failing: string | null;
  /** What is said from here on belongs to no failing test named before. */
  readonly apart: boolean;
  /** What comes is said of the test that is named next. */
  readonly before: boolean;
  /** The gate could not be run. */
  readonly missing: boolean;
}

/** Says of a line what it means; most mean nothing. */
export type ReadLine = (line: string) => Reading;

const made = new WeakMap<ReaderTable, ReadLine>();

/** What the table's readers know of a line. The last that counts it has it: a recipe's own come before the shipped. */
export function lineReader(table: ReaderTable): ReadLine {
  const known = made.get(table) ?? make(table);
  made.set(table, known);
  return known;
}

function make(table: ReaderTable): ReadLine {
  const rows = Object.entries(table).reverse();
  const patterns = (key: keyof OutputReader) =>
    new Patterns(rows.flatMap(([reader, row]) => row[key].map((source) => ({ reader, source }))));
  const [counts, lines, failing] = [patterns('counts'), patterns('lines'), patterns('failing')];
  const [apart, before, missing] = [patterns('apart'), patterns('before'), patterns('missing')];
  const counted = (line: string): Reading['counted'] => {
    const summary = counts.find(line);
    const found = summary ?? lines.find(line);
    return found && { reader: found.reader, in: summary ? 'counts' : 'lines', groups: found.match.groups ?? {} };
  };
  const named = (line: string): string | null => {
    const match = failing.find(line)?.match;
    return match?.groups?.name ?? match?.[1] ?? null;
  };
  return (line) => ({
    counted: counted(line),
    failing: named(line),
    apart: apart.find(line) !== null,
    before: before.find(line) !== null,
    missing: missing.find(line) !== null,
  });
}

/** Patterns in the order in which they are asked. Most lines match none: one expression of all of them shows that. */
class Patterns {
  readonly #rows: readonly { readonly reader: string; readonly pattern: RegExp }[];
  readonly #some: RegExp | null;

  constructor(rows: readonly { readonly reader: string; readonly source: string }[]) {
    this.#rows = rows.map(({ reader, source }) => ({ reader, pattern: new RegExp(source) }));
    const sources = rows.map(({ source }) => source);
    const alone = sources.length === 0 || sources.some((source) => /\\[1-9k]/.test(source)); // they count groups
    this.#some = alone ? null : new RegExp(sources.map((source) => `(?:${nameless(source)})`).join('|'));
  }

  find(line: string): { readonly reader: string; readonly match: RegExpExecArray } | null {
    if (this.#some?.test(line) === false) return null;
    for (const { reader, pattern } of this.#rows) {
      const match = pattern.exec(line);
      if (match) return { reader, match };
    }
    return null;
  }
}

/** A pattern whose groups have no names: the same name may not stand twice in one expression. */
const nameless = (source: string): string => source.replace(/\(\?<[a-zA-Z_]\w*>/g, '(?:');
