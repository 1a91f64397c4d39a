// Tests written to tell candidates apart: read from an answer, and what separates.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { distinguishing, usableTests, writtenFiles } from '../../../lib/evidence/distinguishing-tests.ts';
import type { CrossCell } from '../../../lib/evidence/evidence.ts';

const cell = (codeOf: string, failing: readonly string[] | 'all' | 'missing' | 'nameless'): CrossCell => ({
  testsOf: 'tell-apart',
  codeOf,
  state: failing === 'missing' ? 'missing' : failing.length === 0 ? 'pass' : 'fail',
  counts:
    failing === 'missing' || failing === 'all'
      ? null
      : failing === 'nameless'
        ? { passed: 2, failed: 1 }
        : { passed: 3, failed: failing.length },
  failing: typeof failing === 'string' ? [] : failing.map((name) => ({ name, mentions: [] })),
});

test('a file is a heading with its path and the fence after it; prose between them, or a fence cut short, is none', () => {
  const answer = [
    'Some words',
    '### `a/one.test.js`',
    '',
    '````js',
    'const fence = "```";',
    '```',
    '````',
    '# two_test.py',
    'as follows',
    '```',
    'x',
    '```',
    '## three.test.js',
    '~~~',
    'y',
    '~~~',
    '## four.test.js',
    '```',
    'cut',
  ].join('\r\n');
  assert.equal(writtenFiles(answer), [
    { path: 'a/one.test.js', text: 'const fence = "```";\n```\n' },
    { path: 'three.test.js', text: 'y\n' },
  ]);
  assert.equal(writtenFiles('none'), []);
});

test('a few small files are taken, what is refused is told', () => {
  const written = [1, 2, 3, 4, 5, 6].map((n) => ({ path: `${n}.test.js`, text: 'x' }));
  written[1]!.text = 'x'.repeat(70_000);
  const { files, mistakes } = usableTests(written, (path) => (path === '1.test.js' ? 'is there already' : null));
  assert.equal(
    files.map(({ path }) => path),
    ['3.test.js', '4.test.js', '5.test.js', '6.test.js'],
  );
  assert.equal(mistakes, ['1.test.js is there already', '2.test.js is longer than 65536 bytes']);
  assert.is(usableTests([...written, { path: '7.test.js', text: '' }], () => null).files.length, 4);
});

test('what passes on all, or fails on all, separates nothing', () => {
  const cells = [cell('a', ['x', 'y']), cell('b', ['x']), cell('c', ['x'])];
  assert.equal(distinguishing(cells, cell('base', ['x', 'y'])), [
    { name: 'y', fails: ['a'], passes: ['b', 'c'], base: 'fail' },
  ]);
  assert.equal(distinguishing([cell('a', []), cell('b', [])], null), []);
  assert.equal(distinguishing([cell('a', 'all'), cell('b', 'all')], null), []);
});

test('code on which nothing loads fails every test; without names they count together; what did not run says nothing', () => {
  assert.equal(distinguishing([cell('a', 'all'), cell('b', ['x']), cell('c', [])], cell('base', 'missing')), [
    { name: 'x', fails: ['a', 'b'], passes: ['c'], base: null },
  ]);
  assert.equal(distinguishing([cell('a', 'nameless'), cell('b', []), cell('c', 'missing')], cell('base', [])), [
    { name: null, fails: ['a'], passes: ['b'], base: 'pass' },
  ]);
});

test.run();
