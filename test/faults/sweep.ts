// One strike at a run and what must be true after it; and the reference that strikes are compared with: how the place
// looks before a run and after one that nobody disturbed.
import * as assert from 'uvu/assert';
import { readJournal } from '../../lib/session/journal.ts';
import type { MmResult } from '../support/mm.ts';
import { type Counted, counted, describeFault, type Fault, faulty, struck } from './fault.ts';
import { removeIfThere } from '../support/room.ts';
import { type Random, between, pick } from './seed.ts';
import { type Scene, type Whole, withScene } from './scene.ts';

export interface Reference extends Counted {
  /** As a completed run leaves it: the accepted plan. */
  readonly completed: Whole;
}

/** Runs once without a fault. */
export function reference(): Promise<Reference> {
  return withScene({}, async (scene) => {
    const before = scene.all();
    const result = await scene.mm(scene.run, { env: faulty(scene, {}) });
    assert.is(result.code, 0, result.stderr);
    const completed = scene.all();
    assert.not.equal(completed.files, before.files, 'a result was applied');
    assert.equal({ ...completed, files: 0, status: 0 }, { ...before, files: 0, status: 0 }, 'and nothing else changed');
    await scene.quiet();
    return { ...counted(scene), completed };
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
export async function strike(scene: Scene, fault: Fault, whole: Reference, random: Random): Promise<boolean> {
  const before = scene.all();
  const told = `MM_KILL=${describeFault(fault)}`;
  const run = await scene.mm(scene.run, { env: faulty(scene, fault) });
  const hit = struck(scene);
  const ended = completed(run);
  const wanted = ended ? { ...whole.completed, ...renamed(before) } : before;
  const second = inRecovery(random);
  const tried = `${told}, then in recover ${describeFault(second)}`;
  await scene.mm(['recover'], { env: faulty(scene, second) });
  const recovered = await scene.mm(['recover']);
  const all = () => [told, run.stderr.slice(-1500), recovered.stdout, recovered.stderr].join('\n---\n');
  assert.is(recovered.code, 0, `${tried}\n${all()}`);
  await scene.quiet();
  assert.equal(scene.all(), wanted, `${tried}\n${all()}`);
  const again = await scene.mm(['recover']);
  assert.match(again.stdout, /Nothing has to be put right/, tried);
  assert.equal(scene.all(), wanted, `${tried}, recovered once more`);
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

/** Commits have other ids in each room. */
const renamed = ({ index, stashes, head, refs, worktrees, gitFolder, neighbours, names, beside }: Whole) => ({
  index,
  stashes,
  head,
  refs,
  worktrees,
  gitFolder,
  neighbours,
  names,
  beside,
});
