// Asks one slot's model something: its backends in turn, retries by the recipe's failure rules.
// Every attempt leaves its output, errors, exit code and time; none overwrites another's.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { formatLimit } from '../core/duration.ts';
import type { Attempt, Left } from '../core/event.ts';
import { type Failure, fail, ok, type Result, resultOf } from '../core/failure.ts';
import { messages } from '../core/messages/run.ts';
import type { Backend, FailureRule } from '../core/recipe.ts';
import { type Answer, AnswerReader } from '../model/answer.ts';
import { classify, type Verdict } from '../model/classify.ts';
import { backendCommand, LONGEST_ARGUMENT, mayAsk } from '../model/command.ts';
import { explain } from '../model/explain.ts';
import { usageOfRun } from '../model/usage-of-run.ts';
import { render, renderDeep } from '../recipe/template.ts';
import { makeFolder, readText, writeAtomic } from '../system/files.ts';
import { findOnPath } from '../system/find-on-path.ts';
import { Follower } from '../system/follow.ts';
import { type ProcessExit, runProcess } from '../system/process.ts';
import { readEnds } from '../system/read-ends.ts';
import { waitFor } from '../system/wait-for.ts';
import type { StepContext } from './executor.ts';
import type { Answered } from './paid.ts';
import type { Run, Seat } from './run.ts';
import { surroundings } from './surroundings.ts';

export interface Question {
  readonly seat: Seat;
  readonly prompt: string;
  /** Session file that holds the prompt. */
  readonly promptFile: string;
  /** Names the files of its attempts: `outputs/<name>.md`, `stderr/<name>.txt`. */
  readonly name: string;
  readonly readOnly: boolean;
  /** All that it needs is in the prompt. */
  readonly judging?: boolean;
  readonly cwd: string;
  readonly limitMs: number | null;
  /** What the attempt that just ended left where it works, and whether that is something; null: it was only asked. */
  readonly look: () => Promise<Seen | null>;
  /** Puts the place where it works back before another attempt. */
  readonly restore: () => Promise<void>;
}

export interface Seen extends Left {
  readonly changed: boolean;
}

interface Tried {
  readonly verdict: Verdict;
  /** It ended well, or with something made before a limit of its own. */
  readonly counts: boolean;
  readonly answer: Answered;
  readonly why: string | null;
}

/** Longest text that is taken for an answer; what is beyond stays in the file. */
const LONGEST_TEXT = 1024 * 1024;

/** The model's answer, or why it has none after all that the rules allow. */
export async function askModel(context: StepContext, question: Question): Promise<Result<Answered>> {
  const { run, pass, lane, id: step, signal } = context;
  const { seat } = question;
  const dir = await run.session.passDir(pass);
  const paid = await run.paid.answerTo(askedAs(context, question));
  if (paid !== null) {
    run.emit({ type: 'model_end', pass, lane, slot: seat.slot.id, step, status: 'ok', why: null });
    return ok(paid);
  }
  let limitMs = question.limitMs;
  let retried = 0;
  let why = '';
  for (let number = freshNumber(dir, question.name); ; number++) {
    const backend = seat.backends.slice(seat.current).find((each) => fits(each, question));
    if (backend === undefined) return fail(noneFits(seat, step));
    const tried = await attempt(context, question, backend, number, limitMs, dir);
    if (!tried.ok) {
      const { what } = tried.failure;
      run.emit({ type: 'model_end', pass, lane, slot: seat.slot.id, step, status: 'failed', why: what });
      return tried;
    }
    const { verdict, counts, answer } = tried.value;
    if (counts) {
      run.emit({ type: 'model_end', pass, lane, slot: seat.slot.id, step, status: 'ok', why: null });
      return ok(answer);
    }
    why = tried.value.why ?? '';
    if (signal.aborted) return fail(messages.interrupted());
    const next = await whatNext(context, question, verdict.rule, retried, limitMs);
    if (next === 'give up') break;
    if (next === 'next backend') seat.current++;
    else {
      retried++;
      limitMs = next.limitMs;
      if (next.afterMs > 0) await waitFor(next.afterMs, signal);
    }
    if (signal.aborted) return fail(messages.interrupted());
    await question.restore();
  }
  run.emit({ type: 'model_end', pass, lane, slot: seat.slot.id, step, status: 'failed', why });
  return fail(messages.modelFailed({ title: seat.slot.title, why }));
}

const fits = (backend: Backend, { readOnly, judging = false }: Pick<Question, 'readOnly' | 'judging'>): boolean =>
  !readOnly || mayAsk(backend, judging);

const noneFits = ({ slot, backends }: Seat, step: string): Failure =>
  messages.noReadOnly({ step, slot: slot.id, clis: backends.map(({ cli }) => cli) });

/** What stands against asking a slot in a step that only asks. */
export const cannotAsk = (seat: Seat | undefined, step: string, judging: boolean): readonly Failure[] =>
  seat === undefined || seat.backends.some((backend) => fits(backend, { readOnly: true, judging }))
    ? []
    : [noneFits(seat, step)];

type Next = 'give up' | 'next backend' | { readonly afterMs: number; readonly limitMs: number | null };

async function whatNext(
  { run, lookup }: StepContext,
  { seat }: Question,
  rule: FailureRule | null,
  retried: number,
  limitMs: number | null,
): Promise<Next> {
  if (rule === null) return 'give up';
  // one retry per model and pass at most, whatever the rules add up to
  if (rule.retry !== null && retried < Math.min(rule.retry.times, 1)) {
    return {
      afterMs: rule.retry.afterMs,
      limitMs: limitMs === null ? null : Math.round(limitMs * rule.retry.timeoutFactor),
    };
  }
  if (rule.next === 'backend' && seat.current + 1 < seat.backends.length) {
    const [from, to] = [seat.backends[seat.current]!.cli, seat.backends[seat.current + 1]!.cli];
    run.note(`${seat.slot.title}: ${from} can't be used (${rule.class}); going on with ${to}.`, 'warning');
    return 'next backend';
  }
  if (rule.ask === null || run.options.headless || limitMs === null) return 'give up';
  const higher = limitMs * 2;
  const question = render(rule.ask, (path) => (path === 'seconds' ? formatLimit(higher) : lookup(path)));
  run.emit({ type: 'question', text: question });
  const answer = await run.prompter.confirm({
    message: `${question} (next limit: ${formatLimit(higher)})`,
    initial: false,
  });
  const yes = 'answered' in answer && answer.answered;
  run.emit({ type: 'answer', text: question, answer: yes, by: 'user' });
  return yes ? { afterMs: 0, limitMs: higher } : 'give up';
}

async function attempt(
  context: StepContext,
  question: Question,
  backend: Backend,
  number: number,
  limitMs: number | null,
  dir: string,
): Promise<Result<Tried>> {
  const { run, pass, lane, id: step, signal } = context;
  const { seat, prompt, promptFile, readOnly, cwd } = question;
  const settings = join(run.session.dir, 'settings', seat.slot.id);
  const lookup = (path: string) => {
    if (path === 'workspace.path') return cwd;
    if (path === 'settings') return settings;
    return path.startsWith('slot.') ? slotName(seat, backend, path) : context.lookup(path);
  };
  const command = backendCommand(backend, { prompt, readOnly, judging: question.judging ?? false, lookup });
  if (command.longest > LONGEST_ARGUMENT) {
    return fail(
      messages.promptTooLong({ slot: seat.slot.id, cli: backend.cli, bytes: command.longest, limit: LONGEST_ARGUMENT }),
    );
  }
  const file = (folder: string, ending: string) =>
    join(dir, folder, `${question.name}${number === 1 ? '' : `.${number}`}.${ending}`);
  const output = file('outputs', 'md');
  const stdout = backend.output.format === 'text' ? output : file('outputs', 'raw');
  const stderr = file('stderr', 'txt');
  const stdin = command.stdin === null ? null : command.stdin === prompt ? promptFile : `${promptFile}.stdin`;
  if (stdin !== null && stdin !== promptFile) await writeAtomic(stdin, command.stdin!);
  if (Object.keys(backend.settings).length > 0) await makeFolder(settings, 0o700);
  for (const [name, text] of Object.entries(backend.settings)) await writeAtomic(join(settings, name), text);
  const set = renderDeep(backend.env.set, lookup) as Backend['env']['set'];
  const place = { pass, lane, slot: seat.slot.id, step, attempt: number };
  const shown = command.argv.map((argument) => (argument === prompt ? '${prompt}' : argument));
  run.emit({
    type: 'attempt_start',
    ...place,
    backend: backend.cli,
    limit_ms: limitMs,
    output: stdout,
    stderr,
    command: shown,
  });
  run.guard?.began(seat.slot.title);
  const reader = new AnswerReader(backend.output, prompt, command.stdin ?? '');
  const follower = new Follower(stdout, (line) => reader.line(line));
  const { format, done } = backend.output;
  const exit = await runProcess({
    command: outside(context, command.argv, backend),
    cwd,
    stdin,
    stdout,
    stderr,
    limitMs,
    signal,
    env: await surroundings(run, {
      pass,
      step,
      slot: seat.slot.id,
      workspace: cwd,
      promptFile,
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
  });
  if (exit.ended === 'over' && done !== null)
    run.note(`${backend.cli} had finished and did not end; it was ended after ${formatLimit(done.graceMs)}.`);
  // What it changed where it works is taken by our own git dir, whatever it did to the repository's. It may be gone or
  // beyond reading: that is the model's failure, not ours.
  const [seen] = await Promise.all([
    readOnly ? ok(null) : resultOf(async () => ok(await question.look())),
    run.guard?.check(seat.slot.title, pass),
  ]);
  const left = seen.ok && seen.value !== null ? { tree: seen.value.tree, side: seen.value.side } : null;
  if (format !== 'text') await follower.end();
  const read = reader.end((await readText(stdout, LONGEST_TEXT)) ?? '');
  const answer = {
    ...read,
    usage: backend.output.usage === 'thread' ? usageOfRun(read, attemptsOf(run)) : read.usage,
    left,
  };
  if (stdout !== output) await writeAtomic(output, answer.text);
  if (!seen.ok) {
    const lost: Verdict = { failure: 'crash', rule: null };
    const result = attemptRecord(backend, exit, lost, answer);
    run.emit({ type: 'attempt_end', ...place, result, why: seen.failure.what });
    return seen;
  }
  const didSomething = readOnly ? answer.text.trim() !== '' : seen.value?.changed === true;
  const verdict = classify(
    {
      ended: exit.ended,
      exitCode: exit.exitCode,
      said: answer.said,
      didSomething,
      output: `${answer.verdict ?? (await readEnds(stdout))}\n${await readEnds(stderr)}`,
      prompt,
    },
    run.recipe.failures,
  );
  const why =
    verdict.failure === null
      ? null
      : explain(verdict.failure, backend, exit, limitMs, {
          stdout: answer.verdict ?? (stdout === output ? await readEnds(stdout) : answer.text),
          stderr: await readEnds(stderr),
          error: answer.error,
          echoed: answer.echoed,
        });
  const result = attemptRecord(backend, exit, verdict, answer);
  const paid = { asked: askedAs(context, question), answer: relative(run.session.dir, output), left };
  const counts = verdict.failure === null || (verdict.failure === 'budget' && !readOnly && didSomething);
  if (counts && why !== null) run.note(`${why}. What it made until then counts.`);
  run.emit({ type: 'attempt_end', ...place, result, why, ...(counts ? { paid } : {}) });
  return ok({ verdict, counts, answer, why });
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

/** What is asked, as a resumed run knows it again. */
function askedAs({ key }: StepContext, { seat, name, prompt }: Question): string {
  return createHash('sha256')
    .update(JSON.stringify([key, seat.slot.id, name, prompt]))
    .digest('hex')
    .slice(0, 24);
}

const attemptsOf = (run: Run): readonly Attempt[] =>
  run.record.passes.flatMap(({ models, asked }) => [
    ...Object.values(models).flatMap(({ attempts }) => attempts),
    ...asked.map(({ attempt }) => attempt),
  ]);

function attemptRecord(backend: Backend, exit: ProcessExit, verdict: Verdict, answer: Answer): Attempt {
  return {
    backend: backend.cli,
    exit_code: exit.exitCode,
    signal: exit.signal,
    elapsed_ms: Math.round(exit.elapsedMs),
    failure: verdict.failure,
    usage: answer.usage,
    session: answer.session,
  };
}

function slotName({ slot }: Seat, backend: Backend, path: string): string | null {
  const names: Readonly<Record<string, string>> = {
    'slot.id': slot.id,
    'slot.title': slot.title,
    'slot.workspace': slot.workspace,
    'slot.backend': backend.cli,
  };
  return names[path] ?? null;
}

/** The first attempt's number that has no files yet: a resumed step goes on counting. */
function freshNumber(dir: string, name: string): number {
  let number = 1;
  while (existsSync(join(dir, 'stderr', `${name}${number === 1 ? '' : `.${number}`}.txt`))) number++;
  return number;
}
