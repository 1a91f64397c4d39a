// When the untouched base is tested: beside the models, but after candidates that wait for their own gates, and no
// longer than anyone needs to know. What a gate shows there tells a failure that was there before from a new one: once
// every candidate passes, nobody waits for it.
import type { GateResult, GateState } from '../core/candidate.ts';
import type { StepContext } from './executor.ts';
import { runGates } from './gating.ts';
import type { Run } from './run.ts';

const isGood = (state: GateState | undefined): boolean => state === 'pass' || state === 'flaky';

/** Whether every gate has passed on every candidate that takes part in the pass. */
function allPass(run: Run, pass: number): boolean {
  const results = run.passRecord(pass)?.gate_results ?? {};
  const gates = Object.keys(run.gates);
  const lanes = [...run.seats.keys()].filter((id) => !run.isOut(id, pass));
  return lanes.length > 0 && lanes.every((id) => gates.every((gate) => isGood(results[id]?.[gate]?.state)));
}

const someFail = (run: Run, pass: number): boolean =>
  Object.values(run.passRecord(pass)?.gate_results ?? {}).some((results) =>
    Object.values(results).some(({ state }) => !isGood(state)),
  );

/** Does the testing of a candidate; the base comes after it, or not at all. */
export async function beforeBase(run: Run, pass: number, test: () => Promise<unknown>): Promise<void> {
  const testing = test();
  const ended = testing.catch(() => {}); // thrown here, below
  run.testing.add(ended);
  try {
    await testing;
  } finally {
    run.testing.delete(ended);
  }
  if (allPass(run, pass)) run.baseNotNeeded.abort();
}

/** Runs the gates on the base, as long as anyone needs to know how they end there. */
export async function testBase(context: StepContext): Promise<void> {
  const { run, pass } = context;
  if (Object.keys(run.gates).length === 0) return;
  run.baseNotNeeded = new AbortController();
  while (run.testing.size > 0 && !someFail(run, pass)) await Promise.race(run.testing);
  if (allPass(run, pass)) run.baseNotNeeded.abort();
  const off = run.baseNotNeeded;
  const end = () => off.abort();
  context.signal.addEventListener('abort', end, { once: true });
  if (context.signal.aborted) end();
  await runGates({ ...context, signal: off.signal }, { id: 'base', tree: run.baseTree, workspace: null });
  context.signal.removeEventListener('abort', end);
  if (!off.signal.aborted || context.signal.aborted) return;
  const told = run.passRecord(pass)?.gate_results.base ?? {};
  const skipped = Object.keys(run.gates).filter((gate) => (told[gate]?.state ?? 'skipped') === 'skipped');
  if (skipped.length === 0) return;
  run.note('Every candidate passes the gates: what they show on the untouched base was not waited for.', 'detail');
  for (const gate of skipped) {
    if (told[gate]) continue; // it was cut short
    const nothing = { exitCode: null, elapsedMs: 0, output: null, counts: null, excerpt: '' };
    const result: GateResult = { gate, state: 'skipped', tree: run.baseTree, ...nothing };
    run.emit({ type: 'gate_end', pass, subject: 'base', result, cached: false });
  }
}
