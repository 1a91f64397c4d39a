// The figures of the source are what they say.

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { measureHouse } from '../house/measure.ts';
import { houseOfToday } from '../house/today.ts';

const lib = [
  {
    file: 'lib/tree/diff.ts',
    lines: [
      "import { parse } from './parse.ts';",
      'export function diff() {',
      '  if (a) {',
      '  }',
      '  return parse();',
      '}',
    ],
  },
  { file: 'lib/tree/parse.ts', lines: ["// 'earlier' in a comment", "export const parse = () => 'base';"] },
  { file: 'lib/git/diff.ts', lines: [`const wide = '${'x'.repeat(120)}';`] },
];
const readme = '### Journey: undo\n\n1. [a](steps/a.ts) calls\n   [b](session/b.ts)\n2. [a](steps/a.ts)\n';

test('measures lines, functions, importers, words, names and journeys', () => {
  const house = measureHouse(lib, [{ file: 'test/a.ts', lines: ['one'] }], readme);
  assert.is(house['lines in lib/'], '9');
  assert.is(house['files in lib/'], '3');
  assert.is(house['modules with one importer, in the same folder'], '1');
  assert.is(house['largest file'], '6  lib/tree/diff.ts');
  assert.is(house['longest function'], '5  lib/tree/diff.ts:2');
  assert.is(house['longest line'], '136  lib/git/diff.ts:1');
  assert.is(house["files with the workflow's word: base"], '1');
  assert.is(house["files with the workflow's word: earlier"], '0');
  assert.is(house['file names that stand in two folders'], '1  diff.ts');
  assert.is(house['files on the way: undo'], '2');
});

/** Figure → how much of it there may be. */
const MOST: Readonly<Record<string, number>> = {
  'largest file': 300,
  'longest function': 60,
  'longest line': 120,
  // `deliver` is a command and an executor
  'file names that stand in two folders': 1,
  'git folders built by hand': 2,
  ...Object.fromEntries(
    ['pass', 'composite', 'integrated', 'earlier', 'base', 'plan', 'scratch', 'an option by its name'].map((word) => [
      `files with the workflow's word: ${word}`,
      0,
    ]),
  ),
  'files on the way: from the task to a started process': 12,
  "files on the way: from a judge's answer to the plan": 10,
};

test('the sources keep to their limits', () => {
  const house = houseOfToday();
  for (const [figure, most] of Object.entries(MOST))
    assert.ok(Number.parseInt(house[figure] ?? '', 10) <= most, `${figure}: ${house[figure]}, at most ${most}`);
});

test.run();
