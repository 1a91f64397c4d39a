// Trying gates on spoilt sources keeps no program from ending: in a second run there is nothing to try, and then to hurry.
// runtime: node
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { findBlindGates } from '../../lib/steps/canary.ts';
import type { StepContext } from '../../lib/steps/executor.ts';

const timers = (): number => process.getActiveResourcesInfo().filter((each) => each === 'Timeout').length;

test('what has been tried already is hurried no more', async () => {
  const run = { recipe: { settings: { canary: false } }, passRecord: () => undefined };
  const context = { run, pass: 1, signal: new AbortController().signal } as unknown as StepContext;
  const { hurry, ended } = findBlindGates(context);
  await ended;
  const before = timers();
  hurry();
  assert.is(timers(), before);
});

test.run();
