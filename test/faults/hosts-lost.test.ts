// A run whose lane has lost its host is cut off at any event from there to the end of its model on the next host: it
// goes on there, and nothing is paid for again. `MM_FAULTS=full` takes every event; `MM_SEED=…` repeats a choice.
// deadline: 7200
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Event } from '../../lib/core/events.ts';
import { eventsOf, withCrew } from '../support/crew.ts';
import { nothingLeft } from '../support/far-host.ts';
import { type FarHosts, farHosts } from '../support/far-hosts.ts';
import type { MmResult } from '../support/mm.ts';
import type { Repo } from '../support/repo.ts';
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
  gemini: {
    implement: `if once first; then put src/part.txt part; mark started; wait_for never; fi
put src/b.txt "b, BEST"
for i in 1 2 3; do say line $i; sleep 0.3; done`,
  },
};
/** Runs with its first host lost while the model is at work there. */
async function runWithout(repo: Repo, far: FarHosts, env: Readonly<Record<string, string>> = {}): Promise<MmResult> {
  const running = repo.startMm([far.recipe, 'Write greetings', '--headless', '--yes'], { ...LONG, env });
  await repo.reached('started');
  far.restart('one');
  return running.exit;
}
const isEnd = (event: Event) => event.type === 'attempt_end' && event.slot === 'gemini' && event.step === 'implement';

test('cut off at any event after its host was lost, a lane stays on the next one, and its model has begun twice in all', async () => {
  const events = await withCrew(CREW, async (repo) => {
    const whole = await runWithout(repo, farHosts(repo, ['one', 'two']));
    assert.is(whole.code, 0, whole.stderr);
    const told = eventsOf(whole);
    const [from, to] = [told.findIndex(isEnd), told.findLastIndex(isEnd)];
    assert.ok(from >= 0 && to > from, whole.stderr);
    return told.slice(from, to + 1).map((_, at) => from + at + 1);
  });
  const random = randomFrom(seed);
  const places = FULL ? events : Array.from({ length: 3 }, () => pick(random, events));
  for (const event of places) {
    const fault = { event, how: pick(random, HOWS), phase: pick(random, PHASES) };
    const where = JSON.stringify(fault);
    await withCrew(CREW, async (repo) => {
      const far = farHosts(repo, ['one', 'two']);
      await runWithout(repo, far, faulty(repo, fault));
      assert.ok(struck(repo), where);
      const resumed = await repo.runMm(['resume', '--yes', '--headless'], LONG);
      assert.is(resumed.code, 0, `${where}\n${resumed.stderr}`);
      assert.is(repo.read('src/b.txt'), 'b, BEST\n', where);
      assert.not.ok(repo.has('src/part.txt'), where);
      const begun = repo.calls('gemini').map(({ cwd }) => (cwd.startsWith(far.home('two')) ? 'two' : 'one'));
      assert.equal(begun, ['one', 'two'], where);
      for (const name of ['one', 'two']) await nothingLeft(far.at(name), where);
      rmSync(join(repo.root, 'fault.json'), { force: true });
    });
  }
});

test.run();
