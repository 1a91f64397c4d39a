// Whether pieces of different candidates can work together at all, as far as their imports tell: what a file needs that
// only its author made, and what it would not find in another author's version. A proof costs minutes, a look at names
// nothing.
import type { Change } from '../core/candidate.ts';
import { type ImportIndex, importIndex, interfaceOf } from './imports.ts';
import { type Offered, offeredNames } from './offered-names.ts';
import { isTestPath } from './test-names.ts';

/** A candidate's changes and texts; `text` gives null for what is deleted, binary or too big to be read. */
export interface FitSource {
  readonly id: string;
  readonly changes: readonly Change[];
  readonly text: (path: string) => string | null;
}

export interface Fit {
  /** Files that a candidate added and that its version of a file needs, directly or through one another. */
  readonly needs: (id: string, path: string) => readonly string[];
  /**
   * How many imports of a candidate's version of a file would miss something.
   * @param from where each path comes from
   */
  readonly clashes: (id: string, path: string, from: (path: string) => string) => number;
  /**
   * Names that most candidates offer in a file and this one, which changed it too, does not: it may have forgotten
   * them.
   */
  readonly gaps: (id: string, path: string) => readonly string[];
}

interface Author {
  readonly imports: ReadonlyMap<string, readonly string[]>;
  readonly added: ReadonlySet<string>;
  readonly offers: (path: string) => ReadonlySet<string> | null;
}

function readAuthor({ changes, text }: FitSource, paths: readonly string[]): Author {
  const index = importIndex(paths);
  const imports = new Map<string, readonly string[]>();
  for (const { path, after, binary } of changes) {
    const content = after && !binary ? text(path) : null;
    const imported = content === null ? [] : index.importsOf(path, content);
    if (imported.length > 0) imports.set(path, imported);
  }
  const known = new Map<string, ReadonlySet<string> | null>();
  const offers = (path: string) => {
    if (!known.has(path)) {
      const content = changes.some((change) => change.path === path) ? text(path) : null;
      const offered = content === null ? null : interfaceOf(path, content);
      known.set(path, offered === null ? null : new Set(offered.split('\n')));
    }
    return known.get(path)!;
  };
  return { imports, offers, added: new Set(changes.filter(({ before }) => before === null).map(({ path }) => path)) };
}

/** The files that each candidate changed and that can be read. */
type Readable = ReadonlyMap<string, ReadonlySet<string>>;

const DEEPEST = 5;

/**
 * What a candidate that changed a file offers in it, where that can be told; what it passes on from other changed files
 * too.
 */
function namesOf(
  source: FitSource,
  path: string,
  index: ImportIndex,
  readable: ReadonlySet<string>,
  depth = 0,
): Offered | null {
  const content = readable.has(path) ? source.text(path) : null;
  if (content === null || depth > DEEPEST) return null;
  const follow = (line: string) => {
    const [target] = index.importsOf(path, line);
    return target === undefined ? null : namesOf(source, target, index, readable, depth + 1);
  };
  return offeredNames(path, content, follow);
}

/** What each candidate that changed a file offers in it, where that can be told. */
function namesIn(
  path: string,
  sources: readonly FitSource[],
  index: ImportIndex,
  readable: Readable,
): Map<string, Offered> {
  return new Map(
    sources.flatMap((source) => {
      const offered = namesOf(source, path, index, readable.get(source.id)!);
      return offered ? [[source.id, offered] as const] : [];
    }),
  );
}

/** Reads what every candidate's changed files import and offer. */
export function readFit(sources: readonly FitSource[], paths: readonly string[]): Fit {
  const authors = new Map(sources.map((source) => [source.id, readAuthor(source, paths)] as const));
  const needs = (id: string, path: string): readonly string[] => {
    const author = authors.get(id);
    const found = new Set<string>();
    const queue = [path];
    for (let next = queue.pop(); author && next !== undefined; next = queue.pop()) {
      for (const target of author.imports.get(next) ?? []) {
        if (!author.added.has(target) || found.has(target) || target === path) continue;
        found.add(target);
        queue.push(target);
      }
    }
    return [...found];
  };
  const readable: Readable = new Map(
    sources.map(({ id, changes }) => {
      const texts = changes.filter(({ after, binary }) => after !== null && !binary);
      return [id, new Set(texts.map(({ path }) => path))] as const;
    }),
  );
  const index = importIndex(paths);
  const names = new Map(
    paths.flatMap((path) => {
      const offered = isTestPath(path) ? null : namesIn(path, sources, index, readable);
      return offered && offered.size > 0 ? [[path, offered] as const] : [];
    }),
  );
  const gaps = (id: string, path: string): readonly string[] => {
    const own = names.get(path)?.get(id);
    if (!own?.complete) return [];
    const all = [...names.get(path)!.values()];
    const offered = new Set(all.flatMap((each) => [...each.names]));
    return [...offered].filter(
      (name) => !own.names.has(name) && all.filter((each) => each.names.has(name)).length * 2 > sources.length,
    );
  };
  const misses = (id: string, target: string, from: string): boolean => {
    const author = authors.get(id)!;
    if (from === 'base') return author.added.has(target);
    const [wanted, offered] = [author.offers(target), authors.get(from)?.offers(target)];
    return wanted != null && offered != null && [...wanted].some((name) => !offered.has(name));
  };
  return {
    needs,
    gaps,
    clashes: (id, path, from) =>
      (authors.get(id)?.imports.get(path) ?? []).filter(
        (target) => from(target) !== id && misses(id, target, from(target)),
      ).length,
  };
}
