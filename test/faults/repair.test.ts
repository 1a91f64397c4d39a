// A run that was cut off while a model mends what fails, or does what it was told, goes on with `mm resume`: the same
// result, and no answer is paid for twice. `MM_FAULTS=full` takes every event of these; `MM_SEED=…` repeats a choice.
// deadline: 7200
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Event } from '../../lib/core/events.ts';
import { EXECUTE, eventsOf, withCrew } from '../support/crew.ts';
import type { MmResult } from '../support/mm.ts';
import type { Repo } from '../support/repo.ts';
import { faulty, type How, struck } from './fault.ts';
import { chooseSeed, pick, randomFrom } from './seed.ts';
import { FULL } from './sweep.ts';

const seed = chooseSeed();
console.log(`seed: MM_SEED=${seed}`);

const HOWS: readonly How[] = ['runner', 'all', 'orphans'];
const PHASES = ['before', 'torn', 'after'] as const;
const RUN_LIMIT = { deadline: 300_000 };
const done = `say '{"session_id":"g-1","response":"done"}'`;
const CREW = {
  codex: null,
  gemini: {
    implement: `put src/b.txt "b, BROKEN BEST"\n${done}`,
    repair: `put src/b.txt "b, BEST"\n${done}`,
    revise: `put src/b.txt "b, BEST, revised"\n${done}`,
  },
};

/** Answers that were paid for, by who was asked what, how often. */
function paid(events: readonly Event[]): Readonly<Record<string, number>> {
  const times: Record<string, number> = {};
  for (const event of events) {
    if (event.type !== 'attempt_end' || !event.paid) continue;
    const what = `${event.slot} ${event.step}`;
    times[what] = (times[what] ?? 0) + 1;
  }
  return times;
}

/** Lines of the journal, counted from 1, between the first start of a step's model and what matches after it. */
function span(events: readonly Event[], step: string, last: (event: Event) => boolean): readonly number[] {
  const from = events.findIndex((event) => event.type === 'attempt_start' && event.step === step);
  const to = events.findIndex((event, at) => at > from && last(event));
  assert.ok(from >= 0 && to > from, step);
  return events.slice(from, to + 1).map((_, at) => from + at + 1);
}

const REVISE = ['revise', 'latest', 'gemini', 'Change it', '--yes'];
const run = (repo: Repo, args: readonly string[], env = {}): Promise<MmResult> =>
  repo.runMm(args, { env, ...RUN_LIMIT });

/** One run with a repair and a revision: what is paid for, and where the journal tells of each. */
const undisturbed = () =>
  withCrew(CREW, async (repo) => {
    const first = await run(repo, EXECUTE);
    assert.is(first.code, 0, first.stderr);
    const repair = span(eventsOf(first), 'repair', ({ type }) => type === 'cross_gate' || type === 'judgement');
    const before = eventsOf(first).length;
    const second = await run(repo, REVISE);
    assert.is(second.code, 0, second.stderr);
    const revise = span(eventsOf(second), 'revise', ({ type }) => type === 'result').map((at) => at - before);
    return { repair, revise, paid: paid(eventsOf(second)) };
  });

test('cut off anywhere while it mends or revises, a run is gone on with, and nothing is paid for twice', async () => {
  const expected = await undisturbed();
  const random = randomFrom(seed);
  for (const what of ['repair', 'revise'] as const) {
    const places = FULL ? expected[what] : Array.from({ length: 2 }, () => pick(random, expected[what]));
    for (const event of places) {
      const fault = { event, how: pick(random, HOWS), phase: pick(random, PHASES) };
      const where = `${what} ${JSON.stringify(fault)}`;
      await withCrew(CREW, async (repo) => {
        if (what === 'revise') assert.is((await run(repo, EXECUTE)).code, 0, where);
        await run(repo, what === 'repair' ? EXECUTE : REVISE, faulty(repo, fault));
        assert.ok(struck(repo), where);
        const resumed = await run(repo, ['resume', '--yes', '--headless']);
        // what was cut off when all was done has nothing left to go on with
        if (resumed.code === 2) assert.match(resumed.stderr, /is completed|No session/, where);
        else assert.is(resumed.code, 0, `${where}\n${resumed.stderr}`);
        const ended = what === 'repair' ? await run(repo, REVISE) : resumed;
        assert.is(ended.code, 0, `${where}\n${ended.stderr}`);
        assert.is(repo.read('src/b.txt'), 'b, BEST, revised\n', where);
        assert.equal(paid(eventsOf(ended)), expected.paid, where);
      });
    }
  }
});

test.run();
