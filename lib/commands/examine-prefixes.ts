// Tries the commands that a recipe puts in front of models and gates (`via:`), such as a sandbox, on `true`.
import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { FailureError } from '../core/failure.ts';
import { complaint, type Finding, good } from '../core/finding.ts';
import { groupBy } from '../core/group-by.ts';
import type { Json } from '../core/json.ts';
import { doctorMessages } from '../core/messages/doctor-messages.ts';
import type { Recipe } from '../core/recipe.ts';
import { Scope } from '../core/scope.ts';
import { renderDeep } from '../recipe/template.ts';
import type { RepositoryFacts } from '../repository/inspect.ts';
import { ownEnvironment } from '../system/environment.ts';
import { findOnPath } from '../system/find-on-path.ts';
import { collect } from '../system/own-command.ts';
import { inTemporaryFolder } from '../system/temporary-folder.ts';
import { usedBackend } from './examine-models.ts';

const LIMIT_MS = 10_000;

interface Prefixed {
  readonly title: string;
  readonly via: readonly string[];
  readonly slot: Json;
}

/** One finding for each different prefix, with those that would be started through it. */
export async function examinePrefixes(
  recipe: Recipe,
  facts: RepositoryFacts | null,
  around: string | null,
): Promise<readonly Finding[]> {
  const slots = Object.values(recipe.slots).flatMap((slot): Prefixed[] => {
    // a prefix on another host is tried when a run begins there
    const backend = slot.hosts.length > 0 ? null : (usedBackend(slot, around) ?? slot.backends[0]);
    const { id, title, workspace } = slot;
    return backend && backend.via.length > 0
      ? [{ title, via: backend.via, slot: { id, title, workspace, backend: backend.cli } }]
      : [];
  });
  const gates = Object.values(recipe.gates).flatMap(({ title, via }): Prefixed[] =>
    via.length > 0 ? [{ title: `the gate ${title}`, via, slot: {} }] : [],
  );
  const commands = recipe.commandVia.length > 0 ? [{ title: 'gates', via: recipe.commandVia, slot: {} }] : [];
  const different = groupBy([...slots, ...gates, ...commands], ({ via }) => JSON.stringify(via));
  return Promise.all([...different.values()].map((users) => examine(recipe, facts, around, users)));
}

async function examine(
  recipe: Recipe,
  facts: RepositoryFacts | null,
  around: string | null,
  users: readonly Prefixed[],
): Promise<Finding> {
  const [{ via, slot }] = users as readonly [Prefixed, ...Prefixed[]];
  const command = via[0]!;
  const titles = users.map(({ title }) => title);
  const subject = `via ${command}`;
  const file = findOnPath(command, process.env, { insideOf: around });
  if (file === null) return complaint(subject, 'bad', doctorMessages.prefixMissing({ command, users: titles }));
  return inTemporaryFolder(async (trial) => {
    mkdirSync(join(trial, 'git/objects'), { recursive: true });
    const names = new Scope(null, {
      home: process.env.HOME || homedir(),
      slot,
      workspace: { path: trial },
      recipe: { name: recipe.name, dir: dirname(recipe.file) },
      repo: { git: facts?.commonDir ?? join(trial, 'git'), top: facts?.top ?? trial },
      session: { dir: trial },
      settings: trial,
    });
    const argv = (renderDeep(via, (path) => names.lookup(path)) as readonly Json[]).map((part) => String(part ?? ''));
    const said = await trialRun([file, ...argv.slice(1), 'true'], trial);
    return said === null
      ? good(subject, `works; ${titles.join(', ')} would be started through it`)
      : complaint(subject, 'bad', doctorMessages.prefixFails({ command, users: titles, said }));
  });
}

/** null: it ended well; else the last thing it said. */
async function trialRun(argv: readonly string[], cwd: string): Promise<string | null> {
  const env = ownEnvironment();
  try {
    const ended = await collect(argv, { cwd, env, maxBytes: 2 ** 20, signal: AbortSignal.timeout(LIMIT_MS) });
    if (ended.exitCode === 0) return null;
    return ended.stderr.trim().split('\n').at(-1) || `exit code ${ended.exitCode}`;
  } catch (error) {
    if (error instanceof FailureError) return error.failure.what;
    if ((error as Error).name === 'TimeoutError') return `nothing for ${LIMIT_MS / 1000} seconds`;
    throw error;
  }
}
