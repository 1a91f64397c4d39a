import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { groupBy } from '../../lib/core/group-by.ts';

test('keys and items come in the order in which they were met', () => {
  const groups = groupBy(['b1', 'a1', 'b2', 'c1', 'a2'], (text) => text[0]);
  assert.equal(
    [...groups],
    [
      ['b', ['b1', 'b2']],
      ['a', ['a1', 'a2']],
      ['c', ['c1']],
    ],
  );
});

test('works on anything that can be gone through, and nothing gives nothing', () => {
  assert.equal(
    [...groupBy(new Set([1, 2, 3]), (each) => each % 2)],
    [
      [1, [1, 3]],
      [0, [2]],
    ],
  );
  assert.is(groupBy([], String).size, 0);
});

test.run();
