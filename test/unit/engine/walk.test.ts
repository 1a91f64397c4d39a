// The walk: work that a step leaves to go on beside the steps that follow it, and which rounds are recorded.

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { FailureError, ok, type Result } from '../../../lib/core/failure.ts';
import type { Json } from '../../../lib/core/json.ts';
import { Scope } from '../../../lib/core/scope.ts';
import type { ActionStep } from '../../../lib/core/step.ts';
import type { Position, Walker } from '../../../lib/engine/context.ts';
import { Deferred } from '../../../lib/engine/deferred.ts';
import { roundsIn, walkSequence } from '../../../lib/engine/walk.ts';
import type { Executor, StepContext } from '../../../lib/steps/executor.ts';

const FULL = { id: 'disk-full', exit: 1, what: 'no room', remedy: [] } as const;

function step(executor: string, more: Partial<ActionStep> = {}): ActionStep {
  const none = { id: null, when: null, unless: null, for: null, repeat: null, until: null, save: null, timeout: null };
  const plain = { ...none, parallel: false, optional: false, retry: 0, fields: {}, value: null };
  return { kind: 'action', key: executor, executor, ...plain, ...more } as unknown as ActionStep;
}

/** Walks steps whose executors are these; `log` has what they say, and how steps end.
 * @param earlier what an earlier process had finished, and names that have a value by now
 */
async function walk(
  steps: readonly ActionStep[],
  does: Readonly<Record<string, (context: StepContext) => void>>,
  log: string[],
  earlier: {
    readonly done: Readonly<Record<string, Json>>;
    readonly names: Readonly<Record<string, Json>>;
  } | null = null,
) {
  const executors = Object.entries(does).map(([name, act]): [string, Executor] => {
    const run = async (context: StepContext) => {
      log.push(name);
      act(context);
      return ok(undefined);
    };
    return [
      name,
      {
        name,
        nature: earlier === null ? 'again' : 'action',
        summary: '',
        schema: {},
        example: '',
        run,
      } as unknown as Executor,
    ];
  });
  const run = {
    emit: (event: { type: string; step: string; outcome: string }) =>
      void (event.type === 'step_end' && log.push(`${event.step} ${event.outcome}`)),
    signal: new AbortController().signal,
    leaveOut: () => {},
    note: () => {},
  };
  const begin = async (): Promise<Result<undefined>> => ok(undefined);
  const rounds = roundsIn(steps);
  const walker = {
    run: { ...run, record: { passes: [{ number: 2 }] }, roundsDone: 0, roundStamp: String },
    executors: new Map(executors),
    begin,
    rounds,
    done: new Map(Object.entries(earlier?.done ?? {})),
    out: new Map(),
  } as unknown as Walker;
  const scope = new Scope(null, earlier?.names ?? {});
  const place = { scope, keep: scope, pass: 1, lane: null, path: '', signal: run.signal };
  const position: Position = { ...place, deferred: new Deferred(), beside: [] };
  return walkSequence(walker, steps, position);
}

const later = (then: () => void) => new Promise<void>((resolve) => setImmediate(resolve)).then(then);

test('the next step does not wait for it; the step and the sequence end with it', async () => {
  const log: string[] = [];
  const does = {
    first: ({ beside }: StepContext) => beside(later(() => log.push('written'))),
    second: () => {},
  };
  const walked = await walk([step('first'), step('second')], does, log);
  assert.ok(walked.ok);
  assert.equal(log, ['first', 'second', 'second ok', 'written', 'first ok']);
});

test('what goes wrong in it fails the step and the sequence, unless the step may fail', async () => {
  for (const optional of [false, true]) {
    const log: string[] = [];
    const fails = later(() => {
      throw new FailureError(FULL);
    });
    const does = { first: ({ beside }: StepContext) => beside(fails), second: () => {} };
    const walked = await walk([step('first', { optional }), step('second')], does, log);
    assert.equal(walked, optional ? ok(undefined) : { ok: false, failure: FULL });
    assert.equal(log, ['first', 'second', 'second ok', 'first failed']);
  }
});

test('a fault in a later step is met only when nothing is at work any more', async () => {
  const log: string[] = [];
  const does = {
    first: ({ beside }: StepContext) => beside(later(() => log.push('written'))),
    second: () => {
      throw new Error('a fault');
    },
  };
  try {
    await walk([step('first'), step('second')], does, log);
    assert.unreachable();
  } catch (error) {
    assert.is((error as Error).message, 'a fault');
  }
  assert.equal(log, ['first', 'second', 'written', 'first ok']);
});

test('the rounds of the first phase that is repeated are recorded, whatever it is called; those of a later one are not', async () => {
  const log: string[] = [];
  const say = ({ pass, lookup }: StepContext) => void log.push(`${pass} ${lookup('attempt.stamp') ?? ''}`);
  const phases = [step('first'), step('each', { id: 'attempt', repeat: 2 }), step('after', { id: 'again', repeat: 2 })];
  const walked = await walk(phases, { first: say, each: say, after: say }, log);
  assert.ok(walked.ok);
  const said = log.filter((line) => /^\d/.test(line));
  assert.equal(said, ['1 ', '1 1', '2 2', '2 ', '2 ']);
});

test('what an earlier process went through is gone through again, whatever its conditions say by now', async () => {
  const log: string[] = [];
  const say = ({ lookup }: StepContext) => void log.push(`saved: ${lookup('tree')}`);
  const steps = [
    step('each', { repeat: 3, until: 'over', save: 'tree' }),
    step('mend', { when: 'open', save: 'tree' }),
    step('other', { when: 'open', save: 'tree' }),
    step('after'),
  ];
  const silent = () => {};
  const names = { over: true, open: false };
  const does = { each: silent, mend: silent, other: silent, after: say };
  await walk(steps, does, log, { done: { 'each/1': 'one', 'each/2': 'two', mend: 'mended' }, names });
  assert.ok(log.includes('saved: mended'), log.join('\n'));
  await walk(steps, does, log, { done: { 'each/1': 'one', 'each/2': 'two', mended: 'no' }, names });
  assert.ok(log.includes('saved: two'), log.join('\n'));
  assert.not.ok(log.includes('each') || log.includes('mend') || log.includes('other'));
});

test('what an earlier process went past is not caught up on, whatever its conditions say by now', async () => {
  const log: string[] = [];
  const silent = () => {};
  const again = { when: 'open', repeat: 2, until: 'over' };
  const steps = [
    step('plan'),
    step('mend', { when: 'open' }),
    step('again', again),
    step('after'),
    step('late', again),
    step('end'),
  ];
  const does = { plan: silent, mend: silent, again: silent, after: silent, late: silent, end: silent };
  const done = { plan: 'planned', 'again/1': 'once', after: 'told' };
  await walk(steps, does, log, { done, names: { open: true, over: false } });
  assert.equal(
    log.filter((line) => !line.includes(' ')),
    ['late', 'late', 'end'],
  );
});

test.run();
