// Who holds a lock, and whether they are still alive: the same number may belong to another process by now, the machine
// may have been started anew, and what runs in another container or on another machine can't be seen from here.
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { isRunning, readStat } from '../system/processes-left.ts';

export interface Holder {
  readonly session: string;
  /** Tells this taking of the lock from every other. */
  readonly nonce: string;
  readonly pid: number;
  readonly host: string;
  /**
   * The machine's current boot, the process's PID namespace and its start in clock ticks; null where the system does
   * not tell.
   */
  readonly boot: string | null;
  readonly namespace: string | null;
  readonly start: number | null;
  /** ISO 8601 UTC. */
  readonly since: string;
}

/** This process as a holder. */
export function ownHolder(session: string, nonce: string): Holder {
  return {
    session,
    nonce,
    pid: process.pid,
    host: hostname(),
    boot: orNull(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()),
    namespace: orNull(() => readlinkSync('/proc/self/ns/pid')),
    start: readStat(process.pid)?.start ?? null,
    since: new Date().toISOString(),
  };
}

/** `unknown`: it can't be told from here, so it counts as alive. */
export function stateOf(holder: Holder): 'alive' | 'dead' | 'unknown' {
  const here = ownHolder('', '');
  if (holder.host !== here.host) return 'unknown';
  if (holder.boot !== here.boot) return 'dead'; // the same machine, started anew since
  if (holder.namespace !== here.namespace) return 'unknown';
  if (!isRunning(holder.pid)) return 'dead';
  const stat = readStat(holder.pid);
  if (stat === null || holder.start === null) return 'alive';
  return stat.start === holder.start && stat.state !== 'Z' && stat.state !== 'X' ? 'alive' : 'dead';
}

function orNull<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null; // no /proc: macOS
  }
}
