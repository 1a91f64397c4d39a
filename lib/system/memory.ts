// How the runtime deals with memory. It takes what it can get, since that saves a little time; we run for long beside
// models and tests that need the memory more. Where a runtime does not offer this, nothing happens.
import { setFlagsFromString } from 'node:v8';

/**
 * Keeps the heap small: what is no longer needed is given back after little has been added to it (V8 would wait until
 * the heap has doubled), and what has just been made is looked through more often. Both flags are asked for by V8
 * whenever it decides, so they hold from now on.
 */
export function useLittleMemory(): void {
  set('--heap-growing-percent=20');
  set('--semi-space-growth-factor=1');
}

function set(flag: string): void {
  try {
    setFlagsFromString(flag);
  } catch {
    // another engine, or one that takes no flags any more: it keeps its own ways
  }
}
