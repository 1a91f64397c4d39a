// Makes what one execution of a step sees: its fields with names inserted, its limit, its place.
import { parseDuration } from '../core/duration.ts';
import type { Json } from '../core/json.ts';
import type { ActionStep } from '../core/recipe.ts';
import { renderDeep } from '../recipe/template.ts';
import type { StepContext } from '../steps/executor.ts';
import type { Run } from '../steps/run.ts';
import type { Position } from './position.ts';

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
  const timeout = step.timeout === null ? undefined : renderDeep(step.timeout, lookup);
  return {
    run,
    step,
    key: `${step.key}${position.path}`,
    id: step.id ?? step.executor,
    value: renderDeep(step.value, lookup),
    fields: renderDeep(step.fields, lookup) as Readonly<Record<string, Json>>,
    limitMs: typeof timeout === 'number' || typeof timeout === 'string' ? parseDuration(timeout) : undefined,
    pass: position.pass,
    lane: position.lane,
    lookup,
    signal: run.signal,
    beside,
  };
}
