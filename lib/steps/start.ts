// Starts a command of the recipe's where its lane is: here, or on the host on which the lane lies.
import { createHash } from 'node:crypto';
import { relative } from 'node:path';
import type { ProcessExit, ProcessSpec } from '../system/process.ts';
import { runProcess } from '../system/process.ts';
import { type FarLane, runFar } from '../system/remote/run-far.ts';
import type { Run } from './run.ts';

/**
 * @param far undefined: here
 * @param files written there before it starts, by their paths there
 */
export function start(
  run: Run,
  far: FarLane | undefined,
  spec: ProcessSpec,
  files: Readonly<Record<string, string>> = {},
): Promise<ProcessExit> {
  if (far === undefined) return runProcess(spec);
  // the file that its output goes to is its own: so a resumed run finds the same job again
  const job = createHash('sha256').update(relative(run.session.dir, spec.stdout)).digest('hex').slice(0, 16);
  return run.hosts.inTurn(far.host.name, run.recipe.hosts[far.host.name]?.lanes ?? null, () =>
    runFar(far, { ...spec, job, files }),
  );
}
