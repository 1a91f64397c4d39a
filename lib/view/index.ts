// The one door to the terminal: decides between live rows, plain lines and quiet, and what goes to which stream.
// Standard output carries the outcome (or the JSON document); progress, questions and warnings go to standard error.
import { setTimeout as later } from 'node:timers';
import type { Event } from '../core/event.ts';
import type { Failure } from '../core/failure.ts';
import type { QuestionScreen } from '../core/question.ts';
import { type Audience, messagesOf } from './event-messages.ts';
import { renderFailure, renderInterrupt, renderLeaving } from './failure.ts';
import { type Clock, createLiveView, type LiveView } from './live.ts';
import { renderMarkdown } from './markdown.ts';
import { loadPaint, type Paint, wantsColour } from './paint.ts';
import { createPlainView, logLine } from './plain.ts';
import { createProgress } from './progress.ts';
import type { Output } from './region.ts';
import { harmless, wrap } from './text.ts';

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

export interface View {
  event(event: Event): void;
  /** The outcome, as Markdown, to standard output. */
  show(markdown: string): void;
  /** Markdown beside the outcome, to standard error, whatever the options say: what a question is about. */
  explain(markdown: string): void;
  /** Text for standard output exactly as it is: the JSON document. */
  document(text: string): void;
  /** A line or more for people, whatever the options say. */
  say(text: string): void;
  failure(failure: Failure): void;
  /** A first Ctrl-C. `command` is what takes back what a second one would leave behind. */
  interrupt(puttingBack: readonly string[], command: string): void;
  /** A second one. */
  leaving(command: string): void;
  /** The colours of standard error; brushes that leave no mark where it has none. */
  readonly paint: Paint;
  /** Rings the terminal's bell, where there is a terminal. */
  bell(): void;
  /** Where the prompter's questions appear. */
  readonly questions: QuestionScreen;
  /** Gives the terminal to another program (pager, editor) and takes it back. */
  pause(): void;
  resume(): void;
  /** Draws the last picture and leaves it. Writing goes on to work. */
  close(): void;
}

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
  const { env, quiet = false, verbose = false, json = false, noColour = false, tail, clock = realClock } = options;
  const [stdout, stderr] = [guarded(options.stdout), guarded(options.stderr)];
  const canRedraw = (stream: Stream) => stream.isTTY === true && env.TERM !== 'dumb';
  const result = json ? stderr : stdout;
  const [paint, resultPaint] = [
    await loadPaint(wantsColour(stderr.stream, env, noColour)),
    await loadPaint(wantsColour(result.stream, env, noColour)),
  ];

  const progress = createProgress();
  const live: LiveView | null = canRedraw(stderr.stream)
    ? createLiveView({ output: stderr, size: () => sizeOf(stderr.stream), paint, progress, clock, tail, rows: !quiet })
    : null;
  if (live) options.stderr.on('resize', live.resized);
  const print = (text: string): void => {
    if (live) live.print(text);
    else stderr.write(text);
  };
  const plain = live ? null : createPlainView({ write: print, paint, progress, clock, tail, alive: !quiet });
  const audience = AUDIENCES[quiet ? 'quiet' : verbose ? 'verbose' : live ? 'live' : 'plain'];
  const wrapAt = () => (stderr.stream.isTTY ? sizeOf(stderr.stream).columns : null);

  const markdown = (stream: Stream, text: string, brushes = paint) =>
    stream.isTTY ? renderMarkdown(text, sizeOf(stream).columns, brushes) : `${harmless(text).trimEnd()}\n`;
  const show = (text: string): void => {
    const rendered = markdown(result.stream, text, resultPaint);
    if (json) {
      print(rendered);
      return;
    }
    // on the same terminal as the rows: they make room first
    live?.pause();
    stdout.write(rendered);
    live?.resume();
  };

  return {
    event(event) {
      progress.apply(event);
      if (event.type === 'show') {
        if (event.final) {
          show(event.text);
          live?.clear();
        } else if (!quiet) print(markdown(stderr.stream, `\n${event.text}\n`));
        return;
      }
      const messages = messagesOf(event, progress.titles).filter((each) => audience.includes(each.audience));
      if (live) {
        for (const each of messages) live.print(logLine(each, '', paint, wrapAt()));
        live.event();
      } else plain?.event(messages);
    },
    show,
    explain: (text) => print(markdown(stderr.stream, `\n${text}\n`)),
    document: (text) => stdout.write(text),
    say: (text) => print(`${wrapped(harmless(text).trimEnd(), wrapAt())}\n`),
    failure: (failure) => print(renderFailure(failure, wrapAt(), paint)),
    interrupt: (puttingBack, command) => print(renderInterrupt(puttingBack, command, wrapAt(), paint)),
    leaving: (command) => print(renderLeaving(command, wrapAt(), paint)),
    paint,
    bell: () => {
      if (stderr.stream.isTTY) stderr.write('\u0007');
    },
    questions: {
      kind: live ? 'live' : stderr.stream.isTTY ? 'lines' : 'none',
      draw: (question) => live?.question(question),
    },
    pause: () => live?.pause(),
    resume: () => live?.resume(),
    close() {
      live?.stop();
      plain?.stop();
    },
  };
}

const sizeOf = (stream: Stream) => ({ columns: stream.columns || 80, rows: stream.rows || 24 });

const wrapped = (text: string, columns: number | null): string =>
  columns === null
    ? text
    : text
        .split('\n')
        .flatMap((line) => wrap(line, columns))
        .join('\n');

/** The stream, no longer written to once its reader is gone (`| head`): a run is not ended by that. */
function guarded(stream: Stream): { readonly stream: Stream; write(text: string): void } {
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
