// How long a session was at work, folded from its events: what it spends waiting for an answer, or stopped, is left out.
import type { Event } from '../core/event.ts';

interface Work {
  readonly created_at: string;
  readonly updated_at: string;
  readonly worked_ms: number;
  readonly working_since: string | null;
}

/** The record with its time at work after one more event. */
export function withWork<T extends Work>(record: T, { type, at }: Event): T {
  switch (type) {
    case 'session_start':
      return { ...record, working_since: at };
    case 'session_resume': // its process may have been killed: then it worked for as long as it told anything
      return { ...record, worked_ms: worked(record, record.updated_at), working_since: at };
    case 'answer': // what is asked before the session begins stands behind its beginning in the journal
      return record.working_since === null
        ? { ...record, working_since: at > record.created_at ? at : record.created_at }
        : record;
    case 'question':
    case 'session_complete':
      return record.working_since === null ? record : { ...record, worked_ms: worked(record, at), working_since: null };
    default:
      return record;
  }
}

function worked({ worked_ms, working_since }: Work, until: string): number {
  return working_since === null ? worked_ms : worked_ms + Math.max(0, Date.parse(until) - Date.parse(working_since));
}
