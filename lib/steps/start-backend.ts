// How a backend is started for a question: its command, the names in it, the files that it reads and those that it
// writes. What came of it is read in attempt.ts.

import { basename, dirname, join } from 'node:path';
import type { Backend } from '../core/backend.ts';
import { type Failure, fail, ok, type Result, resultOf } from '../core/failure.ts';
import type { Json } from '../core/json.ts';
import { modelMessages } from '../core/messages/model-messages.ts';
import type { AnswerReader } from '../model/answer.ts';
import { type AnswerSchema, backendCommand, LONGEST_ARGUMENT } from '../model/backend-command.ts';
import { renderDeep } from '../recipe/template.ts';
import { makeFolder, writeAtomic } from '../system/files.ts';
import { findOnPath } from '../system/find-on-path.ts';
import type { Follower } from '../system/follow.ts';
import type { ProcessExit } from '../system/process.ts';
import { commandEnvironment } from './command-environment.ts';
import type { StepContext } from './executor.ts';
import type { Onward, Participant, Question } from './model-question.ts';
import type { Run } from './run-context.ts';
import { start } from './start.ts';
import { capOf } from './within-budget.ts';

/** One start of a backend. */
export interface Start {
  readonly backend: Backend;
  readonly number: number;
  readonly limitMs: number | null;
  /** The limit is what the budget leaves its lane. */
  readonly shortened: boolean;
  /** What it may spend; null: as much as it takes. */
  readonly budgetUsd: number | null;
  /** The folder of the pass. */
  readonly dir: string;
  /** null: it begins, with the whole prompt. */
  readonly onward: Onward | null;
}

/** What is started, with which texts and files. */
export interface Prepared {
  readonly command: ReturnType<typeof backendCommand>;
  readonly files: Files;
  readonly asked: { readonly text: string; readonly file: string };
  readonly lookup: (path: string) => Json | undefined;
}

/** The command that asks a question; refused where an argument can't hold it. */
export async function prepareStart(context: StepContext, question: Question, begins: Start): Promise<Result<Prepared>> {
  const { participant, readOnly, judging = false, reading = false, mending = false } = question;
  const { backend, onward, budgetUsd } = begins;
  const session = onward?.session ?? null;
  const lookup = backendNames(context, question, backend);
  const asked = await textAsked(question, begins);
  const held = schemaFor(question, backend);
  if (question.far === undefined) await writeHere(held.files);
  const command = backendCommand(backend, {
    ...{ prompt: asked.text, readOnly, judging, reading, mending, session, lookup },
    schema: held.schema,
    budgetUsd: capOf(context.run, budgetUsd, backend, session),
  });
  const refused = tooLong(participant, backend, command);
  return refused === null ? ok({ command, files: filesOf(question, begins), asked, lookup }) : fail(refused);
}

/** Why no process takes a command: an argument can't hold the prompt. */
export const tooLong = (
  { slot }: Participant,
  { cli }: Backend,
  { longest: bytes }: Prepared['command'],
): Failure | null =>
  bytes <= LONGEST_ARGUMENT
    ? null
    : modelMessages.promptTooLong({ slot: slot.id, cli, bytes, limit: LONGEST_ARGUMENT });

/** What it is told: all of it, or, where it goes on, what is new; and the file that has it. */
async function textAsked({ prompt, promptFile }: Question, { onward, number }: Start) {
  if (onward === null) return { text: prompt, file: promptFile };
  const file = `${promptFile.replace(/\.md$/, '')}.on.${number}.md`;
  await writeAtomic(file, onward.text);
  return { text: onward.text, file };
}

/** A file of an attempt: none overwrites another's. */
export const attemptFile = (dir: string, folder: string, name: string, number: number, ending: string): string =>
  join(dir, folder, `${name}${number === 1 ? '' : `.${number}`}.${ending}`);

function filesOf({ name }: Question, { backend, number, dir }: Start) {
  const answer = attemptFile(dir, 'outputs', name, number, 'md');
  return {
    answer,
    stdout: backend.output.format === 'text' ? answer : attemptFile(dir, 'outputs', name, number, 'raw'),
    stderr: attemptFile(dir, 'stderr', name, number, 'txt'),
  };
}

export type Files = ReturnType<typeof filesOf>;

/** Starts it, and waits for its end; what it prints is read meanwhile where it may stay once it has finished. */
export async function startBackend(
  context: StepContext,
  question: Question,
  { backend, limitMs }: Start,
  { command, files, asked, lookup }: Prepared,
  { reader, follower }: { readonly reader: AnswerReader; readonly follower: Follower },
): Promise<ProcessExit> {
  const { run, pass, id: step, signal } = context;
  const { participant, cwd, far } = question;
  const stdin = command.stdin === null ? null : command.stdin === asked.text ? asked.file : `${asked.file}.stdin`;
  if (stdin !== null && stdin !== asked.file) await writeAtomic(stdin, command.stdin!);
  const settings = settingsFiles(run, question, backend);
  if (far === undefined) await writeHere(settings);
  const set = renderDeep(backend.env.set, lookup) as Backend['env']['set'];
  const { format, done } = backend.output;
  const spec = {
    command: far === undefined ? outside(context, command.argv, backend) : command.argv,
    cwd,
    stdin,
    stdout: files.stdout,
    stderr: files.stderr,
    limitMs,
    signal,
    env: await commandEnvironment(run, {
      pass,
      step,
      slot: participant.slot.id,
      workspace: cwd,
      promptFile: asked.file,
      far,
      backend: { ...backend, env: { ...backend.env, set } },
    }),
    silenceMs: run.recipe.timeout.silenceMs,
    graceMs: run.recipe.timeout.graceMs,
    over:
      format === 'text' || done === null
        ? null
        : {
            graceMs: done.graceMs,
            look: async () => {
              const printed = await readSoFar(follower);
              return { printed, isOver: reader.isOverWith(follower.openLine) };
            },
          },
  };
  return start(run, far, spec, { ...settings, ...schemaFor(question, backend).files });
}

/**
 * The command with its programs as they were found when it was looked for: never inside the user's repository, also
 * where a folder of it is on PATH.
 */
function outside({ run }: StepContext, argv: readonly string[], backend: Backend): readonly string[] {
  const programs = [0, backend.via.length];
  const find = (name: string) => findOnPath(name, run.env, { insideOf: run.repository.top });
  return argv.map((argument, place) => (programs.includes(place) ? (find(argument) ?? argument) : argument));
}

/** What can't be read now is read at the end, and told then. */
async function readSoFar(follower: Follower): Promise<number> {
  const read = await resultOf(async () => ok(await follower.read()));
  return read.ok ? read.value : -1;
}

/** What names stand for in the commands of a backend, where it is started for a slot. Knows no prompt. */
function backendNames(
  context: StepContext,
  { participant, cwd, far }: Question,
  backend: Backend,
): (path: string) => Json | undefined {
  const settings = settingsOf(context.run, { participant, cwd, far });
  return (path: string) => {
    if (path === 'workspace.path') return cwd;
    if (path === 'settings') return settings;
    return path.startsWith('slot.') ? slotName(participant, backend, path) : context.lookup(path);
  };
}

/** The folder of the files that a slot's backends read their settings from: of the session, or beside the lane. */
const settingsOf = (run: Run, { participant, cwd, far }: Pick<Question, 'participant' | 'cwd' | 'far'>): string =>
  far === undefined
    ? join(run.session.dir, 'settings', participant.slot.id)
    : join(dirname(cwd), 'settings', participant.slot.id);

/** The files that a backend reads its settings from. */
function settingsFiles(run: Run, question: Question, { settings }: Backend): TextFiles {
  const folder = settingsOf(run, question);
  return Object.fromEntries(Object.entries(settings).map(([name, text]) => [join(folder, name), text]));
}

/** Files that a command reads, by their paths where it runs: on another host they are written by what starts it. */
type TextFiles = Readonly<Record<string, string>>;

async function writeHere(files: TextFiles): Promise<void> {
  for (const [file, text] of Object.entries(files)) {
    await makeFolder(dirname(file), 0o700);
    await writeAtomic(file, text);
  }
}

function slotName({ slot }: Participant, backend: Backend, path: string): string | null {
  const names: Readonly<Record<string, string>> = {
    'slot.id': slot.id,
    'slot.title': slot.title,
    'slot.workspace': slot.workspace,
    'slot.backend': backend.cli,
  };
  return names[path] ?? null;
}

/**
 * The schema that the answer is held to, for a backend that can do that: as text, and as files beside the prompt, or
 * beside the lane on another host. Null: there is none, or the backend takes none.
 */
function schemaFor(
  { schema, promptFile, far, cwd }: Question,
  { answerSchema }: Backend,
): { readonly schema: AnswerSchema | null; readonly files: TextFiles } {
  if (schema === undefined || answerSchema.length === 0) return { schema: null, files: {} };
  const beside = far === undefined ? promptFile : join(dirname(cwd), 'asked', basename(promptFile));
  const file = beside.replace(/(\.md)?$/, '.schema.json');
  const strict_file = beside.replace(/(\.md)?$/, '.schema.strict.json');
  const text = JSON.stringify(schema);
  return {
    schema: { text, file, strict_file },
    files: { [file]: text, [strict_file]: JSON.stringify(strict(schema)) },
  };
}

/** The same with no key that may be left out, as some vendors want it. */
export function strict(schema: Json): Json {
  if (typeof schema !== 'object' || schema === null) return schema;
  if (Array.isArray(schema)) return schema.map(strict);
  const { properties, items, ...rest } = schema as Readonly<Record<string, Json>>;
  return {
    ...rest,
    ...(items === undefined ? {} : { items: strict(items) }),
    ...(properties === undefined ? {} : strictProperties(properties as Readonly<Record<string, Json>>)),
  };
}

const strictProperties = (properties: Readonly<Record<string, Json>>): Readonly<Record<string, Json>> => ({
  properties: Object.fromEntries(Object.entries(properties).map(([name, each]) => [name, strict(each)])),
  required: Object.keys(properties),
});
