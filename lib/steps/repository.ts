// Executor `repository`: where we are, and whether anything can be done here.
import { realpathSync } from 'node:fs';
import { join, relative } from 'node:path';
import { BASE } from '../core/candidate.ts';
import { type Failure, fail, ok } from '../core/failure.ts';
import { messages } from '../core/messages/run-messages.ts';
import { identify } from '../repository/identity.ts';
import { inspectRepository, type RepositoryFacts } from '../repository/inspect.ts';
import { isRules } from '../repository/tree-listing.ts';
import { stateRoot } from '../session/home.ts';
import { isInside, nearestThere } from '../system/files.ts';
import { git, literally } from '../system/git.ts';
import type { Executor } from './executor.ts';

/** Nothing has been done yet that could be put right. */
const notBegun = (failure: Failure): Failure =>
  failure.id === 'git-failed'
    ? { ...failure, exit: 2, remedy: ['Mend what git complains about, then start again.'] }
    : failure;

export const repository: Executor = {
  name: 'repository',
  nature: 'again',
  summary: 'Looks at the repository: trunk, branch, base commit; refuses one that cannot be worked on.',
  schema: { value: { type: 'object', additionalProperties: false, properties: {} } },
  saves: {
    top: 'safe',
    slug: 'safe',
    id: 'safe',
    folder: 'safe',
    branch: 'safe',
    base: 'safe',
    short: 'safe',
    trunk: 'safe',
    origin: 'safe',
    git: 'safe',
    tree: 'tree',
  },
  example: '- { repository: {}, save: repo }',
  async run({ run }) {
    const { cwd, located } = run.options;
    const inspected = await inspectRepository(cwd, located);
    if (!inspected.ok) return fail(notBegun(inspected.failure));
    const facts = inspected.value;
    const inside = await sessionsInside(facts, run.env);
    if (inside !== null) return fail(inside);
    run.repository = facts;
    run.identity = identify(facts.top, facts.origin, run.env);
    return ok({
      top: facts.top,
      ...run.identity,
      branch: facts.branch,
      base: facts.base,
      short: facts.base.slice(0, 12),
      trunk: facts.trunk,
      git: facts.commonDir,
      origin: facts.originShown,
      tree: { id: BASE, tree: facts.tree },
    });
  },
};

type Place = Pick<RepositoryFacts, 'top' | 'gitDir' | 'commonDir'>;

/**
 * Why no session can work on this tree: its own folder would be a part of it, put aside, captured and copied into
 * itself. Null where git ignores that, or it is elsewhere.
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
