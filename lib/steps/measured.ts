// How a gate ended on a tree, as it was seen; what it means is said when it is told (gating.ts). Kept in the journal, so
// that a resumed run does not test a tree again.
import { join } from 'node:path';
import type { Event } from '../core/event.ts';
import type { GateRun } from '../evidence/gate-state.ts';
import { readEnds } from '../system/read-ends.ts';
import type { Run } from './run.ts';

/** One run of a gate, with the session-relative path of its output. */
export interface SeenRun extends GateRun {
  readonly file: string;
}

/** What was seen of one gate on one tree: its run, and a second one where the first failed. */
export interface Measured {
  readonly first: SeenRun;
  readonly rerun: SeenRun | null;
  readonly elapsedMs: number;
}

/** Writes down what was seen; one that was interrupted says nothing about the tree and is not kept. */
export function rememberMeasured(run: Run, key: string, { first, rerun, elapsedMs }: Measured): void {
  const runs = rerun === null ? [first] : [first, rerun];
  if (runs.some(({ ended }) => ended === 'interrupted')) return;
  run.emit({
    type: 'gate_measured',
    key,
    runs: runs.map(({ exitCode, signal, ended, file }) => ({ exit_code: exitCode, signal, ended, output: file })),
    elapsed_ms: elapsedMs,
  });
}

/** Takes over what an earlier process had seen. */
export async function restoreMeasured(run: Run, events: readonly Event[]): Promise<void> {
  for (const event of events) {
    if (event.type !== 'gate_measured') continue;
    const seen = await Promise.all(
      event.runs.map(
        async ({ exit_code, signal, ended, output }): Promise<SeenRun> => ({
          exitCode: exit_code,
          signal,
          ended: ended as GateRun['ended'],
          output: await readEnds(join(run.session.dir, output)),
          file: output,
        }),
      ),
    );
    const [first, rerun = null] = seen;
    if (first) run.measured.set(event.key, Promise.resolve({ first, rerun, elapsedMs: event.elapsed_ms }));
  }
}
