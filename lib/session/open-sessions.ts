// Sessions that have not ended, as their journals tell it. Only reads, also while they are being written: a torn last
// line counts when it is whole.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { Event } from '../core/events.ts';
import { beginningOf } from '../system/read-parts.ts';
import { newestFirst, type SessionFolder } from './find.ts';
import { readJournal } from './journal.ts';

export type OpenSession = SessionFolder & { readonly events: readonly Event[] };
type Ended = Extract<Event, { type: 'session_complete' }>;

/** Of these folders, newest first. */
export function openSessions(folders: readonly SessionFolder[]): readonly OpenSession[] {
  return newestFirst(folders.filter(mayBeOpen)).flatMap((folder) => {
    const events = eventsIn(folder.dir);
    return events.length > 0 && endOf(events) === null ? [{ ...folder, events }] : [];
  });
}

/** The whole lines of a session's journal; none where there is no journal yet. */
export function eventsIn(dir: string): readonly Event[] {
  const file = join(dir, 'events.jsonl');
  return statSync(file, { throwIfNoEntry: false })?.isFile() ? readJournal(file).events : [];
}

/** How the session ended; null: it has not, or has been gone on with since. */
export function endOf(events: readonly Event[]): Ended | null {
  const last = events.findLast(({ type }) => ENDS.includes(type));
  return last?.type === 'session_complete' ? last : null;
}

const ENDS: readonly Event['type'][] = ['session_start', 'session_resume', 'session_complete'];
const HEAD_BYTES = 4096;

/** session.json is written at the end, too, and says near its beginning how that was: most need but a glance. */
function mayBeOpen({ dir }: SessionFolder): boolean {
  const head = headOf(join(dir, 'session.json'));
  const status = head === null ? null : /"status": "(\w+)"/.exec(head)?.[1];
  return status === undefined || status === null || status === 'in_progress';
}

function headOf(file: string): string | null {
  return statSync(file, { throwIfNoEntry: false })?.isFile() ? beginningOf(file, HEAD_BYTES) : null;
}
