// Work that nothing waits for until it has to be done: it goes on beside the steps. A fault in it is met by who waits
// for it.

export class Aside {
  #work: Promise<void> = Promise.resolve();

  /** Begins the work when what was begun before has ended. */
  begin(work: () => Promise<void>): void {
    this.#work = this.#work.then(work);
    this.#work.catch(() => {}); // thrown again where it is waited for
  }

  /** Ends when all work has; throws what it threw, once. */
  async ended(): Promise<void> {
    const work = this.#work;
    this.#work = work.catch(() => {});
    await work;
  }
}
