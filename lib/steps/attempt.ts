// One start of one backend: its command, what it printed and left, and what became of it. Every attempt leaves its
// output, errors, exit code and time; none overwrites another's. Decides nothing about the next one (ask-model.ts).
import { createHash } from 'node:crypto';
import { join, relative } from 'node:path';
import type { Backend } from '../core/backend.ts';
import { formatLimit } from '../core/duration.ts';
import { fail, ok, type Result, resultOf } from '../core/failure.ts';
import { modelMessages } from '../core/messages/model-messages.ts';
import { messages } from '../core/messages/run-messages.ts';
import type { Attempt, Left } from '../core/model-event.ts';
import { type Answer, AnswerReader } from '../model/answer.ts';
import { backendCommand, LONGEST_ARGUMENT } from '../model/backend-command.ts';
import { classify, type Verdict } from '../model/classify.ts';
import { explain } from '../model/explain.ts';
import { usageOfRun, withPrice } from '../model/price.ts';
import { renderDeep } from '../recipe/template.ts';
import { readText, writeAtomic } from '../system/files.ts';
import { findOnPath } from '../system/find-on-path.ts';
import { Follower } from '../system/follow.ts';
import type { ProcessExit } from '../system/process.ts';
import { readEnds } from '../system/read-parts.ts';
import { schemaFor } from './answer-schema.ts';
import { backendNames, keptSettings } from './backend-names.ts';
import type { StepContext } from './executor.ts';
import type { Onward, Question } from './model-question.ts';
import type { Answered } from './paid.ts';
import type { Run } from './run.ts';
import { start as startCommand } from './start.ts';
import { surroundings } from './surroundings.ts';
import { capOf } from './within-budget.ts';

interface Start {
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

export interface Tried {
  readonly verdict: Verdict;
  /** It ended well, or with something made before a limit of its own. */
  readonly counts: boolean;
  readonly answer: Answered;
  readonly why: string | null;
}

/** Longest text that is taken for an answer; what is beyond stays in the file. */
const LONGEST_TEXT = 1024 * 1024;

/** Starts the backend and waits for its end. */
export async function attempt(context: StepContext, question: Question, start: Start): Promise<Result<Tried>> {
  const { run, pass, lane, id: step } = context;
  const { seat, readOnly } = question;
  const { backend, number, limitMs, onward } = start;
  const lookup = backendNames(context, question, backend);
  const asked = await textAsked(question, start);
  const command = backendCommand(backend, {
    prompt: asked.text,
    readOnly,
    judging: question.judging ?? false,
    reading: question.reading ?? false,
    mending: question.mending ?? false,
    session: onward?.session ?? null,
    schema: await schemaFor(question, backend),
    budgetUsd: capOf(run, start.budgetUsd, backend, onward?.session ?? null),
    lookup,
  });
  if (command.longest > LONGEST_ARGUMENT) {
    return fail(
      modelMessages.promptTooLong({
        slot: seat.slot.id,
        cli: backend.cli,
        bytes: command.longest,
        limit: LONGEST_ARGUMENT,
      }),
    );
  }
  const files = filesOf(question, start);
  const place = { pass, lane, slot: seat.slot.id, step, attempt: number };
  const unusual = run.usual({ slot: seat.slot.id, backend: backend.cli, step });
  const begin = () =>
    run.emit({
      type: 'attempt_start',
      ...place,
      backend: backend.cli,
      limit_ms: limitMs,
      ...(unusual === undefined ? {} : { unusual_ms: unusual }),
      output: files.stdout,
      stderr: files.stderr,
      command: command.argv.map((argument) => (argument === asked.text ? '${prompt}' : argument)),
      ...(onward === null ? {} : { resumes: onward.session }),
    });
  const waits = (wait_ms: number) => run.emit({ type: 'attempt_waits', ...place, backend: backend.cli, wait_ms });
  if (lane !== seat.slot.id) begin();
  else if (!(await run.stagger.begin(backend.vendor, lane, context.signal, { begin, waits })))
    return fail(messages.interrupted());
  run.guard?.began(seat.slot.title);
  const reader = new AnswerReader(backend.output, asked.text, command.stdin ?? '');
  const follower = new Follower(files.stdout, (line) => reader.line(line));
  const exit = await started(context, question, start, { command, files, asked, lookup, reader, follower });
  if (exit.ended === 'over' && backend.output.done !== null)
    run.note(
      `${backend.cli} had finished and did not end; it was ended after ${formatLimit(backend.output.done.graceMs)}.`,
    );
  // What it changed where it works is taken by our own git dir, whatever it did to the repository's. It may be gone or
  // beyond reading: that is the model's failure, not ours.
  const [seen] = await Promise.all([
    readOnly ? ok(null) : resultOf(async () => ok(await question.look())),
    run.guard?.check(seat.slot.title, pass),
  ]);
  const left = seen.ok && seen.value !== null ? { tree: seen.value.tree, side: seen.value.side } : null;
  const answer = await answered(run, backend, { reader, follower, files, left });
  if (!seen.ok) {
    const lost: Verdict = { failure: 'crash', rule: null };
    const result = attemptRecord(start, exit, lost, answer);
    run.emit({ type: 'attempt_end', ...place, result, why: seen.failure.what });
    return seen;
  }
  const didSomething = readOnly ? answer.text.trim() !== '' : seen.value?.changed === true;
  const { verdict, why } = await judged(context, start, { exit, answer, didSomething, files, prompt: asked.text });
  const counts = verdict.failure === null || (verdict.failure === 'budget' && !readOnly && didSomething);
  if (counts && why !== null) run.note(`${why}. What it made until then counts.`);
  const paid = {
    asked: askedAs(context, question),
    answer: relative(run.session.dir, files.answer),
    left,
    ...(question.from === undefined ? {} : { from: question.from }),
  };
  const result = attemptRecord(start, exit, verdict, answer);
  run.emit({ type: 'attempt_end', ...place, result, why, ...(counts ? { paid } : {}) });
  return ok({ verdict, counts, answer, why });
}

/** Why it failed, by the recipe's rules, and in words. */
async function judged(
  { run, signal }: StepContext,
  { backend, limitMs, shortened, onward }: Start,
  parts: {
    readonly exit: ProcessExit;
    readonly answer: Answered;
    readonly didSomething: boolean;
    readonly files: Files;
    readonly prompt: string;
  },
): Promise<{ readonly verdict: Verdict; readonly why: string | null }> {
  const { exit, answer, didSomething, files, prompt } = parts;
  const [stdout, stderr] = [await readEnds(files.stdout), await readEnds(files.stderr)];
  const superseded = exit.ended === 'interrupted' && signal.aborted && !run.signal.aborted;
  const ending = {
    ended: superseded ? ('superseded' as const) : exit.ended,
    exitCode: exit.exitCode,
    said: answer.said,
    didSomething,
    output: `${answer.verdict ?? stdout}\n${stderr}`,
    prompt,
    resumed: onward !== null,
  };
  const verdict = withoutSession(onward, answer, classify(ending, run.recipe.failures));
  if (verdict.failure === null) return { verdict, why: null };
  if (verdict.failure === 'timeout' && shortened) {
    const why = `${backend.cli} ran into the time that the budget left its lane (${formatLimit(limitMs)})`;
    return { verdict: { failure: 'budget', rule: null }, why };
  }
  const said = answer.verdict ?? (files.stdout === files.answer ? stdout : answer.text);
  const printed = { stdout: said, stderr, error: answer.error, echoed: answer.echoed };
  return { verdict, why: explain(verdict.failure, backend, exit, limitMs, printed) };
}

/**
 * One that was to go on with a session, told none and did nothing has not found it, however it ended: some CLIs say
 * nothing that a rule could know, and exit with 0.
 */
function withoutSession(onward: Onward | null, answer: Answered, verdict: Verdict): Verdict {
  if (onward === null || answer.session !== null || answer.left?.tree !== onward.tree) return verdict;
  return verdict.failure === null || verdict.failure === 'empty' || verdict.failure === 'crash'
    ? { failure: 'no-session', rule: null }
    : verdict;
}

/** What it is told: all of it, or, where it goes on, what is new; and the file that has it. */
async function textAsked({ prompt, promptFile }: Question, { onward, number }: Start) {
  if (onward === null) return { text: prompt, file: promptFile };
  const file = `${promptFile.replace(/\.md$/, '')}.on.${number}.md`;
  await writeAtomic(file, onward.text);
  return { text: onward.text, file };
}

function filesOf({ name }: Question, { backend, number, dir }: Start) {
  const file = (folder: string, ending: string) =>
    join(dir, folder, `${name}${number === 1 ? '' : `.${number}`}.${ending}`);
  const answer = file('outputs', 'md');
  return {
    answer,
    stdout: backend.output.format === 'text' ? answer : file('outputs', 'raw'),
    stderr: file('stderr', 'txt'),
  };
}

type Files = ReturnType<typeof filesOf>;
type Lookup = ReturnType<typeof backendNames>;

async function started(
  context: StepContext,
  question: Question,
  { backend, limitMs }: Start,
  parts: {
    readonly command: ReturnType<typeof backendCommand>;
    readonly files: Files;
    readonly asked: { readonly text: string; readonly file: string };
    readonly lookup: Lookup;
    readonly reader: AnswerReader;
    readonly follower: Follower;
  },
): Promise<ProcessExit> {
  const { run, pass, id: step, signal } = context;
  const { seat, cwd, far } = question;
  const { command, files, asked, lookup, reader, follower } = parts;
  const stdin = command.stdin === null ? null : command.stdin === asked.text ? asked.file : `${asked.file}.stdin`;
  if (stdin !== null && stdin !== asked.file) await writeAtomic(stdin, command.stdin!);
  const settings = await keptSettings(run, question, backend);
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
    env: await surroundings(run, {
      pass,
      step,
      slot: seat.slot.id,
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
  return startCommand(run, far, spec, settings);
}

/** What it printed, read to its end; its answer is kept as a file. */
async function answered(
  run: Run,
  backend: Backend,
  parts: {
    readonly reader: AnswerReader;
    readonly follower: Follower;
    readonly files: Files;
    readonly left: Left | null;
  },
): Promise<Answered> {
  const { reader, follower, files, left } = parts;
  if (backend.output.format !== 'text') await follower.end();
  const read = reader.end((await readText(files.stdout, LONGEST_TEXT)) ?? '');
  const used = usageOfRun(read, run.attempts, backend.output.thread);
  const usage = withPrice(used, backend, run.recipe.prices);
  if (files.stdout !== files.answer) await writeAtomic(files.answer, read.text);
  return { ...read, usage, left };
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

/** What is asked, as a resumed run knows it again: the same in a session of its CLI and without. */
export function askedAs({ key }: StepContext, { seat, name, prompt }: Question): string {
  return createHash('sha256')
    .update(JSON.stringify([key, seat.slot.id, name, prompt]))
    .digest('hex')
    .slice(0, 24);
}

function attemptRecord({ backend, onward }: Start, exit: ProcessExit, verdict: Verdict, answer: Answer): Attempt {
  return {
    backend: backend.cli,
    exit_code: exit.exitCode,
    signal: exit.signal,
    elapsed_ms: Math.round(exit.elapsedMs),
    failure: verdict.failure,
    usage: answer.usage,
    session: answer.session,
    ...(onward === null ? {} : { resumed: true }),
  };
}
