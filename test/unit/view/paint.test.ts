import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { loadPaint, wantsColour } from '../../../lib/view/paint.ts';

test('colours a terminal that can, and what is forced', () => {
  assert.is(wantsColour({ isTTY: true }, { TERM: 'xterm' }), true);
  assert.is(wantsColour({ isTTY: true }, { TERM: 'dumb' }), false);
  assert.is(wantsColour({ isTTY: false }, { TERM: 'xterm' }), false);
  assert.is(wantsColour({}, { FORCE_COLOR: '1' }), true);
  assert.is(wantsColour({ isTTY: true }, { FORCE_COLOR: '0' }), false);
});

test('a no to colours wins over everything', () => {
  assert.is(wantsColour({ isTTY: true }, { NO_COLOR: '1', FORCE_COLOR: '1' }), false);
  assert.is(wantsColour({ isTTY: true }, { FORCE_COLOR: '1' }, true), false);
  assert.is(wantsColour({ isTTY: true }, { NO_COLOR: '' }), true);
});

test('without colours no text gets a mark', async () => {
  const paint = await loadPaint(false);
  assert.is(paint.red(paint.bold('x')), 'x');
  assert.is((await loadPaint(true)).red('x'), '\x1b[31mx\x1b[39m');
});

test.run();
