// Sessions of the past: finds one that was cut off, and opens one to undo something in the repository.
import { join } from 'node:path';
import type { Event, SessionStatus } from '../core/events.ts';
import { type ExitCode, FailureError, fail, ok, type Result } from '../core/failure.ts';
import { cliMessages } from '../core/messages/cli-messages.ts';
import { lockHolder, lockTree } from '../repository/lock.ts';
import { type Holder, stateOf } from '../repository/lock-holder.ts';
import { sessionHasRefs } from '../repository/private-ref.ts';
import { type FoundSession, findSession, listSessions } from '../session/find.ts';
import { Journal, readJournal } from '../session/journal.ts';
import { Session } from '../session/session.ts';
import { fileFailure } from '../system/file-failure.ts';
import type { Here } from './here.ts';
import { undoHandlers } from './undo-handlers.ts';

/** The session that a word means, in this working tree: several may keep their sessions in one folder. */
export function findHere(place: Here, word: string, command: string): Result<FoundSession> {
  const found = findSession(place.folder, word);
  if (!found.ok) return found;
  const { id, record } = found.value;
  const isOurs = record.repository === '' || record.repository === place.repository.top;
  return isOurs ? found : fail(cliMessages.sessionElsewhere({ session: id, command, top: record.repository }));
}

/** The session that a word means, else the newest run, however it ended: one that failed is looked at too. */
export function namedOrNewest(folder: string, word: string | undefined): Result<FoundSession> {
  const newest = word === undefined ? listSessions(folder)[0] : undefined;
  return newest ? ok(newest) : findSession(folder, word ?? 'latest');
}

/** All that a session's journal tells. */
export const eventsOf = ({ dir }: FoundSession): readonly Event[] => readJournal(join(dir, 'events.jsonl')).events;

/** This working tree's sessions, newest first. */
export const sessionsHere = ({ folder, repository }: Here): readonly FoundSession[] =>
  listSessions(folder).filter(({ record }) => record.repository === repository.top);

/** Effects that are still open, by the journal: whether there is anything to undo at all. */
export function needsRecovery({ record }: FoundSession, session: Session): boolean {
  return record.status === 'in_progress' || session.effects.open.some(({ undo }) => undo.result !== true);
}

/** Whether something of a session may still have to be undone, as far as its own folder shows. */
export function holdsSomething(found: FoundSession): boolean {
  const journal = new Journal();
  try {
    return needsRecovery(found, Session.reopen(found.dir, journal, undoHandlers));
  } finally {
    journal.close();
  }
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
  try {
    const session = Session.reopen(found.dir, journal, undoHandlers);
    noteEnd(found, session);
    const done = await work(session);
    await session.settled();
    return ok(done);
  } catch (error) {
    const refused = fileFailure(error, found.dir, 'written');
    if (refused instanceof FailureError) return fail(refused.failure);
    throw error;
  } finally {
    journal.close();
    await locked.value();
  }
}

/** The last line of a journal may have found no room on the disk while session.json says how the run ended. */
function noteEnd({ record: { status, failure } }: FoundSession, { journal, record }: Session): void {
  if (status === 'in_progress' || record.status !== 'in_progress') return;
  const exit = EXITS[status];
  journal.append({ type: 'session_complete', status, exit, failure: failure && { ...failure, exit } });
}

const EXITS: Readonly<Record<Exclude<SessionStatus, 'in_progress'>, ExitCode>> = {
  completed: 0,
  recovered: 0,
  failed: 1,
  declined: 3,
  interrupted: 130,
};

/** The newest session of this working tree that was cut off; null where there is none, or it still runs. */
export async function findUnfinished(place: Here): Promise<FoundSession | null> {
  const open = sessionsHere(place).filter(({ record }) => record.status === 'in_progress');
  if (open.length === 0) return null;
  const holder = await lockHolder(place.repository);
  const running = holder !== null && stateOf(holder) !== 'dead' ? holder.session : null;
  return open.find(({ id }) => id !== running) ?? null;
}

/**
 * Who was cut off in this working tree and has its session under another root (`AI_AIP_ROOT` was different then) or
 * nowhere any more: its lock and its refs are here, and no folder.
 */
export async function findUnfinishedElsewhere({ folder, repository }: Here): Promise<Holder | null> {
  const holder = await lockHolder(repository);
  if (holder === null || stateOf(holder) !== 'dead') return null;
  if (listSessions(folder).some(({ id }) => id === holder.session)) return null;
  return (await sessionHasRefs({ gitDir: repository.gitDir }, holder.session)) ? holder : null;
}
