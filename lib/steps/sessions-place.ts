// Sessions can't lie in the tree that they work on: they would be put aside, captured and copied into themselves.
import { existsSync, realpathSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative } from 'node:path';
import type { Failure } from '../core/failure.ts';
import { messages } from '../core/messages/run.ts';
import type { RepositoryFacts } from '../repository/inspect.ts';
import { stateRoot } from '../session/home.ts';
import { isInside } from '../system/files.ts';
import { git, literally } from '../system/git.ts';

type Place = Pick<RepositoryFacts, 'top' | 'gitDir' | 'commonDir'>;

/** Whether they lie somewhere below the tree, ignored or not. */
export const sessionsBelow = ({ top, gitDir, commonDir }: Place, env: NodeJS.ProcessEnv): boolean => {
  const root = real(stateRoot(env));
  return isInside(top, root) && ![gitDir, commonDir].some((folder) => isInside(folder, root));
};

/** Why no session can work on this tree: its own folder would be a part of it. Null where git ignores that, or it is elsewhere. */
export async function sessionsInside(place: Place, env: NodeJS.ProcessEnv): Promise<Failure | null> {
  if (!sessionsBelow(place, env)) return null;
  const root = real(stateRoot(env));
  // what would lie in it, so that a rule for folders counts before there is one
  const asked = ['check-ignore', '--verbose', '--no-index', '-z', '--stdin'];
  const { stdout } = await git({ cwd: place.top }, asked, { input: `${join(root, 'repos')}\0` });
  const [rules = '', , pattern = ''] = stdout.split('\0');
  if (rules !== '' && !pattern.startsWith('!') && root !== place.top && (await staysInForce(place.top, rules)))
    return null;
  const exclude = join(place.commonDir, 'info/exclude');
  return messages.sessionsInside({ root, top: place.top, rule: `/${relative(place.top, root)}/`, exclude });
}

/** Rules that are not committed are put aside with the user's other changes, and ignore nothing then. */
async function staysInForce(top: string, rules: string): Promise<boolean> {
  if (basename(rules) !== '.gitignore' || isAbsolute(rules)) return true;
  const { code, stdout } = await git({ cwd: top }, ['status', '--porcelain', '--ignored', '--', literally(rules)]);
  return code === 0 && stdout === '';
}

/** The path without links, as far as it is there. */
function real(path: string): string {
  let there = path;
  while (!existsSync(there) && dirname(there) !== there) there = dirname(there);
  return join(realpathSync(there), relative(there, path));
}
