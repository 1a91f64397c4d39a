// How far a gate got: reads the summaries of the usual test runners and linters from their output.
// Every line is taken by the first format that knows it, so nothing is counted twice. Never throws, whatever the text is.

import { number, READERS, type Tally } from './count-readers.ts';
import type { Counts } from './evidence.ts';
import { OUTPUT_LIMIT, plainLines, withoutEscapes } from './plain-output.ts';

/** Result lines of TAP at the outermost level, for producers that print no summary. */
function tapLine(tally: Tally, line: string): void {
  const match = /^(not )?ok(?: \d+)?(?:\s|$)/.exec(line);
  if (!match || /# (?:skip|todo)\b/i.test(line)) return;
  tally.tap ??= { passed: 0, failed: 0 };
  if (match[1]) tally.tap.failed++;
  else tally.tap.passed++;
}

/** Counts of a JUnit XML report: its test cases, or the numbers of its suites where it has none. */
function junitCounts(text: string): Counts | null {
  if (!text.includes('<testsuite')) return null;
  const cases = text.split(/<testcase\b/).slice(1);
  if (cases.length > 0) {
    const own = cases.map((piece) => piece.slice(0, piece.indexOf('</testcase>') + 1 || undefined));
    const failed = own.filter((piece) => piece.includes('<failure') || piece.includes('<error')).length;
    return { passed: own.length - failed - own.filter((piece) => piece.includes('<skipped')).length, failed };
  }
  let total = 0;
  let failed = 0;
  for (const tag of text.split(/<testsuite\b/).slice(1)) {
    const attributes = tag.slice(0, Math.max(0, tag.indexOf('>'))).slice(0, 2000);
    const value = (name: string) => number(new RegExp(`\\b${name}="(\\d{1,9})"`).exec(attributes)?.[1]);
    total += value('tests');
    failed += value('failures') + value('errors');
  }
  return total > 0 ? { passed: Math.max(0, total - failed), failed } : null;
}

/**
 * How many tests passed and failed, as the end of a gate's output tells, or null where it does not tell.
 * For linters and compilers `failed` is the number of problems, and `passed` is 0.
 */
export function testCounts(output: string): Counts | null {
  const tally: Tally = {
    passed: 0,
    failed: 0,
    brokenSuites: 0,
    problems: null,
    known: false,
    total: null,
    classes: null,
    go: null,
    tap: null,
  };
  let typeErrors = 0;
  for (const line of plainLines(output)) {
    const reader = READERS.find(([pattern]) => pattern.test(line));
    if (reader) reader[1](tally, reader[0].exec(line)!);
    else if (/\berror TS\d+:/.test(line)) typeErrors++;
    else tapLine(tally, line);
  }
  if (tally.known) return { passed: tally.passed, failed: tally.failed || tally.brokenSuites };
  if (tally.brokenSuites > 0) return { passed: 0, failed: tally.brokenSuites };
  if (tally.classes) return tally.classes;
  if (tally.go) return { passed: tally.go.passed || tally.go.packages, failed: tally.go.failed };
  const junit = junitCounts(withoutEscapes(output.slice(-OUTPUT_LIMIT)));
  if (junit) return junit;
  if (tally.tap) return tally.tap;
  const found = tally.problems ?? typeErrors;
  return tally.problems !== null || typeErrors > 0 ? { passed: 0, failed: found } : null;
}
