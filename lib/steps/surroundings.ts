// What a command that a recipe starts sees of the outside (contract: "What a child process gets").
import { join } from 'node:path';
import type { Backend } from '../core/recipe.ts';
import { passFolder } from '../session/home.ts';
import { childEnvironment } from '../system/environment.ts';
import { portsFor } from '../system/ports.ts';
import type { Run } from './run.ts';

export interface Surroundings {
  readonly pass: number;
  /** The step's id. */
  readonly step: string;
  readonly slot: string | null;
  /** Absolute path, where a model is asked something. */
  readonly promptFile?: string;
  readonly backend?: Backend;
  /** A gate: where the user has not set CI, it is told that nobody watches, as a build server tells it. */
  readonly gate?: true;
}

/** The complete environment of a command. */
export async function surroundings(
  run: Run,
  { pass, step, slot, promptFile, backend, gate }: Surroundings,
): Promise<Record<string, string>> {
  const everyBackend = Object.values(run.recipe.slots).flatMap(({ backends }) => backends);
  return childEnvironment({
    base: run.env,
    withhold: run.recipe.withhold,
    passAll: everyBackend.flatMap(({ env }) => env.pass),
    pass: backend?.env.pass ?? [],
    set: {
      ...backend?.env.set,
      ...(gate && run.env.CI === undefined ? { CI: 'true' } : {}),
      MM_SESSION_ID: run.session.id,
      MM_SESSION_DIR: run.session.dir,
      MM_PASS: String(pass),
      MM_STEP: step,
      MM_SLOT: slot ?? '',
      MM_PROMPT_FILE: promptFile ?? join(run.session.dir, passFolder(pass), 'prompt.md'),
      MM_PORT: String(await portsFor(`${run.session.id}/${slot ?? step}`)),
    },
  });
}
