// Events in words: the lines that stay on screen or go into a log. Pure; who gets to see them is the caller's business.
import { inWords, spentOf } from '../core/budget.ts';
import { formatClock, formatLimit } from '../core/duration.ts';
import type { Event } from '../core/events.ts';
import { isFailure } from '../core/gate-states.ts';
import { one } from '../core/messages/wording.ts';
import type { ModelInfo } from '../core/model-event.ts';
import { gateWord } from './symbols.ts';
import { subjectTitle, type Titles } from './titles.ts';

/** `always`: with `--quiet` too; `kept`: stays above the rows; `passing`: rows show it; `verbose`: with `--verbose`. */
export type Audience = 'always' | 'kept' | 'passing' | 'verbose';
export type Tone = 'good' | 'bad' | 'warning' | 'plain';

export interface Message {
  readonly audience: Audience;
  readonly tone: Tone;
  /** The slot or tree it is about. */
  readonly who: string | null;
  readonly text: string;
}

const line = (audience: Audience, text: string, who: string | null = null, tone: Tone = 'plain'): Message[] => [
  { audience, tone, who, text },
];

/** The events of one kind. */
export type EventOf<T extends Event['type']> = Extract<Event, { type: T }>;
type Title = (id: string) => string;

/** What each kind of event says. What is in none of them is only for the record. */
type Says = { readonly [T in Event['type']]?: (event: EventOf<T>, title: Title) => readonly Message[] };

const OF_THE_RUN: Says = {
  session_start({ plain, repository, branch, ref, command, prompt_summary, session_id }) {
    const place = plain ? `in ${repository}` : `on ${branch ?? 'a detached commit'} at ${ref.slice(0, 10)}`;
    return line('passing', `${command}: “${prompt_summary}” ${place}; session ${session_id}`);
  },
  models: ({ models }) => Object.values(models).flatMap(messageOfModel),
  gates_found({ gates, from }) {
    const found = Object.entries(gates).map(([gate, command]) => `${gate}: ${command}`);
    if (found.length === 0) return line('kept', 'no quality gates were found');
    return line('kept', `quality gates, ${from}: ${found.join('; ')}`);
  },
  phase_start: ({ phase, round, rounds }) => line('passing', phase + (rounds > 1 ? `, ${round} of ${rounds}` : '')),
  step_start: ({ label, lane }, title) => line('verbose', `${label} …`, lane && title(lane)),
  step_end({ step, outcome, failure, elapsed_ms, lane }, title) {
    const who = lane && title(lane);
    // whoever a failed step stops or leaves out says so
    if (outcome === 'failed') return line('verbose', `${step} failed${because(failure?.what)}`, who, 'bad');
    return line('verbose', `${step} ${outcome === 'ok' ? 'done' : 'skipped'} (${formatClock(elapsed_ms)})`, who);
  },
  budget: ({ budget }) =>
    line('kept', `budget: ${inWords(budget)}${budget.over === 'stop' ? ', then finish with what is there' : ''}`),
  budget_reached({ what, lane, spent, limit }, title) {
    const much = spentOf({ usd: null, minutes: null, [what]: limit }, { usd: spent, minutes: spent });
    return line(
      'always',
      `${lane === null ? 'the budget' : 'the budget of its lane'} is reached: ${much}`,
      lane && title(lane),
      'warning',
    );
  },
  plan({ plan }, title) {
    const from = plan.whole ? `all from ${title(plan.whole)}` : `decided by ${plan.decided_by}`;
    return line('passing', `plan: ${one(plan.files.length, 'file')}, ${from}`);
  },
  breach: ({ what, who }, title) =>
    line('always', `something was changed that must not be: ${what.join(', ')}`, title(who), 'warning'),
  note: ({ level, text }) =>
    level === 'warning' ? line('always', text, null, 'warning') : line(level === 'info' ? 'kept' : 'verbose', text),
  question: ({ text }) => line('verbose', `? ${text}`),
  answer: ({ text, answer, by }) => line('kept', `? ${text} — ${answerText(answer)}${by === 'user' ? '' : ` (${by})`}`),
  pass_complete: ({ pass }) => line('passing', `pass ${pass} complete`, null, 'good'),
  session_complete: ({ status, exit }) => line('passing', status, null, exit === 0 ? 'good' : 'plain'),
};

const OF_A_MODEL: Says = {
  attempt_waits: ({ step, backend, wait_ms, slot }, title) =>
    line('verbose', `${step} waits ${formatLimit(wait_ms)}: another lane has just started ${backend}`, title(slot)),
  attempt_start({ step, backend, attempt, limit_ms, slot, command, host }, title) {
    const cli = host === undefined ? backend : `${backend} on ${host}`;
    const said = `${step} with ${cli}${attempt > 1 ? `, try ${attempt}` : ''}, limit ${formatLimit(limit_ms)}`;
    return [...line('passing', said, title(slot)), ...line('verbose', `$ ${command.join(' ')}`, title(slot))];
  },
  attempt_end({ step, slot, why, result: { failure, elapsed_ms } }, title) {
    const [who, time] = [title(slot), formatClock(elapsed_ms)];
    if (failure === 'superseded') return line('passing', `${step} ended after ${time}`, who);
    if (!failure) return line('passing', `${step} done in ${time}`, who, 'good');
    return line('kept', `${step}: ${failure} after ${time}${because(why)}`, who, 'warning');
  },
  model_end({ status, lane, step, slot, why, stands }, title) {
    if (status === 'ok') return [];
    const out = stands ? `${step} came to nothing; its candidate stands as it was` : 'is out of this pass';
    const what = lane === null ? `${step} gave nothing` : out;
    return line('always', what + because(why), title(slot), 'bad');
  },
  enough({ passing, others, grace_ms }, title) {
    const pass = `${passing.length} ${passing.length === 1 ? 'passes' : 'pass'} all gates: ${listed(passing, title)}`;
    return line('kept', `${pass}. ${listed(others, title)}: ${formatClock(grace_ms)} left`, null, 'good');
  },
  superseded: ({ lane, stands }, title) =>
    line('kept', `superseded: ended, since enough others pass${stands ? '; its candidate stands' : ''}`, title(lane)),
  not_needed: ({ lane }, title) => line('kept', 'not needed, and not begun', title(lane)),
  candidate: ({ id, files_changed }, title) => line('passing', `${one(files_changed, 'file')} changed`, title(id)),
  gate_end({ cached, subject, result: { gate, state, elapsedMs, counts, host } }, title) {
    const tone = state === 'pass' ? 'good' : isFailure(state) ? 'bad' : 'plain';
    const tests = counts ? ` (${counts.passed} passed, ${counts.failed} failed)` : '';
    const time = cached ? 'known already' : formatClock(elapsedMs);
    const where = host === undefined ? '' : ` on ${host}`;
    return line('passing', `${gate}: ${gateWord(state)}${tests}, ${time}${where}`, title(subject), tone);
  },
  cross_gate: ({ tests_of, state, code_of }, title) =>
    line('verbose', `tests of ${title(tests_of)}: ${gateWord(state)}`, title(code_of)),
  judgement: ({ mistakes, judge }, title) =>
    mistakes.flatMap((mistake) => line('verbose', `its answer: ${mistake}`, title(judge), 'warning')),
};

const SAYS: Says = { ...OF_THE_RUN, ...OF_A_MODEL };

/** What an event says to people; nothing for what is only for the record. Texts may hold anything a model wrote. */
export function messagesOf<T extends Event['type']>(event: EventOf<T>, titles: Titles): readonly Message[] {
  const say: ((event: EventOf<T>, title: Title) => readonly Message[]) | undefined = SAYS[event.type as T];
  return say?.(event, (id) => subjectTitle(id, titles)) ?? [];
}

const listed = (ids: readonly string[], title: Title): string => ids.map(title).join(', ');
const because = (why: string | null | undefined): string => (why ? `: ${why}` : '');

function messageOfModel({ title, status, backend, workspace, host, primary, why }: ModelInfo): Message[] {
  if (status !== 'available') return line('kept', `unavailable${because(why)}`, title, 'warning');
  return line(
    'kept',
    `${backend} (${host === undefined ? workspace : `on ${host}`}${primary ? ', primary' : ''})`,
    title,
    'good',
  );
}

/** An answer to a question, in words. */
export const answerText = (answer: unknown): string =>
  answer === true ? 'yes' : answer === false ? 'no' : typeof answer === 'string' ? answer : JSON.stringify(answer);
