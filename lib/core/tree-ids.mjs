// The ids of trees that no slot made, as the record, judges and `mm pick` have them; whatever else speaks of one of
// these trees takes its id from here, in the program and in the report's page.

/** The untouched base. */
export const BASE = 'base';
/** What a pass put together, and what a model made of that. */
export const COMPOSITE = 'composite';
export const INTEGRATED = 'integrated';
/** What the pass before put together. */
export const EARLIER = 'earlier';
/** What was put together and has been accepted. */
export const RESULT = 'result';
/** In 0.1.0's recipes, and where a file's hunks are chosen: what the plan has. */
export const PLAN = 'plan';
