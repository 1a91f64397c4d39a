// How far a gate got: adds up what the lines of its output say of tests that passed and failed. Tests are only ever
// added to tests, files and packages to files and packages; files count where no test does.
import type { Counts } from './evidence.ts';
import type { Groups, Reading } from './readers.ts';

/** What the lines of one reader add up to. */
interface Tally {
  /** Null: not said. */
  tests: Sum | null;
  files: Sum | null;
  problems: number | null;
  /** Of a summary whose failing tests may still come: how many ran. */
  ran: number | null;
  /** Of a summary whose tests may still come: files that failed. They count where none of its tests did. */
  brokenFiles: number;
}

type Sum = { passed: number; failed: number };

const newTally = (): Tally => ({ tests: null, files: null, problems: null, ran: null, brokenFiles: 0 });

export class TestCounts {
  /** By reader: what its summaries say, and what its single lines do, for runs without a summary. */
  readonly #counts = new Map<string, Tally>();
  readonly #lines = new Map<string, Tally>();

  take({ reader, in: where, groups }: NonNullable<Reading['counted']>): void {
    const tallies = where === 'counts' ? this.#counts : this.#lines;
    const tally = tallies.get(reader) ?? newTally();
    tallies.set(reader, tally);
    addLine(tally, groups);
  }

  /**
   * What all of it comes to, or null where nothing was said. For linters and compilers `failed` is the number of
   * problems, and `passed` is 0.
   * @param report what a report in a format of its own says, for runs without a summary
   */
  result(report: Counts | null): Counts | null {
    const [summaries, single] = [this.#counts, this.#lines].map((tallies) => [...tallies.values()].map(settled));
    const tests = sumOf(summaries!.map((tally) => tally.tests)) ?? report ?? sumOf(single!.map(byLines));
    return tests ?? sumOf(summaries!.map(problemsOf)) ?? sumOf(single!.map(problemsOf));
  }
}

const problemsOf = ({ problems }: Tally): Sum | null => (problems === null ? null : { passed: 0, failed: problems });

/** Runners that name only the tests that fail, and packages that passed: then packages are what can be compared. */
const byLines = ({ tests, files }: Tally): Sum | null => (files && !tests?.passed ? files : tests);

const sumOf = (sums: readonly (Sum | null)[]): Sum | null => {
  const known = sums.filter((each) => each !== null);
  return known.length > 0 ? known.reduce((all, each) => added(all, each.passed, each.failed)) : null;
};

const added = (sum: Sum | null, passed: number, failed: number): Sum => ({
  passed: (sum?.passed ?? 0) + passed,
  failed: (sum?.failed ?? 0) + failed,
});

/** With what waited for a further line that never came. */
function settled(tally: Tally): Tally {
  const done = { ...tally };
  if (done.ran !== null) done.tests = added(done.tests, done.ran, 0);
  if (done.brokenFiles > 0) done.tests = added(done.tests, 0, done.brokenFiles);
  return done;
}

/** What each word of a group's name means is said in recipes/README.md. */
function addLine(tally: Tally, groups: Groups): void {
  const [said, filesSaid] = [sumIn(groups.tests), sumIn(groups.files)];
  const number = (word: string) => numberOf(groups, word);
  let passed = said?.passed ?? number('passed');
  let failed = said?.failed ?? number('failed');
  const skipped = number('skipped');
  const total = number('total');
  if (filesSaid) {
    if (tally.brokenFiles > 0) tally.tests = added(tally.tests, 0, tally.brokenFiles);
    tally.brokenFiles = filesSaid.failed;
  }
  if (number('files_passed') !== null || number('files_failed') !== null)
    tally.files = added(tally.files, number('files_passed') ?? 0, number('files_failed') ?? 0);
  if (number('problems') !== null) tally.problems = (tally.problems ?? 0) + number('problems')!;
  if (total !== null && passed === null && failed === null && skipped === null) {
    if (tally.ran !== null) tally.tests = added(tally.tests, tally.ran, 0);
    tally.ran = total;
    return;
  }
  if (passed === null && failed === null && total === null && (skipped === null || tally.ran === null)) return;
  if (total !== null) passed = left(total, failed, skipped);
  else if (tally.ran !== null && passed === null) passed = left(tally.ran, failed, skipped);
  else if (tally.ran !== null && failed === null) failed = left(tally.ran, passed, null);
  if (total === null) tally.ran = null;
  failed = (failed ?? 0) + (number('extra') ?? 0);
  if (failed === 0) failed = tally.brokenFiles;
  tally.brokenFiles = 0;
  tally.tests = added(tally.tests, passed ?? 0, failed);
}

const left = (total: number, some: number | null, others: number | null): number =>
  Math.max(0, total - (some ?? 0) - (others ?? 0));

/** The sum of a word's groups (`failed`, `failed_2` …); one that holds no number counts as one. Null: there is none. */
function numberOf(groups: Groups, word: string): number | null {
  const texts = Object.entries(groups)
    .filter(([name, text]) => text !== undefined && name.replace(/_\d+$/, '') === word)
    .map(([, text]) => text!);
  if (texts.length === 0) return null;
  return texts.reduce((sum, text) => sum + (/^\d{1,9}$/.test(text) ? Number(text) : 1), 0);
}

const ENDS = 'pass(?:ed|ing)?|fail(?:ed|ing|ures?)?|errors?|errored|exceptions?|timed out|xpassed';
const SAID = new RegExp(`(?<!\\d)(\\d{1,9}) (?:tests? )?(${ENDS})\\b`, 'g');

/** Sums of `3 failed`, `2 passed`, `1 error` in a text such as `1 failed, 2 passed`. */
function sumIn(text: string | undefined): Sum | null {
  if (text === undefined) return null;
  let sum = added(null, 0, 0);
  for (const [, count, word] of text.matchAll(SAID)) {
    sum = word!.startsWith('pass') || word === 'xpassed' ? added(sum, Number(count), 0) : added(sum, 0, Number(count));
  }
  return sum;
}

const TAG = /<(\/?)(testsuite|testcase|failure|error|skipped)\b([^>]{0,2000})/g;

/** The tests of a JUnit XML report that a gate prints: its test cases, else the numbers of its suites. */
export class JunitCounts {
  readonly #cases = { passed: 0, failed: 0 };
  readonly #suites = { total: 0, failed: 0 };
  #seen = false;
  /** How the test case that is being read ended so far; null: none is. */
  #open: 'passed' | 'failed' | 'skipped' | null = null;

  take(text: string): void {
    if (!text.includes('<') || (!this.#seen && !text.includes('<testsuite'))) return;
    this.#seen = true;
    for (const [, closing, tag, attributes] of text.matchAll(TAG)) {
      if (closing) {
        if (tag === 'testcase') this.#close();
      } else if (tag === 'testsuite') this.#suite(attributes!);
      else if (tag === 'testcase') {
        this.#close();
        this.#open = 'passed';
        if (attributes!.endsWith('/')) this.#close();
      } else if (this.#open !== null && this.#open !== 'failed') this.#open = tag === 'skipped' ? 'skipped' : 'failed';
    }
  }

  /** Null: there was no such report. */
  result(): Counts | null {
    this.#close();
    const { passed, failed } = this.#cases;
    if (passed + failed > 0) return { passed, failed };
    const { total } = this.#suites;
    return total > 0 ? { passed: Math.max(0, total - this.#suites.failed), failed: this.#suites.failed } : null;
  }

  #close(): void {
    if (this.#open === 'passed') this.#cases.passed++;
    if (this.#open === 'failed') this.#cases.failed++;
    this.#open = null;
  }

  #suite(attributes: string): void {
    const value = (name: string) => Number(new RegExp(`\\b${name}="(\\d{1,9})"`).exec(attributes)?.[1] ?? 0);
    this.#suites.total += value('tests');
    this.#suites.failed += value('failures') + value('errors');
  }
}
