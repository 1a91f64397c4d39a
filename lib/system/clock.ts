// The time as a stamp, for names.

/** `YYYYMMDD-HHMMSS` in UTC. */
export const stamp = (at: number = Date.now()): string =>
  new Date(at).toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '-');
