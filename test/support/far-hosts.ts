// Several hosts for scenarios, without a network, each in a home of its own: any of them can be restarted, or cut off.
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type FarHost, ofProcess } from './far-host.ts';
import type { Repo } from './repo.ts';

export interface FarHosts {
  /** A recipe: execute.yaml with gemini on the first of the hosts that can be used. */
  readonly recipe: string;
  home(name: string): string;
  /** Names of the lanes that lie on a host. */
  lanes(name: string): readonly string[];
  /** How many processes live on a host. */
  living(name: string): number;
  /** What lies and lives on one host. */
  at(name: string): Pick<FarHost, 'lanes' | 'living'>;
  /** Nothing that ran there is left, as after a power cut; what lies there stays. */
  restart(name: string): void;
  /** Nobody reaches it from now on, until it is joined again. */
  cut(name: string): void;
  join(name: string): void;
}

/** @param more further lines of the recipe */
export function farHosts(repo: Repo, names: readonly string[], more = ''): FarHosts {
  const home = (name: string) => join(repo.root, `far-${name}`);
  const wall = (name: string) => join(repo.root, `cut-${name}`);
  for (const name of names) {
    mkdirSync(home(name), { recursive: true });
    writeFileSync(join(home(name), '.profile'), `PATH=${repo.bin}\n`);
  }
  const via = (name: string) =>
    JSON.stringify([
      ...['sh', '-c', `[ ! -e "$0" ] || { echo no route to ${name} >&2; exit 255; }; exec "$@"`, wall(name)],
      ...['env', '-i', `HOME=${home(name)}`, 'PATH=/usr/bin:/bin', 'SHELL=/bin/sh', `FAR=${home(name)}`],
    ]);
  const recipe = join(repo.root, 'far.yaml');
  writeFileSync(
    recipe,
    `recipe: 1
name: far
extends: execute
hosts:
${names.map((name) => `  ${name}: { via: ${via(name)} }\n`).join('')}set: { slots.gemini.host: [${names.join(', ')}], timeout.grace: 1 }
${more}`,
  );
  const processes = (name: string) =>
    readdirSync('/proc').filter(
      (pid) => /^\d+$/.test(pid) && `\0${ofProcess(pid, 'environ')}`.includes(`\0FAR=${home(name)}\0`),
    );
  const lanes = (name: string) => {
    const folder = join(home(name), '.cache/mm/lanes');
    return existsSync(folder) ? readdirSync(folder) : [];
  };
  const living = (name: string) => processes(name).length;
  return {
    recipe,
    home,
    lanes,
    living,
    at: (name) => ({ lanes: () => lanes(name), living: () => living(name) }),
    restart(name) {
      for (let left = processes(name); left.length > 0; left = processes(name)) for (const pid of left) kill(pid);
    },
    cut: (name) => writeFileSync(wall(name), ''),
    join: (name) => rmSync(wall(name), { force: true }),
  };
}

function kill(pid: string): void {
  try {
    process.kill(Number(pid), 'SIGKILL');
  } catch {
    // it has ended
  }
}
