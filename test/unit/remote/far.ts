// A far side for tests without any network: a prefix that takes the environment away and runs the shell that is
// wanted, in a home with a space in its name.
import { execFileSync } from 'node:child_process';
import { lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Far, hello } from '../../../lib/system/remote/host.ts';
import type { FarLane, FarSpec } from '../../../lib/system/remote/run-far.ts';
import { which } from '../../support/paths.ts';
import { type Room, withRoom } from '../../support/room.ts';

export interface FarRoom extends Room {
  readonly home: string;
  /** A repository, and runs git in it. */
  readonly repo: string;
  git(...args: string[]): string;
  readonly base: string;
  /** The host, met. @param wrap stands in front of its prefix */
  meet(wrap?: readonly string[]): Promise<Far>;
  lane(host: Far): FarLane;
  spec(job: string, command: FarSpec['command'], more?: Partial<FarSpec>): FarSpec;
  /** What was written to the files of a job. */
  read(job: string, stream?: 'out' | 'err'): string;
  /** All that lies in the far home, as text. */
  everything(): string;
}

/** The shells that this machine has to be a far side with. */
export const SHELLS = ['dash', 'bash', 'busybox'].filter((shell) => which(shell) !== null);

export function withFar(shell: string, work: (far: FarRoom) => Promise<void>): Promise<void> {
  return withRoom(async (room) => {
    const home = join(room.root, 'far home');
    const bin = join(room.root, 'far-bin');
    for (const folder of [home, bin]) mkdirSync(folder);
    toolsOf(shell, bin);
    const repo = join(room.root, 'repo');
    const git = (...args: string[]) => execFileSync('git', ['-C', repo, ...args], { encoding: 'utf8' }).trim();
    mkdirSync(repo);
    git('init', '-q');
    for (const [key, value] of [
      ['user.name', 'a'],
      ['user.email', 'a@b'],
    ] as const)
      git('config', key, value);
    writeFileSync(join(repo, 'kept.txt'), 'kept\n');
    writeFileSync(join(repo, 'crlf.txt'), 'one\r\n');
    writeFileSync(join(repo, '.gitattributes'), '* text=auto\n');
    git('-c', 'core.autocrlf=false', 'add', '-A');
    git('commit', '-qm', 'base');
    const via = ['env', '-i', `HOME=${home}`, `PATH=${bin}`, `SHELL=${join(bin, 'sh')}`];
    const links = new Set<string>();
    await work({
      ...room,
      home,
      repo,
      git,
      base: git('rev-parse', 'HEAD'),
      async meet(wrap = []) {
        const host = await hello(
          { name: 'far', via: [...wrap, ...via], root: null },
          { repository: 'r', programs: ['git', 'no-such'] },
          room.env,
        );
        if (typeof host === 'string') throw new Error(host);
        links.add(dirname(host.tool)); // a root with a space is reached through a link
        return { ...host, path: bin };
      },
      lane: (host) => ({
        host,
        id: 'lane.1',
        repository: 'r',
        set: {},
        withhold: ['*SECRET*'],
        leaseMs: 120_000,
        goes: false,
      }),
      spec: (job, command, more = {}) => ({
        job,
        command,
        cwd: join(home, '.cache/mm/lanes/lane.1/tree'),
        env: {},
        stdin: null,
        stdout: join(room.log, `${job}.out`),
        stderr: join(room.log, `${job}.err`),
        limitMs: null,
        graceMs: 1000,
        ...more,
      }),
      read: (job, stream = 'out') => readFileSync(join(room.log, `${job}.${stream}`), 'utf8'),
      everything: () => textsIn(home).join('\n'),
    }).finally(() => {
      for (const link of links) if (lstatSync(link).isSymbolicLink()) unlinkSync(link);
    });
  });
}

function toolsOf(shell: string, bin: string): void {
  const link = (name: string, file: string | null) => file !== null && symlinkSync(file, join(bin, name));
  if (shell === 'busybox') {
    execFileSync(which('busybox')!, ['--install', '-s', bin]);
  } else {
    const tools =
      'awk cat cksum cp cut date dd df env find md5sum grep head id ln ls mkdir mv ps rm sed setsid sleep sort tail touch tr wc chmod';
    for (const tool of tools.split(' ')) link(tool, which(tool));
    link('sh', which(shell));
  }
  link('git', which('git'));
}

function textsIn(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return textsIn(path);
    return entry.isFile() ? [readFileSync(path, 'latin1')] : [];
  });
}
