// What may change in the repository while models work: what the session itself makes there, and what other sessions do
// meanwhile, from linked worktrees of it: their branches, worktrees, stashes and refs come and go, and are no model's
// doing.
import { statSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Allowed } from '../repository/violations.ts';
import { repositoryFolders, sessionFolders } from '../session/find.ts';
import { readJournal } from '../session/journal.ts';
import type { Session } from '../session/session.ts';

interface Asking {
  readonly root: string;
  readonly commonDir: string;
  /** The one that asks. */
  readonly session: string;
  /** Milliseconds since 1970: who was at work before that only has done nothing that could be seen. */
  readonly since: number;
}

/** What a session itself may have changed. @param tree the user's tree is not as it was by our own doing */
export function allowedTo({ id, effects }: Session, tree: boolean): Allowed {
  const workspaces = effects.open
    .map(({ undo }) => undo)
    .filter(({ kind, as }) => kind === 'workspace' && as !== 'remote');
  const branches = new Set(workspaces.map(({ branch }) => `refs/heads/${branch}`));
  const folders = workspaces.map(({ path }) => registrationOf(String(path)));
  const own = effects.open.find(({ undo }) => undo.kind === 'user-changes');
  return {
    ref: (name) => name.startsWith(`refs/mm/${id}/`) || branches.has(name),
    worktree: (name) => folders.some((folder) => registrationOf(name).startsWith(folder)),
    tree,
    stashes: own ? [String(own.undo.stash)] : [],
  };
}

/** Adds to what may change what others' journals say that they made. */
export function withOthers(allowed: Allowed, { root, commonDir, session, since }: Asking): Allowed {
  const ids: string[] = [];
  const branches = new Set<string>();
  const folders: string[] = [];
  const stashes: string[] = [];
  for (const { id, dir } of repositoryFolders(root).flatMap(sessionFolders)) {
    const file = join(dir, 'events.jsonl');
    const entry = id === session ? undefined : statSync(file, { throwIfNoEntry: false });
    if (!entry?.isFile() || entry.mtimeMs < since) continue;
    const made = readJournal(file).events.flatMap((event) => (event.type === 'effect' ? [event.undo] : []));
    if (!made.some((undo) => undo.commonDir === commonDir)) continue;
    ids.push(id);
    for (const undo of made) {
      if (undo.kind === 'workspace') {
        if (typeof undo.branch === 'string') branches.add(`refs/heads/${undo.branch}`);
        folders.push(registrationOf(String(undo.path)));
      }
      if (undo.kind === 'user-changes') stashes.push(String(undo.stash));
    }
  }
  return {
    ...allowed,
    ref: (name) => allowed.ref(name) || branches.has(name) || ids.some((id) => name.startsWith(`refs/mm/${id}/`)),
    worktree: (name) => allowed.worktree(name) || folders.some((folder) => registrationOf(name).startsWith(folder)),
    stashes: [...allowed.stashes, ...stashes],
  };
}

/** How git's name of a worktree begins: after its folder, with a dash for what a ref may not hold. */
const registrationOf = (path: string): string => basename(path).replace(/[^A-Za-z0-9]+/g, '-');
