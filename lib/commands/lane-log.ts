// What the CLI of a slot says, attempt after attempt, as text: read from the files that it writes, while it does.
import { join } from 'node:path';
import { formatClock } from '../core/duration.ts';
import type { Event } from '../core/events.ts';
import { type Listening, listenTo } from '../steps/listening.ts';
import { Follower } from '../system/follow.ts';
import { attemptKey, processEnd } from '../view/attempts.ts';
import type { EventOf } from '../view/event-messages.ts';
import { harmless } from '../view/text.ts';
import { transcriptOf } from '../view/transcript.ts';

interface Listened {
  readonly key: string;
  readonly title: string;
  readonly listening: Listening;
}

export class LaneLog {
  readonly #dir: string;
  readonly #slot: string;
  readonly #print: (line: string) => void;
  readonly #journal: Follower;
  readonly #events: Event[] = [];
  #open: Listened[] = [];
  #speaking = '';
  #last = '';
  /** The session has ended, and nobody goes on with it. */
  isOver = false;

  /** @param dir the session's folder */
  constructor(dir: string, slot: string, print: (line: string) => void) {
    this.#dir = dir;
    this.#slot = slot;
    this.#print = print;
    this.#journal = new Follower(join(dir, 'events.jsonl'), (line) => this.#events.push(JSON.parse(line) as Event));
  }

  /** Reads what has come since the last time, and prints it. */
  async look(): Promise<void> {
    await this.#journal.read();
    for (const event of this.#events.splice(0)) {
      this.isOver = event.type === 'session_complete' || (this.isOver && event.type !== 'session_resume');
      if (event.type === 'attempt_start' && event.slot === this.#slot) this.#open.push(this.#listen(event));
      if (event.type === 'attempt_end' && event.slot === this.#slot) await this.#end(event);
    }
    for (const { listening } of this.#open) await listening.read();
  }

  #listen(event: EventOf<'attempt_start'>): Listened {
    const title = [
      `${event.step} with ${event.backend}${event.host === undefined ? '' : ` on ${event.host}`}`,
      ...(event.pass > 1 ? [`pass ${event.pass}`] : []),
      ...(event.attempt > 1 ? [`try ${event.attempt}`] : []),
    ].join(', ');
    const say = (line: string) => this.#say(title, line);
    const listening = listenTo(this.#dir, event, {
      document: (document) => transcriptOf(document).forEach(say),
      line: say,
    });
    return { key: attemptKey(event), title, listening };
  }

  async #end(event: EventOf<'attempt_end'>): Promise<void> {
    const at = this.#open.findIndex(({ key }) => key === attemptKey(event));
    if (at === -1) return;
    const [ended] = this.#open.splice(at, 1);
    await ended!.listening.end();
    const { result, why } = event;
    const how = result.failure === null ? 'ok' : `${result.failure} (${processEnd(result)})`;
    this.#head(ended!.title, `${how} after ${formatClock(result.elapsed_ms)}${why ? `: ${why}` : ''}`);
  }

  /** Some print what they have said once more at the end. */
  #say(title: string, line: string): void {
    if (line === this.#last) return;
    if (this.#speaking !== title) this.#head(title);
    this.#speaking = title;
    this.#last = line;
    this.#print(harmless(line));
  }

  #head(title: string, end?: string): void {
    this.#print(harmless(end === undefined ? `── ${title} ──` : `── ${title}: ${end} ──`));
    this.#speaking = '';
    this.#last = '';
  }
}
