// Which changed files belong together, and how firmly: renames and their users, tests and what they test, imports, a
// manifest and its lock file. Connected files form a group; where it has to be split, weak links give way first.
import type { Change } from '../core/candidate.ts';
import { groupBy } from '../core/group-by.ts';
import type { TogetherRule } from '../core/recipe.ts';
import { importIndex, interfaceOf } from './imports.ts';
import { isTestPath, stemOf, testedStem } from './test-names.ts';
import { type TestedFilesOf, testedFileFinder } from './tested-files.ts';
import { heldTogether, kinship, locksAmong } from './together.ts';

/** A candidate's changes and texts; `text` gives null for what is deleted, binary or too big to be read. */
export interface GroupSource {
  readonly id: string;
  readonly changes: readonly Change[];
  readonly text: (path: string) => string | null;
}

/** Files that a candidate added and that its version of a file needs, directly or through one another. */
type NeededFiles = (id: string, path: string) => readonly string[];

/** By candidate, for each of its changed files that can be read, the changed files of anyone that it imports. */
type ImportsBySource = ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>;

export interface Link {
  readonly a: string;
  readonly b: string;
  /** 0 to 1, see STRENGTH. */
  readonly strength: number;
  readonly why: string;
}

export interface FileGroup {
  /** Sorted. */
  readonly paths: readonly string[];
  readonly links: readonly Link[];
}

export interface Grouping {
  readonly groups: readonly FileGroup[];
  /** Sets of files that come from one hand whatever the evidence; a lone lock file is one, since it is never merged. */
  readonly together: readonly (readonly string[])[];
  /** For each file the changed files that any candidate's version of it imports. */
  readonly imports: ReadonlyMap<string, ReadonlySet<string>>;
  readonly testedFilesOf: TestedFilesOf;
  readonly needs: NeededFiles;
}

/**
 * How firmly files hold together. Renames and what the table holds together never give way. An import whose target
 * offers something else in another candidate is firm; where all candidates offer the same names, the pieces are made to
 * be exchanged.
 */
export const STRENGTH = {
  rename: 1,
  /** What `together` of the recipe's table says. */
  together: 1,
  renameUser: 0.9,
  changedInterface: 0.8,
  test: 0.6,
  sameInterface: 0.3,
} as const;

/** The strongest link per pair of files. */
class Links {
  private readonly found = new Map<string, Link>();

  add(from: string, to: string, strength: number, why: string): void {
    if (from === to) return;
    const [a, b] = from < to ? [from, to] : [to, from];
    const key = `${a}\0${b}`;
    if ((this.found.get(key)?.strength ?? 0) < strength) this.found.set(key, { a, b, strength, why });
  }

  all(): Link[] {
    return [...this.found.values()];
  }
}

/** Links tests with what their names say that they test; gives the tests that found something. */
function linkTests(paths: readonly string[], links: Links): Set<string> {
  const placed = new Set<string>();
  const byStem = groupBy(
    paths.filter((path) => !isTestPath(path)),
    (path) => stemOf(path).toLowerCase(),
  );
  for (const path of paths) {
    const stem = testedStem(path)?.toLowerCase();
    if (stem === undefined) continue;
    const subject = [...(byStem.get(stem) ?? [])].sort((a, b) => kinship(path, b) - kinship(path, a))[0];
    if (subject) {
      links.add(path, subject, STRENGTH.test, `${path} tests ${subject}`);
      placed.add(path);
    }
  }
  return placed;
}

/** Whether candidates (among those that changed it) offer different things in a file. */
function interfaceDiffers(path: string, sources: readonly GroupSource[]): boolean {
  const offers = new Set<string | null>();
  for (const source of sources) {
    if (!source.changes.some((change) => change.path === path)) continue;
    const text = source.text(path);
    offers.add(text === null ? null : interfaceOf(path, text));
  }
  return offers.size > 1;
}

function linkImports(
  sources: readonly GroupSource[],
  bySource: ImportsBySource,
  placed: ReadonlySet<string>,
  links: Links,
): Map<string, Set<string>> {
  const imports = new Map<string, Set<string>>();
  const differs = new Map<string, boolean>();
  for (const source of sources) {
    const renamed = new Map(
      source.changes.flatMap((change) => (change.renamedFrom ? [[change.path, change.renamedFrom] as const] : [])),
    );
    for (const [path, targets] of bySource.get(source.id)!) {
      for (const target of targets) {
        imports.set(path, (imports.get(path) ?? new Set()).add(target));
        if (renamed.has(target))
          links.add(path, target, STRENGTH.renameUser, `${path} uses ${target}, which was ${renamed.get(target)}`);
        // A test whose name says what it tests imports the rest (an index, a helper) in passing.
        if (isTestPath(path) && !isTestPath(target))
          links.add(path, target, placed.has(path) ? STRENGTH.sameInterface : STRENGTH.test, `${path} tests ${target}`);
        else {
          if (!differs.has(target)) differs.set(target, interfaceDiffers(target, sources));
          const strength = differs.get(target) ? STRENGTH.changedInterface : STRENGTH.sameInterface;
          links.add(path, target, strength, `${path} imports ${target}`);
        }
      }
    }
  }
  return imports;
}

/** Reads what every candidate's changed files import. */
function readImports(sources: readonly GroupSource[], paths: readonly string[]): ImportsBySource {
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
function neededFiles(sources: readonly GroupSource[], imports: ImportsBySource): NeededFiles {
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

/** Connected parts of some files by the links above a strength; every part sorted, and the parts too. */
export function parts(paths: readonly string[], links: readonly Link[], above: number): string[][] {
  const inside = new Set(paths);
  const leader = new Map(paths.map((path) => [path, path]));
  const find = (path: string): string => {
    let top = path;
    while (leader.get(top) !== top) top = leader.get(top)!;
    leader.set(path, top);
    return top;
  };
  for (const { a, b, strength } of links)
    if (strength > above && inside.has(a) && inside.has(b)) leader.set(find(a), find(b));
  return [...groupBy([...paths].sort(), find).values()].sort((a, b) => (a[0]! < b[0]! ? -1 : 1));
}

/** Splits a group where it holds least; the same group in one piece when only renames hold it. */
export function splitGroup(group: FileGroup): FileGroup[] {
  const steps = [...new Set(group.links.map(({ strength }) => strength))]
    .filter((strength) => strength < STRENGTH.rename)
    .sort((a, b) => a - b);
  for (const step of steps) {
    const pieces = parts(group.paths, group.links, step);
    if (pieces.length > 1) return toGroups(pieces, group.links);
  }
  return [group];
}

/** The parts with the links within each. */
function toGroups(pieces: readonly string[][], links: readonly Link[]): FileGroup[] {
  const groups = pieces.map((paths) => ({ paths, links: [] as Link[] }));
  if (links.length === 0) return groups;
  const home = new Map(groups.flatMap((group) => group.paths.map((path) => [path, group] as const)));
  for (const link of links) {
    const group = home.get(link.a);
    if (group && group === home.get(link.b)) group.links.push(link);
  }
  return groups;
}

/** What the recipe's table holds together. */
export interface Table {
  readonly rules: readonly TogetherRule[];
  /** Of `placesOf` the changed files, those that the base has. */
  readonly there: ReadonlySet<string>;
}

/**
 * Groups the files that any candidate changed.
 * @param sources every candidate with its changes and its texts of them
 */
export function groupFiles(
  sources: readonly GroupSource[],
  { rules, there }: Table = { rules: [], there: new Set() },
): Grouping {
  const paths = [
    ...new Set(
      sources.flatMap(({ changes }) =>
        changes.flatMap(({ path, renamedFrom }) => (renamedFrom ? [path, renamedFrom] : [path])),
      ),
    ),
  ].sort();
  const links = new Links();
  for (const { changes } of sources)
    for (const { path, renamedFrom } of changes)
      if (renamedFrom) links.add(path, renamedFrom, STRENGTH.rename, `${path} was ${renamedFrom}`);
  const placed = linkTests(paths, links);
  const held = heldTogether({
    paths,
    rules,
    there,
    deleted: new Set(sources.flatMap(({ changes }) => changes.flatMap(({ path, after }) => (after ? [] : [path])))),
    texts: (path) => sources.flatMap(({ text }) => text(path) ?? []),
  });
  for (const { a, b, why } of held) links.add(a, b, STRENGTH.together, why);
  const bySource = readImports(sources, paths);
  const imports = linkImports(sources, bySource, placed, links);
  const all = links.all();
  const testedFilesOf = testedFileFinder(
    sources.map(({ id, changes, text }) => ({ id, paths: changes.map(({ path }) => path), text })),
  );
  return {
    groups: toGroups(parts(paths, all, 0), all),
    together: parts(
      [...new Set([...held.flatMap(({ a, b }) => [a, b]), ...locksAmong(paths, rules)])],
      held.map((pair) => ({ ...pair, strength: STRENGTH.together })),
      0,
    ),
    imports,
    testedFilesOf,
    needs: neededFiles(sources, bySource),
  };
}
