// How alike candidates are in what they add, and how far a slot is to be trusted.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { addedWords, likeness, together, typicality } from '../../../lib/evidence/likeness.ts';
import { trust } from '../../../lib/evidence/trust.ts';

test('words count that a version has more often than before; what was moved or taken away does not', () => {
  const before = 'const total = sum(a)\nreturn total\n';
  assert.equal([...addedWords(before, 'return total\nconst total = sum(a)\n')], []);
  const added = addedWords(before, `${before}return total + größe_2 * 17\n`);
  assert.equal(Object.fromEntries(added), { return: 1, total: 1, größe_2: 1, 17: 1 });
  assert.equal(
    [...addedWords(null, 'a a b')],
    [
      ['a', 2],
      ['b', 1],
    ],
  );
  assert.equal([...addedWords('a b', null)], []);
});

test('who adds what the others add is most alike; of two nobody is', () => {
  const words = (text: string) => addedWords(null, text);
  const found = likeness(
    new Map([
      ['a', words('if x return 1')],
      ['b', words('if x return 2')],
      ['c', words('throw up')],
    ]),
  );
  assert.equal([...found.keys()], ['a', 'b', 'c']);
  assert.is(found.get('a'), found.get('b'));
  assert.is(found.get('a'), 3 / 5 / 2);
  assert.is(found.get('c'), 0);
  assert.is(
    likeness(
      new Map([
        ['a', words('x')],
        ['b', words('y')],
      ]),
    ).size,
    0,
  );
  assert.is(
    likeness(
      new Map([
        ['a', words('')],
        ['b', words('')],
        ['c', words('x')],
      ]),
    ).get('a'),
    0.5,
  );
  assert.equal(
    [...together([words('a b'), words('b')])],
    [
      ['a', 1],
      ['b', 2],
    ],
  );
});

test('a change far smaller than the middle one is not typical, however alike', () => {
  const alike = new Map([
    ['tiny', 0.5],
    ['middle', 0.4],
    ['large', 0.4],
  ]);
  const found = typicality(
    alike,
    new Map([
      ['tiny', 1],
      ['middle', 30],
      ['large', 40],
    ]),
  );
  assert.ok(found.get('tiny')! < found.get('middle')!);
  assert.ok(found.get('large')! > found.get('middle')!);
  const huge = typicality(
    alike,
    new Map([
      ['tiny', 30],
      ['middle', 30],
      ['large', 1_000_000],
    ]),
  );
  assert.is(huge.get('large'), 0.4 + 0.5, 'beyond a factor of e more makes no difference');
  assert.is(typicality(new Map(), new Map([['a', 1]])).size, 0);
});

test('trust is drawn towards equal: one run says little, many say more, those alone nothing', () => {
  const run = (a: boolean, b: boolean) => [
    { slot: 'a', passed: a, taken: a ? 1 : 0 },
    { slot: 'b', passed: b, taken: b ? 1 : 0 },
  ];
  const once = trust([run(true, false)]);
  const often = trust(Array.from({ length: 20 }, () => run(true, false)));
  assert.ok(once.get('a')! > 0 && once.get('b')! < 0);
  assert.ok(often.get('a')! > 3 * once.get('a')!);
  assert.is(trust([run(true, true)]).get('a'), 0);
  assert.is(trust([[{ slot: 'a', passed: true, taken: 1 }]]).size, 0);
});

test.run();
