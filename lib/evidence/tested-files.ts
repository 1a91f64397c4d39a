// Which changed files a test is about, read from the test itself: the names it uses, and who defines them.
// Only a guess that says where to look first.
import type { FailingTest } from './evidence.ts';
import { interfaceOf } from './imports.ts';
import { isTestPath } from './test-names.ts';

/** A candidate's texts of the files that it changed; null for what is deleted, binary or too big. */
export interface Texts {
  readonly id: string;
  readonly paths: readonly string[];
  readonly text: (path: string) => string | null;
}

/** The changed files whose names a failing test uses. `author`: whose test it is; null: anyone's. */
export type TestedFilesOf = (test: FailingTest, author: string | null) => readonly string[];

const WINDOW = 3000;
const TESTS = [
  /(?:test|it|describe|suite|specify|context|Deno\.test)(?:\.\w+)?\s*\(/,
  /(?:it|describe|context)\s+["']/,
  /(?:async\s+)?def\s+test|func\s+Test|#\[(?:\w+::)?test|@Test\b/,
];
const NEXT_TEST = new RegExp(`\\n\\s*(?:${TESTS.map(({ source }) => source).join('|')})`);

/** `name/2`, `static String name/1`, `{ a, b }` → the names; what is only passed on has no author here. */
function definedNames(offers: string): string[] {
  return offers.split('\n').flatMap((offer) => {
    if (offer.startsWith('{') || offer === '' || offer === 'default') return [];
    const name = /([\w$]+)\W*$/.exec(offer.split('/')[0]!)?.[1];
    return name && name.length > 1 ? [name] : [];
  });
}

/** A test's own text: from where its name stands to where the next test begins. */
function bodyOf(text: string, name: string): string | null {
  for (const part of [name, ...name.split(/ › | > |::|#|\//).reverse()]) {
    const bare = part.trim().replaceAll('\\#', '#');
    const at = bare.length < 3 ? -1 : text.indexOf(bare);
    if (at < 0) continue;
    const rest = text.slice(at, at + WINDOW);
    const end = NEXT_TEST.exec(rest);
    return rest.slice(bare.length, end ? end.index : undefined);
  }
  return null;
}

/** Makes a finder over all candidates' changed files. */
export function testedFileFinder(candidates: readonly Texts[]): TestedFilesOf {
  const definedIn = new Map<string, Set<string>>();
  for (const { paths, text } of candidates) {
    for (const path of paths) {
      const content = isTestPath(path) ? null : text(path);
      if (content === null) continue;
      for (const name of definedNames(interfaceOf(path, content) ?? ''))
        definedIn.set(name, (definedIn.get(name) ?? new Set()).add(path));
    }
  }
  return (test, author) => {
    const found = new Set<string>();
    for (const { id, paths, text } of candidates) {
      if (author !== null && id !== author) continue;
      for (const path of test.mentions.filter((mentioned) => isTestPath(mentioned) && paths.includes(mentioned))) {
        const body = bodyOf(text(path) ?? '', test.name);
        for (const [word] of (body ?? '').matchAll(/[A-Za-z_$][\w$]{0,80}/g))
          for (const each of definedIn.get(word) ?? []) found.add(each);
      }
    }
    return [...found];
  };
}
