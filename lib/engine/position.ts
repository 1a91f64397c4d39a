// A place in the walk through a recipe.
import type { Result } from '../core/failure.ts';
import type { Scope } from '../core/scope.ts';
import type { Deferred } from './deferred.ts';

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
