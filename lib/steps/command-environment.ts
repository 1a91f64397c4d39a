// What a command that a recipe starts sees of the outside (contract: "What a child process gets").
import { join } from 'node:path';
import type { Backend } from '../core/backend.ts';
import { passFolder } from '../session/home.ts';
import { childEnvironment, matcher } from '../system/environment.ts';
import { portsFor } from '../system/ports.ts';
import type { FarLane } from '../system/remote/run-far.ts';
import { repointed, spellingsOf } from '../system/repoint.ts';
import type { Run } from './run-context.ts';

export interface CommandEnvironment {
  readonly pass: number;
  /** The step's id. */
  readonly step: string;
  readonly slot: string | null;
  /** The workspace in which it runs, absolute: but in the user's own tree nothing points into that tree any more. */
  readonly workspace: string;
  /** Absolute path, where a model is asked something. */
  readonly promptFile?: string;
  readonly backend?: Backend;
  /** Globs of variables that it sees beside those of its backend, although others do not. */
  readonly sees?: readonly string[];
  /** The lane on another host that the workspace is. */
  readonly far?: FarLane | undefined;
  /** A gate: where the user has not set CI, it is told that nobody watches, as a build server tells it. */
  readonly gate?: true;
}

/** The complete environment of a command. */
export async function commandEnvironment(
  run: Run,
  { pass, step, slot, workspace, promptFile, backend, gate, far, sees = [] }: CommandEnvironment,
): Promise<Record<string, string>> {
  const keys = [...(backend?.env.pass ?? []), ...sees];
  const set = backend?.env.set ?? {};
  const place = { MM_PASS: String(pass), MM_STEP: step, MM_SLOT: slot ?? '' };
  if (far !== undefined) return { ...elsewhere(run, keys), ...set, ...(gate ? { CI: 'true' } : {}), ...place };
  const users = usersEnvironment(run, { pass: keys, set });
  const { top } = run.repository;
  const isOwn = matcher([...keys, ...Object.keys(set), ...NEVER_MOVED]);
  const own = Object.fromEntries(Object.entries(users).filter(([name]) => isOwn(name)));
  return {
    ...(isInOurs(workspace, top, users.HOME) ? repointed(users, spellingsOf(top, run.env), workspace) : users),
    ...own,
    ...(gate && run.env.CI === undefined ? { CI: 'true' } : {}),
    MM_SESSION_ID: run.session.id,
    MM_SESSION_DIR: run.session.dir,
    ...place,
    MM_PROMPT_FILE: promptFile ?? join(run.session.dir, passFolder(pass), 'prompt.md'),
    MM_PORT: String(await portsFor(`${run.session.id}/${slot ?? step}`)),
  };
}

/** The user's own environment, without other vendors' keys. */
export function usersEnvironment(
  run: Run,
  { pass, set = {} }: { readonly pass: readonly string[]; readonly set?: Readonly<Record<string, string>> },
): Record<string, string> {
  const passAll = Object.values(run.recipe.slots).flatMap(({ backends }) => backends.flatMap(({ env }) => env.pass));
  return childEnvironment({ base: run.env, withhold: run.recipe.withhold, passAll, pass, set });
}

/** What goes along to another host: only what is named. */
function elsewhere(run: Run, names: readonly string[]): Record<string, string> {
  const isNamed = matcher(names);
  const passed = Object.entries(run.env).filter((entry): entry is [string, string] => !!entry[1] && isNamed(entry[0]));
  return Object.fromEntries(passed);
}

/** Where the user's own settings, sockets and temporary files lie is no matter of the project, wherever that is. */
const NEVER_MOVED = ['HOME', 'TMPDIR', 'TMP', 'TEMP', 'XDG_*', 'SSH_*', 'GPG_*', 'SHELL'];

/** Whether it is a workspace of ours, of a project that is not the user's whole home. */
const isInOurs = (workspace: string, top: string, home: string | undefined): boolean =>
  workspace !== top && !(home !== undefined && (home === top || home.startsWith(`${top}/`)));
