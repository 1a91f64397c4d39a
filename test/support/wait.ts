// Waits until something is so, by looking again: for what cannot be awaited, such as a file that another process makes.
import { isRunning, readStat } from '../../lib/system/processes-left.ts';

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

/** Waits until a process is over; where the first process of the machine asks for none, its entry stays all the same. */
export const untilEnded = (what: string, pid: number, deadline?: number): Promise<true> =>
  waitUntil(what, () => (isRunning(pid) && !/[ZX]/.test(readStat(pid)?.state ?? '') ? null : true), deadline);
