// Whether a model is asked to make a plan's pieces fit, and once more: it costs tokens, so never for what no model can
// mend, nor where there is none. Decides from the record; asks nobody.
import { BASE, type CrossGate, INTEGRATED, type Plan } from '../core/candidate.ts';
import { type GateState, isFailure, isMeasured, passes } from '../core/gate-states.ts';
import type { PassRecord } from '../core/session-record.ts';
import { isTestPath } from '../evidence/test-names.ts';
import type { Run } from './run-context.ts';
import { proofOf, whyIncomplete } from './tree-verdict.ts';

/** Once the gates have run in the user's own tree, what they showed there counts. */
export const isProven = (run: Run, plan: Plan): boolean =>
  run.record.result?.tree === plan.tree && run.record.result.verified ? whyIncomplete(run) === null : plan.proven;

/** The pieces may not fit: the code comes from several hands, or what they make together fails. */
export function needsIntegration(run: Run, pass: PassRecord, plan: Plan): boolean {
  if (plan.files.length === 0 || plan.integrated || run.primary(pass.number) === undefined) return false;
  const open = openStates(run, pass, plan);
  const lacksOnlyTools = open.length > 0 && open.every((state) => state === 'missing');
  return open.some(isMendable) || (handsOf(plan) > 1 && !lacksOnlyTools);
}

/**
 * Another round would change nothing: no model can mend what is open, or it has had its turn at one hand's work in
 * vain.
 */
export function nothingToMend(run: Run, pass: PassRecord, plan: Plan): boolean {
  if (isProven(run, plan) || run.primary(pass.number) === undefined) return true;
  if (run.mends > 0) return false; // the user has asked for it
  return !openStates(run, pass, plan).some(isMendable) || (plan.stuck === true && handsOf(plan) === 1);
}

/** A tool that is not there, and what fails on the untouched base in the same way, is no model's to mend. */
const isMendable = isFailure;

/** How many made the code; tests of others were proven with it. */
function handsOf({ files }: Plan): number {
  const authors = files.filter(({ path }) => !isTestPath(path)).flatMap(({ from }) => from.split('+'));
  return new Set(authors.filter((from) => from !== BASE && from !== INTEGRATED)).size;
}

/** How the required gates ended that do not pass on the plan; in the user's own tree, once it lies there. */
function openStates(run: Run, pass: PassRecord, { tree }: Plan): readonly GateState[] {
  const { result } = run.record;
  const there = result?.tree === tree && result.verified !== null;
  const ended = there
    ? Object.entries(result.gates)
    : Object.values(proofOf(pass, tree)).map(({ gate, state }) => [gate, state] as const);
  return ended
    .filter(([gate, state]) => run.gates[gate]?.required && !passes(state) && (there || !run.blind.has(gate)))
    .map(([, state]) => state);
}

/**
 * The others' tests that fail on what a plan proposes: a cell per author some of whose tests do. `failing` holds only
 * those that count: what is doubtful decides nothing.
 */
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
