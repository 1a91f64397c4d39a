// The hosts of a run: each is met once, when it is first needed, and has only so much room.
import { isDeepStrictEqual } from 'node:util';
import { createLimiter, type Limiter } from '../system/limiter.ts';
import type { Far } from '../system/remote/host.ts';

/** A host in this run. */
export interface Met extends Far {
  /** Commits of the repository that it has; grows. */
  readonly commits: Set<string>;
}

export class Hosts {
  /** Those that did not keep what was begun there in this session. */
  readonly lost = new Set<string>();
  /** Those that answered at any time. */
  readonly haveAnswered = new Set<string>();
  readonly #met = new Map<string, Promise<Met | string>>();
  /** What it was last met as, and may be still. */
  readonly #answered = new Map<string, Met>();
  readonly #room = new Map<string, Limiter>();

  /** @param meet meets it; what comes of that holds for the whole run */
  once(name: string, meet: () => Promise<Met | string>): Promise<Met | string> {
    const known = this.#met.get(name);
    if (known !== undefined) return known;
    const met = meet().then((answer) => {
      if (typeof answer !== 'string') {
        this.haveAnswered.add(name);
        this.#answered.set(name, answer);
      }
      return answer;
    });
    this.#met.set(name, met);
    return met;
  }

  /** Something was lost there: before the next command it is met again, once for all that lost something on it. */
  forget({ name, via }: Pick<Far, 'name' | 'via'>): void {
    if (!isDeepStrictEqual(this.#answered.get(name)?.via, via)) return; // it was met, or made, anew since
    this.#answered.delete(name);
    this.#met.delete(name);
  }

  /**
   * Runs a job when the host has room for it.
   * @param most how many there may be at once; null: any number
   */
  inTurn<T>(name: string, most: number | null, job: () => Promise<T>): Promise<T> {
    if (most === null) return job();
    const room = this.#room.get(name) ?? createLimiter(most);
    this.#room.set(name, room);
    return room(job);
  }
}
