// `--pr`, cut off anywhere while it delivers: `mm resume` ends with one commit, one branch on the remote and one pull
// request, whatever had been done. `MM_FAULTS=full` takes every event of these; `MM_SEED=…` repeats a choice.
// deadline: 1800
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { eventsOf, withCrew } from '../support/crew.ts';
import { withForge } from '../support/forge.ts';
import { addBranch } from '../support/repo.ts';
import { faulty, type How, struck } from './fault.ts';
import { chooseSeed, pick, randomFrom } from './seed.ts';
import { FULL } from './sweep.ts';

const seed = chooseSeed();
console.log(`seed: MM_SEED=${seed}`);

const HOWS: readonly How[] = ['runner', 'all', 'orphans'];
const PHASES = ['before', 'torn', 'after'] as const;

test('a delivery that was killed is gone on with, and nothing is made twice', () =>
  withCrew({ claude: null, gemini: null, codex: null }, async (repo) => {
    const remote = withForge(repo);
    addBranch(repo, 'feature', { 'src/a.txt': 'a of the branch\n' });
    const args = (branch: string) => [
      'combine',
      'Write',
      '--headless',
      '--yes',
      '--from',
      'x=branch:feature',
      '--pr',
      '--branch',
      branch,
    ];
    const forget = (branch: string) => {
      rmSync(join(repo.root, 'pr.argv'), { force: true });
      repo.git('branch', '-D', branch);
    };
    const whole = await repo.runMm(args('whole'));
    assert.is(whole.code, 0, whole.stderr);
    forget('whole');
    const events = eventsOf(whole);
    const first = events.findIndex((event) => event.type === 'step_start' && event.executor === 'deliver');
    const last = events.findIndex((event) => event.type === 'step_end' && event.executor === 'deliver');
    const places = Array.from({ length: last - first + 1 }, (_, at) => first + at + 1);
    const random = randomFrom(seed);
    const chosen = FULL ? places : Array.from({ length: 4 }, () => pick(random, places));
    for (const [n, event] of chosen.entries()) {
      const fault = { event, how: pick(random, HOWS), phase: pick(random, PHASES) };
      const where = JSON.stringify(fault);
      const branch = `killed-${n}`;
      await repo.runMm(args(branch), { env: faulty(repo, fault) });
      assert.ok(struck(repo), where);
      const resumed = await repo.runMm(['resume', '--headless', '--yes']);
      assert.is(resumed.code, 0, `${where}\n${resumed.stderr}`);
      const { delivered } = resumed.session;
      assert.is(delivered.url, 'https://forge.test/a/b/pull/7', where);
      for (const place of [['--git-dir', remote], []])
        assert.is(repo.git(...place, 'rev-parse', `refs/heads/${branch}`), delivered.commit, where);
      assert.is(repo.git('rev-parse', `${branch}^`), repo.git('rev-parse', 'main'), where);
      const argv = join(repo.root, 'pr.argv');
      const created = existsSync(argv)
        ? readFileSync(argv, 'utf8')
            .split('\n')
            .filter((word) => word === 'create')
        : [];
      assert.is(created.length, 1, where);
      assert.is(repo.git('status', '--porcelain'), '', where);
      forget(branch);
    }
  }));

test('`mm deliver` that was killed is gone on with: the result is on the branch, and nowhere else', () =>
  withCrew({ claude: null, gemini: null, codex: null }, async (repo) => {
    addBranch(repo, 'feature', { 'src/a.txt': 'a of the branch\n' });
    const applied = async (): Promise<number> => {
      const run = await repo.runMm(['combine', 'Write', '--headless', '--yes', '--from', 'x=branch:feature']);
      assert.is(run.code, 0, run.stderr);
      return eventsOf(run).length;
    };
    const before = await applied();
    const whole = await repo.runMm(['deliver', '--branch', 'whole']);
    assert.is(whole.code, 0, whole.stderr);
    // from the session's being open again, which says what was wanted, to its end
    const opened = eventsOf(whole).findIndex((event, at) => at >= before && event.type === 'reopened') + 1;
    const places = Array.from({ length: eventsOf(whole).length - opened - 1 }, (_, at) => opened - before + at + 1);
    const random = randomFrom(seed);
    const chosen = FULL ? places : Array.from({ length: 2 }, () => pick(random, places));
    for (const [n, event] of chosen.entries()) {
      const fault = { event, how: pick(random, HOWS), phase: pick(random, PHASES) };
      const where = JSON.stringify(fault);
      const branch = `killed-${n}`;
      await applied();
      await repo.runMm(['deliver', '--branch', branch], { env: faulty(repo, fault) });
      assert.ok(struck(repo), where);
      const resumed = await repo.runMm(['resume', '--headless', '--yes']);
      assert.is(resumed.code, 0, `${where}\n${resumed.stderr}`);
      assert.is(repo.git('rev-list', '--count', `main..${branch}`), '1', where);
      assert.is(repo.git('show', `${branch}:src/a.txt`), 'a of the branch', where);
      assert.is(repo.git('status', '--porcelain'), '', where);
    }
  }));

test.run();
