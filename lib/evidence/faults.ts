// What speaks against a tree by itself, and how much it is in all. Compares nothing (rank.ts does).
import { isMeasured, passes } from '../core/gate-states.ts';
import { crossLoss, disputes } from './cross.ts';
import type { Evidence, FailingTest, GateEvidence } from './evidence.ts';
import type { RankContext } from './rank-context.ts';

const isInherited = ({ gate, state }: GateEvidence, passable: RankContext['passable']): boolean =>
  (state === 'already-failing' || state === 'missing') && !passable.has(gate);

/**
 * What of a failing gate can be held against a tree: its failing tests, one without a name where it names none. Of a
 * gate that fails as on the base, or can't be run, and that no candidate got to pass, only tests that some candidate
 * passes.
 */
export function heldAgainst(gate: GateEvidence, { passable, everywhere }: RankContext): readonly FailingTest[] {
  if (passes(gate.state) || !isMeasured(gate.state)) return [];
  if (isInherited(gate, passable)) return gate.failing.filter(({ name }) => !everywhere.get(gate.gate)?.has(name));
  return gate.failing.length > 0 ? gate.failing : [{ name: '', mentions: [] }];
}

/** How much speaks against a tree in all: 0 where no required gate fails by its own fault and no trusted test fails. */
export function faults(evidence: Evidence, context: RankContext): number {
  const required = evidence.gates.filter((gate) => gate.required);
  const [old, own] = [true, false].map((inherited) =>
    required.filter((gate) => isInherited(gate, context.passable) === inherited),
  ) as [GateEvidence[], GateEvidence[]];
  const gates = own.filter(({ state }) => !passes(state)).length;
  const inherited = old.flatMap((gate) => heldAgainst(gate, context)).length;
  const tests = evidence.cross.reduce((sum, cell) => {
    const suite = context.suites.get(cell.testsOf);
    return sum + (suite ? crossLoss(cell, suite) : 0);
  }, 0);
  return gates * 1000 + inherited + tests + disputes(evidence.cross, context.suites) * 0.25;
}
