// Reads the matrix tests-of × code-of: which tests can be trusted, and how well a tree does on those of others. Its own
// tests gain a candidate nothing: they only speak against others, and only where another candidate vouches for them.
import { isMeasured, passes } from '../core/gate-states.ts';
import { groupBy } from '../core/group-by.ts';
import type { CrossCell, FailingTest } from './evidence.ts';
import { isTestPath } from './test-names.ts';

/** What one author's tests are worth. */
export interface Suite {
  readonly author: string;
  /** The most tests that any run of it reported. */
  readonly total: number;
  /** Tests that fail against every candidate but their author's. */
  readonly doubtful: readonly string[];
  /** Tests that fail on every code, their own author's too. */
  readonly broken: readonly string[];
  /**
   * Tests that pass on their author's code only, but fewer than two sound candidates object, or the author's code
   * passes all that others trust: one's word against another's.
   */
  readonly disputed: readonly string[];
  /** How many tests are left out because of that; counted where the runner gives no names. */
  readonly excluded: number;
  /** How many tests count at all: those that are not left out. */
  readonly counted: number;
  /** Of two candidates only its author has tests: nobody's stand against them, so what is disputed decides nothing. */
  readonly oneSided: boolean;
}

export type Suites = ReadonlyMap<string, Suite>;

const measured = ({ state }: CrossCell): boolean => isMeasured(state);
const good = ({ state }: CrossCell): boolean => passes(state);

/** Ran into something that let no test at all pass: a file that does not load, a time limit. */
export function collapsed(cell: CrossCell): boolean {
  return !good(cell) && (cell.counts === null ? cell.failing.length === 0 : cell.counts.passed === 0);
}

/** Whether a failure is named like one of these test files: it could not be loaded, and hides all of its tests. */
export function hides(failing: readonly FailingTest[], tests: readonly string[]): boolean {
  return failing.some(({ name }) => tests.some((path) => path === name || path.endsWith(`/${name}`)));
}

/** Whether the tests of one file pass in a run of a suite; false where its output does not say which files fail. */
export function passesWithin(cell: CrossCell, path: string): boolean {
  if (good(cell)) return true;
  if (!measured(cell) || collapsed(cell) || cell.failing.length === 0) return false;
  return (
    !hides(cell.failing, [path]) &&
    cell.failing.every(({ mentions }) => mentions.length > 0 && !mentions.includes(path))
  );
}

function totalOf(cells: readonly CrossCell[]): number {
  return Math.max(1, ...cells.map(({ counts, failing }) => (counts ? counts.passed + counts.failed : failing.length)));
}

/** Tests of a suite that did not pass in this run, those that never ran among them. */
function gone(cell: CrossCell, total: number): number {
  if (good(cell)) return 0;
  if (collapsed(cell)) return total;
  return Math.max(1, cell.counts ? Math.max(cell.counts.failed, total - cell.counts.passed) : cell.failing.length);
}

/** Names of tests with the test files that any report of a failure names. */
function testFiles(row: readonly CrossCell[]): ReadonlyMap<string, readonly string[]> {
  const files = new Map<string, string[]>();
  for (const { name, mentions } of row.flatMap(({ failing }) => failing))
    files.set(name, [...(files.get(name) ?? []), ...mentions.filter(isTestPath)]);
  return files;
}

const failsOn = (cell: CrossCell, name: string): boolean =>
  !good(cell) && cell.failing.some((test) => test.name === name);

function assess(
  author: string,
  row: readonly CrossCell[],
  doubted: ReadonlySet<string>,
  everyoneHasTests: boolean,
): Suite {
  const total = totalOf(row);
  const own = row.find((cell) => cell.codeOf === author);
  // Code on which nothing passes can't tell one test from another; doubted code may vouch for a test, not object to it.
  const others = row.filter((cell) => cell.codeOf !== author && !collapsed(cell));
  const oneSided = row.filter((cell) => cell.codeOf !== author).length < 2 && !everyoneHasTests;
  const none = { author, total, doubtful: [], broken: [], disputed: [] };
  if (others.length === 0) return { ...none, excluded: total, counted: 0, oneSided };
  const isSound = (cell: CrossCell) => good(cell) || !doubted.has(cell.codeOf);
  const files = testFiles(row);
  const hidden = (cell: CrossCell, name: string) => hides(cell.failing, files.get(name) ?? []);
  const voters = (name: string) => others.filter((cell) => failsOn(cell, name) || !hidden(cell, name));
  const failed = new Set(others.flatMap(({ failing }) => failing.map(({ name }) => name)));
  const unvouched = [...failed].filter((name) => voters(name).every((cell) => failsOn(cell, name)));
  const broken = own && !good(own) ? unvouched.filter((name) => collapsed(own) || failsOn(own, name)) : [];
  const alone = unvouched.filter((name) => !broken.includes(name));
  const doubtful = alone.filter((name) => voters(name).filter(isSound).length >= 2);
  const objectors = others.filter(isSound);
  const nameless = objectors.some((cell) => !good(cell) && cell.failing.length === 0);
  const least =
    (objectors.length >= 2 || oneSided) && nameless ? Math.min(...objectors.map((cell) => gone(cell, total))) : 0;
  const excluded = Math.min(total, Math.max(alone.length + broken.length, least));
  return {
    author,
    total,
    doubtful,
    broken,
    disputed: alone.filter((name) => !doubtful.includes(name)),
    excluded,
    counted: Math.max(0, total - excluded),
    oneSided,
  };
}

/**
 * Weighs every author's tests by how the candidates do on them. A test is trusted when it passes against somebody
 * else's code.
 * @param cells the matrix of whole candidates; the diagonal (an author's tests on its own code) where it is known
 * @param doubted candidates whose code is no measure (not finished, failing its own gates): what fails on it says
 *   nothing of the test
 */
export function assessSuites(cells: readonly CrossCell[], doubted: ReadonlySet<string> = new Set()): Suites {
  const rows = groupBy(cells.filter(measured), ({ testsOf }) => testsOf);
  const codes = new Set(cells.map(({ codeOf }) => codeOf));
  const everyoneHasTests = [...codes].every((id) => rows.has(id));
  const suites = new Map([...rows].map(([author, row]) => [author, assess(author, row, doubted, everyoneHasTests)]));
  return new Map(
    [...suites].map(([author, suite]) => [author, passesAll(cells, suites, author) ? heard(suite) : suite]),
  );
}

/** Whether an author's code passes everybody's tests that count, and others have some. */
function passesAll(cells: readonly CrossCell[], suites: Suites, author: string): boolean {
  const counting = cells.filter(
    (cell) => cell.codeOf === author && measured(cell) && (suites.get(cell.testsOf)?.counted ?? 0) > 0,
  );
  return (
    counting.some(({ testsOf }) => testsOf !== author) &&
    counting.every((cell) => crossLoss(cell, suites.get(cell.testsOf)!) === 0)
  );
}

/** Of an author whose code does all that others ask for, stricter tests are one's word against another's. */
const heard = (suite: Suite): Suite => ({
  ...suite,
  doubtful: [],
  disputed: [...suite.disputed, ...suite.doubtful],
});

/** The failing tests of a cell that can be held against the code: those that pass on somebody else's. */
export function credibleFailures(cell: CrossCell, suite: Suite): CrossCell['failing'] {
  if (good(cell) || !measured(cell) || suite.counted === 0) return [];
  const leftOut = [...suite.doubtful, ...suite.broken, ...suite.disputed];
  return cell.failing.filter(({ name }) => !leftOut.includes(name));
}

/** How many trusted tests of a suite a tree fails; 0 where it was not measured or the suite decides nothing. */
export function crossLoss(cell: CrossCell, suite: Suite): number {
  if (good(cell) || !measured(cell)) return 0;
  const most = suite.counted;
  const missing = gone(cell, suite.total);
  if (collapsed(cell)) return most;
  if (cell.failing.length === 0) return Math.min(most, Math.max(0, missing - suite.excluded));
  // A report names groups of tests too: never more than really went missing.
  const named = Math.min(missing, credibleFailures(cell, suite).length);
  return Math.min(Math.max(most, named), named + Math.max(0, missing - cell.failing.length));
}

/**
 * The share of trusted tests by others that a tree passes, every author weighing the same: 1 is all of them, and also
 * what it gets when nobody else has any.
 * @param self whose tests are left out: the tree's own author, null for a combination
 */
export function crossScore(cells: readonly CrossCell[], suites: Suites, self: string | null): number {
  const shares: number[] = [];
  for (const cell of cells) {
    const suite = suites.get(cell.testsOf);
    if (!suite || cell.testsOf === self || !measured(cell) || suite.counted === 0) continue;
    shares.push(1 - Math.min(1, crossLoss(cell, suite) / suite.counted));
  }
  return shares.length === 0 ? 1 : shares.reduce((sum, share) => sum + share, 0) / shares.length;
}

/** How many disputed tests a tree fails: little where anything else is known, all there is between two candidates. */
export function disputes(cells: readonly CrossCell[], suites: Suites): number {
  return cells.reduce((sum, cell) => {
    const suite = suites.get(cell.testsOf);
    if (!suite || suite.oneSided || good(cell) || !measured(cell)) return sum;
    const fails = (name: string) => collapsed(cell) || cell.failing.some((test) => test.name === name);
    return sum + suite.disputed.filter(fails).length;
  }, 0);
}
