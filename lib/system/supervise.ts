// Waits for a command's end or for the first reason to end it: its time limit, its silence, an interrupt, work that is
// done. Then ends everything of it. It starts nothing.
import { endProcesses, type ListProcesses } from './ending.ts';
import { type ProcessFiles, watchSilence } from './process-files.ts';
import type { EndReason, ProcessExit, ProcessSpec } from './process-spec.ts';
import type { Owner } from './processes-left.ts';

/** How a command that was started came to its end. */
export type Gone = { readonly code: number | null; readonly signal: string | null } | { readonly error: Error };

/** A command from its start until nothing of it is left. */
export interface Running {
  readonly pid: number;
  readonly owner: Owner;
  /** `performance.now()` of its start. */
  readonly began: number;
  readonly gone: Promise<Gone>;
  /** Ends it for a reason, unless there is one already. */
  end: (reason: EndReason) => void;
  /** Resolves when everything of it is gone. */
  over: Promise<ProcessExit> | null;
}

/** Longest delay that a timer can do: 24 days. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Waits for the command's end or the first reason to end it, then ends everything of it. */
export async function supervise(
  spec: ProcessSpec,
  command: Running,
  files: ProcessFiles,
  list: ListProcesses,
): Promise<ProcessExit> {
  let reason: EndReason | null = null;
  let elapsedMs: number | null = null;
  let how: Gone | null = null;
  const exited = command.gone.then((gone) => {
    reason ??= 'exit';
    how = gone;
    elapsedMs = performance.now() - command.began;
  });
  const told = new Promise<void>((resolve) => {
    command.end = (why) => {
      reason ??= why;
      resolve();
    };
  });
  const interrupt = () => command.end('interrupted');
  spec.signal?.addEventListener('abort', interrupt, { once: true });
  if (spec.signal?.aborted) interrupt();
  const timer =
    spec.limitMs === null ? null : setTimeout(() => command.end('timeout'), Math.min(spec.limitMs, LONGEST_TIMER_MS));
  const unwatch = watchSilence(files, spec.silenceMs, () => command.end('stalled'));
  const stopLooking = watchOver(spec.over, () => command.end('over'));
  await Promise.race([exited, told]);
  stopLooking();
  if (timer !== null) clearTimeout(timer);
  unwatch();
  spec.signal?.removeEventListener('abort', interrupt);

  const { found, left } = await endProcesses(command.owner, list, spec.graceMs);
  if (left.length === 0) await exited;
  return {
    ...exitOf(how),
    ended: reason ?? 'exit',
    elapsedMs: elapsedMs ?? performance.now() - command.began,
    detail: remains(reason, found, left),
  };
}

/** How often it is asked whether a command's work is done. */
const LOOK_MS = 500;

/**
 * Calls `onOver` once when the work was done and nothing more was printed for the grace.
 * @returns stops watching
 */
export function watchOver(over: ProcessSpec['over'], onOver: () => void): () => void {
  if (!over) return () => {};
  let seen = -1;
  let since = 0;
  let looking = false;
  const look = async () => {
    if (looking) return;
    looking = true;
    const { printed, isOver } = await over.look();
    looking = false;
    if (!isOver || printed !== seen) [seen, since] = [printed, performance.now()];
    else if (performance.now() - since >= over.graceMs) onOver();
  };
  const timer = setInterval(look, LOOK_MS);
  return () => clearInterval(timer);
}

function exitOf(how: Gone | null): { exitCode: number | null; signal: string | null } {
  return how === null || 'error' in how ? { exitCode: null, signal: null } : { exitCode: how.code, signal: how.signal };
}

function remains(reason: EndReason | null, found: number, left: readonly number[]): string | null {
  if (left.length > 0) return `could not be ended, even by KILL: ${left.map(Math.abs).join(', ')}`;
  return reason === 'exit' && found > 0
    ? `left ${found === 1 ? 'a process' : `${found} processes`} running; ended`
    : null;
}
