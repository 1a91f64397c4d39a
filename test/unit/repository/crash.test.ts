// Killed at any operation, or for real at any instant: one undo, itself killed and repeated, puts everything back.
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { undoHandlers } from '../../../lib/commands/undo-handlers.ts';
import type { Undo } from '../../../lib/core/events.ts';
import { type Apply, applyPlan, planApply } from '../../../lib/repository/apply-result.ts';
import { planMainTree, resetMainTree } from '../../../lib/repository/main-tree.ts';
import {
  planUserChanges,
  restoreUserChanges,
  stashUserChanges,
  type UserChanges,
} from '../../../lib/repository/user-changes.ts';
import { nodePath, PROJECT } from '../../support/paths.ts';
import type { Files, Repo } from '../../support/repo.ts';
import { value } from '../../support/result.ts';
import { startProcess } from '../../support/start-process.ts';
import { cutAfter } from './cut.ts';
import { request, treeOf } from './result-tree.ts';
import { factsOf, sessionFolder, withZoo } from './support.ts';

const POINTS = Number(process.env.MM_TEST_POINTS ?? 7);
const seed = Number(process.env.MM_TEST_SEED ?? Date.now() % 100_000);
let state = seed;
/** The next number of a repeatable series, 0 to 1. */
function random(): number {
  state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
  return state / 2_147_483_648;
}

let folders = 0;
const fresh = (repo: Repo, name: string): string => join(sessionFolder(repo), `${name}-${++folders}`);

const RESULT: Files = {
  'untouched/deep/file': 'result\n',
  'new/deep/file': 'result\n',
  'uncached-same.txt': 'result\n',
  'mode.sh': null,
  'becomes-result/a': 'x\n',
  'deleted-staged.txt': 'kept as it was\n',
};

/** What a session does in the tree, step by step; each record is written down before its step. */
const SCENARIOS: Readonly<
  Record<string, (repo: Repo) => Promise<readonly (readonly [Undo, () => Promise<unknown>])[]>>
> = {
  'putting changes aside': async (repo) => [await aside(repo)],
  'bringing changes back': async (repo) => {
    const [record, act] = await aside(repo);
    await act();
    return [[record, async () => value(await restoreUserChanges(record as UserChanges))]];
  },
  'resetting after a model': async (repo) => {
    const [record, act] = await aside(repo);
    await act();
    const main = value(await planMainTree(await factsOf(repo), 's1', fresh(repo, 'main'), { aside: true }));
    repo.write({ 'plain.txt': 'model\n', 'made/by/model': 'x\n', 'both.txt': null, '.gitignore': '' });
    repo.git('add', 'plain.txt');
    return [
      [record, async () => undefined],
      [main, async () => value(await resetMainTree(main))],
    ];
  },
  'applying a result': async (repo) => {
    const result = treeOf(repo, RESULT);
    const plan = value(
      await planApply(await request(repo, result, { dir: fresh(repo, 'apply'), onConflict: 'result' })),
    );
    const record: Apply = plan.record;
    return [[record, async () => value(await applyPlan(record))]];
  },
};

async function aside(repo: Repo): Promise<readonly [Undo, () => Promise<unknown>]> {
  const { record } = value(await planUserChanges(await factsOf(repo), 's1', fresh(repo, 'user'), 'stash'))!;
  return [record, async () => value(await stashUserChanges(record))];
}

async function undoAll(steps: readonly (readonly [Undo, unknown])[]): Promise<void> {
  for (const [record] of steps.toReversed()) value(await undoHandlers[record.kind]!(record));
}

for (const [name, prepare] of Object.entries(SCENARIOS)) {
  test(`cut off while ${name}, and while undoing it: everything is back (seed ${seed}) [Y6]`, () =>
    withZoo(async (repo) => {
      const before = repo.state();
      const counted = await cutAfter(Number.POSITIVE_INFINITY, async () => undefined);
      assert.not(counted.cut);
      let total = 0;
      for (let n = 0; n <= POINTS; n++) {
        const steps = await prepare(repo);
        const at = n === 0 ? Number.POSITIVE_INFINITY : Math.floor((total * (n - random())) / POINTS);
        const run = await cutAfter(at, async () => {
          for (const [, act] of steps) await act();
        });
        if (n === 0) total = run.count;
        assert.ok(total > 5, 'there is something to cut');
        const undone = await cutAfter(Math.floor(random() * total), () => undoAll(steps));
        if (undone.cut) await undoAll(steps);
        assert.equal(repo.state(), before, `cut after ${at} of ${total}, then in its undo after ${undone.count}`);
        await undoAll(steps);
        assert.equal(repo.state(), before, 'once more');
      }
    }));
}

test(`killed for real at any instant, its git commands too (seed ${seed}) [Y6]`, () =>
  withZoo(async (repo) => {
    const before = repo.state();
    const child = join(PROJECT, 'test/unit/repository/act.ts');
    for (let n = 0; n < POINTS / 2; n++) {
      const [record] = await aside(repo);
      const command = [nodePath(), '--import', import.meta.resolve('tsx'), child, JSON.stringify(record)] as const;
      const started = startProcess([...command], {
        cwd: repo.root,
        env: { ...repo.env, TSX_TSCONFIG_PATH: join(PROJECT, 'tsconfig.json') },
      });
      await started.waitFor(/ready/);
      const wait = random() * 400;
      await new Promise((resolve) => setTimeout(resolve, wait));
      started.killGroup('SIGKILL');
      await started.exit;
      value(await undoHandlers[record.kind]!(record));
      assert.equal(repo.state(), before, `killed after ${Math.round(wait)} ms`);
    }
  }));

test.run();
