// What a gate's run means: passed, failed, failing already before anyone changed anything, missing, flaky …
// Decides from what was observed; runs nothing.
import { type GateState, passes } from '../core/gate-states.ts';
import type { Counts } from './evidence.ts';
import type { OutputDigest } from './output-digest.ts';

/** One run of a gate's command. */
export interface GateRun {
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** Why it ended, as system/process.ts says; `interrupted` says nothing about the tree. */
  readonly ended: 'exit' | 'over' | 'timeout' | 'stalled' | 'interrupted' | 'not-found' | 'lost';
  /** What both its output streams said. */
  readonly said: OutputDigest;
  /** The packages that the tree names could not be brought there: it was not run, and says nothing of the tree. */
  readonly lacking?: true;
}

export interface GateObservation extends GateRun {
  /** A second run of the same tree, where the first one failed. */
  readonly rerun?: GateRun | null;
  /** The same gate on the untouched base, null where it is not known. */
  readonly base?: GateRun | null;
  /** Only some of the tests ran, that the base ran all of. */
  readonly part?: boolean;
}

function isMissing(run: GateRun): boolean {
  if (run.ended === 'not-found' || run.ended === 'lost') return true;
  if (run.ended !== 'exit' || run.exitCode === 0) return false;
  return run.exitCode === 127 || run.said.missing;
}

const ranOut = (run: GateRun): boolean => run.ended === 'timeout' || run.ended === 'stalled';
const passed = (run: GateRun): boolean => run.ended === 'exit' && run.exitCode === 0;

/**
 * Whether `run` fails in the way in which `base` does: the same exit code, and nothing fails that did not fail there.
 * Tests that no longer pass because they are gone, or never ran, count as failing more.
 */
function failsLike(run: GateRun, base: GateRun, part = false): boolean {
  if (run.ended !== base.ended || run.exitCode !== base.exitCode || run.signal !== base.signal) return false;
  const [now, before] = [run.said, base.said];
  // What was said before a limit ran out says little; that nothing new had failed by then is all there is to ask.
  if (ranOut(run)) return now.names.isWithin(before.names);
  if (part) return now.names.size > 0 && now.names.isWithin(before.names);
  if (now.counts && before.counts && isWorse(now.counts, before.counts)) return false;
  if ((now.counts === null) !== (before.counts === null)) return false;
  if (now.names.size > 0 || before.names.size > 0) return now.names.size > 0 && now.names.isWithin(before.names);
  return now.lines.isWithin(before.lines);
}

const isWorse = (now: Counts, before: Counts): boolean => now.failed > before.failed || now.passed < before.passed;

/** The state of a gate on a tree. A candidate that fails more than the base does is `fail`, not `already-failing`. */
export function classifyGate(observed: GateObservation): GateState {
  if (observed.ended === 'interrupted') return 'skipped';
  if (observed.lacking || observed.ended === 'lost') return 'missing'; // nobody's doing
  if (passed(observed)) return 'pass';
  const { base, rerun } = observed;
  // What the base could run and the candidate can't is the candidate's doing.
  if (isMissing(observed)) return base && !isMissing(base) ? 'fail' : 'missing';
  if (rerun && passed(rerun)) return 'flaky';
  // Of two failing runs the one that fails less is believed: the other had a bad day.
  const runs = rerun && rerun.ended !== 'interrupted' ? [observed, rerun] : [observed];
  if (base && !passed(base) && runs.some((run) => failsLike(run, base, observed.part))) return 'already-failing';
  return runs.every(ranOut) ? 'timeout' : 'fail';
}

/**
 * The gates that accuse themselves: they passed nowhere, neither on the base nor on any candidate.
 * @param base state per gate on the untouched base
 * @param lanes state per gate of each candidate
 */
export function brokenGates(
  base: ReadonlyMap<string, GateState>,
  lanes: readonly ReadonlyMap<string, GateState>[],
): string[] {
  const good = (state: GateState | undefined) => state === undefined || passes(state) || state === 'skipped';
  if (lanes.length === 0) return [];
  return [...base.keys()].filter((gate) => !good(base.get(gate)) && lanes.every((lane) => !good(lane.get(gate))));
}
