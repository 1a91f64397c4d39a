// What a command that a recipe starts sees of the outside (contract: "What a child process gets").
import { realpathSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import type { Backend } from '../core/recipe.ts';
import { passFolder } from '../session/home.ts';
import { childEnvironment } from '../system/environment.ts';
import { portsFor } from '../system/ports.ts';
import { repointed } from '../system/repoint.ts';
import type { Run } from './run.ts';

export interface Surroundings {
  readonly pass: number;
  /** The step's id. */
  readonly step: string;
  readonly slot: string | null;
  /** The workspace in which it runs, absolute: but in the user's own tree nothing points into that tree any more. */
  readonly workspace: string;
  /** Absolute path, where a model is asked something. */
  readonly promptFile?: string;
  readonly backend?: Backend;
  /** A gate: where the user has not set CI, it is told that nobody watches, as a build server tells it. */
  readonly gate?: true;
}

/** The complete environment of a command. */
export async function surroundings(
  run: Run,
  { pass, step, slot, workspace, promptFile, backend, gate }: Surroundings,
): Promise<Record<string, string>> {
  const everyBackend = Object.values(run.recipe.slots).flatMap(({ backends }) => backends);
  const users = childEnvironment({
    base: run.env,
    withhold: run.recipe.withhold,
    passAll: everyBackend.flatMap(({ env }) => env.pass),
    pass: backend?.env.pass ?? [],
    set: backend?.env.set ?? {},
  });
  const { top } = run.repository;
  return {
    ...(workspace === top ? users : repointed(users, spellingsOf(top, run.env.PWD), workspace)),
    ...(gate && run.env.CI === undefined ? { CI: 'true' } : {}),
    MM_SESSION_ID: run.session.id,
    MM_SESSION_DIR: run.session.dir,
    MM_PASS: String(pass),
    MM_STEP: step,
    MM_SLOT: slot ?? '',
    MM_PROMPT_FILE: promptFile ?? join(run.session.dir, passFolder(pass), 'prompt.md'),
    MM_PORT: String(await portsFor(`${run.session.id}/${slot ?? step}`)),
  };
}

/** How the user's tree is written: as git has it and, where the shell came there through a link, as the shell has it. */
export function spellingsOf(top: string, pwd: string | undefined): readonly string[] {
  if (!pwd || !isAbsolute(pwd)) return [top];
  let real: string;
  try {
    real = realpathSync(pwd);
  } catch {
    return [top]; // the shell's folder is gone
  }
  const below = real === top ? '' : real.startsWith(`${top}/`) ? real.slice(top.length) : null;
  if (below === null || !pwd.endsWith(below)) return [top];
  return [top, pwd.slice(0, pwd.length - below.length)];
}
