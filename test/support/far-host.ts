// Another host for scenarios, without a network: a prefix that takes the environment away, in a home of its own. Only a
// login shell there finds the command lines, as in life.
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { which } from './paths.ts';
import type { Repo } from './repo.ts';
import { waitUntil } from './wait.ts';

export interface FarHost {
  readonly home: string;
  /** Its prefix. */
  readonly via: readonly string[];
  /** A recipe: execute.yaml with gemini on a host called box. */
  readonly recipe: string;
  /** Names of the lanes that lie there. */
  lanes(): readonly string[];
  /** How many processes live there. */
  living(): number;
  /** How many calls are following a command just now. */
  connections(): number;
}

/** @param more further lines of the recipe, @param front stands in front of the prefix */
export function farHost(repo: Repo, more = '', front: readonly string[] = []): FarHost {
  const home = join(repo.root, 'far-home');
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, '.profile'), `PATH=${repo.bin}\n`);
  const via = [...front, 'env', '-i', `HOME=${home}`, 'PATH=/usr/bin:/bin', 'SHELL=/bin/sh', `FAR=${repo.root}`];
  const recipe = join(repo.root, 'far.yaml');
  writeFileSync(
    recipe,
    `recipe: 1
name: far
extends: execute
hosts:
  box: { via: ${JSON.stringify(via)} }
set: { slots.gemini.host: box, timeout.grace: 1 }
${more}`,
  );
  const lanes = join(home, '.cache/mm/lanes');
  return {
    home,
    via,
    recipe,
    lanes: () => (existsSync(lanes) ? readdirSync(lanes) : []),
    living: () => processes(repo).length,
    connections: () => processes(repo).filter((pid) => /\.sh\0mm-\w+\0run\0/.test(ofProcess(pid, 'cmdline'))).length,
  };
}

/** Demands that nothing of ours is there. A shell there that was just told of its end may be on its way out. */
export async function nothingLeft(far: Pick<FarHost, 'lanes' | 'living'>, when = 'at the end'): Promise<void> {
  assert.equal(far.lanes(), [], when);
  await waitUntil(`no process there ${when}`, () => far.living() === 0 || null, 5000);
}

/** A connection that can be cut: bytes go through processes of its own, and none is made while the host is down. */
export function wire({ root }: Repo): readonly string[] {
  const [script, relay] = [join(root, 'wire'), join(root, 'wire-relay')];
  symlinkSync(which('cat')!, relay);
  const isDown = `[ -e ${root}/down ] && [ "$(date +%s)" -lt "$(cat ${root}/down)" ]`;
  const text = `#!/bin/sh\nif ${isDown}; then echo connection refused >&2; exit 255; fi\n${relay} | "$@" | ${relay}\n`;
  writeFileSync(script, text, { mode: 0o755 });
  return [script];
}

const processes = ({ root }: Repo): readonly string[] =>
  readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && ofProcess(pid, 'environ').includes(`FAR=${root}`));

export function ofProcess(pid: string, what: 'environ' | 'cmdline'): string {
  try {
    return readFileSync(`/proc/${pid}/${what}`, 'latin1');
  } catch {
    return ''; // it has ended, or is not ours
  }
}
