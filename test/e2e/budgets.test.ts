// How many git processes the program starts, counted by a git that notes every call: a process costs milliseconds on every
// machine, and these numbers only go down.
import { readFileSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { execute, withCrew } from '../support/crew.ts';
import type { Repo } from '../support/repo.ts';
import { withLane } from '../unit/candidate/fixture.ts';

/** At most so many in a run of three models, in one that only says what it would do, in `check` and in `recover`. */
const BUDGETS = { run: 60, 'dry run': 6, check: 12, recover: 3 };
/** To capture what a model made in its lane and tell what it changed; one of them serves the whole session. */
const CAPTURE = 5;

/** Puts a git that counts in the place of the room's; gives how often it was called since it was asked last. */
function countingGit(repo: Repo): () => number {
  const [tool, log] = [join(repo.bin, 'git'), join(repo.tmp, 'gits')];
  const git = realpathSync(tool);
  rmSync(tool);
  repo.installTool('git', `#!${join(repo.bin, 'bash')}\nprintf . >>'${log}'\nexec '${git}' "$@"\n`);
  return () => {
    const calls = readFileSync(log, 'utf8').length;
    rmSync(log);
    return calls;
  };
}

test('git is started no more often than its budgets allow', () =>
  withCrew({}, async (repo) => {
    const calls = countingGit(repo);
    const counted: Record<string, number> = {};
    assert.is((await execute(repo)).code, 0);
    counted.run = calls();
    repo.git('reset', '-q', '--hard');
    repo.git('clean', '-fdq');
    calls();
    assert.is((await execute(repo, ['--dry-run'])).code, 0);
    counted['dry run'] = calls();
    await repo.runMm(['check', 'execute']);
    counted.check = calls();
    await repo.runMm(['recover']);
    counted.recover = calls();
    console.log(counted);
    for (const [what, most] of Object.entries(BUDGETS))
      assert.ok(counted[what]! <= most, `${what}: ${counted[what]} of ${most}`);
  }));

test('a lane is captured by no more gits than its budget allows', () =>
  withLane({ files: { a: 'a\n', 'deep/er/b': 'b\n' } }, async ({ repo, sh, capture }) => {
    const calls = countingGit(repo);
    sh('echo x > new; echo y >> a; rm deep/er/b');
    const { PATH } = process.env;
    process.env.PATH = repo.bin;
    try {
      assert.is((await capture()).changes.length, 3);
    } finally {
      process.env.PATH = PATH;
    }
    const counted = calls();
    assert.ok(counted <= CAPTURE, `${counted} of ${CAPTURE}`);
  }));

test.run();
