// Which files are tests, and of what, by the naming habits of the usual languages. Looks at names only.
import { baseName } from './mentions.ts';

/** Folders in which everything is a test or belongs to one. */
const TEST_FOLDER = /(?:^|\/)(?:tests?|__tests__|specs?|testing|e2e)\//i;

const AFFIXES: readonly RegExp[] = [
  /^(.+)[._-](?:test|spec|tests|specs|e2e)$/i, // foo.test.ts, foo_test.go, foo-spec.js
  /^(?:test|spec)[._-](.+)$/i, // test_foo.py
  /^(.+?)(?:Tests?|Spec|IT|TestCase)$/, // FooTest.java
  /^Test([A-Z].*)$/, // TestFoo.java
];

/** A file's name without folders, extensions of code, and `.d`. */
export function stemOf(path: string): string {
  return baseName(path)
    .replace(/\.snap$/, '')
    .replace(/(?:\.d)?\.[A-Za-z0-9]{1,6}$/, '');
}

/** The stem of what a test file tests, null for a file that is no test. */
export function testedStem(path: string): string | null {
  const stem = stemOf(path);
  for (const pattern of AFFIXES) {
    const tested = pattern.exec(stem)?.[1];
    if (tested) return tested;
  }
  return TEST_FOLDER.test(path) ? stem : null;
}

/** Whether a path looks like a test. */
export function isTestPath(path: string): boolean {
  return testedStem(path) !== null;
}

/** Whether a file is called a test, wherever it lies. */
export const isNamedAsTest = (path: string): boolean => AFFIXES.some((pattern) => pattern.test(stemOf(path)));
