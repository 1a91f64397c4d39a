// Work that goes on beside the steps: one piece after the other, and a fault in it is met by who waits.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Aside } from '../../lib/steps/run-places.ts';

test('work begins at once, one piece after the other, and is waited for', async () => {
  const aside = new Aside();
  const log: string[] = [];
  const piece = (name: string) => async () => {
    log.push(`${name} begins`);
    await new Promise(setImmediate);
    log.push(`${name} ends`);
  };
  aside.begin(piece('one'));
  aside.begin(piece('two'));
  await aside.ended();
  assert.equal(log, ['one begins', 'one ends', 'two begins', 'two ends']);
  await aside.ended();
});

test('a fault is thrown where it is waited for, once', async () => {
  const aside = new Aside();
  aside.begin(async () => {
    throw new Error('broken');
  });
  await new Promise(setImmediate);
  let thrown = '';
  await aside.ended().catch((error: Error) => {
    thrown = error.message;
  });
  assert.is(thrown, 'broken');
  await aside.ended();
});

test.run();
