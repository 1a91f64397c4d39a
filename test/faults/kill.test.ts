// Kill sweep: the runner is killed at events of its journal and at random instants, and its recovery too; then `mm recover`
// puts everything back. `MM_FAULTS=full` takes every event and 200 instants; `MM_SEED=… MM_KILL=…` repeats what failed.
// deadline: 7200
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { once } from '../support/crew.ts';
import { type Fault, readFault } from './fault.ts';
import { withScene } from './scene.ts';
import { between, chooseSeed, pick, randomFrom } from './seed.ts';
import { reference, strike } from './sweep.ts';

const FULL = process.env.MM_FAULTS === 'full';
const INSTANTS = FULL ? 200 : 40;
/** Strikes in one repository, before a new one is made. */
const IN_ONE = 8;
const PHASES = ['before', 'torn', 'after'] as const;

const seed = chooseSeed();
console.log(`seed: MM_SEED=${seed}`);
const whole = once(reference);

test('killed at events of the journal: recover puts everything back [Y5, Y6, U1]', async () => {
  const { events } = await whole();
  const random = randomFrom(seed);
  const numbers = events.map((_, at) => at + 1);
  const firsts = numbers.filter((number) => events.indexOf(events[number - 1]!) === number - 1);
  const chosen = FULL ? numbers : firsts;
  const faults = chosen.flatMap((event): Fault[] =>
    FULL
      ? [
          { event, phase: pick(random, PHASES), how: 'runner' },
          { event, phase: pick(random, PHASES), how: pick(random, ['group', 'orphans', 'all']) },
        ]
      : [{ event, phase: pick(random, PHASES), how: pick(random, ['runner', 'group', 'orphans', 'all']) }],
  );
  await sweep(faults);
});

test('killed at random instants: recover puts everything back [Y5, Y6, U1]', async () => {
  const { operations } = await whole();
  const random = randomFrom(seed + 1);
  const faults = Array.from(
    { length: INSTANTS },
    (): Fault => ({
      operation: between(random, 1, operations),
      wait: pick(random, [0, 0, 0, 1, 3, 10, 30]),
      how: pick(random, ['runner', 'runner', 'group', 'orphans', 'all']),
    }),
  );
  await sweep(faults);
});

/** Strikes one after the other; two rows of them at once. */
async function sweep(all: readonly Fault[]): Promise<void> {
  const only = process.env.MM_KILL;
  const faults = only === undefined ? all : [readFault(only)];
  const reference = await whole();
  const queue = faults.map((fault, number) => ({ fault, random: randomFrom(seed + number) }));
  const wrong: string[] = [];
  let hits = 0;
  const work = async () => {
    while (queue.length > 0) {
      await withScene({}, async (scene) => {
        for (let count = 0; count < IN_ONE; count++) {
          const next = queue.shift();
          if (next === undefined) return;
          try {
            hits += Number(await strike(scene, next.fault, reference, next.random));
          } catch (error) {
            wrong.push(explain(error));
            return; // a new repository for the next one
          }
        }
      });
    }
  };
  await Promise.all([work(), work()]);
  console.log(`${faults.length} kills, ${hits} before the end of the run, ${wrong.length} wrong`);
  assert.is(wrong.length, 0, wrong.join('\n\n'));
  assert.ok(only !== undefined || hits > faults.length / 2, 'most of them struck');
}

function explain(error: unknown): string {
  const { message, details } = error as { message?: string; details?: string };
  return `MM_SEED=${seed} ${message ?? error}\n${details ?? ''}`;
}

test.run();
