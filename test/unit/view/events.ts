// Events of a run for tests of the view, and a clock that goes when it is told to.
import type { Plan } from '../../../lib/core/candidate.ts';
import type { Event, EventBody } from '../../../lib/core/events.ts';
import type { GateState } from '../../../lib/core/gate-states.ts';
import type { ModelInfo } from '../../../lib/core/model-event.ts';
import type { Clock } from '../../../lib/view/live.ts';

export const START = Date.parse('2026-01-02T03:04:05.000Z');

/** A clock whose timers ring as it is turned on. */
export function createClock(): Clock & { turn(milliseconds: number): void } {
  let now = START;
  let timers: { readonly at: number; readonly call: () => void }[] = [];
  return {
    now: () => now,
    after(milliseconds, call) {
      const timer = { at: now + milliseconds, call };
      timers.push(timer);
      return () => {
        timers = timers.filter((each) => each !== timer);
      };
    },
    turn(milliseconds) {
      const until = now + milliseconds;
      for (;;) {
        const next = timers.filter((timer) => timer.at <= until).sort((a, b) => a.at - b.at)[0];
        if (!next) break;
        now = Math.max(now, next.at);
        timers = timers.filter((timer) => timer !== next);
        next.call();
      }
      now = until;
    },
  };
}

/** Makes an event of a body, at a moment. */
export const stamp = (body: EventBody, now = START): Event => ({ ...body, seq: 1, at: new Date(now).toISOString() });

export const model = (title: string, more: Partial<ModelInfo> = {}): ModelInfo => ({
  status: 'available',
  title,
  primary: false,
  backend: title.toLowerCase(),
  workspace: 'worktree',
  why: null,
  ...more,
});

export const models = (...titles: readonly string[]): EventBody => ({
  type: 'models',
  models: Object.fromEntries(titles.map((title) => [title.toLowerCase(), model(title)])),
});

export const started = (
  slot: string,
  more: { attempt?: number; limit_ms?: number | null; step?: string; lane?: string | null } = {},
): EventBody => ({
  type: 'attempt_start',
  pass: 1,
  lane: slot,
  slot,
  step: 'implement',
  attempt: 1,
  backend: slot,
  limit_ms: 1_200_000,
  output: `out/${slot}`,
  stderr: `err/${slot}`,
  command: [slot, '-p'],
  ...more,
});

export const ended = (
  slot: string,
  failure: 'crash' | 'timeout' | 'superseded' | null = null,
  why: string | null = null,
): EventBody => ({
  type: 'attempt_end',
  pass: 1,
  lane: slot,
  slot,
  step: 'implement',
  attempt: 1,
  why,
  result: { backend: slot, exit_code: failure ? 1 : 0, signal: null, elapsed_ms: 83_000, failure, usage: null },
});

export const modelEnded = (slot: string, why: string | null = null): EventBody => ({
  type: 'model_end',
  pass: 1,
  lane: slot,
  slot,
  step: 'implement',
  status: why === null ? 'ok' : 'failed',
  why,
});

export const gateStarted = (subject: string, gate: string): EventBody => ({
  type: 'gate_start',
  pass: 1,
  subject,
  gate,
  limit_ms: null,
});

export const gateEnded = (subject: string, gate: string, state: GateState): EventBody => ({
  type: 'gate_end',
  pass: 1,
  subject,
  cached: false,
  result: { gate, state, tree: 't', exitCode: 0, elapsedMs: 2_000, output: null, counts: null, excerpt: '' },
});

export const sessionStarted: EventBody = {
  type: 'session_start',
  session_id: '20260102-030405Z-1-abcd',
  session_dir: '/s',
  command: 'execute',
  recipe: 'execute',
  recipe_sources: [],
  repository: '/r',
  branch: 'main',
  ref: '0123456789abcdef',
  trunk: 'main',
  prompt_summary: 'add a slugify function',
  task: 'add a slugify function',
  pass_count: 2,
  timeout: '1200s',
  pid: 1,
};

export const somePlan = (more: Partial<Plan> = {}): Plan => ({
  files: [
    { path: 'src/foo.ts', from: 'claude', action: 'write', why: 'Better error handling', by: 'judge', confidence: 0.8 },
    { path: 'src/bar.ts', from: 'gemini', action: 'write', why: 'covers edge case X', by: 'gates', confidence: 1 },
  ],
  decided_by: 'judge',
  tree: 't',
  whole: null,
  notes: [],
  undecided: [],
  integrated: false,
  proven: true,
  ...more,
});
