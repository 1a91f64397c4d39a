// What a lane's CLI has said so far, shown in the pager while the run goes on: Enter opens it, the pager's own key
// closes it.
import type { Event } from '../core/events.ts';
import { page } from '../system/pager.ts';
import type { TerminalPrompter } from '../system/prompt.ts';
import type { View } from '../view/index.ts';
import { LaneLog } from './lane-log.ts';

export class LaneScreen {
  readonly #view: View;
  readonly #prompter: TerminalPrompter;
  readonly #dir: () => string | null;
  readonly #titles = new Map<string, string>();
  /** Whoever has been started. */
  readonly #started = new Set<string>();
  #running = 0;
  #opened: Promise<void> | null = null;
  readonly #ending = new AbortController();
  /** Aborted when the run has a question of its own: a menu of ours makes room for it. */
  #menu = new AbortController();

  /** @param dir the session's folder, once there is one */
  constructor(view: View, prompter: TerminalPrompter, dir: () => string | null) {
    this.#view = view;
    this.#prompter = prompter;
    this.#dir = dir;
  }

  /** While a model runs there is something to be seen. */
  event(event: Event): void {
    if (event.type === 'models')
      for (const [id, { title }] of Object.entries(event.models)) this.#titles.set(id, title);
    if (event.type === 'attempt_start') {
      if (this.#started.size === 0 && this.#canOpen) this.#view.say('Enter: what a model has said so far');
      this.#started.add(event.slot);
      if (this.#running++ === 0) this.#prompter.onEnter((lines) => this.#enter(lines));
    } else if (event.type === 'attempt_end' && --this.#running === 0) this.#prompter.onEnter(null);
    else if (event.type === 'question') this.#menu.abort();
  }

  get #canOpen(): boolean {
    return this.#prompter.available && this.#view.questions.kind === 'live';
  }

  #enter(lines: number): void {
    this.#view.echoed(lines);
    this.#opened ??= this.#open()
      .catch((error: unknown) => this.#view.say(error instanceof Error ? error.message : String(error)))
      .finally(() => {
        this.#opened = null;
      });
  }

  /** The run is over: nothing is opened any more, and what is open has been closed. */
  async end(): Promise<void> {
    this.#prompter.onEnter(null);
    this.#ending.abort();
    await this.#opened;
  }

  async #open(): Promise<void> {
    const [slot, dir] = [await this.#choose(), this.#dir()];
    if (slot === null || dir === null) return;
    const said: string[] = [];
    await new LaneLog(dir, slot, (line) => said.push(line)).look();
    const text = said.length > 0 ? said.join('\n') : 'Nothing has been said so far.';
    await this.#prompter.lend(() => this.#view.lend(() => page(`${text}\n`, process.env, { atEnd: true })));
  }

  async #choose(): Promise<string | null> {
    const place = (slot: string) => [...this.#titles.keys()].indexOf(slot);
    const slots = [...this.#started].sort((a, b) => place(a) - place(b));
    if (slots.length === 1) return slots[0]!;
    this.#menu = new AbortController();
    const chosen = await this.#prompter.select({
      message: 'Whose words?',
      choices: slots.map((slot) => ({ value: slot, label: this.#titles.get(slot) ?? slot })),
      onEscape: 'goes back to the run',
      withdrawn: AbortSignal.any([this.#ending.signal, this.#menu.signal]),
    });
    if ('answered' in chosen) return chosen.answered;
    if (chosen.by === 'interrupt') process.kill(process.pid, 'SIGINT'); // as it is typed outside of a question
    return null;
  }
}
