// A run with a lane on another host that is cut off at any of the lane's events goes on with `mm resume`: the same
// result, its model begun once, nothing left there. `MM_FAULTS=full` takes every event; `MM_SEED=…` repeats a choice.
// deadline: 7200
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { eventsOf, withCrew } from '../support/crew.ts';
import { farHost } from '../support/far-host.ts';
import { waitUntil } from '../support/wait.ts';
import { faulty, type How, struck } from './fault.ts';
import { chooseSeed, pick, randomFrom } from './seed.ts';
import { FULL } from './sweep.ts';

const seed = chooseSeed();
console.log(`seed: MM_SEED=${seed}`);

const HOWS: readonly How[] = ['runner', 'orphans'];
const PHASES = ['before', 'torn', 'after'] as const;
const LONG = { deadline: 300_000 };
const CREW = {
  codex: null,
  gemini: { implement: 'put src/b.txt "b, BEST"\nfor i in 1 2 3; do say line $i; sleep 0.3; done' },
};

test('cut off at any event of a lane on another host, a run is gone on with, and its model has begun once', async () => {
  const events = await withCrew(CREW, async (repo) => {
    const whole = await repo.runMm([farHost(repo).recipe, 'Write greetings', '--headless', '--yes'], LONG);
    assert.is(whole.code, 0, whole.stderr);
    const told = eventsOf(whole);
    const from = told.findIndex((event) => event.type === 'effect' && event.undo.as === 'remote');
    const to = told.findIndex(
      (event) => event.type === 'effect_undone' && event.id === (told[from] as { id: number }).id,
    );
    assert.ok(from >= 0 && to > from);
    return told.slice(from, to + 1).map((_, at) => from + at + 1);
  });
  const random = randomFrom(seed);
  const places = FULL ? events : Array.from({ length: 6 }, () => pick(random, events));
  for (const event of places) {
    const fault = { event, how: pick(random, HOWS), phase: pick(random, PHASES) };
    const where = JSON.stringify(fault);
    await withCrew(CREW, async (repo) => {
      const far = farHost(repo);
      const env = faulty(repo, fault);
      await repo.runMm([far.recipe, 'Write greetings', '--headless', '--yes'], { ...LONG, env });
      assert.ok(struck(repo), where);
      const resumed = await repo.runMm(['resume', '--yes', '--headless'], LONG);
      // what was cut off when all was done has nothing left to go on with
      if (resumed.code === 2) assert.match(resumed.stderr, /is completed|No session/, where);
      else assert.is(resumed.code, 0, `${where}\n${resumed.stderr}`);
      await repo.runMm(['recover'], LONG);
      assert.is(repo.read('src/b.txt'), 'b, BEST\n', where);
      const begun = repo.calls('gemini').length;
      assert.ok(begun === 1, `${where}: begun ${begun} times`);
      assert.equal(far.lanes(), [], where);
      // a shell there that was just told of its end may be on its way out
      await waitUntil(`${where}: no process there`, () => far.living() === 0 || null, 5000);
      rmSync(join(repo.root, 'fault.json'), { force: true });
    });
  }
});

test.run();
