// The id of a CLI's own session, as it may become an argument: it stands in an output that a model can write into, so
// only what no program takes for an option, a path or several words counts.

/** Letters, digits and a few signs, the first one no sign; several times as long as a UUID. */
const SAFE = /^[A-Za-z0-9](?!.*\.\.)[\w.:-]{0,127}$/;

/** The id; null: what was told may not be used as one. @param told what stood in the output, of whatever type */
export const sessionId = (told: unknown): string | null => (typeof told === 'string' && SAFE.test(told) ? told : null);
