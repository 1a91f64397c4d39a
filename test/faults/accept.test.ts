// A `mm accept` that was cut off is done anew, or, where its session was open already, gone on with by `mm resume`: the plan
// is applied, and no model is asked for it. `MM_FAULTS=full` takes every event; `MM_SEED=…` repeats a choice.
// deadline: 3600
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { eventsOf, withCrew } from '../support/crew.ts';
import type { Repo } from '../support/repo.ts';
import { faulty, type How, struck } from './fault.ts';
import { chooseSeed, pick, randomFrom } from './seed.ts';
import { FULL } from './sweep.ts';

const seed = chooseSeed();
console.log(`seed: MM_SEED=${seed}`);

const HOWS: readonly How[] = ['runner', 'all', 'orphans'];
const PHASES = ['before', 'torn', 'after'] as const;
const RUN_LIMIT = { deadline: 300_000 };
const CREW = { gemini: null, codex: null, claude: { implement: 'put src/a.txt "a, BEST"' } };

/** A session whose plan nobody has decided on: its id, and how many events it has. */
async function undecided(repo: Repo): Promise<{ readonly id: string; readonly events: number }> {
  const run = await repo.runMm(['execute', 'Write greetings', '--headless', '--json'], RUN_LIMIT);
  assert.is(run.code, 3, run.stderr);
  return { id: JSON.parse(run.stdout).session_id, events: eventsOf(run).length };
}

test('cut off anywhere, what was accepted is in the tree in the end, and nobody was asked for it', async () => {
  const count = await withCrew(CREW, async (repo) => {
    const { id, events } = await undecided(repo);
    const accepted = await repo.runMm(['accept', id], RUN_LIMIT);
    assert.is(accepted.code, 0, accepted.stderr);
    assert.is(eventsOf(accepted)[events]?.type, 'reopened');
    return eventsOf(accepted).length - events;
  });
  const random = randomFrom(seed);
  const numbers = Array.from({ length: count }, (_, at) => at + 1);
  for (const event of FULL ? numbers : [1, pick(random, numbers)]) {
    const fault = { event, how: pick(random, HOWS), phase: pick(random, PHASES) };
    const where = JSON.stringify(fault);
    await withCrew(CREW, async (repo) => {
      const { id } = await undecided(repo);
      const calls = repo.calls().length;
      await repo.runMm(['accept', id], { env: faulty(repo, fault), ...RUN_LIMIT });
      assert.ok(struck(repo), where);
      const resumed = await repo.runMm(['resume', id, '--yes', '--headless'], RUN_LIMIT);
      if (resumed.code === 2 && /is declined:/.test(resumed.stderr)) {
        const again = await repo.runMm(['accept', id], RUN_LIMIT);
        assert.is(again.code, 0, `${where}\n${again.stderr}`);
      } else if (resumed.code !== 0) assert.match(resumed.stderr, /completed/, `${where}\n${resumed.stderr}`);
      assert.equal([repo.read('src/a.txt'), repo.calls().length], ['a, BEST\n', calls], where);
    });
  }
});

test.run();
