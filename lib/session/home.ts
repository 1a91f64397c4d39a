// Where sessions live. Computes paths and makes folders; knows nothing of what is in a session.
import { lstat, mkdir, readlink, rename, symlink, unlink } from 'node:fs/promises';
import { homedir, userInfo } from 'node:os';
import { dirname, join, resolve } from 'node:path';

/**
 * The root of all sessions: `$AI_AIP_ROOT`, `$XDG_STATE_HOME/ai-aip`, macOS' Application Support,
 * `~/.local/state/ai-aip`.
 * @param env the environment of the program
 */
export function stateRoot(env: NodeJS.ProcessEnv, platform: NodeJS.Platform = process.platform): string {
  const home = env.HOME || homedir();
  if (env.AI_AIP_ROOT) return resolve(env.AI_AIP_ROOT);
  if (env.XDG_STATE_HOME) return resolve(env.XDG_STATE_HOME, 'ai-aip');
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'ai-aip');
  return join(home, '.local', 'state', 'ai-aip');
}

/** The folder of a repository, by that of one of its sessions: `<repository>/sessions/<command>/<session>`. */
export const repositoryFolderOf = (sessionDir: string): string => dirname(dirname(dirname(sessionDir)));

/** Where 0.1.0 kept workspaces for later runs, beside `sessions`. */
export const poolFolder = (repositoryFolder: string): string => join(repositoryFolder, 'workspaces');

/** The folder of a pass, e.g. `pass-0001`. */
export const passFolder = (pass: number): string => `pass-${String(pass).padStart(4, '0')}`;

/** Makes a folder and its parents, mode 700 for each one made. */
export const makePrivate = (folder: string) => mkdir(folder, { recursive: true, mode: 0o700 });

/** Points a symlink at `target`, replacing an earlier link in one step. */
export async function pointLink(link: string, target: string): Promise<void> {
  const next = `${link}.${process.pid}.tmp`;
  await unlink(next).catch(ignoreMissing);
  await symlink(target, next);
  await rename(next, link);
}

/**
 * `/tmp/ai-aip` for tools that look there: made or moved only when nothing is there or a link of the same user is.
 * @returns why it was left alone, or null when it points at `root`
 */
export async function linkForCompatibility(link: string, root: string): Promise<string | null> {
  try {
    const there = await lstat(link).catch(ignoreMissing);
    if (there && !there.isSymbolicLink()) return `${link} is not a link; it was left as it is`;
    if (there && there.uid !== userInfo().uid) return `${link} belongs to another user; it was left as it is`;
    if (there && (await readlink(link)) === root) return null;
    await pointLink(link, root);
    return null;
  } catch (error) {
    return `${link} could not be made: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT') return undefined;
  throw error;
}

const OWN_FILES = /^(?:events\.jsonl|session\.json|plan\.json|result\.diff|report\.html)$/i;
const OWN_FOLDERS = /^(?:diffs|files|gates|git|outputs|removed|scratch|stderr|workspaces)$/i;
const OWN_NUMBERED = /^(?:apply|guard|main-tree|pass|user-changes)-\d+$/i;

/**
 * Whether a name in a session's folder, or in one of its passes', is the program's own. Whatever the case: there are
 * disks that know no difference.
 */
export const isOwnName = (name: string): boolean =>
  [OWN_FILES, OWN_FOLDERS, OWN_NUMBERED].some((pattern) => pattern.test(name));
