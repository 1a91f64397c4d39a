// Kill sweep: the runner is killed at events of its journal, and its recovery too; then `mm recover` puts
// everything back. `MM_FAULTS=full` takes every event, twice; `MM_SEED=… MM_KILL=…` repeats what failed.
// deadline: 7200
import { test } from 'uvu';
import type { Fault } from './fault.ts';
import { chooseSeed, pick, randomFrom } from './seed.ts';
import { FULL, reference, strike, sweep } from './sweep.ts';

const PHASES = ['before', 'torn', 'after'] as const;

const seed = chooseSeed();
console.log(`seed: MM_SEED=${seed}`);

test('killed at events of the journal: recover puts everything back [Y5, Y6, U1]', async () => {
  const whole = await reference();
  const random = randomFrom(seed);
  const { events } = whole;
  const faults = events.flatMap((type, at): Fault[] => {
    const event = at + 1;
    if (FULL)
      return [
        { event, phase: pick(random, PHASES), how: 'runner' },
        { event, phase: pick(random, PHASES), how: pick(random, ['group', 'orphans', 'all']) },
      ];
    if (events.indexOf(type) !== at) return []; // each class once
    return [{ event, phase: pick(random, PHASES), how: pick(random, ['runner', 'group', 'orphans', 'all']) }];
  });
  await sweep('kills', faults, seed, strike);
});

test.run();
