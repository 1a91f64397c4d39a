// What a run remembers of its budget beside its record. What comes of it is decided in within-budget.ts.
import type { Failure } from '../core/failure.ts';

/** What is to become of a run whose budget is reached. */
export type Decision = 'more' | 'finish' | 'stop' | 'interrupt';

export class Purse {
  /** The user had the run end. */
  stopped: Failure | null = null;
  /** The question that waits; others that come to it meanwhile wait for the same answer. */
  asking: Promise<Decision> | null = null;
  readonly told = new Set<string>();
  /** Passes in which a judge was not asked. */
  readonly unjudged = new Set<number>();
}
