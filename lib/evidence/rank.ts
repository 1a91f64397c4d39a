// Which of two trees the evidence prefers, and in one sentence why. A total order: the same evidence, the same answer.
// Knows nothing of judges: they come after the evidence (choose.ts).

import { badness, isFailure, passes } from '../core/gate-states.ts';
import { crossLoss, crossScore, disputes } from './cross.ts';
import type { Counts, Evidence, GateEvidence, MeasuredCandidate } from './evidence.ts';
import type { RankContext } from './rank-context.ts';

/** Above 0: the first is better. `why` says so in favour of the better one, and is empty where they are equal. */
export interface Comparison {
  readonly order: number;
  readonly by: 'gates' | 'cross-gates' | 'files' | 'likeness' | 'trust' | 'equal';
  readonly why: string;
}

/** How far a failing gate got, as a key of which smaller is better. */
function reach(
  counts: Counts | null,
  base: Counts | null | undefined,
): readonly [stage: number, short: number, passed: number] {
  if (counts === null) return [1, 0, 0];
  if (counts.passed === 0) return [1, counts.failed, 0];
  if (!base) return [0, counts.failed, -counts.passed];
  // Tests that passed on the base and are not among those that pass now count as failed: a file that no longer
  // loads hides them. More passing tests than the base has are mostly the candidate's own, and earn nothing.
  return [0, Math.max(counts.failed, base.passed - counts.passed), 0];
}

/** The key of one gate, smaller is better. */
function gateKey(gate: GateEvidence, context: RankContext): readonly number[] {
  const bad = badness(gate.state);
  if (passes(gate.state)) return [bad, 0, 0, 0];
  return [bad, ...reach(gate.counts, context.base.find((other) => other.gate === gate.gate)?.counts)];
}

function byKey(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const difference = (b[i] ?? 0) - (a[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function gateSaying(better: GateEvidence | undefined, worse: GateEvidence | undefined, name: string): string {
  if (!better || !worse) return `\`${name}\` ran on one of them only`;
  if (better.state !== worse.state) return `\`${name}\` is ${said(better.state)}, against ${said(worse.state)}`;
  return `\`${name}\` gets further: ${counted(better.counts)}, against ${counted(worse.counts)}`;
}

const said = (state: string): string =>
  ({ 'already-failing': 'failing as on the base', missing: 'not measured (it could not be run)' })[state] ?? state;
const counted = (counts: Counts | null): string =>
  counts ? `${counts.failed} failed and ${counts.passed} passed` : 'no count';

/** Compares gates of the same kind, the most telling (last) first. */
function compareGates(a: Evidence, b: Evidence, required: boolean, context: RankContext): Comparison | null {
  const names = [
    ...new Set([...a.gates, ...b.gates].filter((gate) => gate.required === required).map(({ gate }) => gate)),
  ];
  for (const name of names.reverse()) {
    const [left, right] = [a, b].map(({ gates }) => gates.find(({ gate }) => gate === name));
    const order = byKey(left ? gateKey(left, context) : [2], right ? gateKey(right, context) : [2]);
    if (order !== 0)
      return { order, by: 'gates', why: order > 0 ? gateSaying(left, right, name) : gateSaying(right, left, name) };
  }
  return null;
}

const failing = (evidence: Evidence): number =>
  evidence.gates.filter((gate) => gate.required && isFailure(gate.state)).length;
const percent = (share: number): string => `${Math.round(share * 100)} %`;

function likenessSaying(better: MeasuredCandidate, worse: MeasuredCandidate, { likeness }: RankContext): string {
  const [mine, theirs] = [better, worse].map(({ id }) => percent(likeness.get(id) ?? 0));
  const [more, less] = [better.evidence.size, worse.evidence.size];
  const words = `shares ${mine} of the words that it adds with the others, against ${theirs}`;
  return `${words}, in ${more} changed lines, against ${less}`;
}

/**
 * Compares two whole candidates: required gates, the others' tests, optional gates; then, where nothing that was
 * measured tells them apart, how much of what most candidates changed it changed too, how typical its work is (alike to
 * the others in what it adds, and not much smaller), and last how far it is to be trusted. Size alone decides nothing:
 * the smallest change is often the one that understood least.
 */
export function compareCandidates(a: MeasuredCandidate, b: MeasuredCandidate, context: RankContext): Comparison {
  const fewer = failing(b.evidence) - failing(a.evidence);
  const gates = compareGates(a.evidence, b.evidence, true, context);
  if (fewer !== 0) {
    const [least, most] = fewer > 0 ? [a, b] : [b, a];
    const why = `${failing(least.evidence)} required gates fail, against ${failing(most.evidence)}`;
    return { order: fewer, by: 'gates', why: gates && gates.order > 0 === fewer > 0 ? gates.why : why };
  }
  if (gates) return gates;
  const score = ({ id, evidence }: MeasuredCandidate) => crossScore(evidence.cross, context.suites, id);
  const [mine, theirs] = [score(a), score(b)];
  if (mine !== theirs) {
    const [more, less] = [Math.max(mine, theirs), Math.min(mine, theirs)].map(percent);
    const why = `passes ${more} of the other candidates' tests, against ${less}`;
    return { order: mine - theirs, by: 'cross-gates', why };
  }
  const contested = disputes(b.evidence.cross, context.suites) - disputes(a.evidence.cross, context.suites);
  if (contested !== 0)
    return { order: contested, by: 'cross-gates', why: 'fails fewer tests that only their author passes' };
  const optional = compareGates(a.evidence, b.evidence, false, context);
  if (optional) return optional;
  const missed = (context.missed.get(b.id) ?? 0) - (context.missed.get(a.id) ?? 0);
  if (missed !== 0) return { order: missed, by: 'files', why: 'changes more of the files that most candidates change' };
  const typical = (context.typicality.get(a.id) ?? 0) - (context.typicality.get(b.id) ?? 0);
  const [more, less] = typical > 0 ? [a, b] : [b, a];
  if (typical !== 0) return { order: typical, by: 'likeness', why: likenessSaying(more, less, context) };
  const trusted = (context.trust.get(a.id) ?? 0) - (context.trust.get(b.id) ?? 0);
  const better = 'nothing tells them apart, and its work did better in earlier runs here';
  if (trusted !== 0) return { order: trusted, by: 'trust', why: better };
  const first = Number(a.id === context.primary) - Number(b.id === context.primary);
  if (first !== 0) return { order: first, by: 'trust', why: 'nothing tells them apart, and it is the primary’s' };
  return { order: 0, by: 'equal', why: '' };
}

/** Whether what decided a comparison was measured on the code; where it was not, judges know better. */
export const isByMeasure = ({ by }: Comparison): boolean => by === 'gates' || by === 'cross-gates';

/** Whole candidates, the best first; equal ones keep their order. */
export function ranked(candidates: readonly MeasuredCandidate[], context: RankContext): MeasuredCandidate[] {
  return candidates
    .map((candidate, index) => ({ candidate, index }))
    .sort((a, b) => compareCandidates(b.candidate, a.candidate, context).order || a.index - b.index)
    .map(({ candidate }) => candidate);
}

/** Of ranked candidates the first, and those that nothing measured puts behind it: judges know better there. */
export function equalToFirst(
  ranking: readonly MeasuredCandidate[],
  context: RankContext,
): readonly MeasuredCandidate[] {
  const [first] = ranking;
  return first === undefined ? [] : ranking.filter((each) => !isByMeasure(compareCandidates(first, each, context)));
}

/** How a combination stands against a whole candidate, test by test and gate by gate. */
export interface Standing {
  /** No gate and nobody's trusted tests do worse. */
  readonly notWorse: boolean;
  /** Something does better. */
  readonly better: boolean;
  readonly why: string;
}

/**
 * Compares a combination with a whole candidate, without letting a gain here pay for a loss there: on no gate and on
 * nobody's trusted tests may it be worse. The candidate's own tests are among them: they must not break.
 */
export function standing(combination: Evidence, whole: Evidence, context: RankContext): Standing {
  const gains: string[] = [];
  for (const name of new Set([...whole.gates, ...combination.gates].map(({ gate }) => gate))) {
    const [left, right] = [combination, whole].map(({ gates }) => gates.find(({ gate }) => gate === name));
    const order = byKey(left ? gateKey(left, context) : [2], right ? gateKey(right, context) : [2]);
    if (order < 0) return { notWorse: false, better: false, why: gateSaying(right, left, name) };
    if (order > 0) gains.push(gateSaying(left, right, name));
  }
  for (const cell of whole.cross) {
    const suite = context.suites.get(cell.testsOf);
    if (!suite) continue;
    const same = combination.cross.find(({ testsOf }) => testsOf === cell.testsOf);
    const [now, before] = [same ? crossLoss(same, suite) : suite.total, crossLoss(cell, suite)];
    if (now > before)
      return { notWorse: false, better: false, why: `fails ${now} of the tests of ${cell.testsOf}, against ${before}` };
    if (now < before) gains.push(`fails ${now} of the tests of ${cell.testsOf}, against ${before}`);
  }
  const [contested, before] = [disputes(combination.cross, context.suites), disputes(whole.cross, context.suites)];
  if (contested < before) gains.push(`fails ${contested} disputed tests, against ${before}`);
  if (contested > before && gains.length === 0)
    return { notWorse: false, better: false, why: `fails ${contested} disputed tests, against ${before}` };
  return { notWorse: true, better: gains.length > 0, why: gains.join('; ') };
}
