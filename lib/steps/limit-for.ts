// How long a model may take: what the user said for this run, else the slot's own limit, else the step's, else the
// recipe's.
import { parseDuration } from '../core/duration.ts';
import type { StepContext } from './executor.ts';
import type { Seat } from './run.ts';

/** Milliseconds; null: no limit. */
export function limitFor({ run, lookup, limitMs }: StepContext, { slot }: Seat): number | null {
  const said = lookup('triggers.timeout');
  const explicit = typeof said === 'string' || typeof said === 'number' ? parseDuration(said) : undefined;
  if (explicit !== undefined) return explicit;
  if (slot.timeoutMs !== null) return slot.timeoutMs;
  return limitMs === undefined ? run.recipe.timeout.defaultMs : limitMs;
}
