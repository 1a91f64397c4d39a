// Keeps in the journal what gates showed, so that a resumed run does not test a tree again.
import { join } from 'node:path';
import type { Event } from '../core/events.ts';
import { classifyGate, type GateRun } from '../evidence/gate-state.ts';
import { DigestOutput, type OutputDigest } from '../evidence/output-digest.ts';
import { readPieces } from '../system/read-parts.ts';
import type { Measured, SeenRun } from './measured.ts';
import type { Run } from './run-context.ts';

/** Whether it was interrupted, or lost with its host, and so says nothing about the tree. */
export const isCutShort = ({ first, rerun }: Pick<Measured, 'first' | 'rerun'>): boolean =>
  [first, rerun].some((each) => each?.ended === 'interrupted' || (each?.ended === 'lost' && !each.lacking));

/** Writes down what was seen of a gate that ran to its end. */
export function rememberMeasured(run: Run, key: string, measured: Measured): void {
  if (isCutShort(measured) || measured.first.lacking) return;
  const { first, rerun, elapsedMs, host } = measured;
  const runs = rerun === null ? [first] : [first, rerun];
  run.emit({
    type: 'gate_measured',
    key,
    runs: runs.map(({ exitCode, signal, ended, file }) => ({ exit_code: exitCode, signal, ended, output: file })),
    elapsed_ms: elapsedMs,
    ...(host === undefined ? {} : { host }),
  });
}

/** The base's run that others are compared with: of a gate that is flaky there, the one that passed. */
export const believedOfBase = (first: SeenRun, rerun: SeenRun | null): SeenRun =>
  rerun && classifyGate({ ...first, rerun, base: null }) === 'flaky' ? rerun : first;

/** Takes over what an earlier process had seen. */
export async function restoreMeasured(run: Run, events: readonly Event[]): Promise<void> {
  for (const event of events) {
    if (event.type === 'gate_blind') run.blind.set(event.gate, event.why);
    if (event.type !== 'gate_measured') continue;
    const seen = await Promise.all(
      event.runs.map(
        async ({ exit_code, signal, ended, output }): Promise<SeenRun> => ({
          exitCode: exit_code,
          signal,
          ended: ended as GateRun['ended'],
          said: await readOutput(run, join(run.session.dir, output), { passed: exit_code === 0 }),
          file: output,
        }),
      ),
    );
    const [first, rerun = null] = seen;
    if (!first) continue;
    const { elapsed_ms: elapsedMs, host } = event;
    const measured = { first, rerun, elapsedMs, ...(host === undefined ? {} : { host }) };
    run.tested.measured.set(event.key, Promise.resolve(measured));
    const [tree, gate = ''] = event.key.split(' ');
    if (tree === run.baseTree) run.tested.baseRuns.set(gate, believedOfBase(first, rerun));
  }
}

/**
 * Reads what a gate printed, as a whole, by the recipe's readers.
 * @param file where a gate's output lies
 * @param passed whether the gate passed
 * @param instead what is said of it where it printed nothing
 */
export async function readOutput(
  run: Run,
  file: string,
  { passed, instead = '' }: { readonly passed: boolean; readonly instead?: string },
): Promise<OutputDigest> {
  const digest = new DigestOutput(run.recipe.readers, !passed);
  let empty = true;
  await readPieces(file, (text) => {
    empty &&= text === '';
    digest.add(text);
  });
  if (empty) digest.add(instead);
  return digest.end();
}
