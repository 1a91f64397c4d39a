// Runs a command and says how long it took and how much memory it had at most. Numbers only; judges nothing.
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { CpuGroup } from './cpu-group.ts';

export interface Measured {
  readonly ms: number;
  /** The most memory of the process itself (not of what it starts), in MiB; null where the system does not tell. */
  readonly peakMiB: number | null;
  /** Until the first output on either stream, null: none came. */
  readonly firstMs: number | null;
  /** Seconds of processor time of all that it started, and of the process itself; null where the system does not tell. */
  readonly cpuS: number | null;
  readonly ownCpuS: number | null;
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface MeasureOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly onStart?: (child: ChildProcess) => void;
  /** Counts all processor time in it. */
  readonly group?: CpuGroup | null;
}

export async function measure(
  command: readonly string[],
  { cwd, env, onStart, group = null }: MeasureOptions,
): Promise<Measured> {
  const before = ticksOf('self');
  const began = performance.now();
  const [file = '', ...args] = group?.within(command) ?? command;
  const child = spawn(file, args, { cwd, env: { ...env }, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  onStart?.(child);
  let firstMs: number | null = null;
  const text = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream]!.setEncoding('utf8').on('data', (chunk: string) => {
      firstMs ??= performance.now() - began;
      text[stream] += chunk;
    });
  }
  let peak = 0;
  let own: number | null = null;
  const look = () => {
    peak = Math.max(peak, peakOf(child.pid ?? 0) ?? 0);
    own = ticksOf(child.pid ?? 0)?.own ?? own;
  };
  const watch = setInterval(look, 25);
  const [code, ms] = await new Promise<[number | null, number]>((resolve, reject) => {
    child.once('error', reject);
    let at = 0;
    child.once('exit', () => {
      at = performance.now() - began;
    });
    child.once('close', (status) => resolve([status, at]));
  });
  clearInterval(watch);
  const after = ticksOf('self');
  const waitedFor = before && after ? (after.children - before.children) / 100 : null;
  const cpuS = group ? await group.end() : waitedFor;
  const ownCpuS = own === null ? null : own / 100;
  return { ms, peakMiB: peak === 0 ? null : peak / 1024, firstMs, cpuS, ownCpuS, code, ...text };
}

/** In KiB. */
function peakOf(pid: number): number | null {
  try {
    return Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  } catch {
    return null; // it has just ended, or there is no /proc
  }
}

/** Seconds of processor time that a process has used so far. */
export const cpuSeconds = (pid: number): number => (ticksOf(pid)?.own ?? Number.NaN) / 100;

/** Hundredths of a second of processor time: a process's own, and of those that it has waited for. */
function ticksOf(pid: number | 'self'): { readonly own: number; readonly children: number } | null {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ').map(Number);
    return { own: fields[11]! + fields[12]!, children: fields[13]! + fields[14]! };
  } catch {
    return null; // it has just ended, or there is no /proc
  }
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length === 0
    ? Number.NaN
    : sorted.length % 2 === 1
      ? sorted[Math.floor(middle)]!
      : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
