// A lane on another host through a real sshd, on the loopback of this machine: one connection for all calls, which is
// cut while the model is at work. Skipped, with the reason, where no sshd can be started.
// deadline: 600
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { inSession, withCrew } from '../support/crew.ts';
import { farHost } from '../support/far-host.ts';
import { which } from '../support/paths.ts';
import type { Repo } from '../support/repo.ts';
import { waitUntil } from '../support/wait.ts';

const LONG = { deadline: 150_000 };
const sshd = ['/usr/sbin/sshd', '/usr/local/sbin/sshd'].find((file) => existsSync(file)) ?? which('sshd');

interface Server {
  readonly process: ChildProcess;
  /** What reaches it. */
  readonly prefix: readonly string[];
}

/** An sshd of the test's own, for its own user; or why there is none. */
async function serve(repo: Repo): Promise<Server | string> {
  if (sshd === null || which('ssh') === null || which('ssh-keygen') === null) return 'there is no sshd here';
  const dir = join(repo.root, 'sshd');
  mkdirSync(dir, { mode: 0o700 });
  for (const name of ['host', 'user'])
    spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(dir, name)], { stdio: 'ignore' });
  const port = await freePort();
  const user = userInfo().username;
  writeFileSync(join(dir, 'authorized'), readFileSync(join(dir, 'user.pub')));
  chmodSync(join(dir, 'authorized'), 0o600);
  writeFileSync(
    join(dir, 'sshd_config'),
    `ListenAddress 127.0.0.1\nPort ${port}\nHostKey ${dir}/host\nAuthorizedKeysFile ${dir}/authorized\nStrictModes no
UsePAM no\nPasswordAuthentication no\nPermitRootLogin yes\nPidFile none\n`,
  );
  const process = spawn(sshd, ['-D', '-e', '-f', join(dir, 'sshd_config')], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  process.stderr!.on('data', (chunk) => {
    said += chunk;
  });
  const options = [
    ...['BatchMode=yes', `IdentityFile=${dir}/user`, 'StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null'],
    ...['LogLevel=ERROR', 'ControlMaster=auto', `ControlPath=${dir}/%C`, 'ControlPersist=60'],
  ].map((option) => `-o${option}`);
  const prefix = ['ssh', '-F', '/dev/null', ...options, '-p', String(port), `${user}@127.0.0.1`];
  for (let tries = 0; tries < 50; tries++) {
    if (process.exitCode !== null) break;
    const tried = spawnSync(prefix[0]!, [...prefix.slice(1), 'true'], { encoding: 'utf8' });
    if (tried.status === 0) return { process, prefix };
    said = `${said}${tried.stderr}`;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  process.kill();
  return said.trim().split('\n').at(-1) ?? 'sshd did not start';
}

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });

test('through ssh: a connection that is cut while the model works is made again, and nothing is lost or doubled', () => {
  const implement = 'say before\nmark started\nwait_for on\nput src/new.txt "new BEST"\nsay after';
  return withCrew({ codex: null, gemini: { implement } }, async (repo) => {
    const server = await serve(repo);
    if (typeof server === 'string') {
      console.log(`skipped: ${server}`);
      return;
    }
    const exit = (): void => void spawnSync('ssh', ['-O', 'exit', ...server.prefix.slice(1)], { stdio: 'ignore' });
    try {
      repo.installTool('ssh', `#!/bin/sh\nexec ${which('ssh')} "$@"\n`);
      const far = farHost(repo, '', server.prefix);
      const running = repo.startMm([far.recipe, 'Write greetings', '--headless', '--yes'], LONG);
      await repo.reached('started');
      await waitUntil('its beginning is here', () => (far.connections() > 0 ? true : null));
      exit();
      await waitUntil('its connection is gone', () => (far.connections() === 0 ? true : null));
      repo.release('on');
      const result = await running.exit;
      assert.is(result.code, 0, result.stderr);
      assert.is(inSession(result, 'pass-0001/outputs/gemini.md'), 'before\nafter\n');
      assert.is(repo.calls('gemini').length, 1);
      assert.is(repo.read('src/new.txt'), 'new BEST\n');
      assert.equal([far.lanes(), far.living()], [[], 0]);
    } finally {
      exit();
      server.process.kill();
    }
  });
});

test.run();
