// Events in words: the lines that stay on screen or go into a log. Pure; who gets to see them is the caller's business.
import { formatClock, formatLimit } from '../core/duration.ts';
import type { Event, ModelInfo } from '../core/event.ts';
import { gateWord } from './marks.ts';
import { subjectTitle } from './progress.ts';

/** `always`: also with `--quiet`; `kept`: stays above live rows; `passing`: the rows show it; `verbose`: only with `--verbose`. */
export type Audience = 'always' | 'kept' | 'passing' | 'verbose';
export type Tone = 'good' | 'bad' | 'warning' | 'plain';

export interface Told {
  readonly audience: Audience;
  readonly tone: Tone;
  /** The slot or tree it is about. */
  readonly who: string | null;
  readonly text: string;
}

/** What an event says to people; nothing for what is only for the record. Texts may hold anything a model wrote. */
export function tell(event: Event, titles: ReadonlyMap<string, string>): readonly Told[] {
  const title = (id: string) => subjectTitle(id, titles);
  const one = (audience: Audience, tone: Tone, who: string | null, text: string): Told[] => [
    { audience, tone, who, text },
  ];
  switch (event.type) {
    case 'session_start':
      return one(
        'passing',
        'plain',
        null,
        `${event.command}: “${event.prompt_summary}” on ${event.branch ?? 'a detached commit'} at ${event.ref.slice(0, 10)}; session ${event.session_id}`,
      );
    case 'models':
      return Object.values(event.models).map((model) => tellModel(model));
    case 'gates_found': {
      const gates = Object.entries(event.gates).map(([gate, command]) => `${gate}: ${command}`);
      return one(
        'kept',
        'plain',
        null,
        gates.length > 0 ? `quality gates, ${event.from}: ${gates.join('; ')}` : 'no quality gates were found',
      );
    }
    case 'phase_start':
      return one(
        'passing',
        'plain',
        null,
        event.rounds > 1 ? `${event.phase}, ${event.round} of ${event.rounds}` : event.phase,
      );
    case 'step_start':
      return one('verbose', 'plain', event.lane && title(event.lane), `${event.label} …`);
    case 'step_end':
      if (event.outcome === 'failed')
        return one(
          'verbose', // whoever it stops or leaves out says so
          'bad',
          event.lane && title(event.lane),
          `${event.step} failed${event.failure ? `: ${event.failure.what}` : ''}`,
        );
      return one(
        'verbose',
        'plain',
        event.lane && title(event.lane),
        `${event.step} ${event.outcome === 'ok' ? 'done' : 'skipped'} (${formatClock(event.elapsed_ms)})`,
      );
    case 'attempt_start':
      return [
        ...one(
          'passing',
          'plain',
          title(event.slot),
          `${event.step} with ${event.backend}${event.attempt > 1 ? `, try ${event.attempt}` : ''}, limit ${formatLimit(event.limit_ms)}`,
        ),
        ...one('verbose', 'plain', title(event.slot), `$ ${event.command.join(' ')}`),
      ];
    case 'attempt_end': {
      const { failure, elapsed_ms } = event.result;
      if (failure)
        return one(
          'kept',
          'warning',
          title(event.slot),
          `${event.step}: ${failure} after ${formatClock(elapsed_ms)}${event.why ? `: ${event.why}` : ''}`,
        );
      return one('passing', 'good', title(event.slot), `${event.step} done in ${formatClock(elapsed_ms)}`);
    }
    case 'model_end':
      if (event.status === 'ok') return [];
      return one(
        'always',
        'bad',
        title(event.slot),
        `${event.lane === null ? `${event.step} gave nothing` : 'is out of this pass'}${event.why ? `: ${event.why}` : ''}`,
      );
    case 'candidate':
      return one(
        'passing',
        'plain',
        title(event.id),
        `${event.files_changed} ${event.files_changed === 1 ? 'file' : 'files'} changed`,
      );
    case 'gate_end': {
      const { gate, state, elapsed_ms, counts } = { ...event.result, elapsed_ms: event.result.elapsedMs };
      const tone = state === 'pass' ? 'good' : state === 'fail' || state === 'timeout' ? 'bad' : 'plain';
      const tests = counts ? ` (${counts.passed} passed, ${counts.failed} failed)` : '';
      return one(
        'passing',
        tone,
        title(event.subject),
        `${gate}: ${gateWord(state)}${tests}, ${event.cached ? 'known already' : formatClock(elapsed_ms)}`,
      );
    }
    case 'cross_gate':
      return one(
        'verbose',
        'plain',
        title(event.code_of),
        `tests of ${title(event.tests_of)}: ${gateWord(event.state)}`,
      );
    case 'judgement':
      return event.mistakes.map((mistake) => ({
        audience: 'verbose',
        tone: 'warning',
        who: title(event.judge),
        text: `its answer: ${mistake}`,
      }));
    case 'plan':
      return one(
        'passing',
        'plain',
        null,
        `plan: ${event.plan.files.length} ${event.plan.files.length === 1 ? 'file' : 'files'}, ${event.plan.whole ? `all from ${title(event.plan.whole)}` : `decided by ${event.plan.decided_by}`}`,
      );
    case 'breach':
      return one(
        'always',
        'warning',
        title(event.who),
        `something was changed that must not be: ${event.what.join(', ')}`,
      );
    case 'note':
      return one(
        event.level === 'warning' ? 'always' : event.level === 'info' ? 'kept' : 'verbose',
        event.level === 'warning' ? 'warning' : 'plain',
        null,
        event.text,
      );
    case 'question':
      return one('verbose', 'plain', null, `? ${event.text}`);
    case 'answer':
      return one(
        'kept',
        'plain',
        null,
        `? ${event.text} — ${answerText(event.answer)}${event.by === 'user' ? '' : ` (${event.by})`}`,
      );
    case 'pass_complete':
      return one('passing', 'good', null, `pass ${event.pass} complete`);
    case 'session_complete':
      return one('passing', event.exit === 0 ? 'good' : 'plain', null, event.status);
    default:
      return [];
  }
}

function tellModel(model: ModelInfo): Told {
  const role = model.primary ? ', primary' : '';
  if (model.status === 'available') {
    return { audience: 'kept', tone: 'good', who: model.title, text: `${model.backend} (${model.workspace}${role})` };
  }
  return {
    audience: 'kept',
    tone: 'warning',
    who: model.title,
    text: `unavailable${model.why ? `: ${model.why}` : ''}`,
  };
}

const answerText = (answer: unknown): string =>
  answer === true ? 'yes' : answer === false ? 'no' : typeof answer === 'string' ? answer : JSON.stringify(answer);
