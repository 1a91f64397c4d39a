// A run with a lane on another host, of which something is struck at any of the lane's events (far-strike.ts). A sample
// of them; `MM_FAULTS=full` takes every event, `MM_SEED=…` repeats a choice, `MM_KILL=…` what failed, `MM_PART=1/4`
// takes a part.
// deadline: 7200
import { test } from 'uvu';
import { LINE_BY_LINE, sweepFar } from './far-strike.ts';
import { chooseSeed, randomFrom } from './seed.ts';

const seed = chooseSeed();
console.log(`seed: MM_SEED=${seed}`);

test('struck at any event of a lane on another host, a run comes to its end, and its model has begun once', () =>
  sweepFar(
    {
      crew: LINE_BY_LINE,
      recipe: 'prepare: { copy: [], run: [mkdir -p deps] }',
      places: (events) => {
        const from = events.findIndex((event) => event.type === 'effect' && event.undo.as === 'remote');
        const { id } = events[from] as { id: number };
        return {
          from,
          busyTo: events.findLastIndex(
            (event) => event.type === 'step_end' && event.lane === 'gemini' && event.step === 'gates',
          ),
          to: events.findLastIndex((event) => event.type === 'effect_undone' && event.id === id),
        };
      },
    },
    randomFrom(seed),
  ));

test.run();
