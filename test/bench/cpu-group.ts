// The processor time of a command and of all that it starts, whoever waits for them: counted by a control group of the
// kernel's. Needs root, on Linux.
import { existsSync, mkdirSync, readFileSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { waitUntil } from '../support/wait.ts';

export interface CpuGroup {
  /** The command, as it is started within the group. */
  readonly within: (command: readonly string[]) => readonly string[];
  /** Waits for the end of what is left of it, and removes the group. @returns seconds in all */
  readonly end: () => Promise<number>;
}

/** The two forms of control groups, the newer one first. */
const KINDS = [
  { top: '/sys/fs/cgroup', sign: 'cgroup.controllers', file: 'cpu.stat', usage: /^usage_usec (\d+)/m, perSecond: 1e6 },
  { top: '/sys/fs/cgroup/cpuacct', sign: 'cpuacct.usage', file: 'cpuacct.usage', usage: /^(\d+)/, perSecond: 1e9 },
];

let count = 0;

/** A new group; null where there is none to be had. */
export function cpuGroup(): CpuGroup | null {
  const kind = KINDS.find(({ top, sign }) => existsSync(join(top, sign)));
  if (!kind) return null;
  const folder = join(kind.top, `mm-bench-${process.pid}-${++count}`);
  try {
    mkdirSync(folder);
  } catch {
    return null; // not root, or it lies read-only in a container: then the system tells less
  }
  return {
    within: (command) => ['/bin/sh', '-c', `echo $$ >'${folder}/cgroup.procs' && exec "$@"`, 'sh', ...command],
    end: async () => {
      const left = () => readFileSync(join(folder, 'cgroup.procs'), 'utf8');
      await waitUntil('the measured processes to end', () => (left() === '' ? true : null));
      const seconds = Number(kind.usage.exec(readFileSync(join(folder, kind.file), 'utf8'))![1]) / kind.perSecond;
      rmdirSync(folder);
      return seconds;
    },
  };
}
