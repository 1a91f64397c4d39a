// Lanes of one vendor start a little apart: what one has put into a cache the next one finds there, and a login that is
// renewed as it is used is not renewed by two at once. The first never waits, nor does a lane for itself.
import { waitFor } from '../system/wait-for.ts';

/** The start of a lane. */
interface Start {
  readonly lane: string;
  /** By the clock of `performance.now()`. */
  readonly at: number;
}

export class Stagger {
  readonly #apartMs: number | null;
  /** The last start of each vendor, once that has been its turn; null: it was called off. */
  readonly #last = new Map<string, Promise<Start | null>>();

  /** @param apartMs null: nobody waits */
  constructor(apartMs: number | null) {
    this.#apartMs = apartMs;
  }

  /**
   * Calls `begin` when it is the lane's turn.
   * @param waits called before, with how many milliseconds are left, where it is not at once
   * @returns false where `signal` came before, and it was not called
   */
  async begin(
    vendor: string,
    lane: string,
    signal: AbortSignal,
    { begin, waits = () => {} }: { readonly begin: () => void; readonly waits?: (milliseconds: number) => void },
  ): Promise<boolean> {
    if (signal.aborted) return false;
    const before = this.#last.get(vendor) ?? Promise.resolve(null);
    let begun = false;
    const mine = before.then(async (last): Promise<Start | null> => {
      if (last !== null && last.lane !== lane) await this.#wait(last.at, signal, waits);
      if (signal.aborted) return last;
      begin();
      begun = true;
      return { lane, at: performance.now() };
    });
    // whoever comes next waits for it, and not for what went wrong with it
    this.#last.set(
      vendor,
      mine.catch(() => null),
    );
    await mine;
    return begun;
  }

  async #wait(since: number, signal: AbortSignal, waits: (milliseconds: number) => void): Promise<void> {
    const left = () => since + (this.#apartMs ?? 0) - performance.now();
    if (left() > 0 && !signal.aborted) waits(Math.ceil(left()));
    while (left() > 0 && !signal.aborted) await waitFor(Math.ceil(left()), signal); // a timer may be early
  }
}
