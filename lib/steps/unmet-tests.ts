// The others' tests that fail on what a plan proposes. What is doubtful decides nothing and is left out.
import type { CrossGate, Plan } from '../core/candidate.ts';
import type { PassRecord } from '../core/session-record.ts';
import { isMeasured, passes } from '../evidence/evidence.ts';

/** A cell per author some of whose tests fail; `failing` holds only those that count. */
export function unmetTests(pass: PassRecord, plan: Plan): readonly CrossGate[] {
  const seen = new Set<string>();
  return pass.cross_gates.flatMap((cell) => {
    const { tests_of, tree, state, counts } = cell;
    if (tree !== plan.tree || passes(state) || !isMeasured(state) || seen.has(tests_of)) return [];
    seen.add(tests_of);
    const doubtful = (plan.doubtful ?? []).filter((each) => each.tests_of === tests_of).map(({ test }) => test);
    if (counts !== null && counts.failed <= doubtful.length) return [];
    return [{ ...cell, failing: cell.failing.filter((name) => !doubtful.includes(name)) }];
  });
}
