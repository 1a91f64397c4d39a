import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { EventBody } from '../../../lib/core/events.ts';
import { messagesOf } from '../../../lib/view/event-messages.ts';
import { plainPaint } from '../../../lib/view/paint.ts';
import { createPlainView, logLine } from '../../../lib/view/plain.ts';
import { Progress } from '../../../lib/view/progress.ts';
import { createClock, ended, gateEnded, modelEnded, models, stamp, started } from './events.ts';

function rig(alive = true) {
  const clock = createClock();
  const progress = new Progress();
  const said = new Map<string, string>();
  let text = '';
  const view = createPlainView({
    write: (more) => {
      text += more;
    },
    paint: plainPaint,
    progress,
    clock,
    tail: (path) => said.get(path) ?? null,
    alive,
  });
  const emit = (...events: readonly EventBody[]) => {
    for (const event of events) {
      progress.apply(stamp(event, clock.now()));
      view.event(messagesOf(stamp(event), progress.titles).filter(({ audience }) => audience !== 'verbose'));
    }
  };
  return { clock, said, emit, view, text: () => text };
}

test('on a terminal lines break between words, indented, and the name is painted alone', () => {
  const message = { audience: 'kept', tone: 'plain', who: 'Claude', text: 'says a few words\nand more' } as const;
  const bold = { ...plainPaint, bold: (text: string) => `<${text}>` };
  assert.is(logLine(message, '', bold, 24), '<Claude>: says a few\n  words\n  and more\n');
  assert.is(logLine(message, '0:07', bold), '  0:07 <Claude>: says a few words\n       and more\n');
});

test('only a run that is complete ends in the colour of what is good', () => {
  for (const [status, exit, tone] of [
    ['completed', 0, 'good'],
    ['failed', 1, 'plain'],
    ['declined', 3, 'plain'],
  ] as const) {
    const [said] = messagesOf(stamp({ type: 'session_complete', status, exit, failure: null }), new Map());
    assert.equal([said?.text, said?.tone], [status, tone]);
  }
});

test('a line per event, with the time and the slot', () => {
  const { emit, clock, text } = rig();
  emit(models('Claude', 'Gemini'), started('claude'));
  clock.turn(30_000);
  emit(
    gateEnded('claude', 'tests', 'fail'),
    ended('gemini', 'timeout', 'nothing for 20 minutes'),
    modelEnded('gemini', 'timed out twice'),
  );
  assert.is(
    text(),
    [
      '  0:00 Claude: claude (worktree)',
      '  0:00 Gemini: gemini (worktree)',
      '  0:00 Claude: implement with claude, limit 1200s',
      '  0:30 Claude: tests: fail, 0:02',
      '  0:30 Gemini: implement: timeout after 1:23: nothing for 20 minutes',
      '  0:30 Gemini: is out of this pass: timed out twice',
      '',
    ].join('\n'),
  );
});

test('a sign of life each minute, as long as something runs', () => {
  const { emit, clock, said, text } = rig();
  emit(models('Claude'), started('claude'));
  said.set('out/claude', '\x1b[1mreading\x1b[0m');
  clock.turn(125_000);
  const signs = text()
    .split('\n')
    .filter((line) => line.includes('still running'));
  assert.equal(signs, [
    '  1:00 still running: Claude implement 1:00/20:00 “reading”',
    '  2:00 still running: Claude implement 2:00/20:00 “reading”',
  ]);
});

test('a line is a sign of life itself', () => {
  const { emit, clock, text } = rig();
  emit(models('Claude'), started('claude'));
  for (let i = 0; i < 5; i++) {
    clock.turn(50_000);
    emit({ type: 'note', level: 'info', text: 'x' });
  }
  assert.not.match(text(), 'still running');
});

test('ended, or told to be quiet, it is silent', () => {
  const ending = rig();
  ending.emit(models('Claude'), started('claude'));
  ending.view.stop();
  const quiet = rig(false);
  quiet.emit(models('Claude'), started('claude'));
  for (const { clock, text } of [ending, quiet]) {
    clock.turn(600_000);
    assert.not.match(text(), 'still running');
  }
});

test('hostile words stay words, and long ones are cut short [S3]', () => {
  const { emit, text } = rig();
  emit(models('Claude'), modelEnded('claude', `\x1b[2Jboom\x07\n${'line\n'.repeat(100)}`));
  assert.not.match(text(), '\x1b');
  assert.match(text(), '␛[2Jboom␇');
  assert.ok(text().split('\n').length < 20);
});

test.run();
