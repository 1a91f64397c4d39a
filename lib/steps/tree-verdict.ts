// What gates in the user's own tree mean for a result: which states count, and whether the result is complete.
// Runs nothing, asks nobody.
import type { GateResult } from '../core/candidate.ts';
import type { Failure } from '../core/failure.ts';
import { passes } from '../core/gate-states.ts';
import { messages } from '../core/messages/run-messages.ts';
import type { PassRecord } from '../core/session-record.ts';
import type { Run } from './run-context.ts';

/** Subjects of gates that are no tree of ours. (No slot can be called so.) */
export const YOUR_TREE = 'your_tree';
export const WITHOUT_RESULT = 'without_result';

/** So many lines of a gate tell what it is about; all of them lie in a file. */
const LAST_LINES = 5;

export const isInTree = (subject: string): boolean => subject === YOUR_TREE || subject === WITHOUT_RESULT;

/** How the gates ended in a pass, on whatever tree. */
export const gateResults = (record: PassRecord | undefined): readonly GateResult[] =>
  Object.values(record?.gate_results ?? {}).flatMap((results) => Object.values(results));

/** How the gates ended on a tree where it was proven. */
export function proofOf(record: PassRecord | undefined, tree: string): Readonly<Record<string, GateResult>> {
  const subjects = Object.entries(record?.gate_results ?? {}).filter(([id]) => !isInTree(id));
  const found = subjects.find(([, results]) => Object.values(results).some((each) => each.tree === tree));
  return found?.[1] ?? {};
}

/** Why a result that lies in the tree is not complete; null: it is. */
export function whyIncomplete(run: Run): Failure | null {
  const { result, delivered } = run.record;
  if (result === null) return null;
  const isRequired = (gate: string): boolean => run.gates[gate]?.required !== false;
  const failing = Object.entries(result.gates).filter(([gate, state]) => isRequired(gate) && !passes(state));
  const unseen = result.verified === null ? [...run.blind].filter(([gate]) => isRequired(gate)) : [];
  if (failing.length + unseen.length === 0) return null;
  return messages.gatesFailed({
    gates: [
      ...failing.map(([gate, state]) => `${titleOf(run, gate)} (${state})`),
      ...unseen
        .filter(([gate]) => failing.every(([id]) => id !== gate))
        .map(([gate]) => `${titleOf(run, gate)} (unseen)`),
    ],
    details: [
      ...failing.flatMap(([gate]) => inTree(run, gate)),
      ...unseen.map(([gate, why]) => `${titleOf(run, gate)} has not been run where it sees the result: ${why}`),
      ...run.differs,
    ],
    session: run.session.id,
    ...(delivered && { delivered }),
  });
}

const titleOf = (run: Run, gate: string): string => run.gates[gate]?.title ?? gate;

/** A gate that fails in the user's tree: what it said there, and what it had shown in the proof. */
function inTree(run: Run, gate: string): readonly string[] {
  const record = run.record.passes.at(-1);
  const there = record?.gate_results[YOUR_TREE]?.[gate];
  if (!there || there.tree !== run.record.result?.tree) return [];
  const proof = proofOf(record, there.tree)[gate];
  const how = { missing: 'could not be run', timeout: 'ran into its time limit' }[there.state as string] ?? 'fails';
  const file = (output: string | null) => (output === null ? '' : `${run.session.dir}/${output}`);
  const passed = proof && passes(proof.state);
  return [
    passed
      ? `${titleOf(run, gate)} passes where the result was proven and ${how} in your own tree:`
      : `${titleOf(run, gate)} ${how} in your own tree, too:`,
    ...there.excerpt
      .split('\n')
      .slice(-LAST_LINES)
      .map((line) => `    ${line}`),
    ...(there.output === null ? [] : [`All that it said there: ${file(there.output)}`]),
    ...(passed && proof.output !== null ? [`And in the proof: ${file(proof.output)}`] : []),
  ];
}
