// Which of two trees the evidence prefers, and why.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { GateState } from '../../../lib/core/gate-states.ts';
import type { MeasuredCandidate } from '../../../lib/evidence/evidence.ts';
import { seededRandom } from '../../../lib/evidence/random.ts';
import { compareCandidates, isByMeasure, ranked, standing } from '../../../lib/evidence/rank.ts';
import { rankContext } from '../../../lib/evidence/rank-context.ts';
import { candidate, cell, evidence, gate } from './make.ts';

const NONE = new Map<string, readonly string[]>();
const better = (
  a: MeasuredCandidate,
  b: MeasuredCandidate,
  base = [gate('tests', 'pass', { passed: 20, failed: 0 })],
) => {
  const context = rankContext(base, [a, b], NONE);
  const there = compareCandidates(a, b, context);
  assert.is(Math.sign(there.order), -Math.sign(compareCandidates(b, a, context).order));
  return there;
};
const tests = (id: string, state: GateState, passed = 20, failed = 0) =>
  candidate(id, [gate('tests', state, { passed, failed })]);

test('pass is better than flaky, that than already failing, that than failing [A3]', () => {
  const states: GateState[] = ['pass', 'flaky', 'already-failing', 'fail'];
  for (const [index, state] of states.entries())
    for (const worse of states.slice(index + 1))
      assert.ok(better(tests('a', state), tests('b', worse, 19, 1)).order > 0, `${state} ${worse}`);
});

test('of two failures the one that gets further is better', () => {
  assert.ok(better(tests('a', 'fail', 19, 1), tests('b', 'fail', 17, 3)).order > 0);
  assert.ok(better(tests('a', 'fail', 18, 2), tests('b', 'fail', 0, 1)).order > 0, 'one that does not load is worst');
  assert.ok(
    better(tests('a', 'fail', 18, 2), tests('b', 'fail', 5, 1)).order > 0,
    'tests that are gone count as failing',
  );
  assert.is(
    better(tests('a', 'fail', 19, 1), tests('b', 'fail', 60, 1)).order,
    0,
    'more tests of one’s own earn nothing',
  );
});

test('the last gates tell most, and optional ones come after the others’ tests', () => {
  const a = candidate('a', [gate('lint', 'fail', { passed: 0, failed: 9 }), gate('tests', 'pass')]);
  const b = candidate('b', [gate('lint', 'pass'), gate('tests', 'fail', { passed: 9, failed: 1 })]);
  const { order, why } = better(a, b);
  assert.ok(order > 0);
  assert.is(why, '`tests` is pass, against fail');
  const untidy = candidate(
    'a',
    [gate('format', 'fail', null, [], false), gate('tests', 'pass')],
    [cell('b', 'a', 5), cell('c', 'a', 5)],
  );
  const tidy = candidate(
    'b',
    [gate('format', 'pass', null, [], false), gate('tests', 'pass')],
    [cell('a', 'b', 5, ['x']), cell('c', 'b', 5, ['y'])],
  );
  const third = candidate('c', [gate('tests', 'pass')], [cell('a', 'c', 5), cell('b', 'c', 5)]);
  const context = rankContext([], [untidy, tidy, third], NONE);
  assert.is(compareCandidates(untidy, tidy, context).by, 'cross-gates');
});

test('where nothing that was measured differs: files of most, then how typical it is, then trust, then the primary; never size alone', () => {
  const of = (id: string, size = 10) => candidate(id, [gate('tests', 'pass')], [], { size });
  const order = (all: readonly MeasuredCandidate[], context: ReturnType<typeof rankContext>) =>
    ranked(all, context).map(({ id }) => id);
  const [a, b, c] = [of('a', 1), of('b'), of('c')];
  const changed = new Map([
    ['a', ['x']],
    ['b', ['x', 'y']],
    ['c', ['x', 'y']],
  ]);
  const all = [a, b, c];
  assert.equal(order(all, rankContext([], all, changed)), ['b', 'c', 'a']);
  assert.equal(order([b, a], rankContext([], [a, b], NONE)), ['b', 'a'], 'size alone decides nothing');

  const ties = {
    likeness: new Map([
      ['a', 0.6],
      ['b', 0.5],
      ['c', 0.2],
    ]),
    trust: new Map(),
    primary: null,
  };
  const typical = rankContext([], all, NONE, ties);
  assert.equal(order(all, typical), ['b', 'c', 'a'], 'a fits the others best, in a tenth of their lines');
  const compared = compareCandidates(b, c, typical);
  assert.is(compared.by, 'likeness');
  assert.match(
    compared.why,
    /shares 50 % of the words that it adds with the others, against 20 %, in 10 changed lines, against 10/,
  );

  const trusted = rankContext([], all, NONE, { likeness: new Map(), trust: new Map([['c', 0.1]]), primary: 'b' });
  assert.equal(order(all, trusted), ['c', 'b', 'a']);
  assert.equal([compareCandidates(c, b, trusted).by, isByMeasure(compareCandidates(c, b, trusted))], ['trust', false]);
});

test('it is a total order (400 generated triples)', () => {
  const seed = `order ${Date.now()}`;
  const random = seededRandom(seed);
  const states: GateState[] = ['pass', 'fail', 'already-failing', 'flaky', 'timeout', 'missing', 'skipped'];
  const draw = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)]!;
  const counts = () => (random() < 0.3 ? null : { passed: Math.floor(random() * 4), failed: Math.floor(random() * 3) });
  for (let round = 0; round < 400; round++) {
    const ids = ['a', 'b', 'c'];
    const required = random() < 0.5;
    const all = ids.map((id) =>
      candidate(
        id,
        [gate('lint', draw(states), counts(), [], required), gate('tests', draw(states), counts())],
        ids
          .filter(() => random() < 0.8)
          .map((author) =>
            cell(
              author,
              id,
              3,
              ['1', '2', '3'].filter(() => author !== id && random() < 0.3),
            ),
          ),
        { size: Math.floor(random() * 3) },
      ),
    ) as [MeasuredCandidate, MeasuredCandidate, MeasuredCandidate];
    const context = rankContext([gate('tests', 'pass', { passed: 2, failed: 0 })], all, NONE);
    const order = (x: MeasuredCandidate, y: MeasuredCandidate) => Math.sign(compareCandidates(x, y, context).order);
    const [a, b, c] = all;
    assert.is(order(a, b), -order(b, a) || 0, `seed ${seed}`);
    if (order(a, b) >= 0 && order(b, c) >= 0) assert.ok(order(a, c) >= 0, `seed ${seed} round ${round}`);
    if (order(a, b) !== 0) assert.ok(compareCandidates(a, b, context).why.length > 0);
  }
});

test('a mix may not pay for a gain with a loss', () => {
  const whole = candidate(
    'a',
    [gate('lint', 'pass'), gate('tests', 'pass')],
    [cell('b', 'a', 5, ['x']), cell('c', 'a', 5)],
  );
  const others = ['b', 'c'].map((id) =>
    candidate(
      id,
      [gate('lint', 'pass'), gate('tests', 'pass')],
      [cell(id === 'b' ? 'c' : 'b', id, 5), cell(id, id, 5)],
    ),
  );
  const context = rankContext([], [whole, ...others], NONE);
  const mix = (lint: GateState, b: string[], c: string[]) =>
    standing(
      evidence(
        'm',
        [gate('lint', lint), gate('tests', 'pass')],
        [cell('b', 'composite', 5, b), cell('c', 'composite', 5, c)],
      ),
      whole.evidence,
      context,
    );
  assert.equal(mix('pass', [], []), { notWorse: true, better: true, why: 'fails 0 of the tests of b, against 1' });
  assert.is(mix('pass', ['x'], []).better, false);
  assert.is(mix('pass', [], ['y']).notWorse, false);
  assert.is(mix('fail', [], []).notWorse, false);
  assert.is(
    standing(evidence('m', [gate('tests', 'pass')], []), whole.evidence, context).notWorse,
    false,
    'what was not measured is not as good',
  );
});

test('what was mended between pieces is kept only when nothing got worse [Y3]', () => {
  const before = candidate('composite', [gate('lint', 'pass'), gate('tests', 'fail', { passed: 8, failed: 2 })]);
  const context = rankContext([gate('tests', 'pass', { passed: 8, failed: 0 })], [before], NONE);
  const after = (lint: GateState, tests: GateState, failed: number) =>
    standing(
      evidence('integrated', [gate('lint', lint), gate('tests', tests, { passed: 10 - failed, failed })]),
      before.evidence,
      context,
    );
  assert.equal([after('pass', 'pass', 0).notWorse, after('pass', 'pass', 0).better], [true, true]);
  assert.equal([after('pass', 'fail', 1).notWorse, after('pass', 'fail', 1).better], [true, true]);
  assert.equal([after('pass', 'fail', 2).notWorse, after('pass', 'fail', 2).better], [true, false]);
  assert.is(after('fail', 'pass', 0).notWorse, false);
  assert.is(after('pass', 'fail', 3).notWorse, false);
});

test.run();
