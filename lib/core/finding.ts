// What a look at the machine, the repository and a recipe's models found: plain data, shown by view/ and by --json.
import type { Failure } from './failure.ts';

/** `unknown`: can't be told from here; `warning`: a run works, but worse; `bad`: a run would be refused. */
export type FindingState = 'good' | 'unknown' | 'warning' | 'bad';

export interface Finding {
  /** What was looked at, in a word or two: `git`, `disk space`, a slot's title. */
  readonly subject: string;
  readonly state: FindingState;
  readonly says: string;
  /** As in a Failure: a line each, a command alone on its line. */
  readonly remedy: readonly string[];
}

export const good = (subject: string, says: string): Finding => ({ subject, state: 'good', says, remedy: [] });

/** A finding that is a message of the catalogue. */
export const complaint = (
  subject: string,
  state: Exclude<FindingState, 'good'>,
  { what, remedy }: Failure,
): Finding => ({ subject, state, says: what, remedy });
