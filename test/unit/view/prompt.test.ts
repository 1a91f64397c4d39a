// The prompter with an input in memory; test/unit/view/terminal.test.ts has it in a real terminal.
import { PassThrough } from 'node:stream';
import type { ReadStream } from 'node:tty';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { QuestionScreen, QuestionState } from '../../../lib/core/question.ts';
import { createPrompter } from '../../../lib/system/prompt.ts';

function rig({ tty = true, kind = 'live' as QuestionScreen['kind'] } = {}) {
  const input = Object.assign(new PassThrough(), {
    isTTY: tty,
    isRaw: false,
    setRawMode(raw: boolean) {
      input.isRaw = raw;
      return input;
    },
  });
  const drawn: (QuestionState | null)[] = [];
  let drawing: (() => void) | null = null;
  const screen: QuestionScreen = {
    kind,
    draw(question) {
      drawn.push(question);
      if (question) drawing?.();
    },
  };
  const prompter = createPrompter({ input: input as unknown as ReadStream, screen, print: () => undefined });
  /** Resolves when the next question is on screen. */
  const shown = () =>
    new Promise<void>((resolve) => {
      drawing = resolve;
    });
  return { input, prompter, drawn, shown };
}
const choices = [
  { value: 'a', label: 'A' },
  { value: 'b', label: 'B' },
];

test('without a terminal nothing is asked and nothing waits [Q3]', async () => {
  for (const { prompter } of [rig({ tty: false }), rig({ kind: 'none' })]) {
    assert.is(prompter.available, false);
    assert.equal(await prompter.select({ message: '?', choices }), { cancelled: true, by: 'end' });
    assert.equal(await prompter.confirm({ message: '?' }), { cancelled: true, by: 'end' });
    assert.equal(await prompter.text({ message: '?' }), { cancelled: true, by: 'end' });
  }
});

test('an input that ends cancels the question and all that follow', async () => {
  const { input, prompter, shown } = rig();
  const [answer, visible] = [prompter.select({ message: '?', choices }), shown()];
  const next = prompter.text({ message: '?' });
  await visible;
  input.end();
  assert.equal(await answer, { cancelled: true, by: 'end' });
  assert.equal(await next, { cancelled: true, by: 'end' });
  assert.is(input.isRaw, false);
});

test('closing withdraws the question that waits and those behind it, and gives the terminal back', async () => {
  const { input, prompter, drawn, shown } = rig();
  const [first, visible] = [prompter.confirm({ message: '?' }), shown()];
  const second = prompter.confirm({ message: '?' });
  await visible;
  assert.is(input.isRaw, true);
  prompter.close();
  assert.equal(await first, { cancelled: true, by: 'closed' });
  assert.equal(await second, { cancelled: true, by: 'closed' });
  assert.is(input.isRaw, false);
  assert.is(drawn.at(-1), null);
  assert.is(input.listenerCount('keypress'), 0);
});

test('one question is withdrawn when nobody needs its answer any more; the next one is asked', async () => {
  const { input, prompter, shown } = rig();
  const needed = new AbortController();
  const [first, visible] = [prompter.confirm({ message: 'One?', withdrawn: needed.signal }), shown()];
  const second = prompter.confirm({ message: 'Two?', withdrawn: needed.signal });
  const third = prompter.confirm({ message: 'Three?' });
  await visible;
  const next = shown();
  needed.abort();
  for (const each of [first, second]) assert.equal(await each, { cancelled: true, by: 'closed' });
  await next;
  input.write('y');
  assert.equal(await third, { answered: true });
});

test('a question listens to no signal: the run decides what an interrupt means', async () => {
  const { prompter, shown } = rig();
  const before = process.listenerCount('SIGINT') + process.listenerCount('SIGTERM');
  const [answer, visible] = [prompter.select({ message: '?', choices }), shown()];
  await visible;
  assert.is(process.listenerCount('SIGINT') + process.listenerCount('SIGTERM'), before);
  prompter.close();
  await answer;
});

test('keys typed ahead do not answer a fresh question', async () => {
  const { input, prompter, shown } = rig();
  input.write('y\r');
  const [answer, visible] = [prompter.confirm({ message: 'Apply?', fresh: true }), shown()];
  await visible;
  input.write('n');
  assert.equal(await answer, { answered: false });
});

test('keys that mean something else to enquirer mean nothing here', async () => {
  const { input, prompter, shown, drawn } = rig();
  const [answer, visible] = [prompter.select({ message: '?', choices, initial: 1 }), shown()];
  await visible;
  input.write('\x0e\x12\x10agi \x1b[5~\x1b[6~9');
  input.write('\r');
  assert.equal(await answer, { answered: 'b' });
  for (const state of drawn) if (state?.kind === 'select') assert.is(state.choices.length, 2);
});

test('a typed text can be edited by whole characters', async () => {
  const { input, prompter, shown } = rig();
  const [answer, visible] = [prompter.text({ message: '?' }), shown()];
  await visible;
  input.write('x👩‍👧e\u0301\x1b[D\x7f\x01<\x05>');
  input.write('\r');
  assert.equal(await answer, { answered: '<xe\u0301>' });
});

test.run();
