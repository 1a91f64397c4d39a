// A run with a lane on another host, of which something is struck at any of the lane's events: the runner, the
// connection, the shell there that answers, the supervisor there, or the whole host. The run goes on by itself or with
// `mm resume`; its model has begun once, and nothing is left there. `MM_FAULTS=full` takes every event; `MM_SEED=…`
// repeats a choice, `MM_KILL=…` what failed, `MM_PART=1/4` takes a part.
// deadline: 7200
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { eventsOf, eventsOfType, inSession, withCrew } from '../support/crew.ts';
import { type FarHost, farHost, wire } from '../support/far-host.ts';
import type { Repo } from '../support/repo.ts';
import { waitUntil } from '../support/wait.ts';
import { describeFault, type Fault, faulty, type How, readFault, struck } from './fault.ts';
import { chooseSeed, pick, type Random, randomFrom } from './seed.ts';
import { FULL, part } from './sweep.ts';

const seed = chooseSeed();
console.log(`seed: MM_SEED=${seed}`);

const FAR: readonly How[] = ['connection', 'call', 'supervisor', 'host'];
/** Where the runner is cut off, the run is gone on with; else it goes on by itself. */
const CUT_OFF: readonly How[] = ['runner', 'orphans'];
/** What took the model along: its lane may be out. */
const MAY_LOSE: readonly How[] = ['supervisor', 'host'];
const PHASES = ['before', 'torn', 'after'] as const;
/** A line is torn only where who writes it ends. */
const LIVING_PHASES = ['before', 'after'] as const;
const WAITS = [0, 0, 20, 100, 300];
const LONG = { deadline: 300_000 };
const LINES = 'line 1\nline 2\nline 3\n';
const CREW = {
  codex: null,
  gemini: { implement: 'put src/b.txt "b, BEST"\nfor i in 1 2 3; do say line $i; sleep 0.3; done' },
};
const PREPARED = 'prepare: { copy: [], run: [mkdir -p deps] }';
const there = (repo: Repo): FarHost => farHost(repo, PREPARED, wire(repo));
const words = (far: FarHost) => [far.recipe, 'Write greetings', '--headless', '--yes'];

interface Places {
  /** From the lane's first event in the journal to its last, from 1. */
  readonly all: readonly number[];
  /** Until its gates have ended, and a little longer: after that there is only its removal to be struck, wherever. */
  readonly busy: readonly number[];
}

/** Of a run that nobody disturbs. */
const placesOfLane = (): Promise<Places> =>
  withCrew(CREW, async (repo) => {
    const whole = await repo.runMm(words(there(repo)), LONG);
    assert.is(whole.code, 0, whole.stderr);
    const told = eventsOf(whole);
    const from = told.findIndex((event) => event.type === 'effect' && event.undo.as === 'remote');
    const to = told.findIndex(
      (event) => event.type === 'effect_undone' && event.id === (told[from] as { id: number }).id,
    );
    const tested = told.findLastIndex(
      (event) => event.type === 'step_end' && event.lane === 'gemini' && event.step === 'gates',
    );
    assert.ok(from >= 0 && to > tested && tested > from);
    const all = told.slice(from, to + 1).map((_, at) => from + at + 1);
    return { all, busy: all.slice(0, tested - from + 4) };
  });

/** All of them: the runner, or more of it, at each place; and whoever is far away at each place where it is busy. */
function choose({ all, busy }: Places, random: Random): readonly Fault[] {
  const cutOff = FULL ? all : Array.from({ length: 2 }, () => pick(random, all));
  const far = FAR.flatMap((how) => (FULL ? busy : [pick(random, busy)]).map((event) => ({ event, how })));
  return [
    ...cutOff.map((event) => ({ event, how: pick(random, CUT_OFF), phase: pick(random, PHASES) })),
    ...far.map((fault) => ({ ...fault, phase: pick(random, LIVING_PHASES), wait: pick(random, WAITS) })),
  ];
}

/** @returns whether it struck */
const strike = (fault: Fault): Promise<boolean> =>
  withCrew(CREW, async (repo) => {
    const how = fault.how ?? 'runner';
    const far = there(repo);
    const first = await repo.runMm(words(far), { ...LONG, env: faulty(repo, fault) });
    const hit = struck(repo);
    let ended = first;
    if (CUT_OFF.includes(how)) {
      assert.ok(hit, 'it was not struck');
      const resumed = await repo.runMm(['resume', '--yes', '--headless'], LONG);
      // what was cut off when all was done has nothing left to go on with
      if (resumed.code === 2) assert.match(resumed.stderr, /is completed|No session/);
      else ended = resumed;
    }
    if (ended !== first || !CUT_OFF.includes(how)) assert.is(ended.code, 0, ended.stderr);
    await repo.runMm(['recover'], LONG);
    const begun = repo.calls('gemini').length;
    const isOut = MAY_LOSE.includes(how) && repo.read('src/b.txt') === 'b of claude\n';
    if (!isOut) {
      assert.is(repo.read('src/b.txt'), 'b, BEST\n', ended.stderr);
      assert.is(inSession(ended, 'pass-0001/outputs/gemini.md'), LINES);
    }
    assert.is(repo.read('src/a.txt'), 'a, BEST\n');
    const answers = eventsOfType(ended, 'attempt_end').filter(
      ({ slot, result }) => slot === 'gemini' && !result.failure,
    );
    assert.ok(begun <= 1 && answers.length <= 1, `begun ${begun} times, answered ${answers.length} times`);
    assert.equal(far.lanes(), [], ended.stderr);
    // a shell there that was just told of its end may be on its way out
    await waitUntil('no process there', () => far.living() === 0 || null, 5000);
    rmSync(join(repo.root, 'fault.json'), { force: true });
    return hit;
  });

test('struck at any event of a lane on another host, a run comes to its end, and its model has begun once', async () => {
  const random = randomFrom(seed);
  const only = process.env.MM_KILL;
  const faults = only === undefined ? part(choose(await placesOfLane(), random)) : [readFault(only)];
  const wrong: string[] = [];
  const counts = new Map<How, number>();
  for (const fault of faults)
    try {
      if (await strike(fault)) counts.set(fault.how!, (counts.get(fault.how!) ?? 0) + 1);
    } catch (error) {
      const { message, details = '' } = error as { message: string; details?: string };
      wrong.push(`MM_KILL=${describeFault(fault)} ${message}\n${details}`);
      console.log(wrong.at(-1)); // at once, as a whole sweep takes long
    }
  console.log(
    `${faults.length} strikes, of them hit: ${JSON.stringify(Object.fromEntries(counts))}; ${wrong.length} wrong`,
  );
  assert.is(wrong.length, 0, wrong.join('\n\n'));
});

test.run();
