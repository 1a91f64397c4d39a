// How the runtime deals with memory. It takes what it can get, since that saves a little time; we run for long beside
// models and tests that need the memory more. Where a runtime does not offer this, nothing happens.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * Keeps the heap small: what is no longer needed is given back after little has been added to it (V8 would wait until the
 * heap has doubled), and what has just been made is looked through more often. Both flags are asked for by V8 whenever it
 * decides, so they hold from now on.
 */
export function useLittleMemory(): void {
  set('--heap-growing-percent=20');
  set('--semi-space-growth-factor=1');
}

let collect: (() => void) | null | undefined;

/**
 * Gives memory back sooner than the runtime would: V8 lets about 64 MB of buffers wait before it looks for those that
 * nobody needs any more. For long work on many buffers only.
 */
export function collectGarbage(): void {
  collect ??= offered();
  collect?.();
}

/** Bytes. */
const LARGE = 40 * 2 ** 20;

/** The same where enough is in use to be worth the while that it takes. */
export function collectLarge(): void {
  const { heapUsed, external } = process.memoryUsage();
  if (heapUsed + external > LARGE) collectGarbage();
}

const MUCH = 1000;

/** The same after work on so many things, if that was much. */
export function afterMuch(things: number): void {
  if (things > MUCH) collectGarbage();
}

function offered(): (() => void) | null {
  set('--expose-gc');
  const found: unknown = runInNewContext('typeof gc === "function" ? gc : null');
  set('--no-expose-gc');
  return typeof found === 'function' ? () => found() : null;
}

function set(flag: string): void {
  try {
    setFlagsFromString(flag);
  } catch {
    // another engine, or one that takes no flags any more: it keeps its own ways
  }
}
