// Executor `prepare`: makes a workspace fit to be tested: copies, links and commands (dependencies that git does not
// carry). What comes in this way never shows up as a model's change.
import { dirname, join } from 'node:path';
import { keepBaseline } from '../candidate/baseline.ts';
import { installIn } from '../candidate/install-in.ts';
import { INCLUDE_FILE, type Large, prepareWorkspace } from '../candidate/prepare-workspace.ts';
import type { Workspace } from '../candidate/workspaces.ts';
import { FailureError, fail, ok, type Result, resultOf } from '../core/failure.ts';
import type { Json } from '../core/json.ts';
import { isHostsFault } from '../core/messages/host-messages.ts';
import { messages } from '../core/messages/run-messages.ts';
import type { Preparation } from '../core/preparation.ts';
import type { Command } from '../core/shell-word.ts';
import { exists, readText } from '../system/files.ts';
import type { FarLane } from '../system/remote/run-far.ts';
import type { Executor, StepContext } from './executor.ts';
import { commandText } from './find-gates.ts';
import { hasOther, moveLane } from './move-lane.ts';
import { outcomeOf, startIn } from './start.ts';
import { SCRATCH } from './workspace.ts';

const paths = { type: 'array', items: { type: 'string', minLength: 1 } } as const;

export const prepare: Executor = {
  name: 'prepare',
  nature: 'setup',
  summary:
    "Copies or links what git does not carry into the lane's workspace, and runs commands there, before its model " +
    "starts; with nothing said, as the recipe's `prepare` says.",
  schema: {
    value: {
      type: 'object',
      additionalProperties: false,
      properties: {
        copy: {
          ...paths,
          description: 'Paths of the user’s tree, e.g. node_modules; those that are not there are passed over.',
        },
        link: { ...paths, description: 'The same, as links: quick, but what a lane does there it does to the user’s.' },
        include: { type: 'boolean', description: 'Also copy what `.worktreeinclude` names; on where it is left out.' },
        run: {
          type: 'array',
          items: {
            anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' }, minItems: 1 }],
            command: true,
          },
          description: 'Commands.',
        },
      },
    },
  },
  needs: () => ['workspace'],
  example: '- prepare: { copy: [node_modules], run: [[npm, ci, --offline]] }',
  label: () => 'preparing its workspace',
  preview: async (context) => {
    const { recipe, repository, places } = context.run;
    const preparation = preparationOf(recipe.prepare, context.value);
    const { copy, link, include, run } = preparation;
    // a resumed run whose lanes are done prepares none of them, and yet further places
    forFurther(context, preparation);
    if (include) places.include ??= (await readText(join(repository.top, INCLUDE_FILE))) ?? '';
    return {
      says: [
        ...(copy === null ? ['copy installed packages and what was built, as the prepare rules say'] : []),
        ...(copy ?? []).map((path) => `copy ${path}, if it is there`),
        ...link.map((path) => `link ${path}, if it is there`),
        ...run.map((command) => `run ${commandText(command)}`),
      ],
    };
  },
  async run(context) {
    const { run, lane, value } = context;
    const place = run.places.workspaces.get(lane ?? SCRATCH);
    if (!place) return fail(messages.stepTooEarly({ step: context.id, why: 'there is no workspace to prepare' }));
    const preparation = preparationOf(run.recipe.prepare, value);
    forFurther(context, preparation);
    const prepareIt = (workspace: Workspace) => prepareOne(context, workspace, preparation);
    run.places.preparing.set(lane ?? SCRATCH, prepareIt);
    const prepared = await resultOf(() => prepareIt(place));
    if (!prepared.ok) {
      if (!isHostsFault(prepared.failure) || !hasOther(run, place)) return prepared;
      const moved = await moveLane(context, place, prepared.failure.what);
      if (!moved.ok) return moved;
    }
    if (place.kind === 'scratch') run.places.benches.add(place, run.baseTree);
    run.lanes.tell();
    return ok(undefined);
  },
};

/** Further workspaces are prepared in the same way, also when the lane that was prepared first is long ended. */
function forFurther(context: StepContext, preparation: Preparation): void {
  const { run } = context;
  run.places.prepare = async (other) => {
    const again = await prepareOne({ ...context, signal: run.signal }, other, preparation);
    if (again.ok) return;
    if (isHostsFault(again.failure)) throw new FailureError(again.failure);
    run.note(again.failure.what, 'warning');
  };
  run.places.prepareAgain = async (other) => {
    const again = await runCommands({ ...context, signal: run.signal }, other, preparation.run);
    return again.ok ? null : again.failure;
  };
}

async function runCommands(
  context: StepContext,
  { path, far }: Workspace,
  commands: readonly Command[],
): Promise<Result<undefined>> {
  for (const command of commands) {
    const done = await runCommand(context, { workspace: path, path, far }, command);
    if (!done.ok) return done;
  }
  return ok(undefined);
}

/** What the step itself says; where it says nothing, what the recipe does. */
function preparationOf(common: Preparation, value: Json): Preparation {
  const own = value as Partial<Preparation>;
  return Object.keys(own).length === 0 ? common : { copy: [], link: [], include: true, run: [], ...own };
}

async function prepareOne(
  context: StepContext,
  place: Workspace,
  { copy, link, include, run: commands }: Preparation,
): Promise<Result<undefined>> {
  const { run } = context;
  const { id, kind, far } = place;
  const { prepared } = run.places;
  if (far !== undefined && prepared.has(id)) return ok(undefined); // by an earlier process, before its model began
  const bring = () =>
    prepareWorkspace(run.store, place, {
      copy: copy ?? [],
      link,
      include: include && (run.places.include ?? true),
      rules: copy === null ? run.recipe.prepareRules : [],
    });
  if (kind === 'main') {
    // it has everything already: what is looked for there is for the others
    await Promise.all([bring(), keepBaseline(run.store, place, { touched: false })]);
  } else {
    // on another host nothing is copied: commands make there what is needed
    const { copied, linked, large } = far === undefined ? await bring() : { copied: [], linked: [], large: [] };
    for (const each of large) await insteadOfCopying(context, place, each);
    const done = await runCommands(context, place, commands);
    if (!done.ok) return done;
    const touched = [copied, linked, large, commands].some(({ length }) => length > 0);
    await keepBaseline(run.store, place, { touched });
  }
  prepared.add(id);
  return ok(undefined);
}

/** Installs what is too large to be copied; where that can't be done, it is copied all the same. */
async function insteadOfCopying(context: StepContext, place: Workspace, { path, rule, copy }: Large): Promise<void> {
  const { run } = context;
  const install = await installIn(place.path, rule, dirname(path));
  if (install !== null) {
    const done = await runCommand(
      context,
      { workspace: place.path, path: join(place.path, install.folder) },
      install.command,
    );
    if (done.ok && (await exists(join(place.path, path)))) return;
    const command = commandText(install.command);
    if (rule.mostBytes === 0) {
      run.warnOnce(`${path} could not be made anew in a workspace: ${command} failed there. What needs it can't run.`);
      return;
    }
    run.warnOnce(`${path} is large, and ${command} did not bring it into a workspace: it is copied there instead.`);
  } else if (Object.keys(rule.install).length === 0) {
    run.warnOnce(`${path} is too large to be copied into workspaces (${rule.title}): what needs it makes it again.`);
    return;
  }
  await copy();
}

/** Runs a command that makes a workspace fit to be tested; its folder counts as the lane's. */
export async function runCommand(
  context: StepContext,
  place: { readonly workspace: string; readonly path: string; readonly far?: FarLane | undefined },
  command: Command,
): Promise<Result<undefined>> {
  const { run, pass, lane } = context;
  const output = run.freshFile(join(await run.session.passDir(pass), 'outputs'), `prepare.${lane ?? SCRATCH}`, 'txt');
  const limitMs = run.recipe.timeout.defaultMs;
  const exit = await startIn(context, command, { ...place, output, limitMs });
  return outcomeOf(command, exit, output, limitMs);
}
