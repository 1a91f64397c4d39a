// Runs a command of the recipe's for what it prints. What that means is not known here.
import { readFile, stat } from 'node:fs/promises';
import { fail, ok, type Result } from '../core/failure.ts';
import { originMessages as say } from '../core/messages/origin-messages.ts';
import { codeOf } from '../system/file-failure.ts';
import { runProcess } from '../system/process.ts';
import type { ProcessSpec } from '../system/process-spec.ts';
import { commandFailure } from './command-failure.ts';
import type { StepContext } from './executor.ts';

/** What is larger is no change that anyone would look at. */
const LARGEST = 256 * 2 ** 20;

/** Where a command runs, and where its output goes; with the limit of the step. */
export type Where = Pick<ProcessSpec, 'cwd' | 'env' | 'stdout' | 'stderr'>;

export async function printed(
  { run, limitMs, signal }: Pick<StepContext, 'run' | 'limitMs' | 'signal'>,
  words: readonly string[],
  where: Where,
): Promise<Result<Uint8Array>> {
  const limit = limitMs === undefined ? run.recipe.timeout.defaultMs : limitMs;
  const { graceMs } = run.recipe.timeout;
  const exit = await runProcess({ command: words, ...where, stdin: null, signal, limitMs: limit, graceMs });
  if (exit.ended === 'exit' && exit.exitCode === 0) return readPatch(where.stdout);
  return fail(await commandFailure(words, exit, where.stderr, limit));
}

export async function readPatch(file: string): Promise<Result<Uint8Array>> {
  try {
    const facts = await stat(file);
    if (!facts.isFile()) return fail(say.noPatch({ file, why: 'it is no file' }));
    if (facts.size > LARGEST) return fail(say.noPatch({ file, why: `it has ${facts.size} bytes` }));
    return ok(await readFile(file));
  } catch (error) {
    if (codeOf(error) === null) throw error;
    return fail(say.noPatch({ file, why: codeOf(error) === 'ENOENT' ? 'it is not there' : (error as Error).message }));
  }
}
