// Not a mistake: a step's way to say that the repeated group it stands in has gone far enough.
import type { Failure } from '../failure.ts';

export const endRounds: Failure = { id: 'endRounds', exit: 0, what: 'The rounds end here.', remedy: [] };

/** A dry run has seen all that it wanted to see. */
export const dryRunEnds: Failure = { id: 'dryRunEnds', exit: 0, what: 'A dry run: nothing was touched.', remedy: [] };

/** The user wants one more round before deciding: the walk goes back to the phase that is repeated. */
export const anotherRound: Failure = { id: 'anotherRound', exit: 3, what: 'Another round was asked for.', remedy: [] };
