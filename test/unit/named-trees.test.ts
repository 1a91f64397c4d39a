// Which tree and which plan a step is given: by name, by the words of 0.1.0, and where the user chose otherwise.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Plan } from '../../lib/core/candidate.ts';
import type { StepContext } from '../../lib/steps/executor.ts';
import { planOf, treeOf } from '../../lib/steps/named-trees.ts';
import type { Run } from '../../lib/steps/run-context.ts';

const plan = (tree: string, more: Partial<Plan> = {}) => ({ tree, files: [], ...more }) as unknown as Plan;

function runWith(current: Plan | null, plans: readonly Plan[] = []): Run {
  const record = { plan: current, trees: { claude: 'c1', integrated: 'i1' } };
  const known = new Map(plans.map((each) => [each.tree, each]));
  return { baseTree: 'b1', plans: known, passRecord: () => record } as unknown as Run;
}
const contextOf = (run: Run) => ({ run, pass: 1, id: 'apply' }) as unknown as StepContext;

test('a tree is the one that was saved; a word stands for what the record has under it', () => {
  const run = runWith(plan('p1'));
  const told = (value: never) => treeOf(run, 1, value);
  assert.equal(told({ id: 'gemini', tree: 'g1' } as never), { id: 'gemini', tree: 'g1' });
  assert.equal(told('claude' as never), { id: 'claude', tree: 'c1' });
  assert.equal(told('plan' as never), { id: 'composite', tree: 'p1' });
  assert.equal(told('integrated' as never), { id: 'integrated', tree: 'i1' });
  assert.is(told('gemini' as never), null);
  assert.is(told(null as never), null);
});

test('the base is what a checkout has on disk, whatever the commit says', () => {
  const run = runWith(null);
  assert.equal(treeOf(run, 1, { id: 'base', tree: 'of the commit' }), { id: 'base', tree: 'b1' });
  assert.equal(treeOf(run, 1, 'base'), { id: 'base', tree: 'b1' });
});

test('an earlier tree has its own plan, but where the user chose otherwise when it was reviewed', () => {
  const [first, second] = [plan('p1'), plan('p2')];
  const asked = { id: 'composite', tree: 'p1' };
  assert.equal(planOf(contextOf(runWith(second, [first, second])), asked), { ok: true, value: first });
  const chosen = plan('p3', { instead_of: 'p1' });
  assert.equal(planOf(contextOf(runWith(chosen, [first, chosen])), asked), { ok: true, value: chosen });
  assert.equal(planOf(contextOf(runWith(second, [second])), 'plan'), { ok: true, value: second });
});

test('what was never put together has no plan', () => {
  for (const value of [null, 'plan', { id: 'claude', tree: 'c1' }])
    assert.not.ok(planOf(contextOf(runWith(null)), value).ok);
});

test.run();
