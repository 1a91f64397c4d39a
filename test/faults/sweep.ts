// One strike at a run and what must be true after it; and the reference that strikes are compared with: how the place
// looks before a run and after one that nobody disturbed.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import * as assert from 'uvu/assert';
import { readRecord } from '../../lib/session/find.ts';
import { readJournal } from '../../lib/session/journal.ts';
import type { MmResult } from '../support/mm.ts';
import { removeIfThere } from '../support/room.ts';
import { type Counted, counted, describeFault, type Fault, faulty, readFault, struck } from './fault.ts';
import { type Scene, type SceneOptions, type Whole, withScene } from './scene.ts';
import { between, pick, type Random, randomFrom } from './seed.ts';

/** How many are struck: all that there are, and many more instants, with `MM_FAULTS=full`. */
export const FULL = process.env.MM_FAULTS === 'full';

/** The words for a run of so many passes, and the scene in which it comes to a complete result. */
export const passesOf = ({ passes = 2 }: Fault): readonly string[] => ['--passes', String(passes)];
const sceneFor = (passes: 1 | 2): SceneOptions => (passes === 2 ? {} : { files: { 'check.sh': 'true\n' } });

/** Runs once without a fault, and counts. */
export function reference(passes: 1 | 2 = FULL ? 2 : 1): Promise<Counted> {
  return withScene(sceneFor(passes), async (scene) => {
    const before = scene.all();
    const result = await scene.mm([...scene.run, ...passesOf({ passes })], { env: faulty(scene, {}) });
    assert.is(result.code, 0, result.stderr);
    await scene.quiet();
    assert.equal(withoutStatus(scene.all()), asPlanned(scene, before, String(result.sessionDir)));
    return counted(scene);
  });
}

/** Whether the session that was struck had come to its end. */
function completed({ sessionDir }: Pick<MmResult, 'sessionDir'>): boolean {
  if (sessionDir === null) return false;
  try {
    return readJournal(`${sessionDir}/events.jsonl`).events.some(({ type }) => type === 'session_complete');
  } catch {
    return false; // it had not begun to write
  }
}

/** A fault for the recovery itself. */
const inRecovery = (random: Random): Fault => ({
  operation: between(random, 1, 60),
  wait: pick(random, [0, 0, 1, 5, 20]),
  how: pick(random, ['runner', 'all'] as const),
});

/**
 * Kills a run as the fault says, then recovers (killing the first try of that too), and asserts that all is as it was,
 * or, where the run had come to its end, as the accepted plan says.
 * @returns whether the fault struck before the run had ended
 */
export async function strike(scene: Scene, fault: Fault, random: Random): Promise<boolean> {
  const before = scene.all();
  const told = `MM_KILL=${describeFault(fault)}`;
  const run = await scene.mm([...scene.run, ...passesOf(fault)], { env: faulty(scene, fault) });
  const hit = struck(scene);
  const ended = completed(run);
  const check = (what: string) =>
    ended
      ? assert.equal(withoutStatus(scene.all()), asPlanned(scene, before, String(run.sessionDir)), what)
      : assert.equal(scene.all(), before, what);
  const second = inRecovery(random);
  const twice = FULL || random() < 0.5;
  const tried = twice ? `${told}, then in recover ${describeFault(second)}` : told;
  if (twice) await scene.mm(['recover'], { env: faulty(scene, second) });
  const recovered = await scene.mm(['recover']);
  const all = () => [told, run.stderr.slice(-1500), recovered.stdout, recovered.stderr].join('\n---\n');
  assert.is(recovered.code, 0, `${tried}\n${all()}`);
  await scene.quiet();
  check(`${tried}\n${all()}`);
  if (twice) {
    const again = await scene.mm(['recover']);
    assert.match(again.stdout, /Nothing has to be put right/, tried);
    check(`${tried}, recovered once more`);
  }
  if (ended) await takeOut(scene, before, tried);
  removeIfThere(scene.sessions);
  return hit;
}

/** The next strike begins where this one began. */
async function takeOut(scene: Scene, before: Whole, tried: string): Promise<void> {
  const undone = await scene.mm(['undo']);
  assert.is(undone.code, 0, `${tried}\n${undone.stderr}`);
  assert.equal(scene.all(), before, `undone: ${tried}`);
}

/**
 * The place as the accepted plan of a completed session says: the files of its result, byte for byte as its tree has them,
 * and everything else as it was. What git says of the tree's state follows from that.
 */
export function asPlanned(scene: Scene, before: Whole, sessionDir: string): Omit<Whole, 'status'> {
  const record = readRecord(sessionDir);
  if (!record?.result) throw new Error('a completed session has a result');
  const git = (...args: readonly string[]) =>
    execFileSync('git', ['--git-dir', join(sessionDir, 'git'), ...args], { env: { ...scene.env }, maxBuffer: 1 << 28 });
  const files: Record<string, string> = { ...before.files };
  for (const { path } of record.result.files) {
    const [mode, , oid] = git('ls-tree', record.result.tree, '--', path).toString().split(/[ \t]/);
    if (oid === undefined) delete files[path];
    else {
      files[path] = `${mode?.slice(-3)} ${createHash('sha256')
        .update(git('cat-file', 'blob', oid))
        .digest('hex')
        .slice(0, 16)}`;
      for (let folder = dirname(path); folder !== '.'; folder = dirname(folder)) files[`${folder}/`] ??= '755';
    }
  }
  return withoutStatus({ ...before, files: sorted(files) });
}

export const withoutStatus = ({ status: _, ...rest }: Whole): Omit<Whole, 'status'> => rest;

const sorted = (files: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1)));

/** Strikes in one repository, before a new one is made. */
const IN_ONE = 8;

/**
 * Strikes with one fault after the other, each with a series of numbers that follows from the seed and the fault alone,
 * so that it can be had again. `MM_KILL` takes one fault in place of all, `MM_PART=2/8` the second eighth of them.
 * Prints how many there were, and fails with what went wrong.
 * @param one strikes, and says whether that came before the end of the run
 */
export async function sweep(
  what: string,
  all: readonly Fault[],
  seed: number,
  one: (scene: Scene, fault: Fault, random: Random) => Promise<boolean>,
): Promise<void> {
  const only = process.env.MM_KILL;
  const faults = only === undefined ? part(all) : [readFault(only)];
  const queue = [...faults];
  const wrong: string[] = [];
  let hits = 0;
  while (queue.length > 0) {
    const { passes = 2 } = queue[0] as Fault;
    await withScene(sceneFor(passes), async (scene) => {
      for (let count = 0; count < IN_ONE && (queue[0]?.passes ?? 2) === passes; count++) {
        const fault = queue.shift();
        if (fault === undefined) return;
        try {
          hits += Number(await one(scene, fault, randomFor(seed, fault)));
        } catch (error) {
          wrong.push(explain(error, seed));
          console.log(wrong.at(-1)); // at once, as a whole sweep takes long
          return; // the next one begins in a new repository
        }
      }
    });
  }
  console.log(`${faults.length} ${what}, ${hits} of them before the end of the run, ${wrong.length} wrong`);
  assert.is(wrong.length, 0, wrong.join('\n\n'));
  assert.ok(only !== undefined || hits > (FULL ? faults.length / 2 : 0), 'they struck while it ran');
}

/** One of each kind of effect and of its undoing, and some of the other kinds; places count from 1. */
export function sampleOf(events: readonly string[], random: Random, others: number): readonly number[] {
  const kinds = [...new Set(events)];
  const one = (kind: string): number =>
    pick(
      random,
      events.flatMap((each, at) => (each === kind ? [at + 1] : [])),
    );
  const rest = kinds.filter((kind) => !kind.startsWith('effect'));
  const chosen = Array.from({ length: others }, () => rest.splice(Math.floor(random() * rest.length), 1)[0]);
  return [...kinds.filter((kind) => kind.startsWith('effect')), ...chosen.filter((kind) => kind !== undefined)].map(
    one,
  );
}

/** The part that `MM_PART` names, else all. */
export function part<T>(all: readonly T[]): readonly T[] {
  const [number = 1, of = 1] = (process.env.MM_PART ?? '1/1').split('/').map(Number);
  return all.slice(Math.round(((number - 1) * all.length) / of), Math.round((number * all.length) / of));
}

function randomFor(seed: number, fault: Fault): Random {
  return randomFrom(
    createHash('sha256')
      .update(`${seed} ${describeFault(fault)}`)
      .digest()
      .readUInt32LE(),
  );
}

function explain(error: unknown, seed: number): string {
  const { message, details } = error as { message?: string; details?: string };
  return `MM_SEED=${seed} ${message ?? error}\n${details ?? ''}`;
}
