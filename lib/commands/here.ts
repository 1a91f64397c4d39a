// Where a command was called: the repository, and the folder of its sessions.
import { join, resolve } from 'node:path';
import { ok, type Result } from '../core/failure.ts';
import { identify } from '../repository/identity.ts';
import { type Located, locateRepository } from '../repository/locate.ts';
import { locateFolder } from '../repository/plain-folder.ts';
import { repositoryFolders } from '../session/find.ts';
import { stateRoot } from '../session/home.ts';
import { distrust, repositoryAround } from '../system/find-on-path.ts';
import type { CommandLine } from './arguments.ts';

export interface Here {
  readonly root: string;
  /** `<root>/repos/<slug>--<id12>`. */
  readonly folder: string;
  readonly repository: Located;
}

/** Unlike a run, looking back is possible in any state of the repository. */
export async function here(line: Pick<CommandLine, 'values'>): Promise<Result<Here>> {
  const { start } = calledIn(line);
  const root = stateRoot(process.env);
  const located = await locate(start, root);
  if (!located.ok) return located;
  return ok({
    root,
    folder: join(root, 'repos', identify(located.value.top, located.value.origin).folder),
    repository: located.value,
  });
}

/** The folder that was meant, and the repository's around it, whose own programs are not trusted from now on. */
export function calledIn(line: Pick<CommandLine, 'values'>): { start: string; around: string | null } {
  const start = resolve(line.values.directory?.[0] ?? '.');
  const around = repositoryAround(start);
  if (around !== null) distrust(around);
  return { start, around };
}

/** The folders of repositories' sessions that are meant: of the one that the command was called in, or `--all`. */
export async function foldersOf(line: CommandLine): Promise<Result<readonly string[]>> {
  if (line.flags.has('all')) return ok(repositoryFolders(stateRoot(process.env)));
  const place = await here(line);
  return place.ok ? ok([place.value.folder]) : place;
}

/** The repository around a folder, else the plain folder in which a session has worked. */
export async function locate(start: string, root: string): Promise<Result<Located>> {
  const located = await locateRepository(start);
  if (located.ok || located.failure.id !== 'not-a-repository') return located;
  const plain = await locateFolder(start, root);
  return plain === null ? located : ok(plain);
}
