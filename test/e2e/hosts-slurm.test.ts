// One model here, one through ssh, one in an allocation of Slurm, by the lines of recipes/hosts/: a real sshd and a real
// Slurm on the loopback of this machine. Skipped, with the reason, where one of them can't be started.
// deadline: 600
// runtime: node
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parse, stringify } from 'yaml';
import { eventsOfType, withCrew } from '../support/crew.ts';
import { PROJECT, which } from '../support/paths.ts';
import type { Repo } from '../support/repo.ts';
import { SLURM_COMMANDS, startSlurm } from '../support/slurm.ts';
import { startSshd } from '../support/sshd.ts';

const LONG = { deadline: 150_000 };

test('claude works here, gemini through ssh, gpt under Slurm; what is best of each is in the result', () =>
  withCrew({}, async (repo) => {
    const home = homeWithPath(repo, join(repo.root, 'box'));
    const there = ['env', '-i', `HOME=${home}`, 'PATH=/usr/bin:/bin', 'SHELL=/bin/sh'];
    const sshd = await startSshd(join(repo.root, 's'), there);
    if (typeof sshd === 'string') {
      console.log(`skipped: ${sshd}`);
      return;
    }
    try {
      await underSlurm(repo, async (env, hosts) => {
        // `box` of the recipe, as an entry of ssh's configuration has it
        const [ssh, ...options] = sshd.prefix();
        repo.installTool(
          'ssh',
          `#!/bin/sh\nexec ${[ssh, ...options.slice(0, -1)].join(' ')} -oHostName=127.0.0.1 "$@"\n`,
        );
        const recipe = join(repo.root, 'three.yaml');
        const set = { 'slots.gpt.host': 'node' };
        writeFileSync(recipe, stringify({ recipe: 1, name: 'three', extends: 'hosts/ssh', hosts, set }));
        const result = await repo.runMm([recipe, 'Write greetings', '--headless', '--yes'], { ...LONG, env });
        assert.is(result.code, 0, result.stderr);
        for (const line of ['Claude: claude (main', 'Gemini: gemini (on box)', 'GPT: codex (on node)'])
          assert.ok(result.stderr.includes(line), result.stderr);
        assert.is(repo.read('src/a.txt'), 'a, BEST\n');
        assert.is(repo.read('src/b.txt'), 'b, BEST\n');
        assert.is(repo.read('src/c.txt'), 'c of gpt\n');
        assert.equal(readdirSync(join(home, '.cache/mm/lanes')), []);
      });
    } finally {
      sshd.stop();
    }
  }));

test('an allocation that is taken for a more urgent job: its lane goes on in the next one, and gates in a new one', () => {
  const implement = `if once first; then mark started; wait_for never; fi\nput src/b.txt "b, BEST"`;
  return withCrew({ codex: null, gemini: { implement } }, (repo) =>
    underSlurm(repo, async (env, { node }) => {
      const recipe = join(repo.root, 'preempted.yaml');
      const hosts = { node: { ...node, lease: '2s' }, next: node };
      const set = { 'slots.gemini.host': ['node', 'next'], gate_host: 'node', verify: 'proof', 'timeout.grace': 1 };
      writeFileSync(recipe, stringify({ recipe: 1, name: 'preempted', extends: 'execute', hosts, set }));
      const running = repo.startMm([recipe, 'Write greetings', '--headless', '--yes'], { ...LONG, env });
      await repo.reached('started');
      spawnSync('srun', ['--quiet', '--partition=urgent', '--exclusive', 'true'], { env: { ...process.env, ...env } });
      const result = await running.exit;
      assert.is(result.code, 0, result.stderr);
      assert.match(result.stderr, /Gemini: node is lost \(.*\)\. Its lane is made anew on next\./);
      assert.match(result.stderr, /node is gone \(.*\)\. It is made anew\./);
      assert.is(repo.read('src/b.txt'), 'b, BEST\n');
      assert.is(repo.calls('gemini').length, 2);
      assert.equal([...new Set(eventsOfType(result, 'gate_measured').map(({ host }) => host))], ['node']);
    }),
  );
});

/** Hands over a Slurm, and the hosts of the recipe for one. Nothing may be left there. */
async function underSlurm(
  repo: Repo,
  work: (env: Readonly<Record<string, string>>, hosts: Readonly<Record<string, object>>) => Promise<void>,
): Promise<void> {
  const slurm = await startSlurm(join(repo.root, 'slurm'));
  if (typeof slurm === 'string') {
    console.log(`skipped: ${slurm}`);
    return;
  }
  try {
    homeWithPath(repo, repo.home); // Slurm's nodes have the home of whoever submits
    for (const name of SLURM_COMMANDS) repo.installTool(name, `#!/bin/sh\nexec ${which(name)} "$@"\n`);
    const { hosts } = parse(readFileSync(join(PROJECT, 'recipes/hosts/slurm.yaml'), 'utf8'));
    await work(slurm.env, hosts);
    assert.equal(readdirSync(join(repo.home, '.cache/mm/lanes')), []);
    assert.is(queue(slurm.env), '', 'its allocation was given back');
  } finally {
    slurm.stop();
  }
}

/** Whose login shell finds the scripted agents. */
function homeWithPath({ bin }: Repo, home: string): string {
  if (!existsSync(home)) mkdirSync(home);
  writeFileSync(join(home, '.profile'), `PATH=${bin}\n`);
  return home;
}

/** Jobs that are not over. */
const queue = (env: Readonly<Record<string, string>>): string =>
  spawnSync('squeue', ['-h', '-t', 'PENDING,RUNNING', '-o', '%i'], {
    env: { ...process.env, ...env },
    encoding: 'utf8',
  }).stdout;

test.run();
