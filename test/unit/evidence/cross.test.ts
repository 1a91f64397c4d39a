// The matrix tests-of × code-of: which tests are trusted, and who gains nothing by their own.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { assessSuites, crossLoss, crossScore, disputes, passesWithin } from '../../../lib/evidence/cross.ts';
import { seededRandom } from '../../../lib/evidence/random.ts';
import { cell } from './make.ts';

test('a test that fails against all candidates but its own author’s is doubtful and decides nothing', () => {
  const cells = [cell('a', 'a', 5), cell('a', 'b', 5, ['odd', 'x']), cell('a', 'c', 5, ['odd'])];
  const suites = assessSuites(cells);
  assert.equal(suites.get('a')?.doubtful, ['odd']);
  assert.is(crossLoss(cells[1]!, suites.get('a')!), 1);
  assert.is(crossLoss(cells[2]!, suites.get('a')!), 0);
});

test('a test that fails everywhere, its author’s code too, is broken; one that fails there only is not', () => {
  const cells = [
    cell('a', 'a', 5, ['nowhere', 'unfinished']),
    cell('a', 'b', 5, ['nowhere']),
    cell('a', 'c', 5, ['nowhere']),
  ];
  const suite = assessSuites(cells).get('a')!;
  assert.equal(suite.broken, ['nowhere']);
  assert.equal(suite.doubtful, []);
  assert.is(crossLoss(cells[0]!, suite), 1);
});

test('a lone stricter test is heard where its author’s code passes all tests of others that count', () => {
  const strict = [cell('a', 'a', 3), cell('a', 'b', 3, ['strict']), cell('a', 'c', 3, ['strict'])];
  const others = (failing: string[]) => ['a', 'b', 'c'].map((code) => cell('b', code, 2, code === 'a' ? failing : []));
  const heard = assessSuites([...strict, ...others([])]);
  assert.equal([heard.get('a')?.doubtful, heard.get('a')?.disputed], [[], ['strict']]);
  assert.equal(
    strict.map((each) => [disputes([each], heard), crossLoss(each, heard.get('a')!)]),
    [
      [0, 0],
      [1, 0],
      [1, 0],
    ],
  );
  assert.equal(assessSuites([...strict, ...others(['easy'])]).get('a')?.doubtful, ['strict']);
  // nobody else has tests that count: nothing speaks for its author
  assert.equal(assessSuites(strict).get('a')?.doubtful, ['strict']);
});

test('code that does not load says nothing of a test, and fails all of them itself', () => {
  const dead = { ...cell('a', 'c', 1, ['test/a.test.js']), counts: { passed: 0, failed: 1 } };
  const cells = [cell('a', 'a', 5), cell('a', 'b', 5, ['x']), dead];
  const suite = assessSuites(cells).get('a')!;
  assert.equal(suite.doubtful, []);
  assert.equal(suite.disputed, ['x']);
  assert.is(crossLoss(cells[1]!, suite), 0);
  assert.is(crossLoss(dead, suite), 4);
});

test('doubted code may vouch for a test but not object to it', () => {
  const cells = [cell('a', 'a', 5), cell('a', 'b', 5, ['x']), cell('a', 'half', 5, ['x', 'y'])];
  assert.equal(assessSuites(cells).get('a')?.doubtful, ['x']);
  const doubted = assessSuites(cells, new Set(['half']));
  assert.equal(doubted.get('a')?.doubtful, []);
  assert.equal(doubted.get('a')?.disputed, ['x']);
  assert.equal(
    cells.map((each) => disputes([each], doubted)),
    [0, 1, 1],
  );
  const vouched = [cell('a', 'a', 5), cell('a', 'b', 5, ['x']), cell('a', 'c', 5, ['x']), cell('a', 'half', 5, ['y'])];
  assert.equal(assessSuites(vouched, new Set(['half'])).get('a')?.doubtful, []);
});

test('without names, what fails against everyone is left out by number', () => {
  const bare = (codeOf: string, failed: number) => ({
    ...cell('a', codeOf, 6),
    state: 'fail' as const,
    counts: { passed: 6 - failed, failed },
  });
  const cells = [cell('a', 'a', 6), bare('b', 3), bare('c', 1)];
  const suite = assessSuites(cells).get('a')!;
  assert.is(suite.excluded, 1);
  assert.is(crossLoss(cells[1]!, suite), 2);
  assert.is(crossLoss(cells[2]!, suite), 0);
});

test('with two candidates tests count only where both have some', () => {
  const one = [cell('a', 'a', 3), cell('a', 'b', 3, ['x'])];
  assert.is(assessSuites(one).get('a')?.oneSided, true);
  assert.is(disputes([one[1]!], assessSuites(one)), 0);
  const both = [...one, cell('b', 'a', 3), cell('b', 'b', 3)];
  assert.is(assessSuites(both).get('a')?.oneSided, false);
  assert.is(disputes([both[1]!], assessSuites(both)), 1);
  assert.is(crossScore([both[1]!], assessSuites(both), 'b'), 1);
});

test('nobody is rewarded for their own tests: more of them change no score of their author (500 generated matrices)', () => {
  const seed = `matrix ${Date.now()}`;
  const random = seededRandom(seed);
  const ids = ['a', 'b', 'c'];
  for (let round = 0; round < 500; round++) {
    const names = Array.from({ length: 6 }, (_, n) => `t${n}`);
    const cells = ids.flatMap((author) =>
      ids.map((code) => cell(author, code, 6, author === code ? [] : names.filter(() => random() < 0.3))),
    );
    const more = cells.map((each) =>
      each.testsOf === 'a'
        ? { ...each, counts: { passed: each.counts!.passed + 50, failed: each.counts!.failed } }
        : each,
    );
    const score = (all: typeof cells) =>
      crossScore(
        all.filter(({ codeOf }) => codeOf === 'a'),
        assessSuites(all),
        'a',
      );
    assert.is(score(more), score(cells), `seed ${seed}`);
  }
});

test('a file’s tests pass in a run where every failure names other files, and not where nobody can tell', () => {
  const failing = (...names: [string, string[]][]) => names.map(([name, mentions]) => ({ name, mentions }));
  assert.is(passesWithin(cell('a', 'b', 3), 'test/x.test.js'), true);
  const other = cell('a', 'b', 3, failing(['y', ['test/y.test.js', 'src/y.js']]));
  assert.is(passesWithin(other, 'test/x.test.js'), true);
  assert.is(passesWithin(other, 'test/y.test.js'), false);
  assert.is(passesWithin(cell('a', 'b', 3, failing(['nameless', []])), 'test/x.test.js'), false);
  assert.is(passesWithin(cell('a', 'b', 3, failing(['test/x.test.js', ['src/x.js']])), 'test/x.test.js'), false);
  assert.is(passesWithin({ ...other, counts: { passed: 0, failed: 1 } }, 'test/x.test.js'), false);
  assert.is(passesWithin({ ...other, failing: [] }, 'test/x.test.js'), false);
  assert.is(passesWithin({ ...other, state: 'skipped' }, 'test/x.test.js'), false);
});

test.run();
