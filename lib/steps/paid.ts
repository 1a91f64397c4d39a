// What an earlier process of a session got from models: taken over when the same is asked again, so that nothing is
// paid for twice, and when what a model left has not been kept as a candidate yet.
import { join } from 'node:path';
import type { Event } from '../core/events.ts';
import type { AttemptPlace, Left } from '../core/model-event.ts';
import type { Answer } from '../model/answer.ts';
import { readText } from '../system/files.ts';

/** Longest answer that is taken over as a whole, as when it is first read. */
const LONGEST = 16 * 1024 * 1024;

const placeOf = ({ pass, lane, slot, step, attempt }: AttemptPlace): string =>
  JSON.stringify([pass, lane, slot, step, attempt]);

/** It was a success, so there is nothing more to tell of it. */
const KEPT = { verdict: null, error: null, said: null, echoed: false } as const;

/** A model's answer, and what it left where it worked; null: it was only asked. */
export interface Answered extends Answer {
  readonly left: Left | null;
}

export class Paid {
  readonly #answers = new Map<string, { readonly file: string; readonly answer: Omit<Answered, 'text'> }>();
  readonly #left = new Map<string, Left>();
  /** Starts without an end: by their place, the file of their output, their lane, and the host that it is on. */
  readonly #underWay = new Map<
    string,
    { readonly output: string; readonly workspace: string; readonly host?: string }
  >();

  /** @param dir the session's folder, @param events what its earlier processes wrote down */
  constructor(dir = '', events: readonly Event[] = []) {
    for (const event of events) {
      if (event.type === 'attempt_start')
        this.#underWay.set(placeOf(event), {
          output: event.output,
          workspace: `${event.lane}.${event.pass}`,
          ...(event.host === undefined ? {} : { host: event.host }),
        });
      if (event.type === 'attempt_end') this.#underWay.delete(placeOf(event));
      if (event.type !== 'attempt_end' || !event.paid) continue;
      const { asked, answer, left } = event.paid;
      this.#answers.set(asked, {
        file: join(dir, answer),
        answer: { ...KEPT, usage: event.result.usage, session: event.result.session ?? null, left },
      });
      // what was made of a candidate is none until it is kept
      if (left !== null && event.lane !== null && event.paid.from === undefined)
        this.#left.set(`${event.lane}.${event.pass}`, left);
    }
  }

  /** Whether a model was at work in a lane when the earlier process ended: on another host it may be so still. */
  isUnderWay(lane: string | null, pass: number): boolean {
    return [...this.#underWay.values()].some(({ workspace }) => workspace === `${lane}.${pass}`);
  }

  /** Whether any was. */
  get anyUnderWay(): boolean {
    return this.#underWay.size > 0;
  }

  /** Whether an attempt, known by the file of its output, has begun on a host and not ended; said once. */
  goesOn(output: string, host: string): boolean {
    const found = [...this.#underWay].find(
      ([, attempt]) => attempt.output === output && (attempt.host ?? host) === host,
    );
    return found !== undefined && this.#underWay.delete(found[0]);
  }

  /** What was at work on a host has ended with it. */
  lose(host: string): void {
    for (const [place, attempt] of this.#underWay) if (attempt.host === host) this.#underWay.delete(place);
  }

  /** The answer to what was asked before; null: it was not, or its file is gone. */
  async answerTo(asked: string): Promise<Answered | null> {
    const known = this.#answers.get(asked);
    if (!known) return null;
    const text = await readText(known.file, LONGEST);
    return text === null ? null : { text, ...known.answer };
  }

  /** What the model of a lane left in a workspace that is gone. @param workspace its id */
  leftIn(workspace: string): Left | null {
    return this.#left.get(workspace) ?? null;
  }
}
