// Test files of candidates that are not in the result, a sentence per candidate: somebody paid for them.
import type { Pick } from '../core/candidate.ts';
import { passesWithin } from './cross.ts';
import { type Evidence, isMeasured } from './evidence.ts';
import { isDoubtful, type RankContext } from './rank-context.ts';
import { contentKey, type Work } from './selection.ts';
import { isTestPath } from './test-names.ts';

/** So many are named. */
const MOST = 6;

export interface Result {
  readonly works: readonly Work[];
  readonly files: readonly Pick[];
  readonly evidence: Evidence;
  readonly doubts: RankContext['doubts'];
}

/** What is left out of the result, and why. */
export function droppedTests(result: Result): string[] {
  const { works, files } = result;
  const from = new Map(files.map((pick) => [pick.path, pick.from]));
  const kept = new Set(files.map((pick) => contentKey(works, pick.path, pick.from)));
  return works.flatMap(({ id, changes }) => {
    const dropped = [...changes.values()]
      .filter(({ path, after }) => after !== null && isTestPath(path))
      .map(({ path }) => path)
      .filter((path) => !from.get(path)?.split('+').includes(id) && !kept.has(contentKey(works, path, id)));
    if (dropped.length === 0) return [];
    const named = dropped.slice(0, MOST).map((path) => `${path} (${whyDropped(result, id, path, from.get(path))})`);
    const more = dropped.length > MOST ? ` and ${dropped.length - MOST} more` : '';
    return [`Tests of ${id} that are not in the result: ${named.join(', ')}${more}.`];
  });
}

function whyDropped({ evidence, doubts }: Result, author: string, path: string, chosen = 'base'): string {
  if (chosen !== 'base') return `that of ${chosen.replaceAll('+', ' and ')} was chosen`;
  if (isDoubtful(doubts, author, path)) return 'it fails on the code of everybody else';
  const cell = evidence.cross.find(({ testsOf }) => testsOf === author);
  if (!cell || !isMeasured(cell.state)) return 'it was not run on the chosen code';
  return passesWithin(cell, path) ? 'not chosen' : 'it fails on the chosen code';
}
