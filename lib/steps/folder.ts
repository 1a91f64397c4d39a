// Executor `folder`: a plain folder without git as what is worked on, in the place of a repository.
import { resolve } from 'node:path';
import { BASE } from '../core/candidate.ts';
import { fail, ok } from '../core/failure.ts';
import type { ActionStep } from '../core/step.ts';
import { identify } from '../repository/identity.ts';
import { inspectFolder } from '../repository/plain-folder.ts';
import { stateRoot } from '../session/home.ts';
import { distrust } from '../system/find-on-path.ts';
import type { Executor } from './executor.ts';

const MEGABYTES = 500;

/** The folder that a step names, for one who is in `cwd`. */
export function folderOf({ value, fields }: Pick<ActionStep, 'value' | 'fields'>, cwd: string, env: NodeJS.ProcessEnv) {
  const megabytes = typeof fields.most === 'number' ? fields.most : MEGABYTES;
  return inspectFolder(resolve(cwd, String(value)), stateRoot(env), megabytes * 1024 * 1024);
}

export const folder: Executor = {
  name: 'folder',
  nature: 'again',
  summary: 'Takes a plain folder without git as what is worked on. What a .gitignore in it names is left alone.',
  schema: {
    value: { type: 'string', minLength: 1, description: 'Its path, from where the program was started.' },
    fields: {
      most: {
        type: 'integer',
        minimum: 1,
        description: `A folder with more megabytes of files than this is refused; ${MEGABYTES} where it is left out.`,
      },
    },
  },
  saves: { top: 'safe', slug: 'safe', id: 'safe', folder: 'safe', git: 'safe', tree: 'tree' },
  stands_for: ['repository'],
  example: '- { folder: ., save: folder }',
  async run({ run, value, fields }) {
    const inspected = await folderOf({ value, fields }, run.options.cwd, run.env);
    if (!inspected.ok) return fail({ ...inspected.failure, exit: 2 }); // nothing has been done yet
    const facts = inspected.value;
    distrust(facts.top);
    run.repository = facts;
    run.identity = identify(facts.top, null, run.env);
    return ok({ top: facts.top, ...run.identity, git: facts.commonDir, tree: { id: BASE, tree: facts.tree } });
  },
};
