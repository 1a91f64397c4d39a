// The steps of a checked recipe, and what any of them may carry. Plain data.
import type { Json } from './json.ts';

/** The modifiers that any step may carry. */
export interface Modifiers {
  readonly id: string | null;
  /** A list's name: the step or group runs once per item. */
  readonly for: string | null;
  readonly parallel: boolean;
  /** Of lanes: the name that holds in one that has passed. */
  readonly passing: string | null;
  readonly when: string | null;
  readonly unless: string | null;
  readonly save: string | null;
  /** How often at most: a number, or one `${name}`. */
  readonly repeat: number | string | null;
  readonly until: string | null;
  /** A failure is noted, and the walk goes on. */
  readonly optional: boolean;
  /** A limit for the step: a number of seconds, a duration, `none`, or one `${name}`. */
  readonly timeout: number | string | null;
  readonly retry: number;
}

interface StepBase extends Modifiers {
  /** Its place in the recipe, e.g. `phases.3.steps.2`: the step's identity in the journal. */
  readonly key: string;
}

export interface GroupStep extends StepBase {
  readonly kind: 'group';
  readonly steps: readonly Step[];
}

export interface ActionStep extends StepBase {
  readonly kind: 'action';
  readonly executor: string;
  /** The executor key's own value, as written. */
  readonly value: Json;
  /** The executor's further fields, as written, without the modifiers. */
  readonly fields: Readonly<Record<string, Json>>;
}

export type Step = GroupStep | ActionStep;

/** The steps that do something, in the order in which they are written, out of all groups. */
export const actionsIn = (steps: readonly Step[]): readonly ActionStep[] =>
  steps.flatMap((step) => (step.kind === 'action' ? [step] : actionsIn(step.steps)));
