// Executor `model`: asks a slot's model to do something: the task in its lane, or a question in the scratch workspace.
import { join } from 'node:path';
import type { Workspace } from '../candidate/workspaces.ts';
import { INTEGRATED, PLAN } from '../core/candidate.ts';
import { FailureError, fail, ok } from '../core/failure.ts';
import { isMeasured, passes } from '../core/gate-states.ts';
import type { Json } from '../core/json.ts';
import { mistakes } from '../core/messages/recipe-mistakes.ts';
import { messages } from '../core/messages/run-messages.ts';
import { backendCommand, mayAsk } from '../model/backend-command.ts';
import { render } from '../recipe/template.ts';
import { readText, writeAtomic } from '../system/files.ts';
import { cannotAsk } from './ask-model.ts';
import { askedWhere } from './asked-where.ts';
import { askOnly } from './asking-place.ts';
import { beforeModel, begun } from './capturing.ts';
import { askIn, changeOnBench } from './change-on-bench.ts';
import type { Executor, StepContext } from './executor.ts';
import { fenced } from './fenced.ts';
import { commandText } from './find-gates.ts';
import { goOn } from './go-on.ts';
import { judgesNotes } from './judgement.ts';
import { unmetTests } from './mending.ts';
import type { Asked, Participant } from './model-question.ts';
import { planOf, treeOf } from './named-trees.ts';
import { layOut } from './on-bench.ts';
import type { Run } from './run-context.ts';
import { tooLong } from './start-backend.ts';
import { gateResults } from './tree-verdict.ts';
import { makeWorkspace, SCRATCH } from './workspace.ts';

export const model: Executor = {
  name: 'model',
  nature: 'action',
  summary: "Runs a slot's model on a prompt: in its lane's workspace, or, for other steps, in the scratch workspace.",
  schema: {
    value: { type: 'string', description: 'A slot, or `primary`.' },
    fields: {
      prompt: { type: 'string', description: "A file that a `write` step made in the pass's folder." },
      template: { type: 'string', description: 'Or a prompt of the recipe.' },
      read_only: {
        enum: [true, false, 'files'],
        description:
          'It is only asked: its answer counts, not what it changes. `files`: it needs no more than to read them.',
      },
      in: {
        type: 'string',
        tree: 'tree',
        description: 'The tree that it changes, in a place of its own; what it makes of it is saved.',
      },
      from: {
        type: 'string',
        tree: 'candidate',
        description:
          'A candidate of its own, or the slot whose it is: it goes on with it, in its place and, where its CLI can, ' +
          'in its session; else it is given the whole `prompt` again, with what it has made. ' +
          '`template` says what is wanted now. What it makes of it is saved; where it fails, the candidate as it was.',
      },
      on: { enum: [PLAN], description: 'As 0.1.0 said `in`: the plan of the pass.', deprecated: true },
    },
  },
  templates: { template: 'prompts' },
  slots: ['value'],
  names: { pieces: 'text', failing: 'text', notes: 'text' },
  saves: (said) => (said('in') === undefined && said('from') === undefined ? 'text' : 'tree'),
  needs: (said) => {
    const isOpen = ['on', 'read_only'].some((field) => said(field)?.includes('${'));
    if (isOpen || said('in') !== undefined || ['true', 'files'].includes(said('read_only') ?? ''))
      return ['repository'];
    return ['repository', said('on') === undefined ? 'workspace' : 'compose'];
  },
  formerly: (said) => (said('on') === undefined ? null : 'in: "${…}", with the name that compose saves'),
  reads: (said) => said('prompt'),
  refuses: (said) => {
    if (said('from') !== undefined) return said('template') === undefined ? mistakes.noTemplateForFrom() : null;
    if (said('prompt') !== undefined && said('template') !== undefined) return mistakes.twoPrompts();
    return said('prompt') === undefined && said('template') === undefined ? mistakes.noPromptOrTemplate() : null;
  },
  example: '- { id: implement, model: "${slot.id}", prompt: prompt.md }',
  label: ({ run, value, pass }) => `starting ${participantOf(run, String(value), pass)?.backends[0]?.cli ?? value}`,
  preview,
  async run(context) {
    const { run, value, pass, lane, fields, id } = context;
    const participant = participantOf(run, String(value), pass);
    if (!participant)
      return fail(messages.stepTooEarly({ step: id, why: `the slot ${value} takes no part in this run` }));
    if (participant.backends.length === 0) return withoutModel(context, participant);
    if (fields.from !== undefined) return goOn(context, participant, filled(context));
    const dir = await run.session.passDir(pass);
    const inLane = lane === participant.slot.id;
    const name = inLane ? participant.slot.id : `${id}.${participant.slot.id}`;
    const promptFile = typeof fields.prompt === 'string' ? join(dir, fields.prompt) : join(dir, `prompt.${name}.md`);
    const prompt = typeof fields.prompt === 'string' ? ((await readText(promptFile)) ?? '') : filled(context);
    if (typeof fields.prompt !== 'string') await writeAtomic(promptFile, prompt);
    const question = {
      participant,
      prompt,
      promptFile,
      name,
      readOnly: isAsked(fields),
      reading: fields.read_only === 'files',
      mending: isMending(fields),
    };

    if (question.readOnly) return askOnly(context, question);
    const given = fields.in === undefined ? fields.on : fields.in;
    if (given !== undefined) return inTree(context, question, given);
    const workspace = run.places.workspaces.get(inLane ? participant.slot.id : SCRATCH);
    if (!workspace)
      return fail(messages.stepTooEarly({ step: id, why: `${participant.slot.id} has no workspace to work in` }));
    if (await run.places.withdraw(workspace))
      await layOut(run, workspace, run.places.captured.get(workspace.id)?.tree ?? run.baseTree);
    await beforeModel(run, workspace);
    return work(context, question, workspace);
  },
};

/** What comes from elsewhere stays as it is: there is nobody who could go on with it. */
function withoutModel({ run, pass, fields, id }: StepContext, { slot }: Participant) {
  const given = fields.from === undefined ? null : treeOf(run, pass, fields.from);
  if (given !== null) return ok(given);
  return fail(messages.stepTooEarly({ step: id, why: `${slot.title} has no model: its work comes from elsewhere` }));
}

/** Lets the model change a workspace. */
async function work(context: StepContext, question: Asked, workspace: Workspace) {
  const { run } = context;
  const restore = async (keeps: boolean, place: Workspace) => {
    if (!keeps && run.places.captured.get(place.id)?.changes.length !== 0) await startAgain(context, place);
    await begun(run, place);
  };
  const answer = await askIn(context, question, workspace, restore, true);
  return answer.ok ? ok(answer.value.text) : answer;
}

/** What a failed attempt left is taken out of the workspace before the next one. */
async function startAgain(context: StepContext, workspace: Workspace): Promise<void> {
  const { run } = context;
  if (workspace.kind !== 'main') return layOut(run, workspace, run.baseTree);
  const { failures, told } = await run.session.effects.undo(({ kind }) => kind === 'main-tree');
  const stop = failures[0] ?? told[0];
  if (stop) throw new FailureError(stop);
  const made = await makeWorkspace(context, { id: workspace.id, kind: 'main' });
  if (!made.ok) throw new FailureError(made.failure);
}

/** A tree is changed in a place of its own; what comes of it is an integration's. */
async function inTree(context: StepContext, question: Asked, value: Json) {
  const { run, pass } = context;
  const given = treeOf(run, pass, value);
  if (given === null) return fail(messages.stepTooEarly({ step: context.id, why: 'there is no tree to work in' }));
  const done = await changeOnBench(context, question, given.tree, { folder: INTEGRATED, says: 'the integration' });
  if (!done.ok) return done;
  const { text, tree } = done.value;
  run.emit({ type: 'candidate', pass, id: INTEGRATED, tree, files_changed: 0, side: [] });
  return ok(context.fields.in === undefined ? text : { id: INTEGRATED, tree });
}

const isAsked = ({ read_only }: StepContext['fields']): boolean => read_only === true || read_only === 'files';

const isMending = ({ in: tree, on }: StepContext['fields']): boolean => tree !== undefined || on !== undefined;

const participantOf = (run: Run, id: string, pass: number): Participant | undefined =>
  id === 'primary' ? run.primary(pass) : run.participants.get(id);

/** A template of the recipe, with what only these prompts know: the plan's pieces and what fails. */
function filled(context: StepContext): string {
  const { run, pass, fields, lookup } = context;
  const record = run.passRecord(pass);
  const planned = planOf(context, fields.in ?? PLAN);
  const plan = planned.ok ? planned.value : null;
  const failing = gateResults(record).filter(
    ({ tree, state }) => tree === plan?.tree && !passes(state) && isMeasured(state),
  );
  const letters = new Map(
    [...new Set(plan?.files.map(({ from }) => from))].map((from, place) => [
      from,
      String.fromCharCode(65 + (place % 26)),
    ]),
  );
  const unique = [...new Map(failing.map((result) => [result.gate, result])).values()];
  const own: Readonly<Record<string, string>> = {
    pieces:
      plan?.files.map(({ path, from }) => `- ${path}: from developer ${letters.get(from)}`).join('\n') || '(none)',
    failing:
      [
        ...unique.map(({ gate, excerpt }) => `${run.gates[gate]?.title ?? gate}:\n\n${fenced(excerpt)}`),
        ...(record && plan ? unmetTests(record, plan) : []).map(
          ({ failing: names }) =>
            'Tests of one of the developers, which are not in this folder:\n\n' +
            `${fenced(names.join('\n') || '(their names are not known)')}`,
        ),
      ].join('\n\n') || 'Nothing: all gates pass on it as it is.',
    notes:
      judgesNotes(record?.judgements ?? [], (id) =>
        letters.has(id) ? `developer ${letters.get(id)}` : 'another developer',
      ) || '(none)',
  };
  return render(run.recipe.prompts[String(fields.template)]!, (path) => own[path] ?? lookup(path));
}

/** A prompt that an argument can't hold is refused before anything starts. */
async function preview(context: StepContext) {
  const { run, value, fields, pass, lane } = context;
  const participant = participantOf(run, String(value), pass);
  if (!participant || participant.backends.length === 0) return { says: [] };
  const readOnly = isAsked(fields);
  const reading = fields.read_only === 'files';
  const mending = isMending(fields);
  const refused = readOnly ? cannotAsk(participant, context.id, false) : [];
  if (refused.length > 0) return { says: [], problems: refused };
  const backend = participant.backends.find((each) => !readOnly || mayAsk(each, false))!;
  const prompt =
    typeof fields.prompt === 'string' && fields.from === undefined
      ? (run.previewed.get(fields.prompt) ?? '')
      : render(run.recipe.prompts[String(fields.template)] ?? '', (path) => context.lookup(path));
  const lookup = (path: string) =>
    path === 'workspace.path' ? '‹workspace›' : path === 'settings' ? '‹settings›' : context.lookup(path);
  const command = backendCommand(backend, { prompt, readOnly, reading, mending, lookup });
  const shown = backendCommand(backend, { prompt: '‹prompt›', readOnly, reading, mending, lookup });
  const input = command.stdin === null ? '' : ' < the prompt';
  const refusal = tooLong(participant, backend, command);
  const where = readOnly || mending ? askedWhere(run, participant.slot) : '';
  const who = lane === participant.slot.id ? '' : `${participant.slot.title}: `;
  return {
    says: [`run ${who}${commandText(shown.argv)}${input}${where}`],
    problems: refusal === null ? [] : [refusal],
  };
}
