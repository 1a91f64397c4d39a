// Tells somebody who looks away, as the recipe's `notify:` says: by the first of its commands that is installed, else
// by the terminal. Never waited for: a command that hangs or fails holds up nothing, and its failure is a detail. What
// is told is what happened, by the recipe's name, and the task as its user wrote it, made harmless: nothing that a
// model says.
import { basename } from 'node:path';
import type { Event } from '../core/events.ts';
import { doctorMessages } from '../core/messages/doctor-messages.ts';
import type { Answered, Prompter } from '../core/question.ts';
import type { Moment, Recipe } from '../core/recipe.ts';
import { render } from '../recipe/template.ts';
import { type Briefly, startBriefly } from '../system/attach.ts';
import { childEnvironment } from '../system/environment.ts';
import { distrustedFolder, findOnPath } from '../system/find-on-path.ts';
import type { View } from '../view/index.ts';
import { cut, oneLine } from '../view/text.ts';

/** How long a command may live; one that tells of a question, until that is answered, for an hour at most. */
const SECONDS = { question: 3600, event: 10 } as const;

export class Notifier {
  readonly #recipe: Recipe;
  readonly #view: View;
  readonly #headless: boolean;
  #task: string;
  #place = '';
  #complained = false;

  /** @param task null: it is not known yet */
  constructor(recipe: Recipe, view: View, { headless, task }: { headless: boolean; task: string | null }) {
    this.#recipe = recipe;
    this.#view = view;
    this.#headless = headless;
    this.#task = task ?? '';
  }

  /** What happened may be something to tell. */
  event(event: Event): void {
    if (event.type === 'session_start') [this.#task, this.#place] = [event.prompt_summary, basename(event.repository)];
    const moment = momentOf(event, this.#headless);
    if (moment !== null) this.#tell(moment);
  }

  /** The prompter, with each question told when it has waited for a while. */
  announcing(prompter: Prompter): Prompter {
    if (!prompter.available) return prompter;
    const announced = async <T>(message: string, ask: () => Promise<Answered<T>>): Promise<Answered<T>> => {
      const answered = this.question(message);
      try {
        return await ask();
      } finally {
        answered();
      }
    };
    return {
      available: true,
      select: (question) => announced(question.message, () => prompter.select(question)),
      confirm: (question) => announced(question.message, () => prompter.confirm(question)),
      text: (question) => announced(question.message, () => prompter.text(question)),
      close: () => prompter.close(),
    };
  }

  /** @returns to be called when it is answered */
  question(message: string): () => void {
    if (!this.#recipe.notify.on.includes('question')) return () => {};
    let end = (): void => {};
    const tell = () => {
      end = this.#tell('question', { MM_QUESTION: message });
    };
    const { afterMs } = this.#recipe.notify;
    const timer = afterMs === 0 ? undefined : setTimeout(tell, afterMs);
    if (timer === undefined) tell();
    return () => {
      clearTimeout(timer);
      end();
    };
  }

  #tell(moment: Moment, set: Readonly<Record<string, string>> = {}): () => void {
    const { on, commands, terminal } = this.#recipe.notify;
    if (!on.includes(moment)) return () => {};
    const notice = noticeOf(moment, { command: this.#recipe.name, task: this.#task, place: this.#place });
    for (const command of commands) {
      const [name = '', ...rest] = command.map((part) => render(part, (path) => notice[path.slice(7) as keyof Notice]));
      const file = name.startsWith('/') ? name : findOnPath(name, process.env, { insideOf: distrustedFolder() });
      const started = file && this.#start([file, ...rest], set, SECONDS[moment === 'question' ? 'question' : 'event']);
      if (started) return this.#followed(started, name, notice);
    }
    if (terminal === 'none') this.#complain(commands.map(([program]) => program).join(', '));
    else this.#onTerminal(notice);
    return () => {};
  }

  #start(argv: readonly string[], set: Readonly<Record<string, string>>, seconds: number): Briefly | null {
    const { withhold } = this.#recipe;
    return startBriefly(argv, childEnvironment({ base: process.env, withhold, passAll: [], pass: [], set }), seconds);
  }

  /** Where it fails, the terminal tells. */
  #followed({ ended, end }: Briefly, command: string, notice: Notice): () => void {
    let isOver = false;
    void ended.then(({ exitCode, stderr }) => {
      if (isOver || exitCode === 0) return;
      this.#view.detail(doctorMessages.notifyFails({ command, said: stderr.trim() }).what);
      this.#onTerminal(notice);
    });
    return () => {
      isOver = true;
      end();
    };
  }

  #onTerminal({ title, text }: Notice): void {
    const { terminal } = this.#recipe.notify;
    if (terminal === 'osc9') this.#view.notice(`${title}: ${text}`);
    else if (terminal === 'bell') this.#view.bell();
  }

  /** Nothing can tell: said once. */
  #complain(command: string): void {
    if (!this.#complained) this.#view.say(doctorMessages.notifyMissing({ command }).what);
    this.#complained = true;
  }
}

/** Null: nothing to tell. What its user did at the terminal (a Ctrl-C, declining) its user knows. */
function momentOf(event: Event, headless: boolean): Moment | null {
  if (event.type === 'budget_reached') return 'budget';
  if (event.type !== 'session_complete') return null;
  if (event.exit === 0) return 'completed';
  return event.exit === 130 || (event.exit === 3 && !headless) ? null : 'failed';
}

interface Notice {
  readonly title: string;
  readonly text: string;
}

const TITLES: Readonly<Record<Moment, (command: string) => string>> = {
  question: (command) => `mm ${command} waits for your answer`,
  completed: (command) => `mm ${command} is complete`,
  failed: (command) => `mm ${command} has ended without a complete result`,
  budget: (command) => `mm ${command} has used up its budget`,
};

/** Signs that desktops take for markup, and notifiers for escapes; each by one that looks like it. */
const LOOKALIKES: Readonly<Record<string, string>> = { '<': '‹', '>': '›', '&': '＆', '\\': '＼' };
const LONGEST = 160;

/** @param place the repository's folder; '': not known yet */
export function noticeOf(moment: Moment, of: { command: string; task: string; place: string }): Notice {
  const place = of.place === '' ? '' : ` in ${plain(of.place)}`;
  return { title: plain(TITLES[moment](of.command)), text: `“${plain(of.task)}”${place}` };
}

const plain = (text: string): string =>
  cut(oneLine(text).trim(), LONGEST).replace(/[<>&\\]/g, (sign) => LOOKALIKES[sign]!);
