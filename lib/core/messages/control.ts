// Not a mistake: a step's way to say that the repeated group it stands in has gone far enough.
import type { Failure } from '../failure.ts';

export const endRounds: Failure = { id: 'endRounds', exit: 0, what: 'The rounds end here.', remedy: [] };

/** A dry run has seen all that it wanted to see. */
export const dryRunEnds: Failure = { id: 'dryRunEnds', exit: 0, what: 'A dry run: nothing was touched.', remedy: [] };

/** The user wants one more pass before deciding: the walk goes back to the passes. */
export const anotherPass: Failure = { id: 'anotherPass', exit: 3, what: 'Another pass was asked for.', remedy: [] };
