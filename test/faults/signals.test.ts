// SIGINT, SIGTERM and SIGHUP at events of the journal and at random instants: the run puts everything back by itself and
// exits with 130; a second one leaves at once, and `mm recover` does it. `MM_FAULTS=full` takes all events.
// deadline: 3600
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { removeIfThere } from '../support/room.ts';
import { type Counted, describeFault, type Fault, faulty, type How, struck } from './fault.ts';
import { type Scene, withScene } from './scene.ts';
import { between, chooseSeed, pick, type Random, randomFrom } from './seed.ts';
import { asPlanned, FULL, passesOf, reference, sampleOf, sweep, withoutStatus } from './sweep.ts';

const SIGNALS: readonly How[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

const seed = chooseSeed();
console.log(`seed: MM_SEED=${seed}`);

test('a signal at any instant: everything is put back without recover [Y5, Y6, U1]', async () => {
  const whole = await reference();
  await sweep('signals', choose(whole, randomFrom(seed)), seed, signal);
});

test('a second signal leaves at once; recover does the rest [Y5, Y6]', () =>
  withScene(
    { models: { gemini: { implement: "trap '' TERM INT HUP\nmark waiting\nwait_for never" } } },
    async (scene) => {
      const before = scene.all();
      const run = scene.start(scene.run);
      await scene.reached('waiting');
      run.kill('SIGINT');
      await run.waitFor(/[Ii]nterrupt|putting|put back/);
      run.kill('SIGINT');
      const ended = await run.exit;
      assert.is(ended.code, 130, ended.stderr);
      assert.match(ended.stderr, /mm recover/);
      await scene.quiet();
      const recovered = await scene.mm(['recover']);
      assert.is(recovered.code, 0, recovered.stderr);
      assert.equal(scene.all(), before);
    },
  ));

function choose({ events, operations }: Counted, random: Random): readonly Fault[] {
  const passes = FULL ? 2 : 1;
  const chosen = FULL ? events.map((_, at) => at + 1) : sampleOf(events, random, 2).filter(() => random() < 0.3);
  return [
    ...chosen.map((event): Fault => ({ event, phase: 'after', how: pick(random, SIGNALS), passes })),
    ...Array.from(
      { length: FULL ? 100 : 3 },
      (): Fault => ({
        operation: between(random, 1, operations),
        wait: pick(random, [0, 1, 5, 20]),
        how: pick(random, SIGNALS),
        passes,
      }),
    ),
  ];
}

/** @returns whether the signal came before the run had ended */
async function signal(scene: Scene, fault: Fault): Promise<boolean> {
  const before = scene.all();
  const run = await scene.mm([...scene.run, ...passesOf(fault)], { env: faulty(scene, fault) });
  const told = `MM_KILL=${describeFault(fault)}\n${run.stderr.slice(-1500)}`;
  await scene.quiet();
  assert.ok(run.code === 130 || run.code === 0, `exit ${run.code} ${run.signal}: ${told}`);
  if (run.code === 0) assert.equal(withoutStatus(scene.all()), asPlanned(scene, before, String(run.sessionDir)), told);
  else assert.equal(scene.all(), before, told);
  if (run.code === 130) assert.is(run.session?.status ?? 'interrupted', 'interrupted', told);
  const recovered = await scene.mm(['recover']);
  assert.match(recovered.stdout, /Nothing has to be put right/, told);
  if (run.code === 0) assert.is((await scene.mm(['undo'])).code, 0, told);
  assert.equal(scene.all(), before, told);
  const hit = struck(scene) && run.code === 130;
  removeIfThere(scene.sessions);
  return hit;
}

test.run();
