// A run whose gates all run on another host, of which something is struck at any event from the first place that is made
// there to the last that is removed (far-strike.ts). The combination is proven there in the end: nothing of a gate runs
// at home, no answer of one is lost, and none that was cut off counts. Chosen and repeated as in hosts.test.ts.
// deadline: 7200
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { eventsOfType } from '../support/crew.ts';
import { LINE_BY_LINE, sweepFar } from './far-strike.ts';
import { chooseSeed, randomFrom } from './seed.ts';

const seed = chooseSeed();
console.log(`seed: MM_SEED=${seed}`);

/** Fails at home, and where nothing was prepared. */
const ONLY_THERE = `[ -n "\${FAR:-}" ] && [ -e deps ] || { echo "not there"; exit 1; }
sleep 0.3
! grep -rn BROKEN src
`;

test('struck at any event while its gates run on another host, a run proves its result there all the same', () =>
  sweepFar(
    {
      crew: { ...LINE_BY_LINE, files: { '.gitignore': 'deps\n', 'check.sh': ONLY_THERE } },
      recipe: 'prepare: { copy: [], run: [mkdir -p deps] }\ngate_host: box\nverify: proof\n',
      places: (events) => ({
        from: events.findIndex((event) => event.type === 'effect' && event.undo.as === 'remote'),
        busyTo: events.findLastIndex(({ type }) => type === 'gate_end'),
        to: events.findLastIndex(
          (event) =>
            event.type === 'effect_undone' &&
            events.some((each) => each.type === 'effect' && each.id === event.id && each.undo.as === 'remote'),
        ),
      }),
      check: (ended, isOut) => {
        const told = eventsOfType(ended, 'gate_end').filter(({ result: { state } }) => state !== 'skipped');
        assert.equal([...new Set(told.map(({ result }) => result.host))], ['box']);
        assert.ok(told.every(({ result: { state } }) => state === 'pass'));
        const isProven = told.some(({ subject }) => subject === (isOut ? 'claude' : 'composite'));
        assert.ok(isProven, 'what is applied was not tested');
        const measured = eventsOfType(ended, 'gate_measured').map(({ key, host }) => `${key} ${host}`);
        assert.is(new Set(measured).size, measured.length, 'a gate was measured again that had been');
      },
    },
    randomFrom(seed),
  ));

test.run();
