// Blind, order-swapped judging, and what several judges' answers add up to.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { JudgeAnswer } from '../../../lib/evidence/judge-answer.ts';
import {
  blindOrders,
  combineBallots,
  combineOrders,
  letterOf,
  type Order,
  type Ranking,
} from '../../../lib/evidence/votes.ts';

const IDS = ['alpha', 'beta', 'gamma'];
const marks = (all: number) => ({ correctness: all, conventions: all, quality: all, completeness: all, tests: all });

/** An answer that calls `best` best, with marks by candidate. */
function answer(order: Order, best: string, rated: Record<string, number> = {}): { order: Order; answer: JudgeAnswer } {
  const letter = (id: string) => letterOf(order.indexOf(id));
  const ratings = new Map(Object.entries(rated).map(([id, mark]) => [letter(id), marks(mark)] as const));
  return {
    order,
    answer: { notes: '', files: [{ path: 'f', best: best === 'base' ? 'base' : letter(best), why: '', ratings }] },
  };
}

test('each judge sees two opposite orders of its own, the same ones for the same seed', () => {
  const [first, second] = blindOrders(IDS, 'session', 'judge one');
  assert.equal([...first].reverse(), [...second]);
  assert.equal([...first].sort(), IDS);
  assert.equal(blindOrders([...IDS].reverse(), 'session', 'judge one')[0], first);
  const drawn = new Set(Array.from({ length: 40 }, (_, n) => blindOrders(IDS, `${n}`, 'judge')[0].join()));
  assert.is(drawn.size, 6);
});

test('letters go on after Z', () => {
  assert.equal([0, 1, 25, 26, 52].map(letterOf), ['A', 'B', 'Z', 'A2', 'A3']);
});

test('a file is decided when both orders agree, and ranked below the best by what both say', () => {
  const [one, two] = blindOrders(IDS, 's', 'j');
  const rankings = combineOrders([
    answer(one, 'beta', { alpha: 4, beta: 5, gamma: 2 }),
    answer(two, 'beta', { alpha: 3, beta: 5, gamma: 1 }),
  ]);
  assert.equal(rankings.get('f'), [['beta'], ['alpha'], ['gamma']]);
  const torn = combineOrders([
    answer(one, 'beta', { alpha: 4, beta: 5, gamma: 2 }),
    answer(two, 'beta', { alpha: 1, beta: 5, gamma: 3 }),
  ]);
  assert.equal(torn.get('f')?.[0], ['beta']);
  assert.equal([...(torn.get('f')?.[1] ?? [])].sort(), ['alpha', 'gamma']);
});

test('of equal versions the one that was rated counts, wherever the others stand [A4]', () => {
  const order = ['alpha', 'beta', 'gamma'];
  const same = (_: string, id: string) => (id === 'gamma' ? 'alpha' : id);
  for (const rated of [
    { alpha: 4, beta: 5 },
    { gamma: 4, beta: 5 },
  ]) {
    const rankings = combineOrders(
      [order, [...order].reverse()].map((each) => answer(each, 'beta', rated)),
      same,
    );
    assert.equal(rankings.get('f'), [['beta'], ['alpha']]);
  }
});

test('a file is undecided when the orders disagree, or only one answer came', () => {
  const [one, two] = blindOrders(IDS, 's', 'j');
  assert.is(combineOrders([answer(one, 'beta'), answer(two, 'alpha')]).get('f'), null);
  assert.is(combineOrders([answer(one, 'beta')]).get('f'), null);
  assert.equal(combineOrders([answer(one, 'base'), answer(two, 'base')]).get('f')?.[0], ['base']);
});

test('a judge that always prefers the first decides nothing, even between equal versions', () => {
  for (let n = 0; n < 30; n++) {
    const [one, two] = blindOrders(IDS, `${n}`, 'j');
    const same = (_: string, id: string) => (id === 'gamma' ? 'alpha' : id);
    assert.is(combineOrders([answer(one, one[0]!), answer(two, two[0]!)], same).get('f'), null);
    assert.is(combineOrders([answer(one, one[2]!), answer(two, two[2]!)]).get('f'), null);
  }
});

test('equal versions are one choice when the place can not have made it', () => {
  const order = ['alpha', 'gamma', 'beta'];
  const same = (_: string, id: string) => (id === 'gamma' ? 'alpha' : id);
  const rankings = combineOrders([answer(order, 'alpha'), answer([...order].reverse(), 'gamma')], same);
  assert.equal(rankings.get('f')?.[0], ['alpha']);
});

const ballot = (judge: string, ranking: Ranking | null, self: string | null = null) => ({
  judge,
  self,
  rankings: new Map([['f', ranking]]),
});

test('several judges are combined by rank: who wins the pairs', () => {
  const vote = combineBallots([
    ballot('one', [['alpha'], ['beta'], ['gamma']]),
    ballot('two', [['alpha'], ['gamma'], ['beta']]),
    ballot('three', [['beta'], ['alpha'], ['gamma']]),
  ]).get('f')!;
  assert.equal(vote.ranking, [['alpha'], ['beta'], ['gamma']]);
  assert.is(vote.decided, true);
  assert.is(vote.confidence, 1);
});

test('a judge that could not decide has no voice, and lowers the confidence', () => {
  const vote = combineBallots([ballot('one', [['alpha'], ['beta']]), ballot('two', null)]).get('f')!;
  assert.equal(vote.ranking[0], ['alpha']);
  assert.is(vote.confidence, 0.5);
  assert.is(combineBallots([ballot('one', null)]).get('f')!.decided, false);
});

test('judges that contradict each other decide nothing', () => {
  const vote = combineBallots([ballot('one', [['alpha'], ['beta']]), ballot('two', [['beta'], ['alpha']])]).get('f')!;
  assert.is(vote.decided, false);
  assert.equal(vote.ranking, []);
});

test('a judge’s vote on its own candidate can be left out', () => {
  const vote = combineBallots([
    ballot('alpha', [['alpha'], ['gamma'], ['beta']], 'alpha'),
    ballot('beta', [['beta'], ['gamma'], ['alpha']], 'beta'),
    ballot('gamma', [['gamma'], ['beta'], ['alpha']], 'gamma'),
  ]).get('f')!;
  assert.equal(vote.ranking[0], ['gamma']);
});

test.run();
