// A run that was cut off while the grace goes by is gone on with: the grace goes on from where it was, who was ended is
// not begun again, and no answer is paid for twice. `MM_FAULTS=full` takes every event of that time; `MM_SEED=…`
// repeats a choice.
// deadline: 7200
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Event } from '../../lib/core/events.ts';
import { readJournal } from '../../lib/session/journal.ts';
import { EXECUTE, eventsOf, eventsOfType, withCrew } from '../support/crew.ts';
import { newestSession } from '../support/mm.ts';
import type { Repo } from '../support/repo.ts';
import { waitUntil } from '../support/wait.ts';
import { faulty, type How, struck } from './fault.ts';
import { chooseSeed, pick, randomFrom } from './seed.ts';
import { FULL } from './sweep.ts';

const seed = chooseSeed();
console.log(`seed: MM_SEED=${seed}`);

const HOWS: readonly How[] = ['runner', 'all', 'orphans'];
const PHASES = ['before', 'torn', 'after'] as const;
const RUN_LIMIT = { deadline: 300_000 };
/** The third never ends by itself, unless it is begun a second time. */
const CREW = {
  codex: { implement: 'once straggler || { put src/c.txt "c, late"; return; }\nput src/c.txt half\nwait_for never' },
};
const starting = (grace: string) => [...EXECUTE, '--set', `enough={ passing: 2, grace: ${grace} }`];
const RESUME = ['resume', '--yes', '--headless'];

/** Answers that were paid for, by who was asked what, how often. */
function paid(events: readonly Event[]): Readonly<Record<string, number>> {
  const times: Record<string, number> = {};
  for (const event of events) {
    if (event.type !== 'attempt_end' || !event.paid || event.step === 'explore') continue;
    const what = `${event.slot} ${event.step}`;
    times[what] = (times[what] ?? 0) + 1;
  }
  return times;
}

const startsOfStraggler = (repo: Repo): number => repo.calls('codex').filter(({ step }) => step === 'implement').length;

/** What an ended or running process has written down by now; its last line may be torn. */
function written(repo: Repo): readonly Event[] {
  const file = join(newestSession(repo.sessions).sessionDir ?? repo.root, 'events.jsonl');
  return existsSync(file) ? readJournal(file).events : [];
}

/** Starts a run, and kills it once two have passed. @returns when they had */
async function killedInGrace(repo: Repo, grace: string): Promise<number> {
  const started = repo.startMm(starting(grace), RUN_LIMIT);
  const enough = await waitUntil('two that pass', () => written(repo).find(({ type }) => type === 'enough') ?? null);
  process.kill(started.pid, 'SIGKILL');
  await started.exit;
  return Date.parse(enough.at);
}

test('killed in the grace: what is left of it is given, and one that gets done in it counts', () =>
  withCrew(CREW, async (repo) => {
    await killedInGrace(repo, '1h');
    const resumed = await repo.runMm(RESUME, RUN_LIMIT);
    assert.is(resumed.code, 0, resumed.stderr);
    assert.is(startsOfStraggler(repo), 2, 'it was cut off by the kill, and begins again');
    assert.equal([eventsOfType(resumed, 'enough').length, eventsOfType(resumed, 'superseded').length], [1, 0]);
    assert.is(resumed.session.passes[0].models.gpt.status, 'ok');
    assert.is(repo.read('src/c.txt'), 'c, late\n');
    for (const [what, times] of Object.entries(paid(eventsOf(resumed))))
      assert.ok(times === 1 || /compare/.test(what), what);
  }));

test('killed in the grace, and gone on with when that is over: the straggler is not begun again', () =>
  withCrew(CREW, async (repo) => {
    const since = await killedInGrace(repo, '1500ms');
    await waitUntil('the end of the grace', () => Date.now() > since + 1500 || null);
    const resumed = await repo.runMm(RESUME, RUN_LIMIT);
    assert.is(resumed.code, 0, resumed.stderr);
    assert.is(startsOfStraggler(repo), 1);
    assert.equal([eventsOfType(resumed, 'enough').length, eventsOfType(resumed, 'superseded').length], [1, 1]);
    assert.is(resumed.session.passes[0].models.gpt.status, 'superseded');
    assert.not.ok(repo.has('src/c.txt'));
  }));

test('cut off anywhere between the second that passes and the plan, a run is gone on with to the same end', async () => {
  const undisturbed = await withCrew(CREW, async (repo) => {
    const result = await repo.runMm(starting('500ms'), RUN_LIMIT);
    assert.is(result.code, 0, result.stderr);
    const events = eventsOf(result);
    const [from, to] = ['enough', 'plan'].map((type) => events.findIndex((event) => event.type === type));
    return { places: Array.from({ length: to! - from! }, (_, i) => from! + i + 1), paid: paid(events) };
  });
  const random = randomFrom(seed);
  const places = FULL ? undisturbed.places : Array.from({ length: 2 }, () => pick(random, undisturbed.places));
  for (const event of places) {
    const fault = { event, how: pick(random, HOWS), phase: pick(random, PHASES) };
    const where = JSON.stringify(fault);
    // begun a second time it would never end either
    await withCrew({ codex: { implement: 'put src/c.txt half\nwait_for never' } }, async (repo) => {
      await repo.runMm(starting('500ms'), { env: faulty(repo, fault), ...RUN_LIMIT });
      assert.ok(struck(repo), where);
      const told = written(repo).filter(({ type }) => type === 'superseded').length;
      const before = startsOfStraggler(repo);
      const resumed = await repo.runMm(RESUME, RUN_LIMIT);
      assert.is(resumed.code, 0, `${where}\n${resumed.stderr}`);
      if (told > 0) assert.is(startsOfStraggler(repo), before, `${where}: begun again`);
      assert.is(resumed.session.passes[0].models.gpt.status, 'superseded', where);
      assert.equal(eventsOfType(resumed, 'superseded').length, 1, where);
      assert.equal(paid(eventsOf(resumed)), undisturbed.paid, where);
      assert.equal(['src/a.txt', 'src/b.txt'].map(repo.read), ['a, BEST\n', 'b, BEST\n'], where);
    });
  }
});

test.run();
