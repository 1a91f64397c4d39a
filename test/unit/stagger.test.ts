// Lanes of one vendor start apart: who waits, for how long at least, and what ends the wait.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Stagger } from '../../lib/steps/stagger.ts';

const APART = 120;
const never = new AbortController().signal;

/** Lets lanes begin in this order, all at once. @returns when each began, by the clock of `performance.now()` */
async function starts(stagger: Stagger, lanes: readonly (readonly [vendor: string, lane: string])[]) {
  const times = new Map<string, number>();
  await Promise.all(
    lanes.map(([vendor, lane]) =>
      stagger.begin(vendor, lane, never, { begin: () => times.set(lane, performance.now()) }),
    ),
  );
  return times;
}

test('each lane starts so long after the one before it of its vendor; the first and other vendors do not wait', async () => {
  const asked = performance.now();
  const lanes = [
    ['v', 'a'],
    ['v', 'b'],
    ['w', 'c'],
    ['v', 'd'],
  ] as const;
  const times = await starts(new Stagger(APART), lanes);
  const at = (lane: string) => times.get(lane)!;
  assert.ok(at('b') - at('a') >= APART && at('d') - at('b') >= APART);
  assert.ok(at('a') < asked + APART && at('c') < at('b'));
});

test('a lane does not wait for itself, and nobody does where nothing is said', async () => {
  const order: string[] = [];
  const own = new Stagger(3_600_000);
  for (const what of ['first', 'again']) await own.begin('v', 'a', never, { begin: () => order.push(what) });
  await starts(new Stagger(null), [
    ['v', 'a'],
    ['v', 'b'],
  ]);
  assert.equal(order, ['first', 'again']);
});

test('an interrupt ends the wait at once: that lane does not begin, and the next one does not wait for it', async () => {
  const stagger = new Stagger(3_600_000);
  const stop = new AbortController();
  const begun: string[] = [];
  const wait = { begin: () => begun.push('b'), waits: () => begun.push('waits') };
  await stagger.begin('v', 'a', never, { begin: () => begun.push('a') });
  const waiting = ['b', 'c'].map((lane) => stagger.begin('v', lane, stop.signal, wait));
  while (begun.length < 2) await Promise.resolve();
  stop.abort();
  assert.equal(await Promise.all(waiting), [false, false]);
  assert.equal(await stagger.begin('v', 'd', stop.signal, wait), false);
  assert.equal(begun, ['a', 'waits']);
});

test.run();
