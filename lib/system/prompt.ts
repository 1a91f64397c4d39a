// Questions at the terminal: the one file that knows enquirer. It is used as the machine behind a question (which key
// does what); the keys are read here and the question is drawn by the view, because enquirer's own reading crashes on
// Ctrl-C from Node 24 on, waits forever when its input ends, and ends the program by itself on SIGINT.
import { emitKeypressEvents, type Interface, type Key } from 'node:readline';
import type { ReadStream } from 'node:tty';
import type {
  Answered,
  Cancelled,
  CancelledBy,
  ConfirmQuestion,
  Prompter,
  QuestionScreen,
  QuestionState,
  SelectQuestion,
  TextQuestion,
} from '../core/question.ts';
import { editLine } from './edit-line.ts';
import { listenForEnter } from './enter-key.ts';
import { readAnswer } from './read-answer.ts';

interface PromptOptions {
  /** Standard input. */
  readonly input: ReadStream;
  readonly screen: QuestionScreen;
  /** For a terminal that can't be redrawn (`screen.kind` is `lines`): writes a line. */
  readonly print: (text: string) => void;
}

/** A prompter that has the terminal's keys between questions, too. */
export interface TerminalPrompter extends Prompter {
  /** From now on `call` is told of the Enter key while no question waits, with the lines that it left; null: no more. */
  onEnter(call: ((lines: number) => void) | null): void;
  /** Does something for which another program has the terminal, with no question meanwhile. */
  lend<T>(work: () => Promise<T>): Promise<T>;
}

/** The machine behind a question: enquirer's, or our own for text. */
interface Machine {
  /** Begins; ends when it is answered. */
  run(): Promise<unknown>;
  keypress(text: string | undefined, key: Key): Promise<unknown>;
}
interface Selection extends Machine {
  index: number;
}
type MachineClass<M extends Machine = Machine> = new (options: object) => M;
interface Enquirer {
  readonly Select: MachineClass<Selection>;
  readonly Confirm: MachineClass;
}

/** Keys that reach enquirer; its others (new item, search, number with a delay …) are not ours. */
const SELECT_KEYS = new Set(['up', 'down', 'home', 'end', 'return', 'enter', 'tab']);
/** How long what was typed ahead may take to arrive. */
const TYPED_AHEAD_MS = 40;
/** After so long an Esc was the key, not the beginning of another key's sequence. Node waits ten times as long. */
const ESCAPE_MS = 50;

const cancelled = (by: CancelledBy): Cancelled => ({ cancelled: true, by });

/**
 * A prompter for this input; where it or the screen is no terminal, nobody is available and every question is
 * cancelled.
 */
export function createPrompter({ input, screen, print }: PromptOptions): TerminalPrompter {
  const available = input.isTTY === true && screen.kind !== 'none';
  let turn: Promise<unknown> = Promise.resolve();
  let closed = false;
  let cancel: ((by: CancelledBy) => void) | null = null;

  let entered: ((lines: number) => void) | null = null;
  let stopListening: (() => void) | null = null;
  let busy = 0;
  const listen = (): void => {
    stopListening?.();
    const wanted = available && screen.kind === 'live' && entered !== null && busy === 0 && !closed;
    stopListening = wanted ? listenForEnter(input, entered!) : null;
  };
  /** What it does has the keys alone. */
  const alone = async <T>(work: () => Promise<T>): Promise<T> => {
    busy++;
    listen();
    try {
      return await work();
    } finally {
      busy--;
      listen();
    }
  };

  const ask = <T>(
    { withdrawn }: { readonly withdrawn?: AbortSignal },
    one: (withdrawn: AbortSignal) => Promise<Answered<T>>,
  ): Promise<Answered<T>> => {
    if (!available) return Promise.resolve(cancelled('end'));
    const mine = turn.then(async (): Promise<Answered<T>> => {
      if (closed || withdrawn?.aborted) return cancelled('closed');
      if (input.destroyed || input.readableEnded) return cancelled('end');
      const withdraw = new AbortController();
      cancel = (by) => withdraw.abort(by);
      const takeAway = (): void => withdraw.abort('closed');
      withdrawn?.addEventListener('abort', takeAway);
      try {
        return await alone(() => one(withdraw.signal));
      } finally {
        withdrawn?.removeEventListener('abort', takeAway);
        cancel = null;
      }
    });
    turn = mine.catch(() => undefined);
    return mine;
  };
  const lines = screen.kind === 'lines';

  return {
    available,
    select: <T>(question: SelectQuestion<T>) =>
      ask(question, async (withdrawn): Promise<Answered<T>> => {
        const labels = question.choices.map(
          (choice, i) => `  ${i + 1}. ${choice.label}${choice.hint ? ` — ${choice.hint}` : ''}`,
        );
        const initial = question.initial ?? 0;
        const found = lines
          ? await readAnswer(
              input,
              print,
              [question.message, ...labels].join('\n'),
              `Number (${initial + 1}): `,
              withdrawn,
              (text) => {
                const index = text === '' ? initial : Number(text) - 1;
                return question.choices[index] ? index : undefined;
              },
            )
          : await withKeys(input, screen, question.fresh === true, withdrawn, selectMachine(question));
        return 'cancelled' in found ? found : { answered: question.choices[found.answered]!.value };
      }),
    confirm: (question: ConfirmQuestion) =>
      ask(question, (withdrawn) => {
        const initial = question.initial ?? false;
        if (!lines) return withKeys(input, screen, question.fresh === true, withdrawn, confirmMachine(question));
        return readAnswer(input, print, question.message, initial ? 'Y/n: ' : 'y/N: ', withdrawn, (text) =>
          text === '' ? initial : /^y(es)?$/i.test(text) ? true : /^no?$/i.test(text) ? false : undefined,
        );
      }),
    text: (question: TextQuestion) =>
      ask(question, (withdrawn) =>
        lines
          ? readAnswer(input, print, question.message, '> ', withdrawn, (text) => text || question.initial || '')
          : withKeys(input, screen, question.fresh === true, withdrawn, textMachine(question)),
      ),
    onEnter(call) {
      entered = call;
      listen();
    },
    lend(work) {
      const mine = turn.then(() => alone(work));
      turn = mine.catch(() => undefined);
      return mine;
    },
    close() {
      closed = true;
      cancel?.('closed');
      listen();
    },
  };
}

/** A question in a machine's hands: how it looks now, which keys it takes, and what it came to. */
interface Asked<T, M extends Machine = Machine> {
  make(enquirer: Enquirer, redraw: () => void): M;
  look(machine: M): QuestionState;
  /** What to do with a key: hand it on, nothing more, or take it as the answer. */
  press(machine: M, text: string, key: Key): 'machine' | 'done' | 'submit';
  answer(machine: M): T;
}

/**
 * An enquirer prompt without everything that touches the terminal or the process: its methods that hide and show the
 * caret, for one, would also take over SIGINT and SIGTERM and end the program on the spot.
 */
function silent<M extends Machine>(Base: MachineClass<M>, options: object, redraw: () => void): M {
  class Silent extends (Base as MachineClass) {}
  const methods = new Set(['start', 'write', 'clear', 'restore', 'alert']);
  for (let each = Base.prototype; each !== Object.prototype; each = Object.getPrototypeOf(each)) {
    for (const name of Object.getOwnPropertyNames(each)) if (/[a-z](?:Hide|Show)$/.test(name)) methods.add(name);
  }
  for (const name of methods) Object.defineProperty(Silent.prototype, name, { value: () => undefined });
  Object.defineProperty(Silent.prototype, 'render', { value: async () => redraw() });
  const nowhere = { write: () => true, columns: 1000, rows: 10_000 };
  return new Silent({ name: 'question', ...options, stdin: {}, stdout: nowhere }) as M;
}

function selectMachine<T>({
  message,
  choices,
  initial = 0,
  onEscape = 'goes back',
}: SelectQuestion<T>): Asked<number, Selection> {
  const shown = choices.map(({ label, hint }) => ({ label, ...(hint ? { hint } : {}) }));
  const at = (machine: Selection) => Math.min(machine.index, choices.length - 1);
  return {
    make: (enquirer, redraw) =>
      silent(enquirer.Select, { message, initial, choices: choices.map((_, i) => ({ name: `choice ${i}` })) }, redraw),
    look: (machine) => ({ kind: 'select', message, choices: shown, index: at(machine), onEscape }),
    press(machine, text, key) {
      const number = /^[1-9]$/.test(text) ? Number(text) : 0;
      if (number > 0 && number <= choices.length) machine.index = number - 1;
      return number === 0 && SELECT_KEYS.has(key.name ?? '') ? 'machine' : 'done';
    },
    answer: at,
  };
}

function confirmMachine({ message, initial = false }: ConfirmQuestion): Asked<boolean> {
  let answer = initial;
  return {
    make: (enquirer, redraw) => silent(enquirer.Confirm, { message, initial }, redraw),
    look: () => ({ kind: 'confirm', message, initial }),
    press(_machine, text, key) {
      if (/^[yn]$/i.test(text)) {
        answer = text.toLowerCase() === 'y';
        return 'submit';
      }
      return key.name === 'return' || key.name === 'enter' ? 'submit' : 'done';
    },
    answer: () => answer,
  };
}

/** A line to type: our own, since enquirer tears emoji and accents apart. */
function textMachine({ message, initial = '' }: TextQuestion): Asked<string> {
  const line = editLine();
  return {
    make: (_enquirer, redraw) => ({ run: () => new Promise(redraw), keypress: async () => undefined }),
    look: () => ({ kind: 'text', message, ...line.text(), initial }),
    press(_machine, text, key) {
      if (key.name === 'return' || key.name === 'enter') return 'submit';
      line.press(text, key);
      return 'done';
    },
    answer: () => line.text().before + line.text().after || initial,
  };
}

/** Reads keys in raw mode until the question is answered or cancelled; gives the terminal back in every case. */
async function withKeys<T, M extends Machine>(
  input: ReadStream,
  screen: QuestionScreen,
  fresh: boolean,
  withdrawn: AbortSignal,
  asked: Asked<T, M>,
): Promise<Answered<T>> {
  const { default: enquirer } = (await import('enquirer')) as unknown as { default: Enquirer };
  if (withdrawn.aborted) return cancelled('closed');
  const wasRaw = input.isRaw;
  const restore = (): void => {
    input.setRawMode(wasRaw);
  };
  return new Promise((resolve, reject) => {
    let ready = false;
    let over = false;
    const redraw = (): void => {
      if (ready && !over) screen.draw(asked.look(machine));
    };
    const machine = asked.make(enquirer, redraw);
    const finish = (settle: () => void): void => {
      if (over) return;
      over = true;
      for (const [name, listener] of listeners) input.removeListener(name, listener);
      withdrawn.removeEventListener('abort', withdraw);
      process.removeListener('exit', restore);
      if (!input.destroyed) restore();
      input.pause();
      screen.draw(null);
      settle();
    };
    const giveUp = (by: CancelledBy) => finish(() => resolve(cancelled(by)));
    const withdraw = (): void => giveUp(withdrawn.reason as CancelledBy);
    const failed = (error: unknown) => finish(() => reject(error));
    const submitted = () => finish(() => resolve({ answered: asked.answer(machine) }));
    const press = (text: string | undefined, key: Key): void => {
      if (over) return;
      if (key.ctrl && key.name === 'c') giveUp('interrupt');
      else if (ready && (key.name === 'escape' || (key.ctrl && key.name === 'd'))) giveUp('escape');
      if (over || !ready) return;
      const taken = asked.press(machine, text ?? '', key);
      if (taken === 'submit') submitted();
      else if (taken === 'machine') machine.keypress(text, key).catch(failed);
      else redraw();
    };
    const end = (): void => giveUp('end');
    const listeners = [
      ['keypress', press],
      ['end', end],
      ['close', end],
      ['error', end],
    ] as const;

    emitKeypressEvents(input, { escapeCodeTimeout: ESCAPE_MS } as unknown as Interface);
    for (const [name, listener] of listeners) input.on(name, listener);
    withdrawn.addEventListener('abort', withdraw);
    process.once('exit', restore);
    input.setRawMode(true);
    input.resume();
    const begin = (): void => {
      ready = true;
      machine.run().then(submitted, failed);
    };
    if (fresh) setTimeout(begin, TYPED_AHEAD_MS);
    else begin();
  });
}
