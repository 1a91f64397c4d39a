// What comparing two trees needs beside them: what the base did, whose tests can be trusted, who did half a job.
import { passes } from '../core/gate-states.ts';
import { assessSuites, type Suites } from './cross.ts';
import { allRequiredPass, type GateEvidence, type MeasuredCandidate } from './evidence.ts';
import { typicality } from './likeness.ts';
import { isTestPath } from './test-names.ts';

/** What a comparison needs beside the two trees. */
export interface RankContext {
  /** The untouched base's gates: how many tests passed there. */
  readonly base: readonly GateEvidence[];
  readonly suites: Suites;
  /** How many files that most candidates changed a candidate left alone, by id: it may have done half the job. */
  readonly missed: ReadonlyMap<string, number>;
  /** How alike each is to the others in what it adds, 0 to 1, by id; absent: 0. */
  readonly likeness: ReadonlyMap<string, number>;
  /** The same together with its size among theirs, by id; absent: 0. */
  readonly typicality: ReadonlyMap<string, number>;
  /** By how much a slot's work did better than others' in earlier runs, by id; absent: 0. */
  readonly trust: ReadonlyMap<string, number>;
  /** The slot to which it falls last; null: none. */
  readonly primary: string | null;
  /** Gates that some whole candidate passes: there, failing as the base does is not good enough. */
  readonly passable: ReadonlySet<string>;
  /** Per gate the tests that fail on every whole candidate: nobody's pieces make a difference there. */
  readonly everywhere: ReadonlyMap<string, ReadonlySet<string>>;
  /** The files that are named where a doubtful test fails, by `author\ntest`. */
  readonly doubts: ReadonlyMap<string, readonly string[]>;
}

/** What is known of candidates beside evidence, by id. */
export type TieBreaks = Pick<RankContext, 'likeness' | 'trust' | 'primary'>;

export const NO_TIE_BREAKS: TieBreaks = { likeness: new Map(), trust: new Map(), primary: null };

/**
 * Makes the context of a set of whole candidates.
 * @param changed the files that each candidate changed, tests left out, by id
 * @param ties what decides where nothing that was measured tells candidates apart
 */
export function rankContext(
  base: readonly GateEvidence[],
  candidates: readonly MeasuredCandidate[],
  changed: ReadonlyMap<string, readonly string[]>,
  ties: TieBreaks = NO_TIE_BREAKS,
): RankContext {
  const cells = candidates.flatMap(({ evidence }) => evidence.cross);
  const times = new Map<string, number>();
  for (const paths of changed.values()) for (const path of new Set(paths)) times.set(path, (times.get(path) ?? 0) + 1);
  const common = [...times].filter(([, count]) => count * 2 > changed.size).map(([path]) => path);
  const missed = [...changed].map(
    ([id, paths]) => [id, common.filter((path) => !paths.includes(path)).length] as const,
  );
  // What fails on half a job, or on code that fails its own gates where others pass theirs, says little of the test.
  const half = new Set(missed.filter(([, count]) => count > 0).map(([id]) => id));
  const sound = candidates.filter(({ id, evidence }) => !half.has(id) && allRequiredPass(evidence));
  const doubted = candidates.filter((each) => sound.length > 0 && !sound.includes(each)).map(({ id }) => id);
  const suites = assessSuites(cells, new Set(doubted));
  const passable = candidates.flatMap(({ evidence }) =>
    evidence.gates.filter(({ state }) => passes(state)).map(({ gate }) => gate),
  );
  const doubts = new Map<string, string[]>();
  for (const { testsOf, failing } of cells)
    for (const { name, mentions } of failing) {
      if (!suites.get(testsOf)?.doubtful.includes(name)) continue;
      // Stack traces of others' code are about their code: only the test itself is of interest here.
      const tests = mentions.filter(isTestPath);
      doubts.set(`${testsOf}\n${name}`, [...new Set([...(doubts.get(`${testsOf}\n${name}`) ?? []), ...tests])]);
    }
  return {
    base,
    suites,
    doubts,
    missed: new Map(missed),
    ...ties,
    typicality: typicality(ties.likeness, new Map(candidates.map(({ id, evidence }) => [id, evidence.size]))),
    passable: new Set(passable),
    everywhere: failingEverywhere(candidates),
  };
}

function failingEverywhere(candidates: readonly MeasuredCandidate[]): Map<string, ReadonlySet<string>> {
  const times = new Map<string, Map<string, number>>();
  for (const { evidence } of candidates)
    for (const { gate, failing } of evidence.gates) {
      const counts = times.get(gate) ?? new Map<string, number>();
      times.set(gate, counts);
      for (const name of new Set(failing.map((test) => test.name))) counts.set(name, (counts.get(name) ?? 0) + 1);
    }
  const everyone = ([, count]: readonly [string, number]) => count === candidates.length;
  return new Map(
    [...times].map(([gate, counts]) => [gate, new Set([...counts].filter(everyone).map(([name]) => name))]),
  );
}

/** Whether a doubtful test of the author's is named with this file of theirs. */
export const isDoubtful = (doubts: RankContext['doubts'], author: string, path: string): boolean =>
  [...doubts].some(([key, files]) => key.startsWith(`${author}\n`) && files.includes(path));
