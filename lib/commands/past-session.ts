// Opens an ended or interrupted session to put something right in the repository.
import { ok, type Result } from '../core/failure.ts';
import { lockTree } from '../repository/lock.ts';
import type { FoundSession } from '../session/find.ts';
import { Journal } from '../session/journal.ts';
import { Session } from '../session/session.ts';
import type { Here } from './here.ts';
import { undoHandlers } from './session-parts.ts';

/** Effects that are still open, as the journal tells: whether there is anything to put right at all. */
export function needsRecovery({ record }: FoundSession, session: Session): boolean {
  return record.status === 'in_progress' || session.effects.open.some(({ undo }) => undo.result !== true);
}

/** Works on a session with the working tree locked. */
export async function withPastSession<T>(
  place: Here,
  found: FoundSession,
  work: (session: Session) => Promise<T>,
): Promise<Result<T>> {
  const locked = await lockTree(place.repository, found.id);
  if (!locked.ok) return locked;
  const journal = new Journal();
  const session = Session.reopen(found.dir, journal, undoHandlers);
  try {
    return ok(await work(session));
  } finally {
    await session.settled();
    journal.close();
    await locked.value();
  }
}
