// What an earlier process of a session had finished: those steps are not run again.
import { join } from 'node:path';
import type { Event } from '../core/events.ts';
import type { Failure } from '../core/failure.ts';
import type { Json } from '../core/json.ts';
import { readJournal } from '../session/journal.ts';

export interface EarlierRun {
  /** Values of finished steps, by their journal key. */
  readonly done: ReadonlyMap<string, Json | undefined>;
  readonly events: readonly Event[];
  /** Lanes that failed in a pass that is over: `<pass>/<lane>` → why. What was left out of it stays out. */
  readonly out: ReadonlyMap<string, Failure>;
}

/** @param dir the session's folder; undefined: there was no earlier process */
export function earlierRun(dir: string | undefined): EarlierRun {
  if (dir === undefined) return { done: new Map(), events: [], out: new Map() };
  const { events } = readJournal(join(dir, 'events.jsonl'));
  const done = new Map<string, Json | undefined>();
  for (const event of events) {
    if (event.type === 'reopened') reopen(done, event.key);
    // what the recipe does at its end, it does at every end
    if (event.type !== 'step_end' || event.outcome !== 'ok' || event.key.includes('/finally')) continue;
    done.set(event.key, event.value);
  }
  return { done, events, out: leftOut(events) };
}

/** From the first round of this step on nothing is done. */
function reopen(done: Map<string, Json | undefined>, from: string): void {
  let isOpen = false;
  for (const key of [...done.keys()]) {
    isOpen ||= key.split('/')[0] === from;
    if (isOpen) done.delete(key);
  }
}

function leftOut(events: readonly Event[]): ReadonlyMap<string, Failure> {
  const over = new Set(events.flatMap((event) => (event.type === 'pass_complete' ? [event.pass] : [])));
  const out = new Map<string, Failure>();
  for (const event of events) {
    if (event.type !== 'step_end' || event.lane === null || !over.has(event.pass)) continue;
    const lane = `${event.pass}/${event.lane}`;
    if (event.outcome === 'failed' && event.failure) out.set(lane, event.failure);
    else if (event.outcome === 'ok') out.delete(lane); // a later try
  }
  return out;
}
