// What a gate's run means: passed, failed, failing already before anyone changed anything, missing, flaky …
// Decides from what was observed; runs nothing.
import type { GateState } from '../core/candidate.ts';
import { failingTests } from './failing-tests.ts';
import { normalised, plainLines } from './plain-output.ts';
import { testCounts } from './test-counts.ts';

/** One run of a gate's command. */
export interface GateRun {
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** Why it ended, as system/process.ts tells; `interrupted` says nothing about the tree. */
  readonly ended: 'exit' | 'over' | 'timeout' | 'stalled' | 'interrupted' | 'not-found';
  /** The end of both its output streams. */
  readonly output: string;
}

export interface GateObservation extends GateRun {
  /** A second run of the same tree, where the first one failed. */
  readonly rerun?: GateRun | null;
  /** The same gate on the untouched base, null where it is not known. */
  readonly base?: GateRun | null;
}

// Said by the tools that look a script or target up; the command itself was found.
const NO_SUCH_SCRIPT: readonly RegExp[] = [
  /^npm (?:ERR!|error) Missing script:/im,
  /^\s*ERR_PNPM_NO_SCRIPT\b/m,
  /^error Command "[^"]*" not found\.$/m,
  /^Usage Error: Couldn't find a script named/m,
  /^error: Script not found "/m,
  /^error: Task not found:/im,
  /^make(?:\[\d+\])?: \*\*\* No rule to make target/m,
  /^make(?:\[\d+\])?: \*\*\* No targets specified and no makefile found/m,
  /^error: (?:Justfile does not contain recipe|No justfile found)/m,
  /^task: Task "[^"]*" does not exist/m,
  /^error: no such (?:command|subcommand)\b/m,
  /\bNo module named (?:pytest|ruff|mypy|black|flake8)\b/,
  /^Don't know how to build task /m,
];

function isMissing(run: GateRun): boolean {
  if (run.ended === 'not-found') return true;
  if (run.ended !== 'exit' || run.exitCode === 0) return false;
  if (run.exitCode === 127) return true;
  const text = plainLines(run.output).join('\n');
  return NO_SUCH_SCRIPT.some((pattern) => pattern.test(text));
}

const ranOut = (run: GateRun): boolean => run.ended === 'timeout' || run.ended === 'stalled';
const passed = (run: GateRun): boolean => run.ended === 'exit' && run.exitCode === 0;

/** How often each line is said, numbers and folders aside. */
function sayings(output: string): Map<string, number> {
  const times = new Map<string, number>();
  for (const line of plainLines(output)) {
    const text = normalised(line);
    if (text !== '') times.set(text, (times.get(text) ?? 0) + 1);
  }
  return times;
}

/**
 * Whether `run` fails in the way in which `base` does: the same exit code, and nothing fails that did not fail there.
 * Tests that no longer pass because they are gone, or never ran, count as failing more.
 */
export function failsLike(run: GateRun, base: GateRun): boolean {
  if (run.ended !== base.ended || run.exitCode !== base.exitCode || run.signal !== base.signal) return false;
  const names = failingTests(run.output).map(({ name }) => name);
  const known = new Set(failingTests(base.output).map(({ name }) => name));
  // What was said before a limit ran out says little; that nothing new had failed by then is all there is to ask.
  if (ranOut(run)) return names.every((name) => known.has(name));
  const [now, before] = [testCounts(run.output), testCounts(base.output)];
  if (now && before && (now.failed > before.failed || now.passed < before.passed)) return false;
  if ((now === null) !== (before === null)) return false;
  if (names.length > 0 || known.size > 0) return names.length > 0 && names.every((name) => known.has(name));
  const said = sayings(base.output);
  return [...sayings(run.output)].every(([line, times]) => (said.get(line) ?? 0) >= times);
}

/** The state of a gate on a tree. A candidate that fails more than the base does is `fail`, not `already-failing`. */
export function classifyGate(observed: GateObservation): GateState {
  if (observed.ended === 'interrupted') return 'skipped';
  if (passed(observed)) return 'pass';
  const { base, rerun } = observed;
  // What the base could run and the candidate can't is the candidate's doing.
  if (isMissing(observed)) return base && !isMissing(base) ? 'fail' : 'missing';
  if (rerun && passed(rerun)) return 'flaky';
  // Of two failing runs the one that fails less is believed: the other had a bad day.
  const runs = rerun && rerun.ended !== 'interrupted' ? [observed, rerun] : [observed];
  if (base && !passed(base) && runs.some((run) => failsLike(run, base))) return 'already-failing';
  return runs.every(ranOut) ? 'timeout' : 'fail';
}

/**
 * The gates that accuse themselves: they passed nowhere, neither on the base nor on any candidate.
 * @param base state per gate on the untouched base
 * @param lanes state per gate of each candidate
 */
export function indictedGates(
  base: ReadonlyMap<string, GateState>,
  lanes: readonly ReadonlyMap<string, GateState>[],
): string[] {
  const good = (state: GateState | undefined) =>
    state === undefined || state === 'pass' || state === 'flaky' || state === 'skipped';
  if (lanes.length === 0) return [];
  return [...base.keys()].filter((gate) => !good(base.get(gate)) && lanes.every((lane) => !good(lane.get(gate))));
}
