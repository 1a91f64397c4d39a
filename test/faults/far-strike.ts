// A run with something of it on another host, of which something is struck at one of its events: the runner, the
// connection, the shell there that answers, the supervisor there, or the whole host. The run goes on by itself or with
// `mm resume`; its models have begun once, and nothing is left there.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import type { Event } from '../../lib/core/events.ts';
import { type CrewOptions, eventsOf, eventsOfType, inSession, withCrew } from '../support/crew.ts';
import { type FarHost, farHost, nothingLeft, wire } from '../support/far-host.ts';
import type { MmResult } from '../support/mm.ts';
import type { Repo } from '../support/repo.ts';
import { describeFault, type Fault, faulty, type How, readFault, struck } from './fault.ts';
import { pick, type Random } from './seed.ts';
import { FULL, part } from './sweep.ts';

/** What a run has on its host. */
export interface FarScene {
  readonly crew: CrewOptions;
  /** Further lines of the recipe. */
  readonly recipe: string;
  /** Finds the events of a run that nobody disturbed, from 0, between which it is struck. */
  readonly places: (events: readonly Event[]) => FarPlaces;
  /** What else must be true of a run that came to its end. @param isOut its lane there is out */
  readonly check?: (ended: MmResult, isOut: boolean) => void;
}

/** Events from 0, the last one included. */
interface FarPlaces {
  readonly from: number;
  /** Until here there is work there, and a little longer; after that only removal. */
  readonly busyTo: number;
  readonly to: number;
}

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

/** The models of every scene: gemini says three lines. */
export const LINE_BY_LINE: CrewOptions = {
  codex: null,
  gemini: { implement: 'put src/b.txt "b, BEST"\nfor i in 1 2 3; do say line $i; sleep 0.3; done' },
};

const there = (repo: Repo, scene: FarScene): FarHost => farHost(repo, scene.recipe, wire(repo));
const words = (far: FarHost) => [far.recipe, 'Write greetings', '--headless', '--yes'];

/** Of a run that nobody disturbs. */
const placesOf = (scene: FarScene): Promise<FarPlaces> =>
  withCrew(scene.crew, async (repo) => {
    const whole = await repo.runMm(words(there(repo, scene)), LONG);
    assert.is(whole.code, 0, whole.stderr);
    const places = scene.places(eventsOf(whole));
    assert.ok(places.from >= 0 && places.busyTo > places.from && places.to >= places.busyTo);
    scene.check?.(whole, false);
    return places;
  });

/**
 * All of them: the runner, or more of it, at each place; and whoever is far away at each place where it is busy. A
 * sample is one of each.
 */
function choose({ from, busyTo, to }: FarPlaces, random: Random): readonly Fault[] {
  const all = Array.from({ length: to - from + 1 }, (_, at) => from + at + 1);
  const busy = all.slice(0, busyTo - from + 4);
  const cutOff = FULL ? all : [pick(random, all)];
  const far = FULL
    ? FAR.flatMap((how) => busy.map((event) => ({ event, how })))
    : [{ event: pick(random, busy), how: pick(random, FAR) }];
  return [
    ...cutOff.map((event) => ({ event, how: pick(random, CUT_OFF), phase: pick(random, PHASES) })),
    ...far.map((fault) => ({ ...fault, phase: pick(random, LIVING_PHASES), wait: pick(random, WAITS) })),
  ];
}

/** @returns whether it struck */
const strike = (scene: FarScene, fault: Fault): Promise<boolean> =>
  withCrew(scene.crew, async (repo) => {
    const how = fault.how ?? 'runner';
    const far = there(repo, scene);
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
    scene.check?.(ended, isOut);
    await nothingLeft(far, ended.stderr);
    rmSync(join(repo.root, 'fault.json'), { force: true });
    return hit;
  });

/**
 * Strikes a scene as it is chosen: every place with `MM_FAULTS=full`, `MM_PART=1/4` of them, or what `MM_KILL` says.
 * @throws when one of the strikes did harm, with all of those
 */
export async function sweepFar(scene: FarScene, random: Random): Promise<void> {
  const only = process.env.MM_KILL;
  const faults = only === undefined ? part(choose(await placesOf(scene), random)) : [readFault(only)];
  const wrong: string[] = [];
  const counts = new Map<How, number>();
  for (const fault of faults)
    try {
      if (await strike(scene, fault)) counts.set(fault.how!, (counts.get(fault.how!) ?? 0) + 1);
    } catch (error) {
      const { message, details = '' } = error as { message: string; details?: string };
      wrong.push(`MM_KILL=${describeFault(fault)} ${message}\n${details}`);
      console.log(wrong.at(-1)); // at once, as a whole sweep takes long
    }
  console.log(
    `${faults.length} strikes, of them hit: ${JSON.stringify(Object.fromEntries(counts))}; ${wrong.length} wrong`,
  );
  assert.is(wrong.length, 0, wrong.join('\n\n'));
}
