// A podman of a test's own: its images and containers lie in the room. Its image has nothing but this machine's programs,
// read-only, and the scripted agents, which a login shell there finds.
import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT, which } from './paths.ts';
import type { Room } from './room.ts';

export interface Podman {
  /** Names of the containers that are there. */
  readonly containers: () => readonly string[];
  readonly stop: () => void;
}

const IMAGE = 'localhost/mm-lane';

/** Puts it on the room's PATH. @returns why there is none, in words */
export function startPodman(room: Room): Podman | string {
  const podman = which('podman');
  if (podman === null) return 'there is no podman here';
  const dir = join(room.root, 'podman');
  mkdirSync(dir);
  const own = ['--root', `${dir}/images`, '--runroot', `${dir}/run`, '--storage-driver', 'vfs'];
  const image = spawnSync('tar', ['-C', imageIn(room, dir), '-c', '.'], { maxBuffer: 2 ** 26 }).stdout;
  let said = '';
  for (const [front, flags] of WAYS) {
    writeTool(room, [...front, podman, ...own].join(' '), flags);
    const tool = join(room.bin, 'podman');
    const call = (...args: readonly string[]) => spawnSync(tool, args, { encoding: 'utf8', timeout: LIMIT_MS });
    spawnSync(tool, ['import', '-', IMAGE], { input: image, timeout: LIMIT_MS });
    const tried = call('run', '--rm', IMAGE, 'true');
    if (tried.status !== 0) {
      said = tried.stderr.trim().split('\n').at(-1) ?? '';
      continue;
    }
    const containers = () => call('ps', '--all', '--format', '{{.Names}}').stdout.split('\n').filter(Boolean);
    return { containers, stop: () => void call('rm', '--force', '--time', '0', '--all') };
  }
  return `podman starts no container here: ${said}`;
}

const LIMIT_MS = 20_000;

/** As it is meant to be; and for root where a virtual machine has both kinds of control groups and keeps its limits. */
const WAYS: readonly (readonly [front: readonly string[], flags: string])[] = [
  [[], ''],
  [
    ['unshare', '-m', 'sh', '-c', `'umount /sys/fs/cgroup/unified; exec "$@"'`, 'sh'],
    '--ulimit nofile=1024:1024 --ulimit nproc=1000:1000',
  ],
];

function writeTool({ bin, log, installTool }: Room, command: string, flags: string): void {
  const agents = join(PROJECT, 'test/agents');
  const shared = [`-v /usr:/usr:ro`, `-v ${agents}:${agents}:ro`, `-v ${bin}:${bin}:ro`, `-v ${log}:${log}`].join(' ');
  installTool(
    'podman',
    `#!/bin/sh
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
if [ "$1" = run ]; then shift; set -- run --network none ${flags} ${shared} "$@"; fi
exec ${command} "$@"
`,
  );
}

/** What the image has. */
function imageIn({ bin }: Room, dir: string): string {
  const image = join(dir, 'image');
  for (const name of ['etc', 'proc', 'sys', 'dev', 'tmp', 'root', 'usr', 'run', 'var'])
    mkdirSync(join(image, name), { recursive: true });
  for (const name of ['bin', 'sbin', 'lib', 'lib64']) symlinkSync(`usr/${name}`, join(image, name));
  writeFileSync(join(image, 'etc/passwd'), 'root:x:0:0:root:/root:/bin/sh\n');
  writeFileSync(join(image, 'etc/profile'), `PATH=${bin}\n`);
  return image;
}
