// What sessions take on the disk, as one line: told, never acted on.
import { size } from './session-rows.ts';

const OLD_MS = 30 * 24 * 3_600_000;
const MUCH_BYTES = 2 ** 30;
const REMEDY = 'mm clean --sessions removes those that ended.';

export interface Kept {
  /** ISO 8601. */
  readonly created_at: string;
  readonly bytes: number;
}

/** How much all of them take, and which are old; null: there are none. */
export function housekeeping(sessions: readonly Kept[], now: number): string | null {
  if (sessions.length === 0) return null;
  const old = sessions.filter(({ created_at }) => now - Date.parse(created_at) > OLD_MS);
  const all = `${count(sessions.length)}, ${size(total(sessions))}`;
  if (old.length > 0) {
    const those = old.length === sessions.length ? 'all' : String(old.length);
    return `${all}; ${those} of them older than 30 days (${size(total(old))}). ${REMEDY}`;
  }
  return total(sessions) > MUCH_BYTES ? `${all}. ${REMEDY}` : `${all}.`;
}

/** What is worth saying at the end of a run of all the sessions' bytes; null: nothing. */
export function muchKept(bytes: number): string | null {
  if (bytes <= MUCH_BYTES) return null;
  return `The sessions of this repository take ${size(bytes)}. mm sessions lists them, ${REMEDY}`;
}

const total = (sessions: readonly Kept[]): number => sessions.reduce((sum, { bytes }) => sum + bytes, 0);
const count = (number: number): string => `${number} ${number === 1 ? 'session' : 'sessions'}`;
