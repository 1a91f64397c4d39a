// The live view on a terminal: rows that follow the events, a question under them, lines that stay above them. Draws
// when something changed, ten times a second at most; the outside (clock, files, timers) comes by callback.
import type { QuestionState } from '../core/question.ts';
import type { Paint } from './paint.ts';
import type { Progress } from './progress.ts';
import { questionLines } from './question-lines.ts';
import { createRegion, type Output, type Region, type Size } from './region.ts';
import { noWidths, progressLines } from './rows.ts';
import { saidLine } from './text.ts';

/** Time as the view uses it; a test has its own. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls back once after so many milliseconds; the result calls it off. Never keeps the program alive. */
  after(milliseconds: number, call: () => void): () => void;
}

interface LiveOptions {
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

const DRAW_MS = 100;
/** How often the models' output is looked at: nobody follows many of them at once as closely as a few. */
const LISTEN_MS = { few: 250, many: 500 } as const;
const FEW = 6;
const SECOND = 1000;

export class LiveView {
  readonly #options: LiveOptions;
  readonly #region: Region;
  /** The last line of each file that models write. */
  readonly #heard = new Map<string, string>();
  #widths = { columns: 0, pass: 0, kept: noWidths() };
  /** What is to be written once the terminal is ours again. */
  #waiting = '';
  #question: QuestionState | null = null;
  #state: 'running' | 'paused' | 'stopped' = 'running';
  #begun = false;
  #cleared = false;
  #dirty = false;
  #drawn = Number.NEGATIVE_INFINITY;
  #listened = 0;
  #timer: { readonly at: number; readonly off: () => void } | null = null;

  constructor(options: LiveOptions) {
    this.#options = options;
    this.#region = createRegion(options.output, options.size);
  }

  /** To be called after `progress` took the event. */
  event(): void {
    this.#begun = this.#options.rows && !this.#cleared;
    if (this.#begun) this.changed();
  }

  /** Writes text (ended lines) that stays above the rows. */
  print(text: string): void {
    if (this.#state === 'running') this.#region.print(text);
    else if (this.#state === 'paused') this.#waiting += text;
    else this.#options.output.write(text);
  }

  /** The terminal has echoed so many line ends below the rows. */
  echoed(lines: number): void {
    if (this.#state === 'running') this.#options.output.write(`\x1b[${lines}A`);
  }

  question(next: QuestionState | null): void {
    this.#question = next;
    this.#draw();
  }

  /** What changed, such as the window's size, is drawn now, or as soon as ten draws a second allow. */
  changed(): void {
    this.#dirty = true;
    if (this.#now - this.#drawn >= DRAW_MS) this.#draw();
    else this.#schedule();
  }

  /** Takes the rows away, for another program that needs the terminal. */
  pause(): void {
    if (this.#state !== 'running') return;
    this.#region.draw([]);
    this.#halt();
    this.#state = 'paused';
  }

  resume(): void {
    if (this.#state !== 'paused') return;
    this.#state = 'running';
    if (this.#waiting) this.#region.print(this.#waiting);
    this.#waiting = '';
    this.#draw();
  }

  /** Takes the rows away for good: the outcome has been shown, and says it all. */
  clear(): void {
    this.#cleared = true;
    this.#begun = false;
    this.#draw();
  }

  /** Draws all rows a last time and leaves them, if anything has happened in them. */
  stop(): void {
    if (this.#state === 'stopped') return;
    this.#halt();
    this.#question = null;
    // rows of lanes that never began say nothing
    const worthIt = [...this.#options.progress.rows.values()].some((row) => row.started !== null);
    if (this.#state === 'running') this.#region.draw(worthIt ? this.#lines(Number.POSITIVE_INFINITY) : []);
    else this.#options.output.write(this.#waiting);
    this.#region.leave();
    this.#state = 'stopped';
  }

  get #now(): number {
    return this.#options.clock.now();
  }

  #lines(height: number): string[] {
    const { size, paint, progress } = this.#options;
    const asked = this.#question ? questionLines(this.#question, size(), paint) : [];
    if (!this.#begun) return asked;
    const { columns } = size();
    if (this.#widths.columns !== columns || this.#widths.pass !== progress.pass)
      this.#widths = { columns, pass: progress.pass, kept: noWidths() };
    return [...progressLines(progress, columns, height - asked.length, this.#now, paint, this.#widths.kept), ...asked];
  }

  #draw(): void {
    if (this.#state !== 'running') return;
    this.#drawn = this.#now;
    this.#dirty = false;
    this.#region.draw(this.#lines(this.#options.size().rows - 1));
    this.#schedule();
  }

  #sinceStart(at: number): number {
    return at - (this.#options.progress.started ?? at);
  }

  /** How long to wait between two looks; never: nobody says anything. */
  #listenEvery(): number {
    const rows = [...this.#options.progress.rows.values()];
    const talking = rows.filter((row) => [...row.running.values()].some((each) => each.files));
    return talking.length === 0 ? Number.POSITIVE_INFINITY : LISTEN_MS[talking.length > FEW ? 'many' : 'few'];
  }

  /** Reads what the models said last; of an attempt's two files the one that changed counts. In step with the clock. */
  #listen(every: number): void {
    this.#listened = this.#now - (this.#sinceStart(this.#now) % every);
    for (const row of this.#options.progress.rows.values()) {
      for (const file of [...row.running.values()].flatMap((each) => each.files ?? [])) {
        const line = this.#options.tail(file);
        if (line === null || line === this.#heard.get(file)) continue;
        this.#heard.set(file, line);
        row.said = saidLine(line) || row.said;
        this.#dirty = true;
      }
    }
  }

  /** When the clock at the top goes on. */
  #nextSecond(): number {
    return this.#drawn + SECOND - (this.#sinceStart(this.#drawn) % SECOND);
  }

  /** Sets the one timer: for the draw that waits, the next look at what was said, or the next second of the clocks. */
  #schedule(): void {
    if (this.#state !== 'running' || !this.#begun) return;
    const looked = this.#listened + this.#listenEvery();
    const next = this.#dirty ? this.#drawn + DRAW_MS : Math.min(this.#nextSecond(), looked);
    if (this.#timer && this.#timer.at <= next) return;
    this.#timer?.off();
    const off = this.#options.clock.after(Math.max(1, next - this.#now), () => this.#tick());
    this.#timer = { at: next, off };
  }

  #tick(): void {
    this.#timer = null;
    const now = this.#now;
    const every = this.#listenEvery();
    if (now - this.#listened >= every) this.#listen(every);
    if ((this.#dirty && now - this.#drawn >= DRAW_MS) || now >= this.#nextSecond()) this.#draw();
    else this.#schedule();
  }

  #halt(): void {
    this.#timer?.off();
    this.#timer = null;
  }
}
