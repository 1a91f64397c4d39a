import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Failure } from '../../../lib/core/failure.ts';
import { loadPaint, plainPaint } from '../../../lib/view/paint.ts';
import { renderFailure, renderInterrupt, renderLeaving } from '../../../lib/view/render-failure.ts';

const failure: Failure = {
  id: 'x',
  exit: 2,
  what: 'The folder ../project-mm-gpt exists already.\nIt is not ours.',
  remedy: [
    'Move it away, or remove it:',
    'rm -r ../project-mm-gpt',
    './tidy.sh',
    'FORCE=1 mm execute',
    'Then start again.',
  ],
};

test('says what happened, then what to do, commands alone on their lines', () => {
  assert.is(
    renderFailure(failure, 80, plainPaint),
    [
      '✗ The folder ../project-mm-gpt exists already.',
      '  It is not ours.',
      '',
      '  Move it away, or remove it:',
      '    rm -r ../project-mm-gpt',
      '    ./tidy.sh',
      '    FORCE=1 mm execute',
      '  Then start again.',
      '',
    ].join('\n'),
  );
});

test('wraps sentences, never commands or drawings', () => {
  const long = {
    ...failure,
    what: `one ${'word '.repeat(20)}\n    ${'^'.repeat(60)}`,
    remedy: [`git stash apply ${'a'.repeat(60)}`],
  };
  const lines = renderFailure(long, 40, plainPaint).split('\n');
  assert.ok(lines.includes(`    git stash apply ${'a'.repeat(60)}`));
  assert.ok(lines.includes(`      ${'^'.repeat(60)}`));
  assert.ok(lines.filter((line) => line.includes('word')).length > 2);
  assert.is(
    renderFailure(long, null, plainPaint)
      .split('\n')
      .filter((line) => line.includes('word')).length,
    1,
  );
});

test('what a tool said within it stays text [S3]', async () => {
  const evil = { ...failure, what: 'it said \x1b[2J\u202e', remedy: ['rm \x1b[8m-r x'] };
  assert.not(/[\x00-\x09\x0b-\x1f\u202e]/.test(renderFailure(evil, 80, plainPaint)));
  assert.not(/\x1b\[(?!\d+m)/.test(renderFailure(evil, 80, await loadPaint(true))));
});

test('an interrupt says what is put back and what a second one means', () => {
  const text = renderInterrupt(['your uncommitted changes', '2 worktrees'], 'mm recover 20260102', 80, plainPaint);
  assert.match(text, '! Interrupted. Putting back: your uncommitted changes, 2 worktrees.');
  assert.match(text, '\n    mm recover 20260102\n');
  assert.is(renderInterrupt([], 'mm recover', 80, plainPaint), '! Interrupted. Nothing has to be put back.\n');
  assert.is(
    renderLeaving('mm recover x', 80, plainPaint),
    '! Left at once. To put everything back, type:\n    mm recover x\n',
  );
});

test.run();
