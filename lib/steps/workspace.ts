// Executor `workspace`: where a lane works: the user's tree, a worktree or a clone, as its slot says;
// or a scratch clone of our own, on which trees are tried out.
import { addWorkspace } from '../candidate/add-workspace.ts';
import { keepBaseline } from '../candidate/baseline.ts';
import { planWorkspace, type Workspace, type WorkspaceRequest } from '../candidate/workspaces.ts';
import { type Failure, FailureError, fail, ok, type Result } from '../core/failure.ts';
import { repositoryMessages as say } from '../core/messages/repository-messages.ts';
import { planMainTree } from '../repository/main-tree.ts';
import type { UndoOutcome } from '../session/effects.ts';
import type { Executor, StepContext } from './executor.ts';
import { openLane } from './open-lane.ts';
import type { Run } from './run-context.ts';

export const SCRATCH = 'scratch';

export const workspace: Executor = {
  name: 'workspace',
  nature: 'setup',
  summary: "Makes the place where a lane works, as its slot's `workspace` says; or a scratch clone (`scratch`).",
  schema: {
    value: { type: 'string', minLength: 1, description: "Its path, from the repository's top, or `scratch`." },
    fields: {
      branch: {
        type: 'string',
        minLength: 1,
        description: 'Its branch; a slot that works in the main tree needs none.',
      },
    },
  },
  needs: () => ['repository'],
  example: '- { workspace: "../${repo.slug}-mm-${slot.id}", branch: "mm/${slot.id}/${pass.stamp}" }',
  label: () => 'creating its workspace',
  preview: async (context) => {
    const { run, pass, lane } = context;
    const wanted = request(context);
    const refused = refusedInFolder(context, wanted);
    if (refused !== null) return { says: [], problems: [refused] };
    if (wanted.kind === 'main') return { says: ['work in your own tree'] };
    if (wanted.kind === 'remote')
      return { says: [`open a lane on ${run.recipe.slots[lane!]!.hosts.join(', or on ')}`] };
    const planned = pass === 1 ? await planWorkspace(run.ground, wanted) : null;
    const says =
      wanted.kind === 'scratch'
        ? ['make a scratch clone in the session folder']
        : [`make a ${wanted.kind} at ${wanted.path}${wanted.branch == null ? '' : ` on the branch ${wanted.branch}`}`];
    return planned && !planned.ok ? { says, problems: planned.failure } : { says };
  },
  async run(context) {
    const wanted = request(context);
    const refused = refusedInFolder(context, wanted);
    if (refused !== null) return fail(refused);
    const lane = context.lane ?? SCRATCH;
    const { workspaces } = context.run.places;
    if (workspaces.get(lane)?.id === wanted.id) return ok(undefined); // its lane has been here in this pass
    const made =
      wanted.kind === 'remote' ? await openLane(context, lane, wanted.id) : await makeWorkspace(context, wanted);
    if (!made.ok) return fail(made.failure);
    workspaces.set(lane, made.value);
    return ok(undefined);
  },
};

/** What needs the user's own git. */
function refusedInFolder({ run, lane }: StepContext, { kind }: WorkspaceRequest): Failure | null {
  const needsGit = kind === 'main' || kind === 'worktree';
  return run.repository.plain && needsGit ? say['folder-needs-clones']({ slot: run.title(lane ?? '') }) : null;
}

function request({ run, value, fields, lane, pass }: StepContext): WorkspaceRequest {
  if (value === SCRATCH || lane === null) return { id: `${SCRATCH}.${pass}`, kind: 'scratch' };
  const { workspace: kind } = run.recipe.slots[lane]!;
  if (kind === 'main' || kind === 'remote') return { id: `${lane}.${pass}`, kind };
  return {
    id: `${lane}.${pass}`,
    kind,
    path: String(value),
    branch: typeof fields.branch === 'string' ? fields.branch : null,
  };
}

/** Makes a workspace, its undo written down first; those of the same lane in earlier passes are removed before. */
export async function makeWorkspace(
  { run, lane, pass }: StepContext,
  wanted: WorkspaceRequest,
): Promise<Result<Workspace>> {
  const { effects } = run.session;
  if (wanted.kind === 'main') {
    const aside = effects.open.some(({ undo }) => undo.kind === 'user-changes');
    const planned = await planMainTree(run.repository, run.session.id, run.freshFolder('main-tree'), { aside });
    if (!planned.ok) return planned;
    effects.note(planned.value);
    return ok({ id: wanted.id, kind: wanted.kind, path: run.repository.top, branch: null });
  }
  const planned = await planWorkspace(run.ground, wanted);
  if (!planned.ok) return fail(planned.failure[0]!);
  const { lfs } = run.recipe.settings;
  const began = performance.now();
  const made = await effects.perform(
    { ...planned.value, kind: 'workspace', as: planned.value.kind, lane: lane ?? SCRATCH, pass },
    () => addWorkspace(run.store, planned.value, { lfs }),
  );
  run.places.placeMs = Math.max(run.places.placeMs, performance.now() - began);
  return made;
}

/** A scratch clone where a run has none of its own (yet) to try a tree in; whoever asks meanwhile gets the same one. */
export function makeScratch(context: StepContext): Promise<Workspace> {
  const { run } = context;
  run.places.spare ??= spareClone(context).catch((error: unknown) => {
    run.places.spare = null;
    throw error;
  });
  return run.places.spare;
}

async function spareClone(context: StepContext): Promise<Workspace> {
  const { run, pass } = context;
  const began = performance.now();
  run.places.spares++;
  const id = run.places.spares === 1 ? `spare.${pass}` : `spare.${pass}.${run.places.spares}`;
  const made = await makeWorkspace({ ...context, lane: null }, { id, kind: 'scratch' });
  if (!made.ok) throw new FailureError(made.failure);
  await run.places.prepare(made.value);
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  run.note(`Made a clean place to run gates in: ${seconds} s.`, 'detail');
  // a recipe may prepare nothing, and preparing may fail: it is a place to try trees in all the same
  if (!run.places.prepared.has(made.value.id)) await keepBaseline(run.store, made.value, { touched: true });
  run.places.prepared.add(made.value.id);
  run.places.benches.add(made.value, run.baseTree);
  if (!run.places.workspaces.has(SCRATCH)) run.places.workspaces.set(SCRATCH, made.value);
  return made.value;
}

/** Removes the workspaces of earlier passes. */
export async function removeEarlier(run: Run, pass: number): Promise<UndoOutcome> {
  run.places.workspaces.clear();
  run.places.forgetBenches(false);
  run.places.spare = null;
  return run.session.effects.undo(({ kind, pass: of, stays }) => kind === 'workspace' && Number(of) < pass && !stays);
}
