// What a notification says: the recipe's name and the user's task, harmless, and nothing of a model's.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { noticeOf } from '../../lib/commands/notifier.ts';
import { widthOf } from '../../lib/view/text.ts';

test('a notice names what happened, the task and the folder', () => {
  const of = { command: 'execute', task: 'add a flag', place: 'project' };
  assert.equal(noticeOf('question', of), {
    title: 'mm execute waits for your answer',
    text: '“add a flag” in project',
  });
  assert.equal(noticeOf('completed', { ...of, place: '' }), { title: 'mm execute is complete', text: '“add a flag”' });
});

test('whatever the task says is one harmless line: no escapes, no markup, nothing hidden, cut where it is long', () => {
  const task = '</b>\u001b]0;x\u0007 $(id) `id`\n\u202e\\033[31m "\'& display dialog " & (do shell script "id")\u0000';
  const { title, text } = noticeOf('failed', { command: 'execute', task, place: '-rf\u009b2J' });
  assert.not.match(title + text, /[\x00-\x1f\x7f-\x9f<>&\\\u202e]/);
  assert.match(text, /^“‹\/b›/, 'it never begins like an option');
  assert.ok(widthOf(noticeOf('failed', { command: 'execute', task: 'x'.repeat(9999), place: '' }).text) < 170);
});

test.run();
