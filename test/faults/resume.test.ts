// A run that was cut off at events of its journal goes on with `mm resume`: the same result, and nothing that a model had
// finished or a gate had measured is done again. `MM_FAULTS=full` takes every event; `MM_SEED=… MM_KILL=…` repeats one.
// deadline: 7200
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Event } from '../../lib/core/events.ts';
import type { SessionRecord } from '../../lib/core/session-record.ts';
import { readRecord } from '../../lib/session/find.ts';
import { readJournal } from '../../lib/session/journal.ts';
import { removeIfThere } from '../support/room.ts';
import { waitUntil } from '../support/wait.ts';
import { counted, describeFault, type Fault, faulty, type How, struck } from './fault.ts';
import { type Scene, withScene } from './scene.ts';
import { between, chooseSeed, pick, type Random, randomFrom } from './seed.ts';
import { asPlanned, FULL, passesOf, sweep, withoutStatus } from './sweep.ts';

const HOWS: readonly How[] = ['runner', 'all', 'orphans', 'SIGINT'];

const seed = chooseSeed();
console.log(`seed: MM_SEED=${seed}`);

const journalOf = (sessionDir: string): readonly Event[] => readJournal(`${sessionDir}/events.jsonl`).events;

/** What was paid for, how often: answers of models, by who was asked what; and what a gate showed on a tree. */
function paid(events: readonly Event[]): Readonly<Record<string, number>> {
  const times: Record<string, number> = {};
  for (const event of events) {
    const what =
      event.type === 'attempt_end' && event.result.failure === null
        ? `${event.slot} ${event.step} ${event.pass}`
        : event.type === 'gate_measured'
          ? event.key
          : null;
    if (what !== null) times[what] = (times[what] ?? 0) + 1;
  }
  return times;
}

interface Undisturbed {
  readonly events: readonly string[];
  readonly paid: Readonly<Record<string, number>>;
  readonly made: unknown;
}

/** What each model made in each pass: it must not depend on whether a run was cut off. (The judge's order does.) */
const madeIn = ({ passes }: SessionRecord) =>
  passes.map(({ number, models }) => [
    number,
    Object.entries(models)
      .map(([slot, { status, tree, files_changed, gates }]) => [slot, status, tree, files_changed, gates])
      .sort(),
  ]);

function undisturbed(): Promise<Undisturbed> {
  return withScene({}, async (scene) => {
    const run = await scene.mm([...scene.run, ...passesOf({})], { env: faulty(scene, {}) });
    assert.is(run.code, 0, run.stderr);
    const { events } = counted(scene);
    return {
      events,
      paid: paid(journalOf(String(run.sessionDir))),
      made: madeIn(run.session),
    };
  });
}

/** @returns whether there was something to go on with */
async function goesOn(scene: Scene, fault: Fault, whole: Undisturbed): Promise<boolean> {
  const before = scene.all();
  const run = await scene.mm([...scene.run, ...passesOf(fault)], { env: faulty(scene, fault) });
  const hit = struck(scene);
  await scene.quiet();
  const told = `MM_KILL=${describeFault(fault)}`;
  const begun =
    run.sessionDir !== null && existsSync(`${run.sessionDir}/events.jsonl`)
      ? journalOf(run.sessionDir).some(({ type }) => type === 'run_options')
      : false;
  const ended = begun && readRecord(String(run.sessionDir))?.status === 'completed';
  const resumed = await scene.mm(['resume', '--headless', '--yes']);
  const all = `${told}\n${run.stderr.slice(-1000)}\n--- resume\n${resumed.stderr.slice(-1500)}`;
  if (!begun || ended) {
    assert.is(resumed.code, 2, all);
    assert.is((await scene.mm(['recover'])).code, 0, all);
  } else {
    assert.is(resumed.code, 0, all);
    assert.is(resumed.sessionDir, run.sessionDir, all);
    const events = journalOf(String(resumed.sessionDir));
    for (const [what, times] of Object.entries(paid(events)))
      assert.ok(times <= (whole.paid[what] ?? 1), `${what}: ${times} times: ${all}`);
    assert.equal(madeIn(resumed.session), whole.made, all);
    await scene.quiet();
    assert.equal(withoutStatus(scene.all()), asPlanned(scene, before, String(resumed.sessionDir)), all);
  }
  if (resumed.code === 0 || ended) {
    const undone = await scene.mm(['undo']);
    assert.is(undone.code, 0, `${all}\n${undone.stderr}`);
  }
  assert.equal(scene.all(), before, all);
  removeIfThere(scene.sessions);
  return hit && resumed.code === 0;
}

/** What a resumed run takes over: the places where most can go wrong. */
const TELLING = [
  'attempt_end',
  'model_end',
  'candidate',
  'gate_measured',
  'judgement',
  'effect.apply',
  'pass_complete',
];

/** Every event; or some, most of them where something has just been finished. */
function choose({ events }: Undisturbed, random: Random): readonly Fault[] {
  const places = (wanted: (kind: string) => boolean) => events.flatMap((kind, at) => (wanted(kind) ? [at + 1] : []));
  const some = Array.from({ length: 3 }, () => pick(random, TELLING)).map((kind) =>
    pick(
      random,
      places((each) => each === kind),
    ),
  );
  const chosen = FULL ? places(() => true) : [...some, between(random, 1, events.length)];
  return chosen.map((event): Fault => ({ event, phase: 'after', how: pick(random, HOWS) }));
}

test('cut off at events of the journal, a run goes on: the same result, nothing is paid for twice [Y5, Y6, R6]', async () => {
  const whole = await undisturbed();
  await sweep('interruptions', choose(whole, randomFrom(seed)), seed, (scene, fault) => goesOn(scene, fault, whole));
});

test('interrupted while the result was being proven: that proves nothing, and the run that goes on proves it [A5, Y5]', () => {
  const waits = [
    'if [ -e src/c.txt ] && [ -e src/new/deep.txt ] && mkdir "$TMPDIR/once" 2>/dev/null; then',
    '  : >"$TMPDIR/testing"',
    '  exec sleep 1000',
    'fi',
    '',
  ];
  return withScene({ files: { 'check.sh': waits.join('\n') } }, async (scene) => {
    const before = scene.all();
    const run = scene.start([...scene.run, '--passes', '1']);
    await waitUntil('the gate on the result', () => existsSync(join(scene.tmp, 'testing')) || null);
    run.kill('SIGINT');
    const { sessionDir, code } = await run.exit;
    assert.is(code, 130);
    assert.is(readRecord(String(sessionDir))?.passes[0]?.plan, null, 'there is no plan yet');
    const resumed = await scene.mm(['resume', '--headless', '--yes']);
    assert.is(resumed.code, 0, resumed.stderr);
    const [pass] = resumed.session.passes;
    assert.equal([pass.plan.proven, pass.gate_results.composite.tests.state], [true, 'pass']);
    assert.is((await scene.mm(['undo'])).code, 0);
    assert.equal(scene.all(), before);
  });
});

test('a lane that failed in a pass that is over is not tried again there; in the pass that was cut off it goes on [R6]', () => {
  const gemini = {
    implement: 'complain broken\nreturn 3',
    implement_2: 'if once second; then mark waiting; wait_for go; fi\nput src/ready.txt ready\nsay done',
  };
  return withScene({ models: { gemini, codex: null } }, async (scene) => {
    const before = scene.all();
    const run = scene.start([...scene.run, ...passesOf({})]);
    await scene.reached('waiting');
    run.kill('SIGKILL');
    await run.exit;
    await scene.quiet();
    const asked = () => scene.calls('gemini').filter(({ pass, step }) => pass === '1' && step === 'implement').length;
    const first = asked();
    assert.ok(first > 0);
    scene.release('go');
    const resumed = await scene.mm(['resume', '--headless', '--yes']);
    assert.is(resumed.code, 0, resumed.stderr);
    assert.is(asked(), first, 'once more');
    const [one, two] = resumed.session.passes;
    assert.equal([one.models.gemini.status, two.models.gemini.status], ['failed', 'ok']);
    assert.is((await scene.mm(['undo'])).code, 0);
    assert.equal(scene.all(), before);
  });
});

test.run();
