// What names mean while a recipe is walked.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { holds, Scope } from '../../../lib/core/scope.ts';

test('an inner scope covers the outer one and falls back to it', () => {
  const outer = new Scope(null, { a: 1, b: { c: 2 } });
  const inner = new Scope(outer, { a: 3 });
  assert.is(inner.lookup('a'), 3);
  assert.is(inner.lookup('b.c'), 2);
  assert.is(outer.lookup('a'), 1);
});

test('values are made when they are asked for, at any depth', () => {
  let count = 0;
  const scope = new Scope(null, {
    table: () => ({ text: `made ${++count}` }),
    reports: {
      one: () => 'first',
      two: () => {
        throw new Error('not asked for');
      },
    },
  });
  assert.is(scope.lookup('table.text'), 'made 1');
  assert.is(scope.lookup('table.text'), 'made 2');
  assert.is(scope.lookup('reports.one'), 'first');
});

test('nothing but own properties counts [S3]', () => {
  const scope = new Scope(null, { a: {}, list: [1] });
  for (const path of ['a.constructor', 'a.__proto__', 'list.length.x', 'toString', 'missing.deeper', ''])
    assert.is(scope.lookup(path), undefined, path);
});

test('nothing, false, 0, an empty text and an empty list do not hold', () => {
  for (const value of [undefined, null, false, 0, '', []]) assert.is(holds(value), false);
  for (const value of [true, 1, 'no', [0], {}]) assert.is(holds(value), true);
});

test.run();
