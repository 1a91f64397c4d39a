// Work that nothing waits for until it has to be done: it goes on beside the steps. A fault in it is met by who waits
// for it.

export class Aside {
  #work: Promise<void> = Promise.resolve();
  #begun = 0;
  #running = 0;

  /** Whether work goes on, or has gone on since `begun` was so many. */
  isSince(begun: number): boolean {
    return this.#running > 0 || this.#begun > begun;
  }

  /** How often work has begun; -1 while some goes on. */
  get begun(): number {
    return this.#running > 0 ? -1 : this.#begun;
  }

  /** Begins the work when what was begun before has ended. */
  begin(work: () => Promise<void>): void {
    this.#begun++;
    this.#running++;
    this.#work = this.#work.then(work).finally(() => {
      this.#running--;
    });
    this.#work.catch(() => {}); // thrown again where it is waited for
  }

  /** Ends when all work has; throws what it threw, once. */
  async ended(): Promise<void> {
    const work = this.#work;
    this.#work = work.catch(() => {});
    await work;
  }

  /** The same, and leaves what it threw to others. */
  async quiet(): Promise<void> {
    await this.#work.catch(() => {});
  }
}
