// Which changed files the failing evidence of a tree points at. A guess that orders what is tried first; proofs decide.
import { passes } from '../core/gate-states.ts';
import { collapsed, credibleFailures, crossLoss, hides, type Suite } from './cross.ts';
import type { CrossCell, Evidence, FailingTest } from './evidence.ts';
import { heldAgainst } from './faults.ts';
import type { Grouping } from './groups.ts';
import type { RankContext } from './rank-context.ts';
import { isTestPath, stemOf } from './test-names.ts';

/** Something that speaks against a tree, and the files it may be about: their shares add up to 1. */
export interface Charge {
  readonly kind: 'gates' | 'cross';
  /** The gate, or the author of the tests. */
  readonly of: string;
  /** Empty where no test is named. */
  readonly name: string;
  readonly weight: number;
  readonly shares: ReadonlyMap<string, number>;
  /** Test files that its report names. */
  readonly tests: readonly string[];
}

/** How much speaks against each file, in failing tests. */
export interface Blame {
  readonly gates: ReadonlyMap<string, number>;
  readonly cross: ReadonlyMap<string, number>;
}

/** What the guess needs to know of the changed files. */
export interface BlameMap extends Pick<Grouping, 'imports' | 'testedFilesOf'> {
  /** All changed files. */
  readonly paths: readonly string[];
}

/** Files reached by imports, with how near they are: 1 for what is imported directly, half for each further step. */
function reached(from: readonly string[], imports: BlameMap['imports']): Map<string, number> {
  const weights = new Map<string, number>();
  let edge = from;
  for (let weight = 1; edge.length > 0 && weight > 0.05; weight /= 2) {
    const next: string[] = [];
    for (const path of edge) {
      for (const target of imports.get(path) ?? []) {
        if (weights.has(target) || from.includes(target)) continue;
        weights.set(target, weight);
        next.push(target);
      }
    }
    edge = next;
  }
  return weights;
}

const words = (text: string): Set<string> => new Set(text.toLowerCase().match(/[a-z0-9]{2,40}/g) ?? []);

/** `parse-date`, `parseDate` → the words that a test's name may use for it. */
function stemWords(path: string): string[] {
  const stem = stemOf(path)
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase();
  return [stem.replace(/[^a-z0-9]/g, ''), ...(stem.match(/[a-z0-9]{3,40}/g) ?? [])];
}

function scaled(weights: ReadonlyMap<string, number>): Map<string, number> {
  const total = [...weights.values()].reduce((all, weight) => all + weight, 0);
  return new Map([...weights].map(([path, weight]) => [path, weight / total]));
}

/** Where the code behind a failing test may be: files in its stack trace, names that it uses, else its imports. */
function codeShares(test: FailingTest, files: BlameMap, author: string | null): Map<string, number> {
  const tests = test.mentions.filter(isTestPath);
  const tested = files.testedFilesOf(test, author);
  const weights = new Map(tested.map((path) => [path, 1]));
  if (tested.length > 0) for (const [path, weight] of reached(tested, files.imports)) weights.set(path, weight / 3);
  else for (const [path, weight] of reached(tests, files.imports)) weights.set(path, weight);
  for (const path of test.mentions) if (!isTestPath(path)) weights.set(path, (weights.get(path) ?? 0) + 2);
  if (weights.size === 0) for (const path of files.paths) if (!isTestPath(path)) weights.set(path, 1);
  const said = words(test.name);
  for (const [path, weight] of weights)
    if (stemWords(path).some((word) => said.has(word))) weights.set(path, weight * 3);
  return scaled(weights);
}

/** A failing gate may be the fault of the test: surely so when the test passes on its author's code only. */
function gateShares(test: FailingTest, files: BlameMap, distrusted: boolean): Map<string, number> {
  const tests = test.mentions.filter((path) => isTestPath(path) && files.paths.includes(path));
  if (distrusted && tests.length > 0) return scaled(new Map(tests.map((path) => [path, 1])));
  const shares = codeShares(test, files, null);
  for (const path of tests) shares.set(path, 0.25 / tests.length);
  return scaled(shares);
}

/** What one author's tests say against a tree. */
function crossCharges(cell: CrossCell, suite: Suite, files: BlameMap): Charge[] {
  const charge = (kind: Charge['kind'], test: FailingTest, weight: number): Charge => ({
    kind,
    of: cell.testsOf,
    name: test.name,
    weight,
    shares: codeShares(test, files, cell.testsOf),
    tests: test.mentions.filter(isTestPath),
  });
  const lost = crossLoss(cell, suite);
  const tests = credibleFailures(cell, suite);
  const known = tests.length > 0 ? tests : lost > 0 ? [{ name: '', mentions: [] }] : [];
  // A file that does not load is one failure by name, but hides many.
  const weight = Math.max(1, Math.min(lost, 3) / Math.max(1, known.length));
  const charges = known.map((test) => charge('cross', test, weight));
  if (collapsed(cell)) return charges;
  // One's word against another's: little, where there is more to go by.
  const disputed = suite.oneSided ? [] : cell.failing.filter(({ name }) => suite.disputed.includes(name));
  return [...charges, ...disputed.map((test) => charge('cross', test, 0.25))];
}

/** Everything that speaks against a tree: each failing test weighs 1, and so does a failing gate that names none. */
export function chargesOf(evidence: Evidence, files: BlameMap, context: RankContext): Charge[] {
  const charges: Charge[] = [];
  const distrusted = new Set([...context.suites.values()].flatMap(({ doubtful, broken }) => [...doubtful, ...broken]));
  for (const result of evidence.gates) {
    const { gate } = result;
    for (const test of heldAgainst(result, context)) {
      const shares = gateShares(test, files, distrusted.has(test.name));
      const tests = test.mentions.filter(isTestPath);
      charges.push({ kind: 'gates', of: gate, name: test.name, weight: 1, shares, tests });
    }
  }
  for (const cell of evidence.cross) {
    const suite = context.suites.get(cell.testsOf);
    if (suite) charges.push(...crossCharges(cell, suite, files));
  }
  return charges;
}

/** The charges of a tree, added up per file. */
export function blameOf(charges: readonly Charge[]): Blame {
  const blame = { gates: new Map<string, number>(), cross: new Map<string, number>() };
  for (const { kind, weight, shares } of charges)
    for (const [path, share] of shares) {
      const sum = blame[kind === 'gates' ? 'gates' : 'cross'];
      sum.set(path, (sum.get(path) ?? 0) + weight * share);
    }
  return blame;
}

/** All blame on some files. */
export function blameOn(blame: Blame, paths: readonly string[]): number {
  return paths.reduce((sum, path) => sum + (blame.gates.get(path) ?? 0) + (blame.cross.get(path) ?? 0), 0);
}

/**
 * How surely a tree is free of something that another tree is charged with: 1 where it was seen to be, 0 where it fails
 * in the same way, and little where the test could not be run on it.
 */
export function freedom(evidence: Evidence, charge: Charge): number {
  const HIDDEN = 0.3;
  const fails = ({ failing }: { readonly failing: readonly FailingTest[] }) =>
    failing.some(({ name }) => name === charge.name);
  if (charge.kind === 'gates') {
    if (charge.name === '')
      return Number(evidence.gates.some(({ gate, state }) => gate === charge.of && passes(state)));
    const all = [...evidence.gates, ...evidence.cross];
    return all.some(fails) ? 0 : all.some(({ failing }) => hides(failing, charge.tests)) ? HIDDEN : 1;
  }
  const cell = evidence.cross.find(({ testsOf }) => testsOf === charge.of);
  if (!cell || passes(cell.state)) return 1;
  if (charge.name === '' || fails(cell)) return 0;
  return collapsed(cell) || hides(cell.failing, charge.tests) ? HIDDEN : 1;
}

/** Blame in steps: less than half a failing test is noise, since one that names no place is spread over all files. */
export function significant(blame: number): number {
  return blame < 0.5 ? 0 : Math.round(blame * 2) / 2;
}
