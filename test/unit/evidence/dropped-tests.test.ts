// Test files that do not come into the result are named, each with the reason.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Pick } from '../../../lib/core/candidate.ts';
import { droppedTests } from '../../../lib/evidence/carry-tests.ts';
import { cell, evidence, work } from './make.ts';

const pick = (path: string, from: string): Pick => ({
  path,
  from,
  action: 'write',
  why: '',
  by: 'gates',
  confidence: 1,
});
const failing = (name: string, path: string) => ({ name, mentions: [path] });

test('what is chosen, or lies there from somebody else, is not named; all other test files are', () => {
  const works = [
    work('ada', { 'src/x.js': 'x1', 'test/own.test.js': 'o', 'test/same.test.js': 's', 'test/both.test.js': 'a' }),
    work('bob', {
      'src/x.js': 'x2',
      'test/same.test.js': 's',
      'test/both.test.js': 'b',
      'test/fails.test.js': 'f',
      'test/doubtful.test.js': 'd',
      'test/fine.test.js': 'p',
      'test/gone.test.js': null,
    }),
    work('cid', { 'test/unknown.test.js': 'u' }),
  ];
  const files = [
    pick('src/x.js', 'ada'),
    pick('test/own.test.js', 'ada'),
    pick('test/same.test.js', 'ada'),
    pick('test/both.test.js', 'ada'),
    ...['fails', 'doubtful', 'fine', 'unknown'].map((name) => pick(`test/${name}.test.js`, 'base')),
  ];
  const notes = droppedTests({
    candidates: works,
    files,
    evidence: evidence('tree', [], [cell('bob', 'composite', 5, [failing('f', 'test/fails.test.js')])]),
    doubts: new Map([['bob\nd', ['test/doubtful.test.js']]]),
  });
  assert.equal(notes, [
    'Tests of bob that are not in the result: test/both.test.js (that of ada was chosen), ' +
      'test/fails.test.js (it fails on the chosen code), ' +
      'test/doubtful.test.js (it fails on the code of everybody else), test/fine.test.js (not chosen).',
    'Tests of cid that are not in the result: test/unknown.test.js (it was not run on the chosen code).',
  ]);
});

test('of many only the first are named', () => {
  const paths = Array.from({ length: 9 }, (_, i) => `test/${i}.test.js`);
  const [note] = droppedTests({
    candidates: [work('ada', Object.fromEntries(paths.map((path) => [path, path])))],
    files: [],
    evidence: evidence('tree', []),
    doubts: new Map(),
  });
  assert.match(note ?? '', /5\.test\.js \([^)]*\) and 3 more\.$/);
});

test.run();
