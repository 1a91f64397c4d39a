// The nearest right word for a misspelt one.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { editDistance, nearest } from '../../lib/core/nearest.ts';

test('counts edits; swapped neighbours are one', () => {
  const cases: [string, string, number][] = [
    ['', '', 0],
    ['', 'abc', 3],
    ['abc', 'abc', 0],
    ['abc', 'abd', 1],
    ['abc', 'acb', 1],
    ['kitten', 'sitting', 3],
    ['abc', '', 3],
  ];
  for (const [a, b, edits] of cases) {
    assert.is(editDistance(a, b), edits, `${a} → ${b}`);
    assert.is(editDistance(b, a), edits, `${b} → ${a}`);
  }
});

test('finds what was meant, and nothing for what is far away', () => {
  const known = ['title', 'timeout', 'workspace', 'run'];
  assert.is(nearest('titel', known), 'title');
  assert.is(nearest('TIMEOUT', known), 'timeout');
  assert.is(nearest('workspce', known), 'workspace');
  assert.is(nearest('rnu', known), 'run');
  assert.is(nearest('primary', known), undefined);
  assert.is(nearest('x', []), undefined);
  assert.is(nearest('y'.repeat(1_000_000), known), undefined);
});

test('a word that is cut short is the only one that begins with it, and none where several do', () => {
  const known = ['execute', 'report', 'resume', 'recover', 'review'];
  assert.is(nearest('exec', known), 'execute');
  assert.is(nearest('rep', known), 'report');
  assert.is(nearest('res', known), 'resume');
  assert.is(nearest('ex', known), undefined);
  assert.is(nearest('re', known), undefined);
});

test.run();
