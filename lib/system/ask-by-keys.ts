// A question answered by single keys: the one file that knows enquirer. It is used as the machine behind a question
// (which key does what); the keys are read here and the question is drawn by the view, because enquirer's own reading
// crashes on Ctrl-C from Node 24 on, waits forever when its input ends, and ends the program by itself on SIGINT.
import { emitKeypressEvents, type Interface, type Key } from 'node:readline';
import type { ReadStream } from 'node:tty';
import type {
  Answered,
  CancelledBy,
  ConfirmQuestion,
  QuestionScreen,
  QuestionState,
  SelectQuestion,
  TextQuestion,
} from '../core/question.ts';

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

export function selectMachine<T>({
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

export function confirmMachine({ message, initial = false }: ConfirmQuestion): Asked<boolean> {
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
export function textMachine({ message, initial = '' }: TextQuestion): Asked<string> {
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

/** A line that is being typed, edited by whole characters: an emoji or an accented letter is one. It begins empty. */
function editLine() {
  let [before, after] = ['', ''];
  const segmenter = new Intl.Segmenter();
  const parts = (text: string) => Array.from(segmenter.segment(text), ({ segment }) => segment);
  return {
    /** What stands before and after the caret. */
    text: () => ({ before, after }),
    press(text: string, key: Key) {
      const name = key.ctrl ? `ctrl-${key.name}` : (key.name ?? '');
      if (name === 'left')
        [before, after] = [parts(before).slice(0, -1).join(''), (parts(before).at(-1) ?? '') + after];
      else if (name === 'right') [before, after] = [before + (parts(after)[0] ?? ''), parts(after).slice(1).join('')];
      else if (name === 'home' || name === 'ctrl-a') [before, after] = ['', before + after];
      else if (name === 'end' || name === 'ctrl-e') [before, after] = [before + after, ''];
      else if (name === 'backspace') before = parts(before).slice(0, -1).join('');
      else if (name === 'delete') after = parts(after).slice(1).join('');
      else if (name === 'ctrl-u') before = '';
      else if (name === 'ctrl-k') after = '';
      else if (name === 'ctrl-w') before = before.replace(/\S*\s*$/, '');
      else if (!key.ctrl && !key.meta && !/[\x00-\x1f\x7f]/.test(text)) before += text;
    },
  };
}

/** Where a question is asked, whether only keys count that are pressed from then on, and what takes it away. */
export interface Asking {
  readonly input: ReadStream;
  readonly screen: QuestionScreen;
  readonly fresh: boolean;
  readonly withdrawn: AbortSignal;
}

/** Reads keys in raw mode until the question is answered or cancelled; gives the terminal back in every case. */
export async function withKeys<T, M extends Machine>(
  { input, screen, fresh, withdrawn }: Asking,
  asked: Asked<T, M>,
): Promise<Answered<T>> {
  const { default: enquirer } = (await import('enquirer')) as unknown as { default: Enquirer };
  if (withdrawn.aborted) return { cancelled: true, by: 'closed' };
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
    const giveUp = (by: CancelledBy) => finish(() => resolve({ cancelled: true, by }));
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
