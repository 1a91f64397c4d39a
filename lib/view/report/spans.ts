// The events of a run as stretches of time, a row for each of who was at work. Pure; timeline.ts draws them.
import { BASE } from '../../core/candidate.ts';
import { formatClock } from '../../core/duration.ts';
import type { Event } from '../../core/events.ts';
import { attemptKey } from '../attempts.ts';
import type { EventOf } from '../event-messages.ts';
import { gateTone, gateWord, type Tone } from '../symbols.ts';
import type { Participants } from './participants.ts';

export interface Span {
  readonly kind: 'model' | 'gate' | 'step' | 'wait';
  readonly label: string;
  /** Milliseconds since 1970. */
  readonly from: number;
  readonly to: number;
  readonly tone: Tone | 'plain';
  readonly said: string;
}

export interface TimeRow {
  readonly title: string;
  readonly hue: string;
  readonly spans: readonly Span[];
}

/** Steps whose time is seen in what happens in them. */
const SEEN_INSIDE = new Set('model gates judge ask confirm review task read detect write'.split(' '));

/** Rows in the order of the lanes, then the base, then what is everyone's. What never ended ends with the journal. */
export function timeRows(events: readonly Event[], participants: Participants): readonly TimeRow[] {
  const rows = new Rows(participants);
  for (const event of events) rows.take(event, Date.parse(event.at));
  rows.end();
  return rows.drawn;
}

/** Called when something ends: with the event that says so, or null where the journal ends before. */
type Close = (to: number, end: Event | null) => void;

class Rows {
  readonly #participants: Participants;
  readonly #rows = new Map<string, { title: string; hue: string; spans: Span[] }>();
  /** What has begun and not ended, by what it is. */
  readonly #open = new Map<string, Close[]>();
  #last = 0;

  constructor(participants: Participants) {
    this.#participants = participants;
    for (const id of [...participants.titles.keys(), BASE]) this.#row(id);
  }

  get drawn(): readonly TimeRow[] {
    return [...this.#rows.values()].filter(({ spans }) => spans.length > 0);
  }

  take(event: Event, at: number): void {
    this.#last = Math.max(this.#last, at);
    switch (event.type) {
      case 'attempt_start':
        this.#begin(attemptKey(event), this.#attempt(event, at));
        break;
      case 'attempt_end':
        this.#finish(attemptKey(event), at, event);
        break;
      case 'gate_start':
        this.#begin(`gate ${event.pass} ${event.subject} ${event.gate}`, this.#gate(event, at));
        break;
      case 'gate_end':
        this.#finish(`gate ${event.pass} ${event.subject} ${event.result.gate}`, at, event);
        break;
      case 'step_start':
        if (SEEN_INSIDE.has(event.executor) || event.label === '') break;
        this.#begin(`step ${event.key}`, this.#step(event, at));
        break;
      case 'step_end':
        this.#finish(`step ${event.key}`, at, event);
        break;
      case 'question':
        this.#begin('question', this.#question(event, at));
        break;
      case 'answer':
        this.#finish('question', at, event);
        break;
    }
  }

  /** The journal is over. */
  end(): void {
    for (const close of [...this.#open.values()].flat()) close(this.#last, null);
  }

  #row(id: string, title = this.#participants.title(id), hue = this.#participants.hue(id)): Span[] {
    const row = this.#rows.get(id) ?? { title, hue, spans: [] };
    this.#rows.set(id, row);
    return row.spans;
  }

  #begin(key: string, close: Close): void {
    this.#open.set(key, [...(this.#open.get(key) ?? []), close]);
  }

  #finish(key: string, at: number, event: Event): void {
    const [first, ...rest] = this.#open.get(key) ?? [];
    this.#open.set(key, rest);
    first?.(at, event);
  }

  #attempt({ slot, lane, step, backend, attempt }: EventOf<'attempt_start'>, from: number): Close {
    const inLane = lane === slot;
    const title = this.#participants.title(slot);
    const row = inLane
      ? this.#row(slot)
      : this.#row(`${step}:${slot}`, `${step} · ${title}`, this.#participants.hue(slot));
    const label = inLane ? (attempt > 1 ? `${backend}, try ${attempt}` : backend) : title;
    return (to, over) => {
      const failure = over?.type === 'attempt_end' ? over.result.failure : 'interrupted';
      const said = `${step} with ${backend}: ${failure ?? 'done'} after ${formatClock(to - from)}`;
      row.push({
        kind: 'model',
        label,
        from,
        to,
        tone: failure === 'superseded' ? 'plain' : failure ? 'bad' : 'good',
        said,
      });
    };
  }

  #gate({ subject, gate }: EventOf<'gate_start'>, from: number): Close {
    return (to, over) => {
      const state = over?.type === 'gate_end' ? over.result.state : null;
      const said = `${gate}: ${state === null ? 'not finished' : gateWord(state)}, ${formatClock(to - from)}`;
      const tone = state === null ? 'plain' : gateTone(state);
      this.#row(subject).push({ kind: 'gate', label: gate, from, to, tone, said });
    };
  }

  #step({ lane, label }: EventOf<'step_start'>, from: number): Close {
    const row = lane === null ? this.#row('', 'for everyone') : this.#row(lane);
    return (to, over) => {
      const outcome = over?.type === 'step_end' ? over.outcome : 'failed';
      if (outcome === 'skipped' || to - from < 20) return;
      const said = `${label}: ${outcome === 'ok' ? 'done' : 'failed'}, ${formatClock(to - from)}`;
      row.push({ kind: 'step', label, from, to, tone: outcome === 'ok' ? 'plain' : 'bad', said });
    };
  }

  #question({ text }: EventOf<'question'>, from: number): Close {
    return (to, over) => {
      if (over !== null && !(over.type === 'answer' && over.by === 'user')) return;
      this.#row('you', 'you').push({ kind: 'wait', label: 'a question waited', from, to, tone: 'plain', said: text });
    };
  }
}
