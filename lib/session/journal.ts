// The journal of a session, events.jsonl: the truth of what happened. Appends lines and reads them back; a line that
// power loss tore off is dropped, never repaired. Before the session's folder exists, lines wait in memory.
import {
  closeSync,
  fdatasyncSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import type { Event, EventBody } from '../core/events.ts';
import { fileFailure } from '../system/file-failure.ts';
import { syncFolderNow } from '../system/files.ts';

/** Events that recovery needs, or that were paid for: on disk before the next step is taken. */
const DURABLE = new Set<EventBody['type']>([
  'session_start',
  'effect',
  'effect_undone',
  'candidate',
  'enough',
  'superseded',
  'revision',
  'chosen',
  'reopened',
  'plan',
  'result',
  'session_complete',
]);

/** Not being able to write these down stops nothing: what they tell of has been done, and can be done again. */
const DISPENSABLE = new Set<EventBody['type']>(['effect_undone', 'session_complete', 'note', 'show']);

export class Journal {
  readonly #listeners: ((event: Event) => void)[] = [];
  #seq = 0;
  #fd: number | null = null;
  #waiting: Event[] = [];
  #closed = false;
  #file = '';
  /** Bytes that are known to be whole lines, and those themselves: somebody may lay hands on the file. */
  #length = 0;
  #written: Uint8Array[] = [];
  #refused: unknown = null;

  /** What the disk refused to take, null: nothing. */
  get refused(): unknown {
    return this.#refused;
  }

  /** Calls `listener` for each event from now on, in order, before `append` returns. */
  listen(listener: (event: Event) => void): void {
    this.#listeners.push(listener);
  }

  /** Writes an event down; one that recovery needs is on the disk when this returns. */
  append(body: EventBody): Event {
    const event = { seq: ++this.#seq, at: new Date().toISOString(), ...body } as Event;
    if (this.#fd === null) this.#waiting.push(event);
    else this.#write([event]);
    for (const listener of this.#listeners) listener(event);
    return event;
  }

  /** Starts writing to a new file: `session_start` first, then what had waited in memory for it. */
  create(file: string): void {
    this.#file = file;
    this.#fd = openSync(file, 'ax', 0o600);
    const start = this.#waiting.filter(({ type }) => type === 'session_start');
    const rest = this.#waiting.filter(({ type }) => type !== 'session_start');
    this.#write([...start, ...rest].map((event, index) => ({ ...event, seq: index + 1 })));
    this.#waiting = [];
    syncFolderNow(dirname(file));
  }

  /** Goes on with an existing file: a torn last line is cut off. @returns its whole lines, and what had waited */
  reopen(file: string): readonly Event[] {
    const { events, length } = readJournal(file);
    this.#fd = openSync(file, 'r+');
    ftruncateSync(this.#fd, length);
    closeSync(this.#fd);
    this.#fd = openSync(file, 'a');
    this.#file = file;
    this.#length = length;
    this.#written = [readFileSync(file)];
    this.#seq = events.at(-1)?.seq ?? 0;
    const waited = this.#waiting.map((event) => ({ ...event, seq: ++this.#seq }));
    this.#waiting = [];
    this.#write(waited);
    return [...events, ...waited];
  }

  /**
   * Puts the file back as it was written, where somebody else changed, replaced or removed it.
   * @returns whether that was so; the folder must be there
   */
  mend(): boolean {
    if (this.#fd === null || this.#closed) return false;
    const all = Buffer.concat(this.#written);
    try {
      if (fstatSync(this.#fd).ino === statSync(this.#file).ino && readFileSync(this.#file).equals(all)) return false;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw fileFailure(error, this.#file, 'read');
    }
    const beside = `${this.#file}.mended`;
    writeFileSync(beside, all, { mode: 0o600, flush: true });
    renameSync(beside, this.#file);
    closeSync(this.#fd);
    this.#fd = openSync(this.#file, 'a');
    return true;
  }

  close(): void {
    if (this.#fd !== null && !this.#closed) closeSync(this.#fd);
    this.#closed = true;
  }

  #write(events: readonly Event[]): void {
    if (events.length === 0 || this.#closed || this.#fd === null) return;
    const bytes = Buffer.from(events.map((event) => `${JSON.stringify(event)}\n`).join(''));
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(this.#fd, bytes, at);
      this.#length += bytes.length;
      this.#written.push(bytes);
      if (events.some((event) => DURABLE.has(event.type))) fdatasyncSync(this.#fd);
    } catch (error) {
      this.#refused = fileFailure(error, this.#file, 'written');
      this.#cutOff(this.#fd);
      if (!events.every(({ type }) => DISPENSABLE.has(type))) throw this.#refused;
    }
  }

  /** Half a line would make all that may yet follow unreadable. */
  #cutOff(fd: number): void {
    try {
      ftruncateSync(fd, this.#length);
    } catch {
      this.#closed = true; // then nothing may follow
      closeSync(fd);
    }
  }
}

/** The whole lines of a journal, and the length in bytes that they take up. */
export function readJournal(file: string): { readonly events: readonly Event[]; readonly length: number } {
  const bytes = readFileSync(file);
  const events: Event[] = [];
  let length = 0;
  for (let end = bytes.indexOf(10); end !== -1; end = bytes.indexOf(10, length)) {
    try {
      events.push(JSON.parse(bytes.toString('utf8', length, end)) as Event);
    } catch {
      break; // a page that power loss left half written: nothing after it can be trusted
    }
    length = end + 1;
  }
  return { events, length };
}
