// The live view on a terminal: rows that follow the events, a question under them, and lines that stay above them.
// Draws at most ten times a second and only when something changed; the outside (clock, files, timers) comes by
// callback.
import type { QuestionState } from '../core/question.ts';
import type { Paint } from './paint.ts';
import type { Progress } from './progress.ts';
import { questionLines } from './question.ts';
import { createRegion, type Output, type Size } from './region.ts';
import { noWidths, progressLines } from './rows.ts';
import { saidLine } from './text.ts';

/** Time as the view uses it; a test has its own. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls back once after so many milliseconds; the result calls it off. Never keeps the program alive. */
  after(milliseconds: number, call: () => void): () => void;
}

export interface LiveOptions {
  readonly output: Output;
  readonly size: () => Size;
  readonly paint: Paint;
  readonly progress: Progress;
  readonly clock: Clock;
  /** The last line of a file that grows, null while there is none. Asked four times a second at most for each. */
  readonly tail: (path: string) => string | null;
  /** false: only questions are drawn. */
  readonly rows: boolean;
}

export interface LiveView {
  /** To be called after `progress` took the event. */
  event(): void;
  /** Writes text (ended lines) that stays above the rows. */
  print(text: string): void;
  question(state: QuestionState | null): void;
  /** Call when the window changed its size. */
  resized(): void;
  /** Takes the rows away, for another program that needs the terminal. */
  pause(): void;
  resume(): void;
  /** Takes the rows away for good: the outcome has been told, and says it all. */
  clear(): void;
  /** Draws all rows a last time and leaves them, if anything has happened in them. */
  stop(): void;
}

const DRAW_MS = 100;
/** How often the models' output is looked at: nobody follows many of them at once as closely as a few. */
const LISTEN_MS = { few: 250, many: 500 } as const;
const FEW = 6;
const SECOND = 1000;

export function createLiveView({ output, size, paint, progress, clock, tail, rows }: LiveOptions): LiveView {
  const region = createRegion(output, size);
  const heard = new Map<string, string>();
  let widths = { columns: 0, pass: 0, kept: noWidths() };
  let waiting = '';
  let question: QuestionState | null = null;
  let state: 'running' | 'paused' | 'stopped' = 'running';
  let begun = false;
  let cleared = false;
  let dirty = false;
  let drawn = Number.NEGATIVE_INFINITY;
  let listened = 0;
  let timer: { readonly at: number; readonly off: () => void } | null = null;

  const lines = (height: number): string[] => {
    const asked = question ? questionLines(question, size(), paint) : [];
    if (!begun) return asked;
    const { columns } = size();
    if (widths.columns !== columns || widths.pass !== progress.pass)
      widths = { columns, pass: progress.pass, kept: noWidths() };
    return [...progressLines(progress, columns, height - asked.length, clock.now(), paint, widths.kept), ...asked];
  };
  const draw = (): void => {
    if (state !== 'running') return;
    drawn = clock.now();
    dirty = false;
    region.draw(lines(size().rows - 1));
    schedule();
  };
  /** What changed is drawn now, or as soon as ten draws a second allow. */
  const changed = (): void => {
    dirty = true;
    if (clock.now() - drawn >= DRAW_MS) draw();
    else schedule();
  };
  const sinceStart = (at: number): number => at - (progress.started ?? at);
  /** How long to wait between two looks; never: nobody says anything. */
  const listenEvery = (): number => {
    const talking = [...progress.rows.values()].filter((row) => [...row.running.values()].some((each) => each.files));
    return talking.length === 0 ? Number.POSITIVE_INFINITY : LISTEN_MS[talking.length > FEW ? 'many' : 'few'];
  };
  /**
   * Reads what the models said last; of the two files of an attempt the one that changed counts. In step with the
   * clock.
   */
  const listen = (every: number): void => {
    listened = clock.now() - (sinceStart(clock.now()) % every);
    for (const row of progress.rows.values()) {
      for (const file of [...row.running.values()].flatMap((each) => each.files ?? [])) {
        const line = tail(file);
        if (line === null || line === heard.get(file)) continue;
        heard.set(file, line);
        row.said = saidLine(line) || row.said;
        dirty = true;
      }
    }
  };
  /** When the clock at the top goes on. */
  const nextSecond = (): number => drawn + SECOND - (sinceStart(drawn) % SECOND);
  /** Sets the one timer: for the draw that waits, the next look at what was said, or the next second of the clocks. */
  const schedule = (): void => {
    if (state !== 'running' || !begun) return;
    const next = dirty ? drawn + DRAW_MS : Math.min(nextSecond(), listened + listenEvery());
    if (timer && timer.at <= next) return;
    timer?.off();
    timer = { at: next, off: clock.after(Math.max(1, next - clock.now()), tick) };
  };
  const tick = (): void => {
    timer = null;
    const now = clock.now();
    const every = listenEvery();
    if (now - listened >= every) listen(every);
    if ((dirty && now - drawn >= DRAW_MS) || now >= nextSecond()) draw();
    else schedule();
  };
  const halt = (): void => {
    timer?.off();
    timer = null;
  };

  return {
    clear() {
      cleared = true;
      begun = false;
      draw();
    },
    event() {
      begun = rows && !cleared;
      if (begun) changed();
    },
    print(text) {
      if (state === 'running') region.print(text);
      else if (state === 'paused') waiting += text;
      else output.write(text);
    },
    question(next) {
      question = next;
      draw();
    },
    resized: changed,
    pause() {
      if (state !== 'running') return;
      region.draw([]);
      halt();
      state = 'paused';
    },
    resume() {
      if (state !== 'paused') return;
      state = 'running';
      if (waiting) region.print(waiting);
      waiting = '';
      draw();
    },
    stop() {
      if (state === 'stopped') return;
      halt();
      question = null;
      // rows of lanes that never began tell nothing
      const worthIt = [...progress.rows.values()].some((row) => row.started !== null);
      if (state === 'running') region.draw(worthIt ? lines(Number.POSITIVE_INFINITY) : []);
      else output.write(waiting);
      region.leave();
      state = 'stopped';
    },
  };
}
