// The sessions that a call may see: those of the working tree that the server was started in.
import { existsSync } from 'node:fs';
import type { Event } from '../../core/events.ts';
import { fail, ok, type Result } from '../../core/failure.ts';
import { mcpMessages } from '../../core/messages/mcp-messages.ts';
import type { FoundSession } from '../../session/find.ts';
import { stateRoot } from '../../session/home.ts';
import { eventsIn } from '../../session/open-sessions.ts';
import type { SessionNow } from '../../view/status-lines.ts';
import { type Here, here } from '../here.ts';
import { findHere, sessionsHere } from '../past-session.ts';
import { sessionNow } from '../session-now.ts';
import { type Decision, decisionOf } from './decision.ts';
import type { Desk } from './tool.ts';

/** A session as it stands just now. */
export interface Seen {
  readonly place: Here;
  readonly found: FoundSession;
  readonly events: readonly Event[];
  readonly now: SessionNow;
  readonly decision: Decision;
}

export const placeOf = ({ cwd }: Pick<Desk, 'cwd'>): Promise<Result<Here>> => here({ values: { directory: [cwd] } });

/** The session that is named, else the newest. */
export async function see(desk: Desk, tool: string, word: string | undefined): Promise<Result<Seen>> {
  const place = await placeOf(desk);
  if (!place.ok) return place;
  if (word === undefined) {
    const [newest] = sessionsHere(place.value);
    return newest ? ok(await look(place.value, newest)) : fail(mcpMessages.noSessions());
  }
  const found = findHere(place.value, word, tool);
  return found.ok ? ok(await look(place.value, found.value)) : found;
}

export async function look(place: Here, found: FoundSession): Promise<Seen> {
  const events = existsSync(found.dir) ? eventsIn(found.dir) : [];
  const now = await sessionNow({ ...found, events }, stateRoot(process.env));
  return { place, found, events, now, decision: decisionOf(found.record, events) };
}
