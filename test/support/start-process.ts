// Starts a real child process in a group of its own and lets a test look at it, wait for its words and end it.
// Nothing it started outlives the test: the group is killed at the latest when this process exits.
import { spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';

export interface StartOptions {
  readonly cwd?: string;
  /** The whole environment of the child. */
  readonly env?: Readonly<Record<string, string>>;
  /** Its standard input; absent: closed at once; null: left open, written with `write` and `end`. */
  readonly input?: string | Uint8Array | null;
  /** Milliseconds after which a child that still runs is killed and the test fails. Default 120,000. */
  readonly deadline?: number;
  /** Called then; with it, the child counts as ended instead. */
  readonly atDeadline?: () => void;
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Started {
  readonly pid: number;
  /** What it has printed so far. */
  stdout(): string;
  stderr(): string;
  /** Resolves with the match as soon as what it printed (both streams) matches; rejects when it ends before. */
  waitFor(pattern: RegExp): Promise<RegExpMatchArray>;
  write(text: string): void;
  end(): void;
  /** Signals the process alone. */
  kill(signal: NodeJS.Signals): void;
  /** Signals its whole group. */
  killGroup(signal: NodeJS.Signals): void;
  readonly exit: Promise<Ended>;
}

const running = new Set<number>();
process.on('exit', () => {
  for (const pid of running) killQuietly(-pid, 'SIGKILL');
});

/** Signals a process, or with a negative number its group; one that is gone is fine. */
export function killQuietly(pid: number, signal: NodeJS.Signals): void {
  if (pid === 0) return; // 0 would mean our own group
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Kills the groups that are still running; called when a test's room is cleared. */
export function killRunning(): void {
  for (const pid of running) killQuietly(-pid, 'SIGKILL');
}

/** Starts `[command, ...arguments]`. */
export function startProcess(command: readonly [string, ...string[]], options: StartOptions = {}): Started {
  const [file, ...args] = command;
  const child = spawn(file, args, {
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    env: { ...(options.env ?? (process.env as Record<string, string>)) },
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const pid = child.pid ?? 0;
  if (pid > 0) running.add(pid);
  // A test file that is killed cannot clean up: the runner reads this list and does.
  const list = process.env.MM_TEST_PIDS;
  if (list !== undefined && pid > 0) appendFileSync(list, `${pid}\n`);

  const parts = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  const text = (stream: 'stdout' | 'stderr') => Buffer.concat(parts[stream]).toString('utf8');
  const waiting = new Set<() => void>();
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].on('data', (chunk: Buffer) => {
      parts[stream].push(chunk);
      for (const look of waiting) look();
    });
  }
  child.stdin.on('error', () => {}); // a child may end without reading its input
  if (options.input !== null) child.stdin.end(options.input ?? '');

  let over = false;
  const exit = new Promise<Ended>((resolve, reject) => {
    const limit = options.deadline ?? 120_000;
    const settle = (code: number | null, signal: NodeJS.Signals | null) => {
      clearTimeout(timer);
      running.delete(pid);
      over = true;
      for (const look of waiting) look();
      resolve({ code, signal, stdout: text('stdout'), stderr: text('stderr') });
    };
    const timer = setTimeout(() => {
      killQuietly(-pid, 'SIGKILL');
      if (options.atDeadline === undefined) {
        reject(
          new Error(`still running after ${limit} ms: ${command.join(' ')}\n${text('stdout')}\n${text('stderr')}`),
        );
      } else {
        options.atDeadline();
        settle(null, 'SIGKILL'); // what still holds its output open is not waited for
      }
    }, limit);
    child.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.on('close', settle);
  });
  exit.catch(() => {}); // told to whoever awaits it; unawaited, it is no crash of its own

  return {
    pid,
    exit,
    stdout: () => text('stdout'),
    stderr: () => text('stderr'),
    write: (words) => void child.stdin.write(words),
    end: () => void child.stdin.end(),
    kill: (signal) => killQuietly(pid, signal),
    killGroup: (signal) => killQuietly(-pid, signal),
    waitFor: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = text('stdout').match(pattern) ?? text('stderr').match(pattern);
          if (found === null && !over) return;
          waiting.delete(look);
          if (found !== null) resolve(found);
          else reject(new Error(`ended without printing ${pattern}:\n${text('stdout')}\n${text('stderr')}`));
        };
        waiting.add(look);
        exit.catch((error) => reject(error as Error));
        look();
      }),
  };
}

/** Runs to the end. */
export function runProcess(command: readonly [string, ...string[]], options: StartOptions = {}): Promise<Ended> {
  return startProcess(command, options).exit;
}
