// Kill sweep: the runner is killed at random instants, and its recovery too; then `mm recover` puts
// everything back. `MM_FAULTS=full` takes 200 instants; `MM_SEED=… MM_KILL=…` repeats what failed.
// deadline: 7200
import { test } from 'uvu';
import type { Fault } from './fault.ts';
import { between, chooseSeed, pick, randomFrom } from './seed.ts';
import { FULL, reference, strike, sweep } from './sweep.ts';

const INSTANTS = FULL ? 200 : 4;

const seed = chooseSeed();
console.log(`seed: MM_SEED=${seed}`);

test('killed at random instants: recover puts everything back [Y5, Y6, U1]', async () => {
  const whole = await reference(2);
  const random = randomFrom(seed);
  const faults = Array.from(
    { length: INSTANTS },
    (): Fault => ({
      operation: between(random, 1, whole.operations),
      wait: pick(random, [0, 0, 0, 1, 3, 10, 30]),
      how: pick(random, ['runner', 'runner', 'group', 'orphans', 'all']),
    }),
  );
  await sweep('kills', faults, seed, strike);
});

test.run();
