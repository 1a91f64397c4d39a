// How a mistake is drawn.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Diagnostic } from '../../lib/core/diagnostic.ts';
import { frame, frames } from '../../lib/view/frame.ts';

const mistake = (part: Partial<Diagnostic> = {}): Diagnostic => ({
  file: '/r/a.yaml',
  line: 12,
  column: 3,
  length: 5,
  source: '  titel: Ada',
  message: 'unknown key `titel`',
  hint: 'did you mean `title`?',
  ...part,
});

test('place, message, line, carets, hint', () => {
  assert.is(
    frame(mistake({ file: 'a.yaml' })),
    ['a.yaml:12:3  unknown key `titel`', '  12 |   titel: Ada', '     |   ^^^^^', '     = did you mean `title`?'].join(
      '\n',
    ),
  );
});

test('several are parted by a blank line; a hint may be missing', () => {
  const { hint: _, ...bare } = mistake();
  assert.is(frames([bare, bare]).split('\n\n').length, 2);
  assert.not.match(frames([bare]), / = /);
});

test('carets stand below tabs, wide and joined characters', () => {
  const carets = (source: string, column: number, length: number) =>
    frame(mistake({ source, column, length })).split('\n')[2]!.slice('     | '.length);
  assert.is(carets('\t\tab', 3, 2), '    ^^');
  assert.is(carets('漢字ab', 3, 2), '    ^^');
  assert.is(carets('漢字', 1, 1), '^^');
  assert.is(carets('e\u0301x', 3, 1), ' ^');
  assert.is(carets('👍x', 3, 1), '  ^');
  assert.is(carets('', 1, 1), '^');
  assert.is(carets('ab', 3, 1), '  ^');
});

test('a long line is cut around the place', () => {
  const source = `${'a'.repeat(300)}HERE${'b'.repeat(300)}`;
  const [, line, carets] = frame(mistake({ source, column: 301, length: 4 }), 60).split('\n');
  assert.ok(line!.length <= 60 && line!.includes('…') && line!.endsWith('…'));
  assert.is(line!.slice(carets!.indexOf('^'), carets!.lastIndexOf('^') + 1), 'HERE');
});

test('nothing in a file drives the terminal', () => {
  const drawn = frame(mistake({ source: 'a\u001b[2Jb\u202e', message: 'x\u0007y', file: 'f\u001b.yaml' }));
  assert.not.match(drawn, /[\u0000-\u0009\u000b-\u001f\u202e]/);
});

test.run();
