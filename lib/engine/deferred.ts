// Setup steps that a resumed run has not needed yet: run, in order and once, when something that needs them does.
import { ok, type Result } from '../core/failure.ts';

export class Deferred {
  readonly #outer: Deferred | null;
  readonly #waiting: (() => Promise<Result<undefined>>)[] = [];
  #settling: Promise<Result<undefined>> | null = null;

  constructor(outer: Deferred | null = null) {
    this.#outer = outer;
  }

  add(setup: () => Promise<Result<undefined>>): void {
    this.#waiting.push(setup);
    this.#settling = null;
  }

  /** Takes over what an ended sequence had not needed: a later one may. */
  adopt(inner: Deferred): void {
    if (inner.#waiting.length === 0) return;
    this.#waiting.push(...inner.#waiting.splice(0));
    this.#settling = null;
  }

  /** Runs what waits here and outside; lanes that ask at the same time share the outer ones' one run. */
  settle(): Promise<Result<undefined>> {
    this.#settling ??= this.#run();
    return this.#settling;
  }

  async #run(): Promise<Result<undefined>> {
    const outer = (await this.#outer?.settle()) ?? ok(undefined);
    if (!outer.ok) return outer;
    for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) {
      const result = await next();
      if (!result.ok) return result;
    }
    return ok(undefined);
  }
}
