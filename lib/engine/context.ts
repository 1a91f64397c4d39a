// What a walk goes by, where it has got to, and what one execution of a step sees of both: its fields with names
// inserted, its limit, its place.
import { parseDuration } from '../core/duration.ts';
import { type Failure, FailureError, type Result } from '../core/failure.ts';
import type { Json } from '../core/json.ts';
import { messages } from '../core/messages/run-messages.ts';
import type { Scope } from '../core/scope.ts';
import type { ActionStep, Step } from '../core/step.ts';
import { asText, renderDeep } from '../recipe/template.ts';
import type { Executor, StepContext } from '../steps/executor.ts';
import type { Run } from '../steps/run-context.ts';
import type { Deferred } from './deferred.ts';
import type { EarlierLanes } from './lane-group.ts';

/**
 * @param beside takes work that goes on when the step has returned
 * @param unknown what stands for a name that has no value yet (a look ahead shows the name itself)
 */
export function makeContext(
  run: Run,
  step: ActionStep,
  position: Position,
  beside: StepContext['beside'],
  unknown?: (path: string) => Json,
): StepContext {
  const lookup = (path: string): Json | undefined => position.scope.lookup(path) ?? unknown?.(path);
  const id = step.id ?? step.executor;
  return {
    run,
    step,
    key: `${step.key}${position.path}`,
    id,
    value: renderDeep(step.value, lookup),
    fields: renderDeep(step.fields, lookup) as Readonly<Record<string, Json>>,
    limitMs: step.timeout === null ? undefined : limitOf(renderDeep(step.timeout, lookup), id, unknown !== undefined),
    pass: position.pass,
    lane: position.lane,
    lookup,
    signal: position.signal,
    beside,
  };
}

/**
 * Milliseconds, null: none; undefined where a name has no value, or none yet.
 * @param looksAhead names may stand where their values will be
 * @throws FailureError
 */
function limitOf(timeout: Json, step: string, looksAhead: boolean): number | null | undefined {
  if (timeout === null) return undefined;
  const limit = typeof timeout === 'number' || typeof timeout === 'string' ? parseDuration(timeout) : undefined;
  if (limit === undefined && !looksAhead)
    throw new FailureError(messages.notDuration({ step, value: asText(timeout) }));
  return limit;
}

export interface Walker {
  readonly run: Run;
  readonly executors: ReadonlyMap<string, Executor>;
  /** The phase whose rounds are recorded each by itself; null: the run is one round. */
  readonly rounds: Step | null;
  /** Called before the first step that acts: looks ahead, opens the session. */
  readonly begin: () => Promise<Result<undefined>>;
  /** Lanes that an earlier process left out of a pass that is over: `<pass>/<lane>`. */
  readonly out: ReadonlyMap<string, Failure>;
  /** What of them an earlier process had ended since enough others passed. */
  readonly lanes: EarlierLanes;
  /** Values of steps that an earlier process finished, by journal key. */
  readonly done: ReadonlyMap<string, Json | undefined>;
}

/** Where in the walk a step is met. */
export interface Position {
  readonly scope: Scope;
  /** The scope that `save:` writes to: the run's, or the lane's. */
  readonly keep: Scope;
  readonly pass: number;
  readonly lane: string | null;
  /** Ends what works here: the run's, or the lane's own. */
  readonly signal: AbortSignal;
  /** Tells apart the executions of one step: passes, lanes, rounds. */
  readonly path: string;
  /** Setup steps of a resumed run that nothing needed yet. */
  readonly deferred: Deferred;
  /** What steps of the sequence left to go on beside the others. */
  readonly beside: Promise<Result<undefined>>[];
}
