// Of what somebody who looks away is told, and of what not: by the terminal, where no command is installed.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Notifier } from '../../lib/commands/notifier.ts';
import type { EventBody } from '../../lib/core/events.ts';
import type { Notify, Recipe } from '../../lib/core/recipe.ts';
import type { View } from '../../lib/view/index.ts';
import { waitUntil } from '../support/wait.ts';
import { sessionStarted, stamp } from './view/events.ts';

const ALL: Notify = {
  on: ['question', 'completed', 'failed', 'budget'],
  afterMs: 0,
  commands: [['no-such-notifier', '${notice.title}']],
  terminal: 'osc9',
};

function rig(notify: Notify, headless = true) {
  const told: string[] = [];
  const view = {
    notice: (text: string) => told.push(text),
    bell: () => told.push('bell'),
    say: (text: string) => told.push(`said: ${text}`),
    detail: (text: string) => told.push(`detail: ${text}`),
  } as unknown as View;
  const recipe = { name: 'execute', withhold: [], notify } as unknown as Recipe;
  const notifier = new Notifier(recipe, view, { headless, task: 'a task' });
  const emit = (...events: readonly EventBody[]) => {
    for (const event of events) notifier.event(stamp(event));
  };
  return { told, notifier, emit };
}
const end = (exit: 0 | 1 | 3 | 4 | 130): EventBody => ({
  type: 'session_complete',
  status: 'failed',
  exit,
  failure: null,
});

test('each end is told once, by its kind; what its user did at the terminal is not', () => {
  const { told, emit } = rig(ALL);
  emit(sessionStarted, end(0), end(1), end(3), end(4), end(130), { type: 'budget_reached' } as unknown as EventBody);
  const place = '“add a slugify function” in r';
  const failed = `mm execute has ended without a complete result: ${place}`;
  assert.equal(told, [
    `mm execute is complete: ${place}`,
    failed,
    failed,
    failed,
    `mm execute has used up its budget: ${place}`,
  ]);
  const asked = rig(ALL, false);
  asked.emit(end(3));
  assert.equal(asked.told, []);
});

test('only what was asked for is told, with the bell where that is wanted', () => {
  const { told, emit, notifier } = rig({ ...ALL, on: ['failed'], terminal: 'bell' });
  emit(end(0), end(1));
  notifier.question('?')();
  assert.equal(told, ['bell']);
});

test('where nothing can tell, that is said once', () => {
  const { told, emit } = rig({ ...ALL, terminal: 'none' });
  emit(end(0), end(1));
  assert.equal(told, ['said: no-such-notifier is not installed: nothing will be announced by it.']);
});

test('a command that fails is told as a detail, and the terminal tells in its place', async () => {
  const { told, emit } = rig({ ...ALL, commands: [['/bin/sh', '-c', 'echo no display >&2; exit 1']] });
  emit(end(1));
  await waitUntil('its failure is known', () => (told.length === 2 ? true : null));
  assert.match(told[0]!, /^detail: \/bin\/sh \(the recipe's `notify:`\) failed: no display/);
  assert.is(told[1], 'mm execute has ended without a complete result: “a task”');
});

test('a question is told when it has waited for a while, and not when it was answered before', async () => {
  const { told, notifier } = rig({ ...ALL, afterMs: 30 });
  notifier.question('one')();
  const answered = notifier.question('two');
  await new Promise((resolve) => setTimeout(resolve, 60));
  answered();
  assert.equal(told, ['mm execute waits for your answer: “a task”']);
});

test.run();
