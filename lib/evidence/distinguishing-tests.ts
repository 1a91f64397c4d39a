// Tests that somebody wrote to tell candidates apart: read from an answer, and, once they have run, those that do. Who
// is right, a test does not decide here: that is for the judges.
import type { DistinguishingTest } from '../core/candidate.ts';
import { isMeasured, passes } from '../core/gate-states.ts';
import { groupBy } from '../core/group-by.ts';
import { collapsed } from './cross.ts';
import type { CrossCell } from './evidence.ts';

/** More is not a few small tests. */
const MOST_FILES = 4;
const MOST_BYTES = 64 * 1024;

export interface WrittenTest {
  readonly path: string;
  readonly text: string;
}

const HEADING = /^#{1,6}\s+`?([^`]+?)`?\s*$/;
const FENCE = /^(`{3,}|~{3,})/;

/** The files of an answer: each a heading with its path, then empty lines at most, then the whole file in a fence. */
export function writtenFiles(answer: string): readonly WrittenTest[] {
  const found: WrittenTest[] = [];
  const lines = answer.split(/\r?\n/);
  let path: string | null = null;
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at]!;
    const fence = FENCE.exec(line)?.[1];
    if (fence === undefined) {
      path = HEADING.exec(line)?.[1] ?? (line.trim() === '' ? path : null);
      continue;
    }
    const end = lines.findIndex((each, place) => place > at && each.trimEnd() === fence);
    if (end < 0) break; // cut short: half a file is none
    if (path !== null) found.push({ path, text: `${lines.slice(at + 1, end).join('\n')}\n` });
    path = null;
    at = end;
  }
  return found;
}

/**
 * The files that can be tried, and what is wrong with the others.
 * @param refuse why a path can't be a new test file; null: it can
 */
export function usableTests(
  written: readonly WrittenTest[],
  refuse: (path: string) => string | null,
): { readonly files: readonly WrittenTest[]; readonly mistakes: readonly string[] } {
  const files = new Map<string, string>();
  const mistakes: string[] = [];
  for (const { path, text } of written) {
    const why =
      refuse(path) ??
      (Buffer.byteLength(text) > MOST_BYTES ? `is longer than ${MOST_BYTES} bytes` : null) ??
      (files.size === MOST_FILES && !files.has(path) ? `is more than ${MOST_FILES} files` : null);
    if (why === null) files.set(path, text);
    else mistakes.push(`${path} ${why}`);
  }
  return { files: [...files].map(([path, text]) => ({ path, text })), mistakes };
}

/**
 * What separates the candidates: tests that fail on some and pass on others. Where the runner does not name tests, all
 * of them together may.
 * @param cells the tests on each candidate's code
 * @param before the same on the untouched base; null: not measured
 */
export function distinguishing(cells: readonly CrossCell[], before: CrossCell | null): readonly DistinguishingTest[] {
  const ran = cells.filter(({ state }) => isMeasured(state));
  const names = [
    ...groupBy(
      ran.flatMap(({ failing }) => failing),
      ({ name }) => name,
    ).keys(),
  ];
  const failsOn = (name: string | null, cell: CrossCell): boolean =>
    !passes(cell.state) && (name === null || collapsed(cell) || cell.failing.some((test) => test.name === name));
  const asked = names.length > 0 ? names : [null];
  return asked.flatMap((name) => {
    const fails = ran.filter((cell) => failsOn(name, cell)).map(({ codeOf }) => codeOf);
    const passing = ran.filter((cell) => !failsOn(name, cell)).map(({ codeOf }) => codeOf);
    if (fails.length === 0 || passing.length === 0) return [];
    const base = before === null || !isMeasured(before.state) ? null : failsOn(name, before) ? 'fail' : 'pass';
    return [{ name, fails, passes: passing, base }];
  });
}
