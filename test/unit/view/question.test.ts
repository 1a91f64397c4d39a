// A question as lines: what of it can be seen, which key does what, and that it fits.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { QuestionState } from '../../../lib/core/question.ts';
import { plainPaint } from '../../../lib/view/paint.ts';
import { questionLines } from '../../../lib/view/question-lines.ts';
import { widthOf } from '../../../lib/view/text.ts';

const select = (index: number, count = 7): QuestionState => ({
  kind: 'select',
  message: 'Which one?',
  choices: Array.from({ length: count }, (_, i) => ({ label: `choice ${i + 1}`, hint: `what ${i + 1} means` })),
  index,
  onEscape: 'goes back',
});
const draw = (state: QuestionState, columns: number, rows: number) =>
  questionLines(state, { columns, rows }, plainPaint);

test('all choices with their hints, and which key does what', () => {
  assert.equal(draw(select(1, 2), 80, 24), [
    '? Which one?',
    '  choice 1  what 1 means',
    '❯ choice 2  what 2 means',
    '  ↑↓ or a number · Enter takes it · Esc goes back',
  ]);
});

test('where not all choices can be seen, it says which one of how many', () => {
  const lines = draw(select(5), 80, 8);
  assert.is(lines.at(-1), '  6 of 7 · ↑↓ or a number · Enter takes it · Esc goes back');
  assert.ok(lines.includes('❯ choice 6  what 6 means'));
  assert.ok(lines.length < 8);
});

test('on a narrow terminal the keys are told in fewer words, and a hint stands below its choice', () => {
  const lines = draw(select(0), 24, 24);
  assert.equal(lines.slice(0, 3), ['? Which one?', '❯ choice 1', '    what 1 means']);
  assert.is(lines.at(-1), '  ↑↓ · Enter · Esc goe…');
});

test('nothing is wider or higher than the terminal, at any size', () => {
  for (let columns = 12; columns < 60; columns += 3)
    for (let rows = 3; rows < 20; rows++) {
      const lines = draw(select(6), columns, rows);
      assert.ok(lines.length < rows, `${columns}×${rows}`);
      for (const line of lines) assert.ok(widthOf(line) < columns, `${columns}×${rows}: ${line}`);
    }
});

test.run();
