// When the untouched base is tested: beside the models, but after candidates that wait for their own gates, and no
// longer than anyone needs to know. What a gate shows there tells a failure that was there before from a new one: once
// every candidate passes, nobody waits for it. A slow checkout costs more than anything else in a quick run: then the
// base comes into the place of a lane that is done, where there is one soon.
import { BASE, type GateResult } from '../core/candidate.ts';
import { type GateState, passes } from '../core/gate-states.ts';
import { waitFor } from '../system/wait-for.ts';
import type { StepContext } from './executor.ts';
import { runGates } from './gating.ts';
import type { Subject } from './measured.ts';
import { lend } from './on-bench.ts';
import type { Run } from './run-context.ts';
import { gateResults } from './tree-verdict.ts';

/** A place that is made in such a time is not worth waiting for anything. */
const SOON_MS = 1_000;

/** After so long the base gets a place of its own: models take their time, and what it shows is known when they end. */
const LONG_MS = 20_000;

const isGood = (state: GateState | undefined): boolean => state !== undefined && passes(state);

const lanesOf = (run: Run, pass: number): readonly string[] =>
  [...run.participants.keys()].filter((id) => !run.isOut(id, pass) && !run.idle.has(`${pass}/${id}`));

/** Whether something holds of each gate's result on a candidate. */
const ofAll = (run: Run, pass: number, id: string, test: (state: GateState | undefined) => boolean): boolean =>
  Object.keys(run.gates).every((gate) => test(run.passRecord(pass)?.gate_results[id]?.[gate]?.state));

/** A lane has got further, or nobody waits for it any more: the base may be worth testing now, or not at all. */
export function hurryBase(run: Run, pass: number): void {
  run.lanes.tell();
  const lanes = lanesOf(run, pass);
  if (lanes.length > 0 && lanes.every((id) => ofAll(run, pass, id, isGood))) run.tested.baseNotNeeded.abort();
}

const someFail = (run: Run, pass: number): boolean =>
  gateResults(run.passRecord(pass)).some(({ state }) => !isGood(state));

/** Does the testing of a candidate; the base comes after it, into its place if it passes, or not at all. */
export async function beforeBase(
  run: Run,
  pass: number,
  { id, tree, workspace }: Subject,
  test: () => Promise<unknown>,
): Promise<void> {
  run.tested.running++;
  try {
    await test();
    if (workspace !== null && ofAll(run, pass, id, isGood)) await lend(run, workspace, tree);
  } finally {
    run.tested.running--;
    run.lanes.tell();
  }
  hurryBase(run, pass);
}

/**
 * Waits until the base can be tested in the place of a lane that is done, or is worth a place of its own: somebody
 * needs to know, or the models take long. @returns whether there is any candidate (left)
 */
export async function untilWorthIt({ run, pass, signal }: StepContext): Promise<boolean> {
  const waiting = new AbortController();
  const isKnown = (state: GateState | undefined) => state !== undefined;
  const isAtWork = () => lanesOf(run, pass).some((id) => !ofAll(run, pass, id, isKnown));
  let isLong = false;
  const long = waitFor(LONG_MS, AbortSignal.any([signal, waiting.signal])).then(() => {
    isLong = true;
  });
  // how a place is prepared is known once the first lane's has been; how long one takes, once there is one of ours
  const isCheap = () =>
    run.places.prepared.size > 0 &&
    run.places.placeMs <= SOON_MS &&
    (run.places.placeMs > 0 || lanesOf(run, pass).every((id) => run.places.workspaces.has(id)));
  const isWorthIt = () => isLong || run.places.benches.any || someFail(run, pass) || isCheap() || !isAtWork();
  while (!isWorthIt()) await Promise.race([long, run.lanes.changed()]);
  waiting.abort();
  return lanesOf(run, pass).length > 0;
}

/** Runs the gates on the base, as long as anyone needs to know how they end there. */
export async function testBase(context: StepContext): Promise<void> {
  const { run, pass } = context;
  if (Object.keys(run.gates).length === 0) return;
  run.tested.baseNotNeeded = new AbortController();
  while (run.tested.running > 0 && !someFail(run, pass)) await run.lanes.changed();
  hurryBase(run, pass);
  const off = run.tested.baseNotNeeded;
  const end = () => off.abort();
  context.signal.addEventListener('abort', end, { once: true });
  if (context.signal.aborted) end();
  await runGates({ ...context, signal: off.signal }, { id: BASE, tree: run.baseTree, workspace: null });
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
    run.emit({ type: 'gate_end', pass, subject: BASE, result, cached: false });
  }
}
