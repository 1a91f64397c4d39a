// Questions at the terminal: one at a time, by single keys (ask-by-keys.ts) or, where the terminal can't be redrawn, by
// lines. Says who has the terminal's keys: a question, another program, or the listener for Enter between them.
import { createInterface } from 'node:readline';
import type { ReadStream } from 'node:tty';
import type {
  Answered,
  Cancelled,
  CancelledBy,
  ConfirmQuestion,
  Prompter,
  QuestionScreen,
  SelectQuestion,
  TextQuestion,
} from '../core/question.ts';
import { type Asking, confirmMachine, selectMachine, textMachine, withKeys } from './ask-by-keys.ts';
import { findOwn } from './find-on-path.ts';
import { collect } from './own-command.ts';
import { readStat } from './processes-left.ts';

interface PromptOptions {
  /** Standard input. */
  readonly input: ReadStream;
  readonly screen: QuestionScreen;
  /** For a terminal that can't be redrawn (`screen.kind` is `lines`): writes a line. */
  readonly print: (text: string) => void;
}

/** A prompter that has the terminal's keys between questions, too. */
export interface TerminalPrompter extends Prompter {
  /** From now on `call` is told of Enter while no question waits, with the lines that it left; null: no more. */
  onEnter(call: ((lines: number) => void) | null): void;
  /** Does something for which another program has the terminal, with no question meanwhile. */
  lend<T>(work: () => Promise<T>): Promise<T>;
}

const cancelled = (by: CancelledBy): Cancelled => ({ cancelled: true, by });

/**
 * A prompter for this input; where it or the screen is no terminal, nobody is available and every question is
 * cancelled.
 */
export function createPrompter({ input, screen, print }: PromptOptions): TerminalPrompter {
  const keys = new Keys(input, screen);
  const lines = screen.kind === 'lines';
  const ask = <T>(question: Question, one: (asking: Asking & ByLine) => Promise<Answered<T>>) =>
    keys.ask(question, (withdrawn) => one({ input, screen, print, withdrawn, fresh: question.fresh === true }));
  return {
    available: keys.available,
    select: <T>(question: SelectQuestion<T>) =>
      ask(question, async (asking): Promise<Answered<T>> => {
        const found = await (lines ? selectByLine(question, asking) : withKeys(asking, selectMachine(question)));
        return 'cancelled' in found ? found : { answered: question.choices[found.answered]!.value };
      }),
    confirm: (question) =>
      ask(question, (asking) => (lines ? confirmByLine(question, asking) : withKeys(asking, confirmMachine(question)))),
    text: (question) =>
      ask(question, (asking) => (lines ? textByLine(question, asking) : withKeys(asking, textMachine(question)))),
    onEnter: (call) => keys.onEnter(call),
    lend: (work) => keys.lend(work),
    close: () => keys.close(),
  };
}

type Question = Pick<TextQuestion, 'withdrawn' | 'fresh'>;

/** Whose the terminal's keys are: one question's or program's at a time, in turn; between them, Enter's listener's. */
class Keys {
  readonly available: boolean;
  readonly #input: ReadStream;
  readonly #isLive: boolean;
  #turn: Promise<unknown> = Promise.resolve();
  #closed = false;
  #cancel: ((by: CancelledBy) => void) | null = null;
  #entered: ((lines: number) => void) | null = null;
  #stopListening: (() => void) | null = null;
  #busy = 0;

  constructor(input: ReadStream, { kind }: QuestionScreen) {
    this.#input = input;
    this.#isLive = kind === 'live';
    this.available = input.isTTY === true && kind !== 'none';
  }

  /** Asks when it is its turn; `one` is told when the question is to be taken away. */
  ask<T>({ withdrawn }: Question, one: (withdrawn: AbortSignal) => Promise<Answered<T>>): Promise<Answered<T>> {
    if (!this.available) return Promise.resolve(cancelled('end'));
    return this.#inTurn(async () => {
      if (this.#closed || withdrawn?.aborted) return cancelled('closed');
      if (this.#input.destroyed || this.#input.readableEnded) return cancelled('end');
      const withdraw = new AbortController();
      this.#cancel = (by) => withdraw.abort(by);
      const takeAway = (): void => withdraw.abort('closed');
      withdrawn?.addEventListener('abort', takeAway);
      try {
        return await this.#alone(() => one(withdraw.signal));
      } finally {
        withdrawn?.removeEventListener('abort', takeAway);
        this.#cancel = null;
      }
    });
  }

  lend<T>(work: () => Promise<T>): Promise<T> {
    return this.#inTurn(() => this.#alone(work));
  }

  onEnter(call: ((lines: number) => void) | null): void {
    this.#entered = call;
    this.#listen();
  }

  close(): void {
    this.#closed = true;
    this.#cancel?.('closed');
    this.#listen();
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(work);
    this.#turn = mine.catch(() => undefined);
    return mine;
  }

  /** What it does has the keys alone. */
  async #alone<T>(work: () => Promise<T>): Promise<T> {
    this.#busy++;
    this.#listen();
    try {
      return await work();
    } finally {
      this.#busy--;
      this.#listen();
    }
  }

  #listen(): void {
    this.#stopListening?.();
    const wanted = this.available && this.#isLive && this.#busy === 0 && !this.#closed;
    this.#stopListening = wanted && this.#entered !== null ? listenForEnter(this.#input, this.#entered) : null;
  }
}

/**
 * Listens for the Enter key while nothing else reads the terminal. The terminal stays as it is, and so does Ctrl-C:
 * whatever ends us, nothing has to be put back. In the background nobody may read it: the system stops who does.
 * @param call gets how many lines the terminal has echoed, below what we have drawn
 * @returns ends it
 */
function listenForEnter(input: ReadStream, call: (lines: number) => void): () => void {
  let isOver = false;
  let isReading = false;
  const read = (chunk: Buffer | string): void => {
    const lines = String(chunk).split('\n').length - 1;
    if (lines > 0) call(lines);
  };
  const stop = (): void => {
    if (!isReading) return;
    isReading = false;
    input.removeListener('data', read);
    input.pause();
    input.ref();
  };
  const look = async (): Promise<void> => {
    const mayRead = await isInForeground();
    if (!mayRead || isOver) return stop();
    if (isReading) return;
    isReading = true;
    input.on('data', read);
    input.resume();
    input.unref(); // it does not keep the program from ending
  };
  const continued = (): void => void look();
  process.on('SIGCONT', continued); // after Ctrl-Z: by `fg`, or by `bg`
  void look();
  return () => {
    isOver = true;
    process.removeListener('SIGCONT', continued);
    stop();
  };
}

/** Whether the terminal's keys are for this program; false where that can't be known. */
async function isInForeground(): Promise<boolean> {
  const stat = readStat(process.pid);
  if (stat !== null) return stat.group === stat.foreground;
  const ps = findOwn('ps');
  if (ps === null) return false;
  const told = await collect([ps, '-o', 'pgid=,tpgid=', '-p', String(process.pid)], { cwd: '/' });
  const [group, foreground] = Buffer.from(told.stdout).toString('utf8').trim().split(/\s+/);
  return told.exitCode === 0 && group !== undefined && group === foreground;
}

/** A question on a terminal that can't be redrawn: printed once as lines, answered by a line. */
interface ByLine {
  readonly input: ReadStream;
  readonly print: (text: string) => void;
  readonly withdrawn: AbortSignal;
}

function selectByLine<T>({ message, choices, initial = 0 }: SelectQuestion<T>, by: ByLine): Promise<Answered<number>> {
  const labels = choices.map(({ label, hint }, i) => `  ${i + 1}. ${label}${hint ? ` — ${hint}` : ''}`);
  return readAnswer(by, [message, ...labels].join('\n'), `Number (${initial + 1}): `, (text) => {
    const index = text === '' ? initial : Number(text) - 1;
    return choices[index] ? index : undefined;
  });
}

const confirmByLine = ({ message, initial = false }: ConfirmQuestion, by: ByLine): Promise<Answered<boolean>> =>
  readAnswer(by, message, initial ? 'Y/n: ' : 'y/N: ', (text) =>
    text === '' ? initial : /^y(es)?$/i.test(text) ? true : /^no?$/i.test(text) ? false : undefined,
  );

const textByLine = ({ message, initial = '' }: TextQuestion, by: ByLine): Promise<Answered<string>> =>
  readAnswer(by, message, '> ', (text) => text || initial);

/** The question as lines, and the answer as a line; asked again until it can be understood. */
function readAnswer<T>(
  { input, print, withdrawn }: ByLine,
  message: string,
  ask: string,
  parse: (text: string) => T | undefined,
): Promise<Answered<T>> {
  return new Promise((resolve) => {
    const reader = createInterface({ input, terminal: false });
    let answer: Answered<T> = cancelled('end');
    const withdraw = (): void => {
      answer = cancelled(withdrawn.reason as CancelledBy);
      reader.close();
    };
    withdrawn.addEventListener('abort', withdraw);
    reader.on('line', (line) => {
      const value = parse(line.trim());
      if (value === undefined) return print(ask);
      answer = { answered: value };
      reader.close();
    });
    reader.on('close', () => {
      withdrawn.removeEventListener('abort', withdraw);
      resolve(answer);
    });
    print(`${message}\n`);
    print(ask);
  });
}
