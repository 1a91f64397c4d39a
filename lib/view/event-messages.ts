// Events in words: the lines that stay on screen or go into a log. Pure; who gets to see them is the caller's business.
import { formatClock, formatLimit } from '../core/duration.ts';
import type { Event, ModelInfo } from '../core/event.ts';
import { gateWord } from './symbols.ts';
import { subjectTitle } from './titles.ts';

/**
 * `always`: also with `--quiet`; `kept`: stays above live rows; `passing`: the rows show it; `verbose`: only with
 * `--verbose`.
 */
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

const files = (count: number): string => `${count} ${count === 1 ? 'file' : 'files'}`;

/** What an event says to people; nothing for what is only for the record. Texts may hold anything a model wrote. */
export function messagesOf(event: Event, titles: ReadonlyMap<string, string>): readonly Message[] {
  const title = (id: string) => subjectTitle(id, titles);
  switch (event.type) {
    case 'session_start': {
      const commit = `on ${event.branch ?? 'a detached commit'} at ${event.ref.slice(0, 10)}`;
      const place = event.plain ? `in ${event.repository}` : commit;
      return line('passing', `${event.command}: “${event.prompt_summary}” ${place}; session ${event.session_id}`);
    }
    case 'models':
      return Object.values(event.models).flatMap(messageOfModel);
    case 'gates_found': {
      const gates = Object.entries(event.gates).map(([gate, command]) => `${gate}: ${command}`);
      if (gates.length === 0) return line('kept', 'no quality gates were found');
      return line('kept', `quality gates, ${event.from}: ${gates.join('; ')}`);
    }
    case 'phase_start':
      return line('passing', event.phase + (event.rounds > 1 ? `, ${event.round} of ${event.rounds}` : ''));
    case 'step_start':
      return line('verbose', `${event.label} …`, event.lane && title(event.lane));
    case 'step_end': {
      const { step, outcome, failure, elapsed_ms } = event;
      const who = event.lane && title(event.lane);
      // whoever a failed step stops or leaves out says so
      if (outcome === 'failed') return line('verbose', `${step} failed${because(failure?.what)}`, who, 'bad');
      return line('verbose', `${step} ${outcome === 'ok' ? 'done' : 'skipped'} (${formatClock(elapsed_ms)})`, who);
    }
    case 'attempt_start': {
      const attempt = event.attempt > 1 ? `, try ${event.attempt}` : '';
      const said = `${event.step} with ${event.backend}${attempt}, limit ${formatLimit(event.limit_ms)}`;
      const who = title(event.slot);
      return [...line('passing', said, who), ...line('verbose', `$ ${event.command.join(' ')}`, who)];
    }
    case 'attempt_end': {
      const { failure, elapsed_ms } = event.result;
      const [who, time] = [title(event.slot), formatClock(elapsed_ms)];
      if (!failure) return line('passing', `${event.step} done in ${time}`, who, 'good');
      return line('kept', `${event.step}: ${failure} after ${time}${because(event.why)}`, who, 'warning');
    }
    case 'model_end': {
      if (event.status === 'ok') return [];
      const what = event.lane === null ? `${event.step} gave nothing` : 'is out of this pass';
      return line('always', what + because(event.why), title(event.slot), 'bad');
    }
    case 'candidate':
      return line('passing', `${files(event.files_changed)} changed`, title(event.id));
    case 'gate_end': {
      const { gate, state, elapsedMs, counts } = event.result;
      const tone = state === 'pass' ? 'good' : state === 'fail' || state === 'timeout' ? 'bad' : 'plain';
      const tests = counts ? ` (${counts.passed} passed, ${counts.failed} failed)` : '';
      const time = event.cached ? 'known already' : formatClock(elapsedMs);
      return line('passing', `${gate}: ${gateWord(state)}${tests}, ${time}`, title(event.subject), tone);
    }
    case 'cross_gate':
      return line('verbose', `tests of ${title(event.tests_of)}: ${gateWord(event.state)}`, title(event.code_of));
    case 'judgement':
      return event.mistakes.flatMap((mistake) =>
        line('verbose', `its answer: ${mistake}`, title(event.judge), 'warning'),
      );
    case 'plan': {
      const { plan } = event;
      const from = plan.whole ? `all from ${title(plan.whole)}` : `decided by ${plan.decided_by}`;
      return line('passing', `plan: ${files(plan.files.length)}, ${from}`);
    }
    case 'breach': {
      const what = `something was changed that must not be: ${event.what.join(', ')}`;
      return line('always', what, title(event.who), 'warning');
    }
    case 'note':
      if (event.level === 'warning') return line('always', event.text, null, 'warning');
      return line(event.level === 'info' ? 'kept' : 'verbose', event.text);
    case 'question':
      return line('verbose', `? ${event.text}`);
    case 'answer':
      return line(
        'kept',
        `? ${event.text} — ${answerText(event.answer)}${event.by === 'user' ? '' : ` (${event.by})`}`,
      );
    case 'pass_complete':
      return line('passing', `pass ${event.pass} complete`, null, 'good');
    case 'session_complete':
      return line('passing', event.status, null, event.exit === 0 ? 'good' : 'plain');
    default:
      return [];
  }
}

const because = (why: string | null | undefined): string => (why ? `: ${why}` : '');

function messageOfModel({ title, status, backend, workspace, primary, why }: ModelInfo): Message[] {
  if (status !== 'available') return line('kept', `unavailable${because(why)}`, title, 'warning');
  return line('kept', `${backend} (${workspace}${primary ? ', primary' : ''})`, title, 'good');
}

/** An answer to a question, in words. */
export const answerText = (answer: unknown): string =>
  answer === true ? 'yes' : answer === false ? 'no' : typeof answer === 'string' ? answer : JSON.stringify(answer);
