// Clones that hold only a part: sparse, without the contents of files outside (`--filter=blob:none`), without a network.
// deadline: 600
import { mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { inSession, PROJECT_FILES, withCrew } from '../support/crew.ts';
import type { Repo } from '../support/repo.ts';

/** A guide outside the cone, which two models rewrite; the gate and both sources are inside. */
const FILES = { ...PROJECT_FILES, 'docs/guide.md': 'an old guide\n', 'docs/other.md': 'another\n' };
const AGENTS = {
  files: FILES,
  claude: {
    implement: 'put src/a.txt "a, BEST"\nput docs/guide.md "a guide of claude"\ngit status\nsay done',
    compare: 'prefer BEST',
  },
  gemini: { implement: 'put src/b.txt "b, BEST"\nput docs/guide.md "a guide, BEST"\nsay done' },
  codex: null,
};

/** Puts a clone that never fetched what lies outside src/ in the repository's place, and takes its origin away. */
function makePartial(repo: Repo, filter: string): void {
  const origin = join(repo.dir, '../origin.git');
  repo.git('clone', '--quiet', '--bare', '.', origin);
  for (const key of ['allowFilter', 'allowAnySHA1InWant'])
    repo.git('-C', origin, 'config', `uploadpack.${key}`, 'true');
  renameSync(repo.dir, join(repo.dir, '../whole'));
  mkdirSync(repo.dir);
  repo.git('clone', '--quiet', filter, '--sparse', `file://${origin}`, '.');
  repo.git('sparse-checkout', 'set', '--cone', 'src');
  renameSync(origin, `${origin}-away`);
}

const stateOf = (repo: Repo) => [repo.git('status', '--porcelain'), repo.git('ls-files', '-t'), repo.has('docs')];

for (const recipe of ['execute', 'isolated']) {
  test(`${recipe} in a blobless, sparse clone: files outside of it are captured, judged, applied and taken out again`, () =>
    withCrew(AGENTS, async (repo) => {
      makePartial(repo, '--filter=blob:none');
      const before = stateOf(repo);
      const run = await repo.runMm(
        [`recipes/${recipe}.yaml`, 'Write a guide', '--headless', '--yes', '--only', 'claude,gemini'],
        {
          deadline: 150_000,
        },
      );
      assert.is(run.code, 0, run.stderr);
      assert.is(repo.read('docs/guide.md'), 'a guide, BEST\n');
      assert.is(repo.read('src/b.txt'), 'b, BEST\n');
      assert.match(
        inSession(run, 'pass-0001/diffs/gemini.diff'),
        /-The content of [0-9a-f]{40} was never fetched into this clone/,
      );
      const report = await repo.runMm(['report', 'latest']);
      assert.is(report.code, 0, report.stderr);
      repo.git('status'); // which makes git take the files for a part of the checkout
      assert.is((await repo.runMm(['undo'])).code, 0);
      assert.equal(stateOf(repo), before);
    }));
}

test('a declined plan in such a clone leaves it as it was, although a model worked in the tree and asked git', () =>
  withCrew(AGENTS, async (repo) => {
    makePartial(repo, '--filter=blob:none');
    const before = stateOf(repo);
    const run = await repo.runMm(['recipes/execute.yaml', 'Write a guide', '--headless', '--only', 'claude,gemini'], {
      deadline: 150_000,
    });
    assert.is(run.code, 3, run.stderr);
    assert.equal(stateOf(repo), before);
  }));

test.run();
