// Which tests failed, by the names that the usual runners print, and which files their reports name.
// The names only serve to compare two runs of the same gate; a runner that is not known here gives none.
import type { FailingTest } from './evidence.ts';
import { mentionsOf } from './mentions.ts';
import { plainLines } from './plain-output.ts';

const MOST = 1000;

/** A line that names a failing test: its name is the first group that matched. */
const NAMES: readonly RegExp[] = [
  /^\s*not ok(?: \d+)?(?: -)? (.+)$/, // TAP
  /^\s*[✖✗✕×✘] (?:\[fail\]: )?(.+)$/, // node's spec reporter, jest, vitest, ava, mocha's dot-free reporters
  /^\s*● (.+ › .+)$/, // jest's details
  /^\s*FAIL {2,}(\S.*)$/, // vitest's details, uvu
  /^\s*FAIL (\S+\.\w+(?: > .+)?)$/, // jest's and vitest's files
  /^\s{2,}\d+\) (.+)$/, // mocha, rspec
  /^\d+\) ([\w\\]+::\w+.*)$/, // phpunit
  /^(?:FAILED|ERROR) (\S+\.py(?:::.+?)?)(?: - .*)?$/, // pytest
  /^(?:FAIL|ERROR): (\w+ \(.+\))$/, // unittest
  /^test (.+) \.\.\. FAILED$/, // cargo
  /^\s+FAIL \[[^\]]*\] (.+)$/, // nextest
  /^\s*--- FAIL: (\S+)/, // go
  /^\{.*"Action":"fail".*"Test":"([^"]+)"/, // go -json
  /^\s+Failed (\S+)(?: \[[^\]]*\])?$/, // dotnet
  /^\[ERROR\]\s+(\w+(?:\.\w+)+):\d+/, // surefire
  /^(\w[\w.$]* > .+) FAILED$/, // gradle
  /^rspec (\S+)(?: # .*)?$/,
  /^(\w+#test_\w+) \[/, // minitest
  /^\s+\d+ - (.+) \(Failed\)$/, // ctest
  /^\(fail\) (.+)$/, // bun
  /^(.+) \.\.\. FAILED(?: \([^)]*\))?$/, // deno
];

/** Headings that look like a failing test. */
const HEADING = /^(?:failing tests:?|\d+ (?:tests?|problems?|errors?|suites?|failing)\b.*)$/i;

/** A line after which what is said belongs to another test. */
const OTHER = /^\s*(?:ok(?: \d+)?(?: -)? |[✔✓√] |test at |# Subtest:|---- .* stdout ----)/;

function nameIn(line: string): string | null {
  for (const pattern of NAMES) {
    const name = pattern.exec(line)?.[1];
    if (name === undefined) continue;
    if (/# (?:skip|todo)\b/i.test(name)) return null;
    const tidy = withoutTime(name);
    return tidy === '' || HEADING.test(tidy) ? null : tidy;
  }
  return null;
}

/** Without the time that runners add, absolute folders, line numbers and a message after ` - `. */
function withoutTime(name: string): string {
  const bare = name
    .trim()
    .replace(/ ?[([][\d.,]+ ?(?:ms|s|m|µs|us)[)\]]$/, '')
    .replace(/ [\d.,]+ ?(?:ms|s)$/, '');
  const here = bare
    .replace(/(^|[\s('"])(?:file:\/\/)?\/[^\s:'"()]*\//g, '$1')
    .replace(/:\d+(?::\d+)?(?=$|[\s)'"])/g, '');
  return here.slice(0, 300).trim();
}

/** Lines that differ from run to run or from one version of the code to the next: stack traces, places, times, addresses. */
const VARYING = /^\s*at\s|:\d+|\bduration|\b\d+(?:\.\d+)?\s?(?:ms|s)\b|\b0x[0-9a-f]+/i;
const MOST_SAID = 600;

/** In which way a test failed, as a comparable text. */
function wayOf(lines: readonly string[]): string {
  const said = lines.filter((line) => !VARYING.test(line) && /[\p{L}\p{N}]/u.test(line)).map((line) => line.trim());
  return said.join('\n').slice(0, MOST_SAID);
}

/**
 * The tests that failed, each name once, in the order of their first appearance (at most 1,000).
 * @param output the end of a gate's output
 * @param paths repository paths to look for in what is said about each failing test
 */
export function failingTests(output: string, paths: readonly string[] = []): FailingTest[] {
  const said = new Map<string, string[]>();
  let current: string | null = null;
  let heading: string[] = [];
  for (const line of plainLines(output)) {
    const name = nameIn(line);
    if (name !== null) {
      if (!said.has(name) && said.size >= MOST) break;
      said.set(name, [...(said.get(name) ?? []), ...heading, line]);
      current = name;
      heading = [];
    } else if (OTHER.test(line)) {
      current = null;
      heading = line.trimStart().startsWith('test at ') ? [line] : [];
    } else if (current !== null) said.get(current)!.push(line);
  }
  const find = mentionsOf(paths);
  return [...said].map(([name, lines]) => {
    const how = wayOf(lines.filter((line) => nameIn(line) !== name));
    return { name, mentions: paths.length > 0 ? find(lines.join('\n')) : [], ...(how === '' ? {} : { how }) };
  });
}
