// A real sshd of a test's own, for its own user, on the loopback of this machine; it ends with `stop`.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { which } from './paths.ts';

export interface Sshd {
  readonly port: number;
  /** What reaches it, at another port where something lies between: a prefix, one connection for all its calls. */
  readonly prefix: (port?: number) => readonly string[];
  /** Ends the connection that is kept; calls that follow make a new one. */
  readonly cut: (port?: number) => void;
  readonly stop: () => void;
}

const program = ['/usr/sbin/sshd', '/usr/local/sbin/sshd'].find((file) => existsSync(file)) ?? which('sshd');

/**
 * @param dir is made, and is short, as a socket lies in it
 * @param front stands there in front of every command
 * @returns why there is none, in words
 */
export async function startSshd(dir: string, front: readonly string[] = []): Promise<Sshd | string> {
  const ssh = which('ssh');
  if (program === null || ssh === null || which('ssh-keygen') === null) return 'there is no sshd here';
  mkdirSync(dir, { mode: 0o700 });
  for (const name of ['host', 'user'])
    spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(dir, name)], { stdio: 'ignore' });
  writeFileSync(join(dir, 'authorized'), readFileSync(join(dir, 'user.pub')));
  chmodSync(join(dir, 'authorized'), 0o600);
  const port = await freePort();
  writeFileSync(
    join(dir, 'sshd_config'),
    `ListenAddress 127.0.0.1\nPort ${port}\nHostKey ${dir}/host\nAuthorizedKeysFile ${dir}/authorized\nStrictModes no
UsePAM no\nPasswordAuthentication no\nPermitRootLogin yes\nPidFile none\nMaxSessions 100
${front.length === 0 ? '' : `ForceCommand ${front.join(' ')} sh -c "$SSH_ORIGINAL_COMMAND"\n`}`,
  );
  const daemon = spawn(program, ['-D', '-e', '-f', join(dir, 'sshd_config')], { stdio: ['ignore', 'ignore', 'pipe'] });
  const options = [
    ...['BatchMode=yes', `IdentityFile=${dir}/user`, 'StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null'],
    ...['LogLevel=ERROR', 'ControlMaster=auto', `ControlPath=${dir}/%C`, 'ControlPersist=60'],
  ].map((option) => `-o${option}`);
  const to = (at: number) => [...options, '-p', String(at), `${userInfo().username}@127.0.0.1`];
  const server: Sshd = {
    port,
    prefix: (at = port) => [ssh, '-F', '/dev/null', ...to(at)],
    cut: (at = port) => void spawnSync(ssh, ['-F', '/dev/null', '-O', 'exit', ...to(at)], { stdio: 'ignore' }),
    stop: () => {
      server.cut();
      daemon.kill();
    },
  };
  const why = await answers(daemon, server);
  if (why === null) return server;
  server.stop();
  return why;
}

const TRIES = 50;
const PAUSE_MS = 100;

/** @returns why it does not answer; null: it does */
async function answers(daemon: ChildProcess, { prefix }: Sshd): Promise<string | null> {
  let said = '';
  daemon.stderr!.on('data', (chunk) => {
    said += chunk;
  });
  const [ssh = '', ...args] = prefix();
  for (let tries = 0; tries < TRIES && daemon.exitCode === null; tries++) {
    const tried = spawnSync(ssh, [...args, 'true'], { encoding: 'utf8' });
    if (tried.status === 0) return null;
    said = `${said}${tried.stderr}`;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  return said.trim().split('\n').at(-1) || 'sshd did not start';
}

/** A port of the loopback that nobody listens at just now. */
export const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
