// The runner's own death takes its children with it: a tiny bash process in a session of its own reads from a pipe
// which groups there are, and ends them when the pipe closes (kill -9 of the runner, or of its whole group). It
// starts nothing itself; process.ts hands in how.
import { fileURLToPath } from 'node:url';

/** The guardian's process as it is needed here: its open standard input. */
export interface GuardianProcess {
  write(line: string): void;
  /** Called once when it ended, whoever ended it. */
  onEnd(listener: () => void): void;
}

/** Arguments for bash. The token marks every process of this run. */
export const guardianArguments = (token: string): readonly string[] => [
  '--noprofile',
  '--norc',
  fileURLToPath(new URL('./guardian.sh', import.meta.url)),
  token,
];

/** So often another one is started for groups that run: what is ended again and again, somebody wants to be ended. */
const MOST_RESTARTS = 5;

/** One per run, started with the first group; when somebody kills it, another takes over. */
export class Guardian {
  readonly #start: () => GuardianProcess | null;
  readonly #groups = new Set<string>();
  #process: GuardianProcess | null = null;
  #restarts = 0;

  /** @param start starts the process, or null where that is impossible (no bash): then there is no guardian. */
  constructor(start: () => GuardianProcess | null) {
    this.#start = start;
  }

  /** To be called before a command starts, so that no command is ever without a guardian. */
  ready(): void {
    if (this.#process !== null) return;
    const started = this.#start();
    this.#process = started;
    started?.onEnd(() => {
      if (this.#process !== started) return;
      this.#process = null;
      if (this.#groups.size > 0 && ++this.#restarts <= MOST_RESTARTS) this.ready();
    });
    for (const group of this.#groups) started?.write(`+${group}\n`);
  }

  /** @param start the leader's start in clock ticks, null where unknown */
  add(pid: number, start: number | null): void {
    this.#groups.add(`${pid}:${start ?? 0}`);
    this.#process?.write(`+${pid}:${start ?? 0}\n`);
  }

  remove(pid: number, start: number | null): void {
    this.#groups.delete(`${pid}:${start ?? 0}`);
    this.#process?.write(`-${pid}:${start ?? 0}\n`);
  }
}
