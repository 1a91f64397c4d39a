// Work that commands are started for, as far as the commands have to know of it: that others go before them, and that they
// end when the work is called off. It holds for all that the work waits for, however deep, until it is through.
import { AsyncLocalStorage } from 'node:async_hooks';
import { writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import { setTimeout } from 'node:timers';
import { codeOf } from './file-failure.ts';

/** A command as Node has it. */
interface Started {
  /** undefined: it could not be started */
  readonly pid?: number | undefined;
  readonly exitCode: number | null;
  readonly signalCode: string | null;
}

interface Errand {
  /** 0 to 19, the more the less of the processor its commands get beside others. */
  readonly nice: number;
  readonly signal: AbortSignal | null;
}

const storage = new AsyncLocalStorage<Errand | undefined>();

/** A tenth of what others get, and all that they leave. */
const BEHIND = 10;

/**
 * Does work that nobody waits for just now.
 * @param signal ends its commands; the work then rejects with the signal's reason
 */
export const inBackground = <T>(work: () => Promise<T>, signal: AbortSignal | null = null): Promise<T> =>
  storage.run({ nice: BEHIND, signal }, work);

/** Does work whose commands end with the signal; it then rejects with the signal's reason. */
export const untilCalledOff = <T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> =>
  storage.run({ nice: 0, signal }, work);

/** Does work whose answer others may wait for, too: it is nobody's errand, whoever asked first. */
export const forAll = <T>(work: () => Promise<T>): Promise<T> => storage.run(undefined, work);

/** What ends the commands of the work that asks; null: nothing does. */
export const callingOff = (): AbortSignal | null => storage.getStore()?.signal ?? null;

/** Puts a command that was just started where the work that asks belongs. */
export function yieldToOthers(child: Started): void {
  const nice = storage.getStore()?.nice ?? 0;
  if (nice > 0) stepBehind(child, nice);
}

/** The same for one command, wherever it belongs. */
export function stepBehind(child: Started, nice: number): void {
  if (child.pid === undefined) return;
  try {
    setPriority(child.pid, nice);
  } catch {
    // it has ended already, or this system has no priorities: then it is as quick as any other
  }
  stepSessionBehind(child, nice, SOME_TRIES);
}

const SOME_TRIES = 20;
/** How often Linux lets a user say it. */
const ONCE_IN_MS = 100;

/**
 * Linux shares the processor between sessions first (sched(7), "The autogroup feature"), and every command of ours is one
 * of its own: its priority counts only within. So the session's own is set, too.
 */
function stepSessionBehind(child: Started, nice: number, tries: number): void {
  if (child.exitCode !== null || child.signalCode !== null) return;
  try {
    writeFileSync(`/proc/${child.pid}/autogroup`, String(nice));
  } catch (error) {
    if (codeOf(error) !== 'EAGAIN' || tries === 0) return; // it has ended, or this system shares out otherwise
    setTimeout(() => stepSessionBehind(child, nice, tries - 1), ONCE_IN_MS).unref();
  }
}
