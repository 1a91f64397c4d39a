// Executor `repository`: where we are, and whether anything can be done here.
import { type Failure, fail, ok } from '../core/failure.ts';
import { identify } from '../repository/identity.ts';
import { inspectRepository } from '../repository/inspect.ts';
import type { Executor } from './executor.ts';
import { sessionsInside } from './sessions-place.ts';

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
      tree: { id: 'base', tree: facts.tree },
    });
  },
};
