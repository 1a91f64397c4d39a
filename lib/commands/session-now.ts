// What a session does just now, from its journal and the lock of its working tree. Takes no lock and writes nothing.
import { existsSync } from 'node:fs';
import type { Event } from '../core/events.ts';
import type { Located } from '../repository/locate.ts';
import { lockHolder } from '../repository/lock.ts';
import { type Holder, stateOf } from '../repository/lock-holder.ts';
import { endOf, eventsIn, type OpenSession } from '../session/open-sessions.ts';
import { Progress } from '../view/progress.ts';
import type { SessionNow } from '../view/status-lines.ts';
import { locate } from './here.ts';

/** @param root of all sessions */
export async function sessionNow({ id, dir, command, events }: OpenSession, root: string): Promise<SessionNow> {
  const end = endOf(events);
  const start = events.find((event) => event.type === 'session_start');
  const repository = start?.repository ?? '';
  const holder = end === null ? await (await holderOf(id, repository, root))() : null;
  // between the two looks it may have ended, and let go of its lock
  if (end === null && holder === null) {
    const later = eventsIn(dir);
    if (endOf(later) !== null) return sessionNow({ id, dir, command, events: later }, root);
  }
  const question = end === null && holder !== null ? openQuestion(events) : null;
  const progress = new Progress();
  for (const event of events) progress.apply(event);
  return {
    id,
    dir,
    command,
    repository,
    state: end !== null ? 'ended' : holder === null ? 'cut_off' : question === null ? 'running' : 'waiting',
    end: end && { status: end.status, exit: end.exit },
    pid: holder?.pid ?? events.findLast((event) => 'pid' in event)?.pid ?? null,
    host: holder?.host ?? null,
    startedAt: start?.at ?? '',
    question,
    progress,
  };
}

/** Looks who holds the lock of the session's tree for it, as often as it is asked; null: nobody, or a dead one. */
export async function holderOf(
  session: string,
  repository: string,
  root: string,
): Promise<() => Promise<Holder | null>> {
  const located = existsSync(repository) ? await locate(repository, root) : null;
  return async () => (located?.ok ? holderIn(located.value, session) : null);
}

/** Who holds the lock of this tree for a session; null: nobody, or a dead one. */
export async function holderIn(repository: Located, session: string): Promise<Holder | null> {
  const holder = await lockHolder(repository);
  return holder?.session === session && stateOf(holder) !== 'dead' ? holder : null;
}

function openQuestion(events: readonly Event[]): SessionNow['question'] {
  const last = events.findLast(({ type }) => ['question', 'answer', 'session_resume'].includes(type));
  return last?.type === 'question' ? { text: last.text, since: last.at } : null;
}
