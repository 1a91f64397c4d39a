// Slots that are asked on other hosts: to compare, to read, and to mend what others made.
// deadline: 600
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type CrewOptions, eventsOfType, withCrew } from '../support/crew.ts';
import { type FarHost, farHost, nothingLeft } from '../support/far-host.ts';
import type { Repo } from '../support/repo.ts';

const LONG = { deadline: 150_000 };

/** Only the host's login shell finds the primary's command line. */
function moveAway(repo: Repo, far: FarHost): void {
  const bin = join(repo.root, 'far-bin');
  mkdirSync(bin);
  renameSync(join(repo.bin, 'claude'), join(bin, 'claude'));
  writeFileSync(join(far.home, '.profile'), `PATH=${bin}:${repo.bin}\n`);
}

function recipe(repo: Repo, far: FarHost, set: string): string {
  const file = join(repo.root, 'away.yaml');
  writeFileSync(
    file,
    `recipe: 1
name: away
extends: execute
hosts:
  box: { via: ${JSON.stringify(far.via)} }
  gone: { via: [sh, -c, "echo no route to gone >&2; exit 255"] }
timeout: { grace: 1 }
set: { ${set} }
`,
  );
  return file;
}

const line = (file: string) => [file, 'Write greetings', '--headless', '--yes'];
const steps = (repo: Repo) => [...new Set(repo.calls('claude').map(({ step }) => step))].sort();

/** Its pieces fit only once they are mended. */
const HALVES: CrewOptions = {
  codex: null,
  files: { 'check.sh': 'if grep -rn BROKEN src; then exit 1; fi\n[ "$(cat src/a.txt)" = a ] || [ -e src/fits.txt ]\n' },
};

test('a slot whose command line is only on its host takes part in all: it works, compares and mends there', () =>
  withCrew(
    {
      ...HALVES,
      claude: {
        implement: 'put src/a.txt "a, BEST"\nput src/fits.txt x\nput src/b.txt "b of claude"',
        compare: 'prefer BEST',
        integrate: 'put src/mended.txt "by claude"',
      },
      gemini: { implement: 'put src/b.txt "b, BEST"' },
    },
    async (repo) => {
      const far = farHost(repo);
      moveAway(repo, far);
      const file = recipe(repo, far, 'slots.claude.workspace: worktree, slots.claude.host: [gone, box]');
      const result = await repo.runMm(line(file), LONG);
      assert.is(result.code, 0, result.stderr);
      assert.equal(steps(repo), ['compare', 'explore', 'implement', 'integrate', 'tell-apart']);
      for (const { cwd } of repo.calls('claude')) assert.match(cwd, `${far.home}/.cache/mm/lanes/`);
      assert.equal([repo.read('src/a.txt'), repo.read('src/b.txt')], ['a, BEST\n', 'b, BEST\n']);
      assert.is(repo.read('src/mended.txt'), 'by claude\n');
      await nothingLeft(far);
    },
  ));

test('a slot that works here is asked there; a runner that is killed finds the answers that it had not waited for', () =>
  withCrew(
    {
      codex: null,
      claude: {
        implement: 'put src/a.txt "a, BEST"\nput src/b.txt b',
        compare: 'mark started\nwait_for on\nprefer BEST',
      },
    },
    async (repo) => {
      const far = farHost(repo);
      const started = repo.startMm(line(recipe(repo, far, 'slots.claude.ask_host: box')), LONG);
      await repo.reached('started');
      started.kill('SIGKILL');
      await started.exit;
      repo.release('on');
      const result = await repo.runMm(['resume', '--yes', '--headless'], LONG);
      assert.is(result.code, 0, result.stderr);
      const calls = repo.calls('claude');
      assert.is(calls.filter(({ step }) => step === 'implement').length, 1);
      const compared = calls.filter(({ step }) => step === 'compare');
      const ended = eventsOfType(result, 'attempt_end').filter(({ step }) => step === 'compare');
      assert.equal([compared.length, ended.length], [2, 2]);
      for (const { step, cwd } of calls) assert.is(cwd.startsWith(far.home), step !== 'implement', `${step}: ${cwd}`);
      assert.equal([repo.read('src/a.txt'), repo.read('src/b.txt')], ['a, BEST\n', 'b, BEST\n']);
      await nothingLeft(far);
    },
  ));

test.run();
