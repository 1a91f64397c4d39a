// Which changed files have to come from one hand, whatever the evidence: a manifest and its lock file, a generated file
// and what it was made from. The table of such files is the recipe's (`together`).
import { groupBy } from '../core/group-by.ts';
import type { TogetherRule } from '../core/recipe.ts';
import { globMatcher } from './globs.ts';
import { baseName, folderOf } from './mentions.ts';

/** `b` follows `a`. */
export interface Held {
  readonly a: string;
  readonly b: string;
  readonly why: string;
}

/** What is known of the changed files. */
export interface HeldInput {
  /** Every path that any candidate changed. */
  readonly paths: readonly string[];
  /** Those that some candidate deleted. */
  readonly deleted: ReadonlySet<string>;
  readonly rules: readonly TogetherRule[];
  /** Of `placesOf`, those that the base has. */
  readonly there: ReadonlySet<string>;
  /** Texts of a path, one for each candidate that changed it. */
  readonly texts: (path: string) => readonly string[];
}

/** A file's folder and those above it, the nearest first; `` or ending in `/`. */
function foldersOf(path: string): string[] {
  const folders: string[] = [];
  for (let at = path.lastIndexOf('/'); at >= 0; at = path.lastIndexOf('/', at - 1)) folders.push(path.slice(0, at + 1));
  return [...folders, ''];
}

const hasStar = (pattern: string): boolean => pattern.includes('*');
const fixedNames = ({ follow }: TogetherRule): string[] => follow.filter((name) => !hasStar(name));
const within = ({ files }: TogetherRule, paths: readonly string[]): string[] => paths.filter(globMatcher(files));

/** Where lock files of some manifests may lie: what has to be looked for in the base. */
export function placesOf(paths: readonly string[], rules: readonly TogetherRule[]): string[] {
  const places = new Set<string>();
  for (const rule of rules)
    for (const path of within(rule, paths))
      for (const folder of foldersOf(path)) for (const name of fixedNames(rule)) places.add(folder + name);
  return [...places];
}

/**
 * A manifest and the nearest lock file upwards, of whatever kind. A lock that somebody adds or deletes is not
 * everybody's nearest: then the next one counts too.
 */
function heldByLock({ paths, deleted, there }: HeldInput, rule: TogetherRule, changed: ReadonlySet<string>): Held[] {
  const held: Held[] = [];
  const names = fixedNames(rule);
  if (names.length === 0) return [];
  for (const path of within(rule, paths)) {
    for (const folder of foldersOf(path)) {
      const locks = names.map((name) => folder + name).filter((lock) => lock !== path);
      for (const lock of locks)
        if (changed.has(lock)) held.push({ a: path, b: lock, why: `${lock} is locked from ${path}` });
      if (locks.some((lock) => there.has(lock) && !deleted.has(lock))) break;
    }
  }
  return held;
}

/** Where both patterns have a `*`, it stands for the same name; of several such files the nearest is meant. */
function heldByName({ paths }: HeldInput, rule: TogetherRule): Held[] {
  const held: Held[] = [];
  const byName = groupBy(paths, baseName);
  for (const pattern of rule.follow.filter(hasStar)) {
    const [before = '', after = ''] = pattern.split('*');
    const depth = pattern.split('/').length;
    for (const path of paths) {
      const tail = path.split('/').slice(-depth).join('/');
      if (!tail.startsWith(before) || !tail.endsWith(after) || tail.length <= before.length + after.length) continue;
      const stem = tail.slice(before.length, tail.length - after.length);
      for (const source of rule.files) {
        const named = byName.get(source.replace('*', stem)) ?? [];
        const [nearest] = named.filter((each) => each !== path).sort((a, b) => kinship(path, b) - kinship(path, a));
        if (nearest !== undefined) held.push({ a: nearest, b: path, why: `${path} is made from ${nearest}` });
      }
    }
  }
  return held;
}

const HEADER = 2048;
const MADE = /\bcode generated\b.*\bdo not edit\b|@generated\b/i;
const SOURCE = /\b(?:source|from|input)\b\s*:?\s*["'`(]?([\w@.+/-]*[\w+-]\.\w+)/gi;

/** A file that says in its first lines that it is generated, and from what. */
function heldByHeader({ paths, texts }: HeldInput): Held[] {
  const byName = groupBy(paths, baseName);
  return paths.flatMap((path) =>
    texts(path).flatMap((text) => {
      const header = text.slice(0, HEADER);
      if (!MADE.test(header)) return [];
      return [...header.matchAll(SOURCE)].flatMap(([, named = '']) => {
        const name = named.replace(/^(?:\.{0,2}\/)+/, '');
        const sources = (byName.get(baseName(name)) ?? []).filter((each) => `/${each}`.endsWith(`/${name}`));
        const [nearest] = sources.filter((each) => each !== path).sort((a, b) => kinship(path, b) - kinship(path, a));
        return nearest === undefined ? [] : [{ a: nearest, b: path, why: `${path} is made from ${nearest}` }];
      });
    }),
  );
}

/** All pairs among the paths that have to come from one hand. */
export function heldTogether(input: HeldInput): readonly Held[] {
  const changed = new Set(input.paths);
  return [
    ...input.rules.flatMap((rule) => [...heldByLock(input, rule, changed), ...heldByName(input, rule)]),
    ...heldByHeader(input),
  ];
}

/** Lock files among the paths: made by a tool as a whole, so that two versions of one are never merged. */
export function locksAmong(paths: readonly string[], rules: readonly TogetherRule[]): string[] {
  return paths.filter(globMatcher(rules.flatMap(fixedNames)));
}

/** How many leading and trailing folders two paths share; more is nearer. */
export function kinship(a: string, b: string): number {
  const [left, right] = [folderOf(a).split('/'), folderOf(b).split('/')];
  return left.filter((part) => right.includes(part)).length - Math.abs(left.length - right.length) / 10;
}
