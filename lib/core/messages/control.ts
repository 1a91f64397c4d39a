// Not a mistake: a step's way to say that the repeated group it stands in has gone far enough.
import type { Failure } from '../failure.ts';

export const endRounds: Failure = { id: 'endRounds', exit: 0, what: 'The rounds end here.', remedy: [] };

/** A dry run has seen all that it wanted to see. */
export const dryRunEnds: Failure = { id: 'dryRunEnds', exit: 0, what: 'A dry run: nothing was touched.', remedy: [] };

/** Nothing of a lane is wanted (any more): enough others have passed, or one before it has. */
export const notWanted: Failure = { id: 'notWanted', exit: 0, what: 'It is not needed.', remedy: [] };

/** The user wants one more round before deciding: the walk goes back to the phase that is repeated. */
export const anotherRound: Failure = { id: 'anotherRound', exit: 3, what: 'Another round was asked for.', remedy: [] };
