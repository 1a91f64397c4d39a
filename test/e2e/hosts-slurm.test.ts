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
import { withCrew } from '../support/crew.ts';
import { PROJECT, which } from '../support/paths.ts';
import type { Repo } from '../support/repo.ts';
import { SLURM_COMMANDS, startSlurm } from '../support/slurm.ts';
import { startSshd } from '../support/sshd.ts';

const LONG = { deadline: 150_000 };

test('claude works here, gemini through ssh, gpt under Slurm; what is best of each is in the result', () =>
  withCrew({}, async (repo) => {
    const home = homeWithPath(repo, join(repo.root, 'box'));
    homeWithPath(repo, repo.home); // Slurm's nodes have the home of whoever submits
    const there = ['env', '-i', `HOME=${home}`, 'PATH=/usr/bin:/bin', 'SHELL=/bin/sh'];
    const [sshd, slurm] = [await startSshd(join(repo.root, 's'), there), await startSlurm(join(repo.root, 'slurm'))];
    try {
      if (typeof sshd === 'string' || typeof slurm === 'string') {
        console.log(`skipped: ${[sshd, slurm].find((each) => typeof each === 'string')}`);
        return;
      }
      // `box` of the recipe, as an entry of ssh's configuration has it
      const [ssh, ...options] = sshd.prefix();
      repo.installTool(
        'ssh',
        `#!/bin/sh\nexec ${[ssh, ...options.slice(0, -1)].join(' ')} -oHostName=127.0.0.1 "$@"\n`,
      );
      for (const name of SLURM_COMMANDS) repo.installTool(name, `#!/bin/sh\nexec ${which(name)} "$@"\n`);
      const recipe = join(repo.root, 'three.yaml');
      const { hosts } = parse(readFileSync(join(PROJECT, 'recipes/hosts/slurm.yaml'), 'utf8'));
      const set = { 'slots.gpt.host': 'node' };
      writeFileSync(recipe, stringify({ recipe: 1, name: 'three', extends: 'hosts/ssh', hosts, set }));
      const result = await repo.runMm([recipe, 'Write greetings', '--headless', '--yes'], { ...LONG, env: slurm.env });
      assert.is(result.code, 0, result.stderr);
      for (const line of ['Claude: claude (main', 'Gemini: gemini (on box)', 'GPT: codex (on node)'])
        assert.ok(result.stderr.includes(line), result.stderr);
      assert.is(repo.read('src/a.txt'), 'a, BEST\n');
      assert.is(repo.read('src/b.txt'), 'b, BEST\n');
      assert.is(repo.read('src/c.txt'), 'c of gpt\n');
      for (const each of [home, repo.home]) assert.equal(readdirSync(join(each, '.cache/mm/lanes')), []);
      assert.is(queue(slurm.env), '', 'its allocation was given back');
    } finally {
      for (const each of [sshd, slurm]) if (typeof each !== 'string') each.stop();
    }
  }));

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
