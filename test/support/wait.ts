// Waits until something is so, by looking again: for what cannot be awaited, such as a file that another process makes.

/** Resolves with the first value of `look` that is not null; rejects after `deadline` milliseconds, saying `what`. */
export async function waitUntil<T>(what: string, look: () => T | null, deadline = 120_000): Promise<T> {
  const end = Date.now() + deadline;
  for (;;) {
    const found = look();
    if (found !== null) return found;
    if (Date.now() > end) throw new Error(`waited ${deadline} ms for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
