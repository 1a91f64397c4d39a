// The time, and the stamps made of it. Nothing else asks the system for the date.

/** Milliseconds since 1970. For durations use `performance.now()`: this clock may be set back. */
export const now = (): number => Date.now();

/** ISO 8601 in UTC with milliseconds, as journal and record have it. */
export const isoNow = (at: number = now()): string => new Date(at).toISOString();

/** `YYYYMMDD-HHMMSS` in UTC, for branch names. */
export const stamp = (at: number = now()): string => isoNow(at).slice(0, 19).replace(/[-:]/g, '').replace('T', '-');

/** `YYYYMMDD-HHMMSSZ`, the beginning of a session's id. */
export const sessionStamp = (at: number = now()): string => `${stamp(at)}Z`;
