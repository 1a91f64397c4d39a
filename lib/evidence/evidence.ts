// What is known about a tree: its gates, other candidates' tests run on it, and how big a change it is.
// Plain data; nothing here compares or decides (rank.ts does).
import type { GateResult } from '../core/candidate.ts';
import { type GateState, passes } from '../core/gate-states.ts';

/** How many tests (or, for a linter, problems) passed and failed. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
}

/** A test that failed, by the name that the runner printed, and the changed files that its report names. */
export interface FailingTest {
  readonly name: string;
  readonly mentions: readonly string[];
  /** What was said of it, without places and times: who fails in the same way does the same. Absent: nothing was. */
  readonly how?: string;
}

/** A gate's result with what is needed to compare it. */
export interface GateEvidence extends Pick<GateResult, 'gate' | 'state' | 'exitCode' | 'counts'> {
  /** false: shown, but a result may be complete without it. */
  readonly required: boolean;
  readonly failing: readonly FailingTest[];
}

/** One cell of the matrix tests-of × code-of. `codeOf` is a candidate's id, or `composite`. */
export interface CrossCell {
  readonly testsOf: string;
  readonly codeOf: string;
  readonly state: GateState;
  readonly counts: Counts | null;
  /** Empty where the output names none. */
  readonly failing: readonly FailingTest[];
}

/** Everything that was measured on one tree. */
export interface Evidence {
  readonly tree: string;
  /** In the recipe's order: from the most superficial gate to the most telling one. */
  readonly gates: readonly GateEvidence[];
  /** Tests of every candidate that has some, run on this tree (a candidate's own too). */
  readonly cross: readonly CrossCell[];
  /** Added and deleted lines against the base, tests left out. */
  readonly size: number;
}

/** A whole candidate with its evidence. */
export interface MeasuredCandidate {
  readonly id: string;
  readonly evidence: Evidence;
}

/** Whether every required gate passed. Gates that were skipped prove nothing. */
export function allRequiredPass(evidence: Evidence): boolean {
  return evidence.gates.every((gate) => !gate.required || passes(gate.state));
}
