// `mm clean`: removes what ended sessions left in the repository (worktrees, branches, refs), and with --sessions their
// folders too; --all: of every repository; --hosts: on the hosts of a recipe. An unfinished session is never touched:
// its folder is the way back.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { REMOVED } from '../candidate/remove-workspace.ts';
import { type Failure, fail, ok, type Result } from '../core/failure.ts';
import { hostMessages } from '../core/messages/host-messages.ts';
import { one } from '../core/messages/wording.ts';
import { folderGit } from '../repository/plain-folder.ts';
import { letGoOfLost } from '../repository/private-ref.ts';
import { type FoundSession, listSessions, repositoryFolders } from '../session/find.ts';
import { poolFolder, stateRoot } from '../session/home.ts';
import { forgetBlind } from '../steps/blind-memory.ts';
import { exists, removeTree } from '../system/files.ts';
import { printJson, printLines } from '../view/print.ts';
import { size } from '../view/session-rows.ts';
import type { CommandLine } from './arguments.ts';
import { cleanHosts, hostLines, recipeOfHosts } from './clean-hosts.ts';
import { type Here, here, locate } from './here.ts';
import { holdsSomething, withPastSession } from './past-session.ts';
import { keptBytes, sessionSizes } from './session-sizes.ts';

export async function clean(line: CommandLine): Promise<Result<number, Failure>> {
  const recipe = line.operands[0];
  if (recipe !== undefined && !line.flags.has('hosts')) return fail(hostMessages.recipeForHosts({ recipe }));
  const wanted = line.flags.has('hosts') ? await recipeOfHosts(line) : null;
  if (wanted !== null && !wanted.ok) return wanted;
  const current = line.flags.has('all') ? null : await here(line);
  if (current && !current.ok) return current;
  const folders = current ? [current.value.folder] : repositoryFolders(stateRoot(process.env));
  const said: string[] = [];
  let failure: Failure | null = null;
  let freed = 0;
  let removed = 0;
  for (const { session, place } of await withPlaces(current?.value ?? null, folders)) {
    const { id, dir, record } = session;
    if (place === null && holdsSomething(session)) {
      said.push(`${id} was left alone: ${record.repository} is not there, and the session may hold something of it.`);
      continue;
    }
    if (record.status === 'in_progress') {
      said.push(`${id} is unfinished and was left alone; \`mm -C ${record.repository} recover\` puts it right.`);
      continue;
    }
    if (place !== null) {
      const outcome = await withPastSession(place, session, ({ effects }) =>
        effects.undo((undo) => undo.result !== true),
      );
      if (!outcome.ok) return outcome;
      said.push(...outcome.value.said);
      failure ??= outcome.value.failures[0] ?? outcome.value.told[0] ?? null;
      if (outcome.value.failures.length > 0) continue;
      const lost = await letGoOfLost({ gitDir: place.repository.gitDir }, id);
      if (lost.length > 0)
        said.push(`${id}: let go of what a model had put in the place of something of yours: ${lost.join(', ')}`);
    }
    await removeTree(join(dir, REMOVED));
    if (!line.flags.has('sessions')) continue;
    freed += (await sessionSizes([session])).get(dir)!;
    removed++;
    await removeTree(dir);
  }
  for (const folder of folders) {
    const bytes = await removeKept(folder);
    if (line.flags.has('sessions')) await forgetBlind(folder);
    if (line.flags.has('sessions') && listSessions(folder).length === 0) await removeTree(folderGit(folder));
    freed += bytes;
    if (bytes > 0) said.push(`Removed the workspaces that an earlier version kept (${size(bytes)}).`);
  }
  // last: what could not be taken back by its session lies there still
  const hosts = wanted === null ? [] : await cleanHosts(wanted.value);
  said.push(...hosts.flatMap(hostLines));
  failure ??= hosts.find((host) => host.failure !== null)?.failure ?? null;
  if (removed > 0) said.push(`Removed the folders of ${one(removed, 'session')} (${size(freed)}).`);
  if (line.flags.has('json'))
    printJson({
      ...{ said, sessions_removed: removed, bytes_freed: freed },
      ...(wanted !== null && { hosts }),
    });
  else printLines(said.length > 0 ? said : ['There was nothing to clean.']);
  return failure ? { ok: false, failure } : ok(0);
}

/** A session, and the working tree that it belongs to; null: that is not there (any more, or just now). */
interface Found {
  readonly session: FoundSession;
  readonly place: Here | null;
}

async function removeKept(repositoryFolder: string): Promise<number> {
  const pool = poolFolder(repositoryFolder);
  if (!(await exists(pool))) return 0;
  const bytes = await keptBytes(repositoryFolder);
  await removeTree(pool);
  return bytes;
}

/** Sessions of several working trees may lie in one folder: clones of one origin, linked worktrees. */
async function withPlaces(current: Here | null, folders: readonly string[]): Promise<readonly Found[]> {
  const places = new Map<string, Here | null>(current === null ? [] : [[current.repository.top, current]]);
  const found: Found[] = [];
  for (const folder of folders) {
    for (const session of listSessions(folder)) {
      const { repository: top } = session.record;
      if (!places.has(top)) {
        const located = existsSync(top) ? await locate(top, stateRoot(process.env)) : null;
        places.set(top, located?.ok ? { root: stateRoot(process.env), folder, repository: located.value } : null);
      }
      found.push({ session, place: places.get(top) ?? null });
    }
  }
  return found;
}
