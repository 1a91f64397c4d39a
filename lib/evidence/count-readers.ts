// The summaries of test runners, linters and compilers, a line of the table each: how to read it into a tally.
// Every number is bounded and no pattern goes twice over the same text, so hostile output costs no more than any other.
import type { Counts } from './evidence.ts';

/** What the lines so far add up to; some formats spread one summary over several lines. */
export interface Tally {
  passed: number;
  failed: number;
  /** Suites or files that could not be run at all; they count where no single test failed. */
  brokenSuites: number;
  /** Problems of linters and compilers: they count where there are no tests. */
  problems: number | null;
  known: boolean;
  /** uvu's `Total:` until its `Passed:` comes. */
  total: number | null;
  /** surefire's numbers per class, used where its totals are missing. */
  classes: { passed: number; failed: number } | null;
  go: { passed: number; failed: number; packages: number } | null;
  tap: { passed: number; failed: number } | null;
}

type Reader = readonly [pattern: RegExp, read: (tally: Tally, match: RegExpExecArray) => void];

// Numbers are bounded and not preceded by a digit: no pattern goes over the same digits twice.
const N = '(?<!\\d)(\\d{1,9})';

/** A matched number; what was not matched is 0. */
export const number = (text: string | undefined): number => Number(text ?? 0);

function add(tally: Tally, passed: number, failed: number): void {
  tally.known = true;
  tally.passed += passed;
  tally.failed += failed;
}

/** Sums of `3 failed`, `2 passed`, `1 error` in a summary such as `1 failed, 2 passed in 0.1s`. */
function pieces(text: string): Counts {
  let passed = 0;
  let failed = 0;
  for (const [, count, word] of text.matchAll(
    /(?<!\d)(\d{1,9}) (pass(?:ed|ing)?|fail(?:ed|ing|ures?)?|errors?|errored|timed out|xpassed)\b/g,
  )) {
    if (word!.startsWith('pass') || word === 'xpassed') passed += number(count);
    else failed += number(count);
  }
  return { passed, failed };
}

function addPieces(tally: Tally, text: string): void {
  const { passed, failed } = pieces(text);
  add(tally, passed, failed);
}

/** The formats, the special ones first. */
export const READERS: readonly Reader[] = [
  // node:test and other TAP producers: `# pass 3`, `ℹ fail 1`
  [
    /^[#ℹ]\s+(pass|fail|cancelled)\s+(\d{1,9})$/,
    (t, m) => (m[1] === 'pass' ? add(t, number(m[2]), 0) : add(t, 0, number(m[2]))),
  ],
  [/^# \{ total: \d+, pass: (\d{1,9})(?:, fail: (\d{1,9}))?/, (t, m) => add(t, number(m[1]), number(m[2]))],
  // jest, pest, vitest
  [/^Tests:\s+(.*)\btotal$/, (t, m) => addPieces(t, m[1]!)],
  [/^\s*Tests:\s+(.*)\(\d+ assertions?\)$/, (t, m) => addPieces(t, m[1]!)],
  [
    /^\s*Test(?: Suites:| Files)\s+(.*)$/,
    (t, m) => {
      t.brokenSuites += pieces(m[1]!).failed;
    },
  ],
  [/^\s*Tests\s+(\d.*)\(\d+\)$/, (t, m) => addPieces(t, m[1]!)],
  // mocha
  [/^\s*(\d{1,9}) passing\b/, (t, m) => add(t, number(m[1]), 0)],
  [/^\s*(\d{1,9}) failing$/, (t, m) => add(t, 0, number(m[1]))],
  // ava
  [
    /^\s*(\d{1,9}) (?:tests?|uncaught exceptions?|unhandled rejections?|hooks?) (passed|failed)$/,
    (t, m) => (m[2] === 'passed' ? add(t, number(m[1]), 0) : add(t, 0, number(m[1]))),
  ],
  [/^\s*(\d{1,9}) (?:uncaught exception|unhandled rejection)s?$/, (t, m) => add(t, 0, number(m[1]))],
  // tap's own
  [/^Asserts:\s+(.*)\bof \d+$/, (t, m) => addPieces(t, m[1]!)],
  // dotnet
  [/^(?:Passed|Failed)!\s+-\s+Failed:\s+(\d{1,9}), Passed:\s+(\d{1,9})/, (t, m) => add(t, number(m[2]), number(m[1]))],
  // uvu (`Total`, `Passed`) and dotnet's long form (`Total tests`, `Passed`, `Failed`)
  [
    /^\s*Total:\s+(\d{1,9})$/,
    (t, m) => {
      t.total = number(m[1]);
    },
  ],
  [
    /^\s*Passed:\s+(\d{1,9})$/,
    (t, m) => {
      add(t, number(m[1]), t.total === null ? 0 : Math.max(0, t.total - number(m[1])));
      t.total = null;
    },
  ],
  [/^\s*Failed:\s+(\d{1,9})$/, (t, m) => add(t, 0, number(m[1]))],
  // deno
  [
    /^(?:ok|FAILED) \| (\d{1,9}) passed(?: \(\d+ steps?\))? \| (\d{1,9}) failed/,
    (t, m) => add(t, number(m[1]), number(m[2])),
  ],
  // bun
  [/^\s*(\d{1,9}) pass$/, (t, m) => add(t, number(m[1]), 0)],
  [/^\s*(\d{1,9}) fail$/, (t, m) => add(t, 0, number(m[1]))],
  // cargo test, nextest
  [/^test result: \S+ (\d{1,9}) passed; (\d{1,9}) failed;/, (t, m) => add(t, number(m[1]), number(m[2]))],
  [/^\s*Summary \[[^\]]*\]\s+\d+ tests? run: (.*)$/, (t, m) => addPieces(t, m[1]!)],
  // pytest, with and without its frame
  [/^(?:=+ )?((?:\d{1,9} [a-z]+(?:, )?)+) in [\d.]+s\b/, (t, m) => addPieces(t, m[1]!)],
  // unittest: all ran, then how many of them failed
  [/^Ran (\d{1,9}) tests? in /, (t, m) => add(t, number(m[1]), 0)],
  [
    /^FAILED \(((?:failures|errors)=\d.*)\)$/,
    (t, m) => {
      const failed = [...m[1]!.matchAll(/(?:failures|errors)=(\d{1,9})/g)].reduce((sum, [, n]) => sum + number(n), 0);
      add(t, -Math.min(t.passed, failed), failed);
    },
  ],
  // minitest, test-unit
  [
    /^(\d{1,9}) (?:runs|tests), \d+ assertions, (\d{1,9}) failures, (\d{1,9}) errors/,
    (t, m) => addOf(t, number(m[1]), number(m[2]) + number(m[3])),
  ],
  // rspec, ExUnit
  [
    /^(\d{1,9}) examples?, (\d{1,9}) failures?(?:.*?(?<!\d)(\d{1,9}) errors? occurred)?/,
    (t, m) => {
      addOf(t, number(m[1]), number(m[2]));
      add(t, 0, number(m[3]));
    },
  ],
  [/^(?:\d{1,9} doctests?, )?(\d{1,9}) tests?, (\d{1,9}) failures?/, (t, m) => addOf(t, number(m[1]), number(m[2]))],
  // phpunit
  [/^OK \((\d{1,9}) tests?[,)]/, (t, m) => add(t, number(m[1]), 0)],
  [
    /^Tests: (\d{1,9}), Assertions: \d+(.*)$/,
    (t, m) => {
      const failed = [...m[2]!.matchAll(/(?:Errors|Failures): (\d{1,9})/g)].reduce((sum, [, n]) => sum + number(n), 0);
      addOf(t, number(m[1]), failed);
    },
  ],
  // surefire and JUnit's text runner: a line per class (with its time), then the totals
  [
    /^(?:\[[A-Z]+\]\s+)?Tests run: (\d{1,9}),\s+Failures: (\d{1,9})(?:, Errors: (\d{1,9}))?(?:, Skipped: (\d{1,9}))?(.*)$/,
    (t, m) => {
      const failed = number(m[2]) + number(m[3]);
      const passed = Math.max(0, number(m[1]) - failed - number(m[4]));
      if (!m[5]!.includes('Time elapsed')) return add(t, passed, failed);
      t.classes = { passed: (t.classes?.passed ?? 0) + passed, failed: (t.classes?.failed ?? 0) + failed };
    },
  ],
  // gradle, ctest
  [/^(\d{1,9}) tests? completed, (\d{1,9}) failed/, (t, m) => addOf(t, number(m[1]), number(m[2]))],
  [/^\d+% tests passed, (\d{1,9}) tests? failed out of (\d{1,9})/, (t, m) => addOf(t, number(m[2]), number(m[1]))],
  // go: with -v or -json every test is named, otherwise only packages and failing tests
  [/^--- (PASS|FAIL): /, (t, m) => goTest(t, m[1] === 'PASS')],
  [/^ok\s+\S+\s+(?:[\d.]+s|\(cached\))/, (t) => goPackage(t)],
  [/^FAIL\s+\S+ \[(?:build|setup) failed\]/, (t) => goTest(t, false)],
  [/^\{.*"Action":"(pass|fail)".*"Test":"/, (t, m) => goTest(t, m[1] === 'pass')],
  // anything that says "3 passed, 1 failed" in its own way
  [
    new RegExp(`^\\W{0,20}(?:tests?|results?|summary|total)?\\W{0,20}${N} (?:tests? )?(?:passed|failed)\\b(.*)$`, 'i'),
    (t, m) => addPieces(t, m[0]),
  ],
  // linters, compilers, type checkers
  [/^\s*✖ (\d{1,9}) problems? \((\d{1,9}) errors?/, (t, m) => problems(t, number(m[2]) || number(m[1]))],
  [/^\s*Found (\d{1,9}) (?:errors?|problems?|not formatted files?)\b/, (t, m) => problems(t, number(m[1]))],
  [/^\s*(\d{1,9}) errors?(?: generated| found)?\.?$/, (t, m) => problems(t, number(m[1]))],
  [/^error: could not compile .* due to (\d{1,9}) previous errors?/, (t, m) => problems(t, number(m[1]))],
  [/^error: could not compile .* due to previous error/, (t) => problems(t, 1)],
  [/^(?:\[warn\] )?Code style issues found in (\d{1,9}) files?/, (t, m) => problems(t, number(m[1]))],
];

function addOf(tally: Tally, total: number, failed: number): void {
  add(tally, Math.max(0, total - failed), failed);
}

function problems(tally: Tally, count: number): void {
  tally.problems = (tally.problems ?? 0) + count;
}

function goTest(tally: Tally, passed: boolean): void {
  tally.go ??= { passed: 0, failed: 0, packages: 0 };
  if (passed) tally.go.passed++;
  else tally.go.failed++;
}

function goPackage(tally: Tally): void {
  tally.go ??= { passed: 0, failed: 0, packages: 0 };
  tally.go.packages++;
}
