// Asks one slot's model something: its backends in turn, retries by the recipe's failure rules, in the session of its
// CLI where it goes on with what it has begun. What one attempt does is told in attempt.ts.

import { existsSync } from 'node:fs';
import type { Backend, FailureRule } from '../core/backend.ts';
import { formatLimit, parseDuration } from '../core/duration.ts';
import { type Failure, fail, ok, type Result, resultOf } from '../core/failure.ts';
import { isHostsFault } from '../core/messages/host-messages.ts';
import { modelMessages } from '../core/messages/model-messages.ts';
import { messages } from '../core/messages/run-messages.ts';
import { mayAsk } from '../model/backend-command.ts';
import { render } from '../recipe/template.ts';
import { waitFor } from '../system/wait-for.ts';
import { askedAs, attempt, type Tried } from './attempt.ts';
import type { StepContext } from './executor.ts';
import type { Onward, Participant, Question } from './model-question.ts';
import type { Answered } from './paid.ts';
import { attemptFile } from './start-backend.ts';
import { isRefusal, laneTimeLeft, refusal, shareOf } from './within-budget.ts';

/** The model's answer, or why it has none after all that the rules allow. */
export async function askModel(context: StepContext, question: Question): Promise<Result<Answered>> {
  const { run, pass, lane, id: step } = context;
  const { participant } = question;
  const paid = await run.paid.answerTo(askedAs(context, question));
  const asked = paid === null ? await askInTurn(context, question) : ok(paid);
  const end = {
    pass,
    lane,
    slot: participant.slot.id,
    step,
    ...(question.from === undefined ? {} : { stands: true as const }),
  };
  if (asked.ok) run.emit({ type: 'model_end', ...end, status: 'ok', why: null });
  else if (asked.failure.tried) {
    const { failure, why } = asked.failure;
    run.emit({ type: 'model_end', ...end, status: 'failed', why, ...(isRefusal(failure) && { failure: 'budget' }) });
  }
  return asked.ok ? asked : fail(asked.failure.failure);
}

/** Why nothing came of it. */
interface Unanswered {
  readonly failure: Failure;
  /** The same about the model alone. */
  readonly why: string;
  /** Something was started, and nobody interrupted it. */
  readonly tried: boolean;
}

async function askInTurn(context: StepContext, asked: Question): Promise<Result<Answered, Unanswered>> {
  const { run, signal } = context;
  let question = asked;
  const dir = await run.session.passDir(context.pass);
  const interrupted = fail({ failure: messages.interrupted(), why: '', tried: false });
  let [limitMs, retried, why] = [limitFor(context, asked.participant), 0, ''];
  /** As it was asked, unless its session is gone; and as it goes on now. */
  let begun = question.onward ?? null;
  let onward = begun;
  for (let number = firstNumber(context, dir, question); ; number++) {
    const { participant } = question;
    const backend = participant.backends.slice(participant.current).find((each) => fits(each, question));
    if (backend === undefined) return fail({ failure: noneFits(participant, context.id), why: '', tried: false });
    if (!resumes(backend, onward)) onward = null;
    const refused = await notAsked(context, participant, why);
    if (refused !== null) return fail(refused);
    const start = { backend, number, ...withinBudget(context, limitMs), dir, onward };
    const tried = await attempt(context, question, start);
    if (!tried.ok && signal.aborted) return interrupted;
    if (!tried.ok) return fail({ failure: tried.failure, why: tried.failure.what, tried: true });
    const { verdict, counts, answer } = tried.value;
    if (counts) return ok(answer);
    why = tried.value.why ?? '';
    if (signal.aborted) return interrupted;
    const moved = verdict.failure === 'lost' ? await question.elsewhere?.(why) : undefined;
    if (moved?.ok) {
      [question, begun, onward] = [moved.value, null, null];
      continue;
    }
    why = moved?.failure.what ?? why;
    if (verdict.failure === 'no-session') {
      run.note(
        `${participant.slot.title}: ${backend.cli} no longer has its session, so it gets the whole prompt again.`,
      );
      begun = onward = null;
    } else {
      const next = await whatNext(context, question, verdict.rule, retried, limitMs);
      if (next === 'give up') break;
      if (next === 'next backend') participant.current++;
      else {
        retried++;
        limitMs = next.limitMs;
        if (next.afterMs > 0) await waitFor(next.afterMs, signal);
      }
      const goesOn = next === 'next backend' ? null : goingOn(question, backend, tried.value, onward, next.resume);
      if (goesOn !== null) run.note(`${participant.slot.title}: ${backend.cli} goes on with its session.`);
      onward = goesOn ?? begun;
    }
    if (signal.aborted) return interrupted;
    const keeps = onward !== null && onward !== begun;
    const restored = await resultOf(async () => ok(await question.restore(keeps)));
    if (restored.ok) continue;
    const other = isHostsFault(restored.failure) ? await question.elsewhere?.(restored.failure.what) : undefined;
    if (!other?.ok) return fail({ failure: restored.failure, why: restored.failure.what, tried: true });
    [question, begun, onward] = [other.value, null, null];
  }
  return fail({ failure: modelMessages.modelFailed({ title: asked.participant.slot.title, why }), why, tried: true });
}

/** What a call may take, with what the budget leaves its lane. */
function withinBudget(context: StepContext, limitMs: number | null) {
  const left = laneTimeLeft(context);
  const shortened = left !== null && (limitMs === null || left < limitMs);
  return { limitMs: shortened ? left : limitMs, shortened, budgetUsd: shareOf(context) };
}

/** Why no (further) call begins; null: it may. @param before why an earlier one came to nothing */
async function notAsked(context: StepContext, { slot }: Participant, before: string): Promise<Unanswered | null> {
  const refused = await refusal(context, `${slot.title} was not asked (${context.id})`);
  if (refused === null) return null;
  const { failure, said } = refused;
  // of a lane its own event tells; any other step says so itself
  const tried = isRefusal(failure) && context.lane !== null;
  return { failure, why: `${before === '' ? 'not asked' : `${before}; not asked again`}, as ${said}`, tried };
}

/**
 * How long a model may take: what the user said for this run, else the slot's own limit, else the step's, else the
 * recipe's. Milliseconds; null: no limit.
 */
function limitFor({ run, lookup, limitMs }: StepContext, { slot }: Participant): number | null {
  const said = lookup('triggers.timeout');
  const explicit = typeof said === 'string' || typeof said === 'number' ? parseDuration(said) : undefined;
  if (explicit !== undefined) return explicit;
  if (slot.timeoutMs !== null) return slot.timeoutMs;
  return limitMs === undefined ? run.recipe.timeout.defaultMs : limitMs;
}

/** Whether it is this backend's session, and it knows how to go on with one. */
const resumes = (backend: Backend, onward: Onward | null): boolean =>
  onward !== null && backend.resume !== null && backend.cli === onward.cli;

/** The session in which it goes on after a failure; null: it begins anew. @param text what it is told there */
function goingOn(
  { readOnly }: Question,
  backend: Backend,
  { answer }: Tried,
  before: Onward | null,
  text: string | null,
): Onward | null {
  const session = answer.session ?? before?.session ?? null;
  // the line that resumes lets it write
  if (text === null || session === null || readOnly || backend.resume === null) return null;
  return { cli: backend.cli, session, text, tree: answer.left?.tree ?? null };
}

const fits = (backend: Backend, { readOnly, judging = false }: Pick<Question, 'readOnly' | 'judging'>): boolean =>
  !readOnly || mayAsk(backend, judging);

const noneFits = ({ slot, backends }: Participant, step: string): Failure =>
  modelMessages.noReadOnly({ step, slot: slot.id, clis: backends.map(({ cli }) => cli) });

/** What stands against asking a slot in a step that only asks. */
export const cannotAsk = (participant: Participant | undefined, step: string, judging: boolean): readonly Failure[] =>
  participant === undefined || participant.backends.some((backend) => fits(backend, { readOnly: true, judging }))
    ? []
    : [noneFits(participant, step)];

type Next =
  | 'give up'
  | 'next backend'
  | { readonly afterMs: number; readonly limitMs: number | null; readonly resume: string | null };

async function whatNext(
  { run, lookup, signal }: StepContext,
  { participant }: Question,
  rule: FailureRule | null,
  retried: number,
  limitMs: number | null,
): Promise<Next> {
  if (rule === null) return 'give up';
  const resume = rule.retry?.resume ? render(rule.retry.resume, lookup) : null;
  // one retry per model and pass at most, whatever the rules add up to
  if (rule.retry !== null && retried < Math.min(rule.retry.times, 1)) {
    return {
      afterMs: rule.retry.afterMs,
      limitMs: limitMs === null ? null : Math.round(limitMs * rule.retry.timeoutFactor),
      resume,
    };
  }
  if (rule.next === 'backend' && participant.current + 1 < participant.backends.length) {
    const [from, to] = [
      participant.backends[participant.current]!.cli,
      participant.backends[participant.current + 1]!.cli,
    ];
    run.note(`${participant.slot.title}: ${from} can't be used (${rule.class}); going on with ${to}.`, 'warning');
    return 'next backend';
  }
  if (rule.ask === null || run.options.headless || limitMs === null) return 'give up';
  const higher = limitMs * 2;
  const question = render(rule.ask, (path) => (path === 'seconds' ? formatLimit(higher) : lookup(path)));
  run.emit({ type: 'question', text: question });
  const answer = await run.prompter.confirm({
    message: `${question} (next limit: ${formatLimit(higher)})`,
    initial: false,
    withdrawn: signal,
  });
  const yes = 'answered' in answer && answer.answered;
  run.emit({ type: 'answer', text: question, answer: yes, by: 'user' });
  return yes ? { afterMs: 0, limitMs: higher, resume } : 'give up';
}

/**
 * The first attempt's number that has no files yet: a resumed step goes on counting. On another host an attempt
 * outlives the process that began it: it is gone on with.
 */
function firstNumber({ run }: StepContext, dir: string, { name, far, anew }: Question): number {
  let fresh = 1;
  while (existsSync(attemptFile(dir, 'stderr', name, fresh, 'txt'))) fresh++;
  const last = (ending: string) => attemptFile(dir, 'outputs', name, fresh - 1, ending);
  const isSame = (file: string) => far !== undefined && run.paid.goesOn(file, far.host.name);
  const goesOn = anew !== true && ['md', 'raw'].some((ending) => isSame(last(ending)));
  return goesOn ? fresh - 1 : fresh;
}
