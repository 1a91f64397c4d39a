import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { plainPaint } from '../../../lib/view/paint.ts';
import { sideBySide } from '../../../lib/view/side-by-side.ts';
import { widthOf } from '../../../lib/view/text.ts';

const base = { title: 'as it was', text: 'one\ntwo\nthree\n' };

/** The rows without heading, each cell trimmed. */
const rows = (text: string) =>
  text
    .split('\n')
    .slice(4, -1)
    .map((line) => line.split(/ │(?: |$)/).map((cell) => cell.trimEnd()));

test('lines that versions share with the base stand in one row', () => {
  const text = sideBySide(
    'src/foo',
    base,
    [
      { title: 'Claude', text: 'one\n1.5\ntwo\nthree\n' },
      { title: 'GPT', text: 'one\nthree\nfour\n' },
    ],
    150,
  );
  assert.match(text, /^src\/foo\n\nas it was +│ Claude +│ GPT\n─+┼─+┼─+\n/);
  assert.equal(rows(text), [
    ['  one', '  one', '  one'],
    ['', '+ 1.5', ''],
    ['- two', '  two', ''],
    ['  three', '  three', '  three'],
    ['', '', '+ four'],
  ]);
});

test('every line of every version is there, in its order', () => {
  let seed = 7;
  const random = (below: number) => {
    seed = (seed * 48271) % 2147483647;
    return seed % below;
  };
  for (let round = 0; round < 200; round++) {
    const lines = () => Array.from({ length: random(12) }, () => 'abcd'[random(4)]!);
    const texts = [lines(), lines(), lines()];
    const [first, ...versions] = texts.map((each, i) => ({ title: `t${i}`, text: each.join('\n') }));
    const shown = rows(sideBySide('f', first!, versions, 200));
    for (const [i, each] of texts.entries()) {
      assert.equal(
        shown.map((row) => (row[i] ?? '').slice(2)).filter((line) => line !== ''),
        each,
        JSON.stringify(texts),
      );
    }
  }
});

test('in colours it reads the same: added green, gone red', () => {
  const marked = { ...plainPaint, green: (text: string) => `<+${text}>`, red: (text: string) => `<-${text}>` };
  const versions = [{ title: 'Claude', text: 'one\nTWO\nthree\n' }];
  const text = sideBySide('f', base, versions, 100, marked);
  assert.match(text, /^<-- two +> │$/m);
  assert.match(text, /│ <\+\+ TWO>$/m);
  assert.is(text.replace(/<[-+]|>/g, ''), sideBySide('f', base, versions, 100));
  assert.match(sideBySide('f', base, versions, 60, marked), /^<\+\+ TWO>$/m);
});

test('files that are not there, and those that are no text', () => {
  const text = sideBySide('f', { title: 'as it was', text: null }, [{ title: 'Claude', text: 'x', binary: true }], 120);
  assert.match(text, '(not there)');
  assert.match(text, '(not text)');
});

test('a narrow terminal has the versions below each other', () => {
  const text = sideBySide('f', base, [{ title: 'Claude', text: 'one\n日本語 \x1b[2J\n' }], 60);
  assert.match(text, /── as it was ─+\n {2}one\n- two\n- three\n\n── Claude ─+\n {2}one\n\+ 日本語 ␛\[2J\n$/);
});

test('where not all columns fit, each version stands beside the base', () => {
  const versions = ['Claude', 'Gemini', 'GPT'].map((title) => ({ title, text: `one\n${title}\n` }));
  const text = sideBySide('f', base, versions, 80);
  assert.equal(
    text.split('\n').filter((line) => line.startsWith('as it was')),
    ['Claude', 'Gemini', 'GPT'].map((title) => `${'as it was'.padEnd(38)} │ ${title}`),
  );
  const two = sideBySide('f', base, [...versions, { title: 'Fourth', text: null }], 120);
  assert.equal(
    two.match(/^as it was.*$/gm)!.map((line) => line.split(/ +│ /).length),
    [3, 3],
  );
});

test('long stretches that are the same everywhere are left out, and what differs has its surroundings', () => {
  const lines = Array.from({ length: 100 }, (_, i) => `line ${i}`);
  const other = [...lines.slice(0, 50), 'new', ...lines.slice(51, 99), 'last'];
  for (const columns of [120, 60]) {
    const text = sideBySide(
      'f',
      { ...base, text: lines.join('\n') },
      [{ title: 'B', text: other.join('\n') }],
      columns,
    );
    assert.equal(text.match(/⋯ \d+/g), columns === 120 ? ['⋯ 42', '⋯ 32'] : ['⋯ 42', '⋯ 32', '⋯ 42', '⋯ 32']);
    for (const shown of ['line 42', 'line 49', '- line 50', '+ new', 'line 51', 'line 58', 'line 91', '+ last'])
      assert.ok(text.includes(shown), shown);
    assert.not.match(text, /line (0|41|59|90)\n/);
  }
});

test('no line is wider than asked for, and large unlike files end soon', () => {
  const many = (word: string) => Array.from({ length: 20_000 }, (_, i) => `${word} ${i}`).join('\n');
  const began = process.cpuUsage().user;
  const text = sideBySide(
    'f',
    { title: 'as it was', text: many('old') },
    [{ title: 'Claude', text: many('new') }],
    100,
  );
  assert.ok(process.cpuUsage().user - began < 20e6);
  assert.ok(text.split('\n').every((line) => widthOf(line) <= 100));
});

test.run();
