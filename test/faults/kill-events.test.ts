// Kill sweep: the runner is killed at events of its journal, and its recovery too; then `mm recover` puts
// everything back. A sample has each kind of effect; `MM_FAULTS=full` takes every event, twice; `MM_SEED=… MM_KILL=…`
// repeats what failed.
// deadline: 7200
import { test } from 'uvu';
import type { Fault } from './fault.ts';
import { chooseSeed, pick, randomFrom } from './seed.ts';
import { FULL, reference, sampleOf, strike, sweep } from './sweep.ts';

const PHASES = ['before', 'torn', 'after'] as const;
const GROUPS = ['group', 'orphans', 'all'] as const;

const seed = chooseSeed();
console.log(`seed: MM_SEED=${seed}`);

test('killed at events of the journal: recover puts everything back [Y5, Y6, U1]', async () => {
  const { events } = await reference();
  const random = randomFrom(seed);
  const faults = FULL
    ? events.flatMap((_, at): Fault[] => [
        { event: at + 1, phase: pick(random, PHASES), how: 'runner' },
        { event: at + 1, phase: pick(random, PHASES), how: pick(random, GROUPS) },
      ])
    : sampleOf(events, random, 3).map((event): Fault => {
        return { event, phase: pick(random, PHASES), how: pick(random, ['runner', ...GROUPS] as const), passes: 1 };
      });
  await sweep('kills', faults, seed, strike);
});

test.run();
