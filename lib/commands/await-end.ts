// Waits until a session has ended: by what its journal says, or because its process is gone. Reads only what is new.
import { join } from 'node:path';
import type { Event } from '../core/event.ts';
import { Follower } from '../system/follow.ts';
import { watchFolder } from '../system/watch-folder.ts';
import { holderOf, type SessionNow } from './session-now.ts';

/** So often it is looked whether the process lives. */
const LOOK_MS = 2000;
/** Between a session's last word and its letting go of the working tree. */
const CLOSING_MS = 50;

/** How it ended; `cut_off`: without a word. When it resolves, the working tree is free. */
export async function awaitEnd(
  { id, dir, repository }: SessionNow,
  root: string,
): Promise<NonNullable<SessionNow['end']>> {
  let end: SessionNow['end'] = null;
  const follower = new Follower(join(dir, 'events.jsonl'), (line) => {
    if (!line.includes('"type":"session_')) return;
    const event = JSON.parse(line) as Event;
    if (event.type === 'session_complete') end = { status: event.status, exit: event.exit };
    if (event.type === 'session_resume') end = null;
  });
  const holder = await holderOf(id, repository, root);
  const folder = watchFolder(dir);
  let changed = false;
  try {
    for (;;) {
      await follower.read();
      if (end !== null || !changed) {
        const gone = (await holder()) === null;
        await follower.read(); // only now: who lets go of the lock has had its last word
        if (gone) return end ?? { status: 'cut_off', exit: 1 };
      }
      changed = await folder.next(end === null ? LOOK_MS : CLOSING_MS);
    }
  } finally {
    folder.close();
  }
}
