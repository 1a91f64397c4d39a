// What an executor is: a description for the recipe language (core/executor-spec.ts), a look ahead, and one thing that
// it does. Loops, conditions, retries, journalling, dry run and resume come from the engine.
import type { ExecutorSpec } from '../core/executor-spec.ts';
import type { Failure, Result } from '../core/failure.ts';
import type { Json } from '../core/json.ts';
import type { ActionStep } from '../core/step.ts';
import type { Run } from './run-context.ts';

/** Everything that one execution of one step may use. */
export interface StepContext {
  readonly run: Run;
  readonly step: ActionStep;
  /** The step's place in the recipe with rounds and lanes: the same in a resumed run. */
  readonly key: string;
  /** The step's id, or its executor's name. */
  readonly id: string;
  /** The executor key's value and its fields, names inserted. */
  readonly value: Json;
  readonly fields: Readonly<Record<string, Json>>;
  /** The `timeout:` of the step in milliseconds; null: none; undefined: not said. */
  readonly limitMs: number | null | undefined;
  readonly pass: number;
  /** The item of the innermost `for`, where there is one. */
  readonly lane: string | null;
  readonly lookup: (path: string) => Json | undefined;
  readonly signal: AbortSignal;
  /**
   * Leaves work that the next steps need not wait for; it writes to the session only. The step has ended when that has,
   * and what follows the sequence of steps that it is in begins after it.
   */
  readonly beside: (work: Promise<unknown>) => void;
}

/** A look ahead: what the step would do, and what already stands against it. */
interface Preview {
  readonly says: readonly string[];
  readonly problems?: readonly Failure[];
}

export type StepResult = Result<Json | undefined>;

export interface Executor extends ExecutorSpec {
  /**
   * `analysis`: only reads and asks; runs before the session exists, and in a dry run. `again`: the same, and its
   * answer is not kept over a resume. `setup`: prepares ground for later steps; on resume it runs only when one of
   * them still has to. `action`: its result is kept over a resume. `effect`: it is not, since what it
   * did outside has been taken back.
   */
  readonly nature: 'analysis' | 'again' | 'setup' | 'action' | 'effect';
  /** A few words for the live view. */
  readonly label?: (context: StepContext) => string;
  readonly preview?: (context: StepContext) => Promise<Preview>;
  readonly run: (context: StepContext) => Promise<StepResult>;
}
