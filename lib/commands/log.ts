// `mm log [<session>] <slot>`: what a slot's CLI has said, as text, and with --follow what it says while it runs. Only
// reads.
import { type Failure, fail, ok, type Result } from '../core/failure.ts';
import { cliMessages } from '../core/messages/cli-messages.ts';
import { nearest } from '../core/nearest.ts';
import type { FoundSession } from '../session/find.ts';
import { waitFor } from '../system/wait-for.ts';
import { printJson, printLines } from '../view/print.ts';
import type { CommandLine } from './arguments.ts';
import { here } from './here.ts';
import { LaneLog } from './lane-log.ts';
import { eventsOf, findHere, namedOrNewest } from './past-session.ts';
import { holderIn } from './session-now.ts';

/** How often a lane is looked at; nothing is read where nothing was written. */
const LOOK_MS = 250;

export async function log(line: CommandLine): Promise<Result<number, Failure>> {
  const place = await here(line);
  if (!place.ok) return place;
  const [session, slot] = line.operands.length > 1 ? line.operands : [undefined, line.operands[0]];
  const found =
    session === undefined ? namedOrNewest(place.value.folder, session) : findHere(place.value, session, 'log');
  if (!found.ok) return found;
  const slots = slotsOf(found.value);
  if (slot === undefined || !slots.includes(slot))
    return fail(cliMessages.logOfWhom({ session: found.value.id, slot, slots, near: nearest(slot ?? '', slots) }));
  const lines: string[] = [];
  const isJson = line.flags.has('json');
  const lane = new LaneLog(found.value.dir, slot, (text) => {
    if (isJson) lines.push(text);
    else printLines([text]);
  });
  await lane.look();
  const { repository } = place.value;
  while (line.flags.has('follow') && !lane.isOver && (await holderIn(repository, found.value.id)) !== null) {
    await waitFor(LOOK_MS, new AbortController().signal);
    await lane.look();
  }
  if (isJson) printJson({ session_id: found.value.id, slot, lines });
  return ok(0);
}

/** The slots of which anything may have been heard. */
function slotsOf(found: FoundSession): readonly string[] {
  const started = eventsOf(found).flatMap((event) => (event.type === 'attempt_start' ? [event.slot] : []));
  const available = Object.entries(found.record.models).flatMap(([id, { status }]) =>
    status === 'available' ? [id] : [],
  );
  return [...new Set([...available, ...started])];
}
