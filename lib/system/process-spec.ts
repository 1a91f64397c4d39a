// What is asked of a command that is run, and what is told of its end: plain data.
import type { Command } from '../core/shell-word.ts';

export interface ProcessSpec {
  /** An argument vector, or a shell line for bash. */
  readonly command: Command;
  /** Absolute. */
  readonly cwd: string;
  /** The complete environment; PWD and a token of ours are added. */
  readonly env: Readonly<Record<string, string>>;
  /** Path of a file to read from; null: closed (/dev/null). */
  readonly stdin: string | null;
  /** Paths of files that do not exist yet; the same path twice gets both streams in one file. */
  readonly stdout: string;
  readonly stderr: string;
  /** null: as long as it likes. */
  readonly limitMs: number | null;
  /** How long it may write nothing to either file before it counts as stalled; null: for ever. */
  readonly silenceMs?: number | null;
  /** A command that has done its work and does not end by itself. */
  readonly over?: {
    /** How much it has printed so far, and whether that says that its work is done; asked often, must not reject. */
    readonly look: () => Promise<{ readonly printed: number; readonly isOver: boolean }>;
    /** How long it may stay then, printing nothing more. */
    readonly graceMs: number;
  } | null;
  /** From TERM to KILL. */
  readonly graceMs: number;
  /** Aborted: the command is ended as interrupted. */
  readonly signal?: AbortSignal;
}

/**
 * Why a command ended. The first reason wins; exit codes play no part in it. `not-found`: it could not be started;
 * `over`: its work was done, and it stayed; `lost`: it ran on another host, which nobody can ask any more.
 */
export type EndReason = 'exit' | 'over' | 'timeout' | 'stalled' | 'interrupted' | 'not-found' | 'lost';

export interface ProcessExit {
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly ended: EndReason;
  /** Until the command itself was gone. */
  readonly elapsedMs: number;
  /** What was missing, or what it left behind. */
  readonly detail: string | null;
}
