// Sessions can't lie in the tree that they work on: they would be put aside, captured and copied into themselves.
import { realpathSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Failure } from '../core/failure.ts';
import { messages } from '../core/messages/run-messages.ts';
import type { RepositoryFacts } from '../repository/inspect.ts';
import { isRules } from '../repository/tree-listing.ts';
import { stateRoot } from '../session/home.ts';
import { isInside, nearestThere } from '../system/files.ts';
import { git, literally } from '../system/git.ts';

type Place = Pick<RepositoryFacts, 'top' | 'gitDir' | 'commonDir'>;

/**
 * Why no session can work on this tree: its own folder would be a part of it. Null where git ignores that, or it is
 * elsewhere.
 */
export async function sessionsInside(place: Place, env: NodeJS.ProcessEnv): Promise<Failure | null> {
  const { top, gitDir, commonDir } = place;
  const root = real(stateRoot(env));
  if (!isInside(top, root) || [gitDir, commonDir].some((folder) => isInside(folder, root))) return null;
  if (root !== place.top && (await isIgnored(place, `./${relative(place.top, root)}/repos`))) return null;
  const exclude = join(place.commonDir, 'info/exclude');
  return messages.sessionsInside({ root, top: place.top, rule: `/${relative(place.top, root)}/`, exclude });
}

/**
 * Whether it is ignored by rules that stay in force: those of a `.gitignore` that is not committed are put aside.
 * @param inside what would lie in the folder, so that a rule for folders counts before there is one
 */
async function isIgnored({ top, gitDir, commonDir }: Place, inside: string): Promise<boolean> {
  const asked = ['check-ignore', '--verbose', '--no-index', '-z', '--stdin'];
  const { stdout } = await git({ cwd: top }, asked, { input: `${inside}\0` });
  const [rules = '', , pattern = ''] = stdout.split('\0');
  if (rules === '' || pattern.startsWith('!')) return false;
  const changed = await git({ cwd: top }, ['status', '--porcelain', '--ignored', '--', literally(rules)]);
  if (!isRules(rules) || changed.code !== 0 || changed.stdout === '') return true;
  // it may be in info/exclude, or in the user's own file, as well: asked where there is no other one
  const bare = join(commonDir, 'objects');
  const quietly = ['check-ignore', '--quiet', '--no-index', '--', inside];
  return (await git({ gitDir, workTree: bare, cwd: bare }, quietly)).code === 0;
}

/** The path without links, as far as it is there. */
function real(path: string): string {
  const there = nearestThere(path);
  return join(realpathSync(there), relative(there, path));
}
