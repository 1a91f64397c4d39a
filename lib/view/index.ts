// The one door to the terminal: decides between live rows, plain lines and quiet, and what goes to which stream.
// Standard output carries the outcome (or the JSON document); progress, questions and warnings go to standard error.
import { setTimeout as later } from 'node:timers';
import type { Event } from '../core/events.ts';
import type { Failure } from '../core/failure.ts';
import type { QuestionScreen } from '../core/question.ts';
import { type Audience, messagesOf } from './event-messages.ts';
import { type Clock, LiveView } from './live.ts';
import { renderMarkdown } from './markdown.ts';
import { loadPaint, type Paint, wantsColour } from './paint.ts';
import { createPlainView, logLine, type PlainView } from './plain.ts';
import { Progress } from './progress.ts';
import type { Output } from './region.ts';
import { renderFailure, renderInterrupt, renderLeaving } from './render-failure.ts';
import { harmless, oneLine, wrapPrinted } from './text.ts';

/** What we use of process.stdout and process.stderr. */
export interface Stream extends Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  on(name: 'resize' | 'error', listener: (error?: unknown) => void): unknown;
}

export interface ViewOptions {
  readonly stdout: Stream;
  readonly stderr: Stream;
  readonly env: NodeJS.ProcessEnv;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  readonly json?: boolean;
  readonly noColour?: boolean;
  /** The last line of a growing file (system/tail.ts). */
  readonly tail: (path: string) => string | null;
  readonly clock?: Clock;
}

/** What commands and reviews may ask of it. */
export type View = Pick<TerminalView, keyof TerminalView>;

const realClock: Clock = {
  now: () => Date.now(),
  after(milliseconds, call) {
    const timer = later(call, milliseconds);
    timer.unref();
    return () => clearTimeout(timer);
  },
};

const AUDIENCES: Readonly<Record<'quiet' | 'live' | 'plain' | 'verbose', readonly Audience[]>> = {
  quiet: ['always'],
  live: ['always', 'kept'],
  plain: ['always', 'kept', 'passing'],
  verbose: ['always', 'kept', 'passing', 'verbose'],
};

export async function createView(options: ViewOptions): Promise<View> {
  const { env, json = false, noColour = false } = options;
  const [stdout, stderr] = [guarded(options.stdout), guarded(options.stderr)];
  const result = json ? stderr : stdout;
  const paintOf = ({ stream }: Guarded) => loadPaint(wantsColour(stream, env, noColour));
  return new TerminalView(options, {
    stdout,
    stderr,
    result,
    paint: await paintOf(stderr),
    resultPaint: await paintOf(result),
  });
}

/** Where what is shown goes, and in which colours. */
interface Channels {
  readonly stdout: Guarded;
  readonly stderr: Guarded;
  /** The outcome's. */
  readonly result: Guarded;
  readonly paint: Paint;
  readonly resultPaint: Paint;
}

class TerminalView {
  /** The colours of standard error; brushes that leave no mark where it has none. */
  readonly paint: Paint;
  /** Where the prompter's questions appear. */
  readonly questions: QuestionScreen;
  readonly #to: Channels;
  readonly #quiet: boolean;
  readonly #canNotify: boolean;
  readonly #audience: readonly Audience[];
  readonly #progress = new Progress();
  readonly #live: LiveView | null;
  readonly #plain: PlainView | null;

  constructor(options: ViewOptions, to: Channels) {
    const { env, quiet = false, verbose = false, tail, clock = realClock } = options;
    const { paint, stderr } = to;
    const [progress, size] = [this.#progress, () => sizeOf(stderr.stream)];
    const canRedraw = stderr.stream.isTTY === true && env.TERM !== 'dumb';
    this.#canNotify = canRedraw && env.TERM !== 'linux'; // the console would print it
    const live = canRedraw ? new LiveView({ output: stderr, size, paint, progress, clock, tail, rows: !quiet }) : null;
    if (live) options.stderr.on('resize', () => live.changed());
    const write = (text: string): void => stderr.write(text);
    this.paint = paint;
    this.questions = {
      kind: live ? 'live' : stderr.stream.isTTY ? 'lines' : 'none',
      draw: (question) => live?.question(question),
    };
    this.#to = to;
    this.#quiet = quiet;
    this.#audience = AUDIENCES[quiet ? 'quiet' : verbose ? 'verbose' : live ? 'live' : 'plain'];
    this.#live = live;
    this.#plain = live ? null : createPlainView({ write, paint, progress, clock, tail, alive: !quiet });
  }

  event(event: Event): void {
    this.#progress.apply(event);
    if (event.type === 'show') {
      if (event.final) {
        this.show(event.text);
        this.#live?.clear();
      } else if (!this.#quiet) this.explain(event.text);
      return;
    }
    const messages = messagesOf(event, this.#progress.titles).filter((each) => this.#audience.includes(each.audience));
    this.#plain?.event(messages);
    for (const each of this.#live ? messages : []) this.#print(logLine(each, '', this.paint, this.#wrapAt()));
    this.#live?.event();
  }

  /** The outcome, as Markdown, to standard output. */
  show(markdown: string): void {
    const { stdout, stderr, result, resultPaint } = this.#to;
    const text = written(result, markdown, resultPaint);
    if (result === stderr) {
      this.#print(text);
      return;
    }
    // on the same terminal as the rows: they make room first
    this.#live?.pause();
    stdout.write(text);
    this.#live?.resume();
  }

  /** Markdown beside the outcome, to standard error, whatever the options say: what a question is about. */
  explain(markdown: string): void {
    this.#print(written(this.#to.stderr, `\n${markdown}\n`, this.paint));
  }

  /** Text for standard output exactly as it is: the JSON document. */
  document(text: string): void {
    this.#to.stdout.write(text);
  }

  /** A line or more for people, whatever the options say. */
  say(text: string): void {
    this.#print(`${wrapped(harmless(text).trimEnd(), this.#wrapAt())}\n`);
  }

  failure(failure: Failure): void {
    this.#print(renderFailure(failure, this.#wrapAt(), this.paint));
  }

  /** A first Ctrl-C. `command` is what takes back what a second one would leave behind. */
  interrupt(pending: readonly string[], command: string): void {
    this.#print(renderInterrupt(pending, command, this.#wrapAt(), this.paint));
  }

  /** A second one. */
  leaving(command: string): void {
    this.#print(renderLeaving(command, this.#wrapAt(), this.paint));
  }

  /** A line for those who want to know everything. */
  detail(text: string): void {
    if (this.#audience.includes('verbose')) this.say(text);
  }

  /** Rings the terminal's bell, where there is a terminal. */
  bell(): void {
    if (this.#to.stderr.stream.isTTY) this.#to.stderr.write('\u0007');
  }

  /** Has the terminal show a notice (OSC 9), where it is one that can read such a thing: nothing is drawn by it. */
  notice(text: string): void {
    if (this.#canNotify) this.#to.stderr.write(`\u001b]9;${oneLine(text)}\u001b\\`);
  }

  /** Enter was pressed with no question on the screen, and the terminal has echoed so many line ends. */
  echoed(lines: number): void {
    this.#live?.echoed(lines);
  }

  /** Gives the terminal to another program (pager, editor) while that works. */
  async lend<T>(work: () => Promise<T>): Promise<T> {
    this.#live?.pause();
    try {
      return await work();
    } finally {
      this.#live?.resume();
    }
  }

  /** Draws the last picture and leaves it. Writing goes on to work. */
  close(): void {
    this.#live?.stop();
    this.#plain?.stop();
  }

  #print(text: string): void {
    if (this.#live) this.#live.print(text);
    else this.#to.stderr.write(text);
  }

  #wrapAt(): number | null {
    const { stream } = this.#to.stderr;
    return stream.isTTY ? sizeOf(stream).columns : null;
  }
}

const written = ({ stream }: Guarded, markdown: string, paint: Paint): string =>
  stream.isTTY ? renderMarkdown(markdown, sizeOf(stream).columns, paint) : `${harmless(markdown).trimEnd()}\n`;

const sizeOf = (stream: Stream) => ({ columns: stream.columns || 80, rows: stream.rows || 24 });

const wrapped = (text: string, columns: number | null): string =>
  columns === null ? text : wrapPrinted(text, columns).join('\n');

interface Guarded {
  readonly stream: Stream;
  write(text: string): void;
}

/** The stream, no longer written to once its reader is gone (`| head`): a run is not ended by that. */
function guarded(stream: Stream): Guarded {
  let gone = false;
  stream.on('error', () => {
    gone = true;
  });
  return {
    stream,
    write(text) {
      if (!gone && text) stream.write(text);
    },
  };
}
