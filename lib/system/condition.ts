// A condition variable: who waits for something that others bring about looks again each time they say that it may have
// come.

export class Condition {
  #waiting: (() => void)[] = [];

  /** Resolves when the next change is told. */
  changed(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Tells all who wait to look again. */
  tell(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }
}
