// One start of one backend: its command, what it printed and left, and what became of it. Every attempt leaves its
// output, errors, exit code and time; none overwrites another's. Decides nothing about the next one (ask-model.ts).

import { createHash } from 'node:crypto';
import { relative } from 'node:path';
import type { Backend } from '../core/backend.ts';
import { formatLimit } from '../core/duration.ts';
import { fail, ok, type Result, resultOf } from '../core/failure.ts';
import { isHostsFault } from '../core/messages/host-messages.ts';
import { messages } from '../core/messages/run-messages.ts';
import type { Attempt, AttemptPlace, Left } from '../core/model-event.ts';
import { type Answer, AnswerReader } from '../model/answer.ts';
import { classify, type Verdict } from '../model/classify.ts';
import { explain } from '../model/explain.ts';
import { usageOfRun, withPrice } from '../model/price.ts';
import { readText, writeAtomic } from '../system/files.ts';
import { Follower } from '../system/follow.ts';
import type { ProcessExit } from '../system/process.ts';
import { readEnds } from '../system/read-parts.ts';
import type { StepContext } from './executor.ts';
import type { Onward, Question } from './model-question.ts';
import type { Answered } from './paid.ts';
import type { Run } from './run-context.ts';
import { type Files, type Prepared, prepareStart, type Start, startBackend } from './start-backend.ts';

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
  const { run, pass } = context;
  const { participant, readOnly } = question;
  const { backend } = start;
  const prepared = await prepareStart(context, question, start);
  if (!prepared.ok) return prepared;
  const { command, files, asked } = prepared.value;
  if (!(await begun(context, question, start, prepared.value))) return fail(messages.interrupted());
  run.guard?.began(participant.slot.title);
  const reader = new AnswerReader(backend.output, asked.text, command.stdin ?? '');
  const follower = new Follower(files.stdout, (line) => reader.line(line));
  const exit = await startBackend(context, question, start, prepared.value, { reader, follower });
  if (exit.ended === 'over' && backend.output.done !== null)
    run.note(
      `${backend.cli} had finished and did not end; it was ended after ${formatLimit(backend.output.done.graceMs)}.`,
    );
  // What it changed where it works is taken by our own git dir, whatever it did to the repository's. It may be gone or
  // beyond reading: that is the model's failure, not ours. What a host has lost is not looked at.
  const [seen] = await Promise.all([
    readOnly || exit.ended === 'lost' ? ok(null) : resultOf(async () => ok(await question.look())),
    run.guard?.check(participant.slot.title, pass),
  ]);
  const left = seen.ok && seen.value !== null ? { tree: seen.value.tree, side: seen.value.side } : null;
  const answer = await answered(run, backend, { reader, follower, files, left });
  const end = (verdict: Verdict, why: string | null, counts = false) => {
    const result = attemptRecord(question, start, exit, verdict, answer);
    const paid = counts ? { paid: paidFor(context, question, files, left) } : {};
    run.emit({ type: 'attempt_end', ...placeOf(context, question, start), result, why, ...paid });
  };
  if (!seen.ok && isHostsFault(seen.failure)) {
    const verdict = { failure: 'lost', rule: null } as const;
    end(verdict, seen.failure.what);
    return ok({ verdict, counts: false, answer, why: seen.failure.what });
  }
  if (!seen.ok) {
    end({ failure: 'crash', rule: null }, seen.failure.what);
    return seen;
  }
  const didSomething = readOnly ? answer.text.trim() !== '' : seen.value?.changed === true;
  const { verdict, why } = await judged(context, start, { exit, answer, didSomething, files, prompt: asked.text });
  const counts = verdict.failure === null || (verdict.failure === 'budget' && !readOnly && didSomething);
  if (counts && why !== null) run.note(`${why}. What it made until then counts.`);
  end(verdict, why, counts);
  return ok({ verdict, counts, answer, why });
}

const placeOf = (
  { pass, lane, id: step }: StepContext,
  { participant }: Question,
  { number }: Start,
): AttemptPlace => ({
  pass,
  lane,
  slot: participant.slot.id,
  step,
  attempt: number,
});

/** Says that it begins, in a lane of its own when it is its turn. False: it was interrupted before. */
async function begun(
  context: StepContext,
  question: Question,
  start: Start,
  { command, files, asked }: Prepared,
): Promise<boolean> {
  const { run, lane, id: step, signal } = context;
  const { slot } = question.participant;
  const { backend, limitMs, onward } = start;
  const host = question.far?.host.name;
  const place = placeOf(context, question, start);
  const unusual = run.usual({ slot: slot.id, backend: backend.cli, step });
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
      ...(host === undefined ? {} : { host }),
    });
  const waits = (wait_ms: number) => run.emit({ type: 'attempt_waits', ...place, backend: backend.cli, wait_ms });
  if (lane === slot.id) return run.stagger.begin(backend.vendor, lane, signal, { begin, waits });
  begin();
  return true;
}

/** What a resumed run takes over, so that the same is not asked again. */
const paidFor = (context: StepContext, question: Question, files: Files, left: Left | null) => ({
  asked: askedAs(context, question),
  answer: relative(context.run.session.dir, files.answer),
  left,
  ...(question.from === undefined ? {} : { from: question.from }),
});

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

/** What is asked, as a resumed run knows it again: the same in a session of its CLI and without. */
export function askedAs({ key }: StepContext, { participant, name, prompt, tree }: Question): string {
  return createHash('sha256')
    .update(JSON.stringify([key, participant.slot.id, name, prompt, ...(tree === undefined ? [] : [tree])]))
    .digest('hex')
    .slice(0, 24);
}

function attemptRecord(
  { far }: Question,
  { backend, onward }: Start,
  exit: ProcessExit,
  verdict: Verdict,
  answer: Answer,
): Attempt {
  return {
    backend: backend.cli,
    exit_code: exit.exitCode,
    signal: exit.signal,
    elapsed_ms: Math.round(exit.elapsedMs),
    failure: verdict.failure,
    usage: answer.usage,
    session: answer.session,
    ...(onward === null ? {} : { resumed: true }),
    ...(far === undefined ? {} : { host: far.host.name }),
  };
}
