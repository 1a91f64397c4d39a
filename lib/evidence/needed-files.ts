// Which new files a version of a file needs, by its imports: without a gate nobody else notices that they are missing.
import type { Change } from '../core/candidate.ts';
import { importIndex } from './imports.ts';

/** A candidate's changes and texts; `text` gives null for what is deleted, binary or too big to be read. */
export interface GroupSource {
  readonly id: string;
  readonly changes: readonly Change[];
  readonly text: (path: string) => string | null;
}

/** Files that a candidate added and that its version of a file needs, directly or through one another. */
export type NeededFiles = (id: string, path: string) => readonly string[];

/** By candidate, for each of its changed files that can be read, the changed files of anyone that it imports. */
export type ImportsBySource = ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>;

/** Reads what every candidate's changed files import. */
export function readImports(sources: readonly GroupSource[], paths: readonly string[]): ImportsBySource {
  const index = importIndex(paths);
  return new Map(
    sources.map(({ id, changes, text }) => {
      const imports = changes.flatMap(({ path, after, binary }) => {
        const content = after && !binary ? text(path) : null;
        return content === null ? [] : [[path, index.importsOf(path, content)] as const];
      });
      return [id, new Map(imports)] as const;
    }),
  );
}

/** Follows what candidates' files import to files that are new. */
export function neededFiles(sources: readonly GroupSource[], imports: ImportsBySource): NeededFiles {
  const authors = new Map(
    sources.map(({ id, changes }) => {
      const added = changes.filter(({ before }) => before === null).map(({ path }) => path);
      return [id, { imports: imports.get(id)!, added: new Set(added) }] as const;
    }),
  );
  return (id, path) => {
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
}
