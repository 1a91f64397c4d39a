// Effects on the outside world: each is written down with its undo before it happens, and taken back backwards.
// What an undo does is its handler's business (repository/, candidate/); handlers are safe to repeat and to interrupt.
import type { Event, TakenBack, Undo } from '../core/events.ts';
import { type Failure, FailureError, fail, type Result } from '../core/failure.ts';
import { fileFailure } from '../system/file-failure.ts';
import type { Journal } from './journal.ts';

/** Takes one effect back, from its record and what is on the disk alone. */
type UndoHandler = (undo: Undo) => Promise<Result<readonly string[] | TakenBack>>;
export type UndoHandlers = Readonly<Record<string, UndoHandler>>;

interface Effect {
  readonly id: number;
  readonly undo: Undo;
}

export interface UndoOutcome {
  /** What was put right and what was kept, as sentences. */
  readonly said: readonly string[];
  /** What could not be taken back. */
  readonly failures: readonly Failure[];
  /** What could, but not without something that its user must know. */
  readonly told: readonly Failure[];
}

/** The failure to end with: that something of the user's is not where it was comes before all else; and the others. */
export function headline({ failures, told }: UndoOutcome): {
  readonly first: Failure | null;
  readonly others: readonly Failure[];
} {
  const all = [...failures, ...told];
  const first = all.findLast(({ exit }) => exit === 4) ?? all[0] ?? null;
  return { first, others: all.filter((each) => each !== first) };
}

export class Effects {
  readonly #journal: Journal;
  readonly #handlers: UndoHandlers;
  #open: Effect[] = [];
  #nextId = 1;

  constructor(journal: Journal, handlers: UndoHandlers, events: readonly Event[] = []) {
    this.#journal = journal;
    this.#handlers = handlers;
    for (const event of events) {
      if (event.type === 'effect') this.#open.push({ id: event.id, undo: event.undo });
      if (event.type === 'effect_undone') this.#open = this.#open.filter((effect) => effect.id !== event.id);
    }
    for (const event of events) if (event.type === 'effect') this.#nextId = Math.max(this.#nextId, event.id + 1);
  }

  /** Effects that have not been taken back, oldest first. */
  get open(): readonly Effect[] {
    return this.#open;
  }

  /** Writes `undo` down, then acts. A failed action stays written down: half of it may have happened. */
  async perform<T>(undo: Undo, action: () => Promise<T>): Promise<T> {
    this.note(undo);
    return action();
  }

  /** Only writes down how something could be taken back. */
  note(undo: Undo): void {
    const effect = { id: this.#nextId++, undo };
    this.#journal.append({ type: 'effect', ...effect });
    this.#open.push(effect);
  }

  /**
   * Takes the chosen effects back, newest first; one that fails does not stop the others. Neighbours of the same kind
   * do not build on one another and go at the same time.
   */
  async undo(chosen: (undo: Undo) => boolean = () => true): Promise<UndoOutcome> {
    const said: string[] = [];
    const failures: Failure[] = [];
    const told: Failure[] = [];
    const takeBack = async (effect: Effect): Promise<void> => {
      const handler = this.#handlers[effect.undo.kind];
      if (!handler) throw new Error(`no handler takes back '${effect.undo.kind}'`);
      const result = await attempt(handler, effect.undo);
      if (!result.ok) {
        failures.push(result.failure);
        return;
      }
      const back = 'said' in result.value ? result.value : { said: result.value, told: null };
      said.push(...back.said);
      if (back.told) told.push(back.told);
      this.forget(effect);
    };
    const waiting = this.#open.filter(({ undo }) => chosen(undo)).reverse();
    while (waiting.length > 0) {
      const { kind } = waiting[0]!.undo;
      const next = waiting.findIndex(({ undo }) => undo.kind !== kind);
      await Promise.all(waiting.splice(0, next === -1 ? waiting.length : next).map(takeBack));
    }
    return { said, failures, told };
  }

  /** The effect stays as it is for good: what it made belongs to the user now. */
  forget(effect: Effect): void {
    this.#journal.append({ type: 'effect_undone', id: effect.id });
    this.#open = this.#open.filter((each) => each !== effect);
  }
}

/** A handler that a signal stopped within git (the message's id) is safe to begin again; so often it is. */
const STOPPED = ['interrupted', 'git-ended'];
const TRIES = 3;

/** What the disk or the system refuses while one effect is taken back must not keep the others from it. */
async function attempt(handler: UndoHandler, undo: Undo): ReturnType<UndoHandler> {
  for (let left = TRIES - 1; ; left--) {
    const done = await attemptOnce(handler, undo);
    if (done.ok || left === 0 || !STOPPED.includes(done.failure.id)) return done;
  }
}

async function attemptOnce(handler: UndoHandler, undo: Undo): ReturnType<UndoHandler> {
  try {
    return await handler(undo);
  } catch (error) {
    const told = fileFailure(error, (error as NodeJS.ErrnoException).path ?? 'a file', 'put back');
    if (told instanceof FailureError) return fail(told.failure);
    throw error;
  }
}
