// The view without a terminal that can be redrawn (a log, a pipe, CI): a line per event, and a sign of life each
// minute. Uses no escape codes but colours, where they were asked for.
import { formatClock } from '../core/duration.ts';
import type { Message, Tone } from './event-messages.ts';
import type { Clock } from './live.ts';
import type { Paint } from './paint.ts';
import { isUnusual, limitOf, type Progress } from './progress.ts';
import { harmless, oneLine, saidLine, wrapPrinted } from './text.ts';

const MINUTE = 60_000;
const MOST_LINES = 12;

/**
 * A line of a log: time since the start, who, what; further lines of the text are indented under it.
 * @param columns where lines are broken between words; null: nowhere
 */
export function logLine(message: Message, clock: string, paint: Paint, columns: number | null = null): string {
  const brushes: Record<Tone, (text: string) => string> = {
    good: paint.green,
    bad: paint.red,
    warning: paint.yellow,
    plain: (text) => text,
  };
  const who = message.who ? `${oneLine(message.who)}: ` : '';
  const indent = ' '.repeat(clock ? 7 : 2);
  const said = harmless(message.text).trimEnd().split('\n');
  const [first = '', ...more] = [...said.slice(0, MOST_LINES), ...(said.length > MOST_LINES ? ['…'] : [])];
  const lines = [`${who}${first}`, ...more].flatMap((line) =>
    columns === null ? [line] : wrapPrinted(line, Math.max(20, columns - indent.length)),
  );
  const painted = lines.map((line, i) =>
    i === 0 && who !== '' && line.startsWith(who)
      ? `${paint.bold(oneLine(message.who!))}: ${brushes[message.tone](line.slice(who.length))}`
      : `${i === 0 ? '' : indent}${brushes[message.tone](line)}`,
  );
  return `${clock ? `${paint.dim(clock.padStart(6))} ` : ''}${painted.join('\n')}\n`;
}

/** One line about everything that runs; empty when nothing does. */
export function signOfLife(progress: Progress, now: number): string {
  const running = [...progress.rows.values()].flatMap((row) => {
    const activity = [...row.running.values()].at(-1);
    if (!activity) return [];
    const limitMs = limitOf(row, activity);
    const limit = limitMs === null ? '' : `/${formatClock(limitMs)}`;
    const unusual = isUnusual(activity, now) ? ', unusually long' : '';
    return [
      `${row.title} ${activity.label} ` +
        `${formatClock(now - activity.since)}${limit}${unusual}${row.said ? ` “${row.said.slice(0, 80)}”` : ''}`,
    ];
  });
  const what = running.length > 0 ? running : [...progress.steps.values()].slice(-1);
  return what.length > 0 ? `still running: ${what.join('; ')}` : '';
}

interface PlainOptions {
  readonly write: (text: string) => void;
  readonly paint: Paint;
  readonly progress: Progress;
  readonly clock: Clock;
  readonly tail: (path: string) => string | null;
  /** Whether to give signs of life. */
  readonly alive: boolean;
}

export interface PlainView {
  /** Writes what an event says (event-messages.ts); to be called after `progress` took the event. */
  event(messages: readonly Message[]): void;
  stop(): void;
}

export function createPlainView({ write, paint, progress, clock, tail, alive }: PlainOptions): PlainView {
  let off: (() => void) | null = null;

  const since = (): string => (progress.started === null ? '' : formatClock(clock.now() - progress.started));
  const tellLife = (): void => {
    for (const row of progress.rows.values()) {
      for (const file of [...row.running.values()].flatMap((each) => each.files ?? []))
        row.said = saidLine(tail(file) ?? '') || row.said;
    }
    const text = signOfLife(progress, clock.now());
    if (text) write(logLine({ audience: 'passing', tone: 'plain', who: null, text }, since(), paint));
    again();
  };
  /** A minute after the last line. */
  const again = (): void => {
    if (!alive) return;
    off?.();
    off = clock.after(MINUTE, tellLife);
  };

  return {
    event(messages) {
      for (const each of messages) write(logLine(each, since(), paint));
      if (messages.length > 0 || !off) again();
    },
    stop() {
      off?.();
      off = null;
    },
  };
}
