// The events of a run as stretches of time, a row for each of who was at work. Pure; timeline.ts draws them.
import { formatClock } from '../../core/duration.ts';
import type { Event } from '../../core/event.ts';
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

/** Steps whose time is told by what happens in them. */
const TOLD_OTHERWISE = new Set([
  'model',
  'gates',
  'judge',
  'ask',
  'confirm',
  'review',
  'task',
  'read',
  'detect',
  'write',
]);

/**
 * Rows in the order of the lanes, then the base, then what concerns everyone. What never ended ends with the journal.
 */
export function timeRows(events: readonly Event[], participants: Participants): readonly TimeRow[] {
  const lanes = [...participants.titles.keys()];
  const rows = new Map<string, { title: string; hue: string; spans: Span[] }>();
  const rowOf = (id: string, title = participants.title(id), hue = participants.hue(id)) => {
    const row = rows.get(id) ?? { title, hue, spans: [] };
    rows.set(id, row);
    return row.spans;
  };
  for (const id of [...lanes, 'base']) rowOf(id);
  const open = new Map<string, { from: number; close: (to: number, end: Event | null) => void }[]>();
  const begin = (key: string, from: number, close: (to: number, end: Event | null) => void) =>
    open.set(key, [...(open.get(key) ?? []), { from, close }]);
  const end = (key: string, at: number, event: Event) => {
    const [first, ...rest] = open.get(key) ?? [];
    open.set(key, rest);
    first?.close(at, event);
  };
  let last = 0;
  for (const event of events) {
    const at = Date.parse(event.at);
    last = Math.max(last, at);
    switch (event.type) {
      case 'attempt_start': {
        const { slot, lane, step, backend, attempt } = event;
        const inLane = lane === slot;
        const row = inLane
          ? rowOf(slot)
          : rowOf(`${step}:${slot}`, `${step} · ${participants.title(slot)}`, participants.hue(slot));
        const label = inLane ? (attempt > 1 ? `${backend}, try ${attempt}` : backend) : participants.title(slot);
        begin(`attempt ${event.pass} ${lane} ${slot} ${step} ${attempt}`, at, (to, over) => {
          const failure = over?.type === 'attempt_end' ? over.result.failure : 'interrupted';
          const said = `${step} with ${backend}: ${failure ?? 'done'} after ${formatClock(to - at)}`;
          row.push({ kind: 'model', label, from: at, to, tone: failure ? 'bad' : 'good', said });
        });
        break;
      }
      case 'attempt_end':
        end(`attempt ${event.pass} ${event.lane} ${event.slot} ${event.step} ${event.attempt}`, at, event);
        break;
      case 'gate_start':
        begin(`gate ${event.pass} ${event.subject} ${event.gate}`, at, (to, over) => {
          const state = over?.type === 'gate_end' ? over.result.state : null;
          const said = `${event.gate}: ${state === null ? 'not finished' : gateWord(state)}, ${formatClock(to - at)}`;
          const tone = state === null ? 'plain' : gateTone(state);
          rowOf(event.subject).push({ kind: 'gate', label: event.gate, from: at, to, tone, said });
        });
        break;
      case 'gate_end':
        end(`gate ${event.pass} ${event.subject} ${event.result.gate}`, at, event);
        break;
      case 'step_start': {
        if (TOLD_OTHERWISE.has(event.executor) || event.label === '') break;
        const row = event.lane === null ? rowOf('', 'for everyone') : rowOf(event.lane);
        begin(`step ${event.key}`, at, (to, over) => {
          const outcome = over?.type === 'step_end' ? over.outcome : 'failed';
          if (outcome === 'skipped' || to - at < 20) return;
          const said = `${event.label}: ${outcome === 'ok' ? 'done' : 'failed'}, ${formatClock(to - at)}`;
          row.push({ kind: 'step', label: event.label, from: at, to, tone: outcome === 'ok' ? 'plain' : 'bad', said });
        });
        break;
      }
      case 'step_end':
        end(`step ${event.key}`, at, event);
        break;
      case 'question':
        begin('question', at, (to, over) => {
          if (over === null || (over.type === 'answer' && over.by === 'user'))
            rowOf('you', 'you').push({
              kind: 'wait',
              label: 'a question waited',
              from: at,
              to,
              tone: 'plain',
              said: event.text,
            });
        });
        break;
      case 'answer':
        end('question', at, event);
        break;
    }
  }
  for (const { close } of [...open.values()].flat()) close(last, null);
  return [...rows.values()].filter(({ spans }) => spans.length > 0);
}
