// What an earlier process of a session had finished: those steps are not run again.
import { join } from 'node:path';
import type { Event } from '../core/event.ts';
import type { Json } from '../core/json.ts';
import { readJournal } from '../session/journal.ts';

export interface EarlierRun {
  /** Values of finished steps, by their journal key. */
  readonly done: ReadonlyMap<string, Json | undefined>;
  readonly events: readonly Event[];
}

/** @param dir the session's folder; undefined: there was no earlier process */
export function earlierRun(dir: string | undefined): EarlierRun {
  if (dir === undefined) return { done: new Map(), events: [] };
  const { events } = readJournal(join(dir, 'events.jsonl'));
  const done = new Map<string, Json | undefined>();
  for (const event of events) {
    // what the recipe does at its end, it does at every end
    if (event.type !== 'step_end' || event.outcome !== 'ok' || event.key.includes('/finally')) continue;
    done.set(event.key, event.value);
  }
  return { done, events };
}
