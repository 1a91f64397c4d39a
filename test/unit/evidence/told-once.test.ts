// Several diffs of one file, told so that nothing stands there twice.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { toldOnce } from '../../../lib/evidence/told-once.ts';

const HEAD = 'diff --git a/f b/f\nindex 1111111..2222222 100644\n--- a/f\n+++ b/f\n';
const line = (number: number) => `line ${number} of the original file`;
const lines = (from: number, to: number, sign: string) =>
  Array.from({ length: to - from + 1 }, (_, i) => `${sign}${line(from + i)}\n`).join('');

/** Ten lines take the place of lines 10 to 19, and one comes after line 40. */
const changed = (text: string) =>
  `${HEAD}@@ -7,16 +7,16 @@ function\n${lines(7, 9, ' ')}${lines(10, 19, '-')}${`+${text}\n`.repeat(10)}${lines(20, 22, ' ')}` +
  `@@ -38,6 +38,7 @@\n${lines(38, 40, ' ')}+one more, ${text}\n${lines(41, 43, ' ')}`;
const names = ['candidate A', 'candidate B', 'candidate C'];

test('the original once, with numbers; of each candidate what comes in its place; equal changes once [A4]', () => {
  const told = toldOnce([changed('mine'), changed('theirs'), changed('mine')], names)!;
  assert.equal(told.original.split('\n').slice(0, 2), ['…', ` 7 ${line(7)}`]);
  assert.match(told.original, `22 ${line(22)}\n…\n38 ${line(38)}\n`);
  assert.is(told.original.split(line(10)).length, 2);
  const inPlace = '@@ in the place of lines 10-19 @@\n';
  const after = '@@ after line 40 comes @@\n';
  assert.equal(told.versions, [
    `${inPlace}${'+mine\n'.repeat(10)}${after}+one more, mine\n`,
    `${inPlace}${'+theirs\n'.repeat(10)}${after}+one more, theirs\n`,
    `@@ in the place of lines 10-19 the same as candidate A's @@\n${after}+one more, mine\n`,
  ]);
});

test('a file that all wrote anew is told without the original; lines that only go are named', () => {
  const anew = (text: string) => `${HEAD}@@ -1,60 +1,40 @@\n${lines(1, 60, '-')}${`+${text}\n`.repeat(40)}`;
  const told = toldOnce([anew('mine, all of it'), anew('theirs, all of it')], names)!;
  assert.is(told.original, '');
  assert.is(told.versions[1], `@@ in the place of lines 1-60 @@\n${'+theirs, all of it\n'.repeat(40)}`);
  const without = `${HEAD}@@ -10,23 +10,3 @@\n${lines(10, 12, ' ')}${lines(13, 32, '-')}`;
  assert.is(toldOnce([without, without], names)?.versions[0], '@@ without lines 13-32 @@\n');
});

test('what is short, alone, cut, new, renamed or has no line end at its end stays as git tells it', () => {
  const [one, two] = [changed('mine'), changed('theirs')];
  assert.is(toldOnce([one], names), null);
  const short = (text: string) => `${HEAD}@@ -1 +1 @@\n-a\n+${text}\n`;
  for (const other of [
    two.replace('index 1', 'similarity index 90%\nrename from g\nrename to f\nindex 1'),
    two.replace('index 1', 'new file mode 100644\nindex 1'),
    `${two}\\ No newline at end of file\n`,
    `${two}[… cut here: 1 of 2 bytes of this file's diff are shown …]\n`,
  ])
    assert.is(toldOnce([one, other], names), null, other);
  assert.is(toldOnce([short('b'), short('c')], names), null);
});

test.run();
