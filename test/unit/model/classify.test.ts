// The recipe's failure rules: the first that matches wins; what ended well and did something has not failed.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { FailureRule } from '../../../lib/core/backend.ts';
import { classify, type Ending } from '../../../lib/model/classify.ts';

const rule = (partial: Partial<FailureRule> & Pick<FailureRule, 'class'>): FailureRule => ({
  output: null,
  exit: null,
  retry: null,
  next: null,
  ask: null,
  ...partial,
});
const RULES: readonly FailureRule[] = [
  rule({ class: 'timeout' }),
  rule({ class: 'auth', output: 'not logged in' }),
  rule({ class: 'auth', exit: [41] }),
  rule({ class: 'rate-limit', output: '\\b429\\b', exit: [1, 173] }),
  rule({ class: 'ok', exit: [7] }),
  rule({ class: 'empty' }),
  rule({ class: 'crash' }),
];
const ending = (partial: Partial<Ending>): Ending => ({
  ended: 'exit',
  exitCode: 0,
  didSomething: false,
  output: '',
  ...partial,
});
const of = (partial: Partial<Ending>) => classify(ending(partial), RULES);

test('what ended well and changed something is a success, whatever its output talks about [R5]', () => {
  assert.equal(of({ didSomething: true, output: 'I handled the 429; you are not logged in' }), {
    failure: null,
    rule: null,
  });
});

test('a timeout is a timeout because the timer fired, whatever the exit code is [R5]', () => {
  assert.is(of({ ended: 'timeout', exitCode: 0, didSomething: true, output: 'not logged in' }).failure, 'timeout');
});

test('exit 0 with an unchanged tree is empty, unless its output tells why [R5]', () => {
  assert.is(of({}).failure, 'empty');
  assert.is(of({ output: 'Error: Not logged in' }).failure, 'auth');
});

test("a task's own words, printed again, tell nothing about a failure [R5]", () => {
  const prompt = 'Task: say "not logged in" on a 429\n\nand so on';
  const output = `user\n${prompt}\nI could not.`;
  assert.is(of({ exitCode: 1, output, prompt }).failure, 'crash');
  assert.is(of({ output, prompt }).failure, 'empty');
  assert.is(of({ exitCode: 1, output: `${output}\nerror: not logged in`, prompt }).failure, 'auth');
});

test('exit code and output must both match where a rule names both [R5]', () => {
  assert.is(of({ exitCode: 1, output: 'status 429' }).failure, 'rate-limit');
  assert.is(of({ exitCode: 2, output: 'status 429' }).failure, 'crash');
  assert.is(of({ exitCode: 173 }).failure, 'crash');
  assert.is(of({ exitCode: 41 }).failure, 'auth');
});

test('a rule can say that an exit code is all right', () => {
  assert.is(of({ exitCode: 7, didSomething: true }).failure, null);
});

test('a missing command is not-found, stalling is stalled, also where no rule names them', () => {
  assert.equal(of({ ended: 'not-found', exitCode: null }), { failure: 'not-found', rule: null });
  assert.equal(of({ exitCode: 127 }), { failure: 'not-found', rule: null });
  assert.is(of({ ended: 'stalled', exitCode: null }).failure, 'stalled');
});

test('without rules it is empty or a crash', () => {
  assert.is(classify(ending({}), []).failure, 'empty');
  assert.is(classify(ending({ exitCode: 1, didSomething: true }), []).failure, 'crash');
});

test('what its output says of its end counts more than exit code and limit [R5]', () => {
  const done = { didSomething: true, said: 'finished' } as const;
  assert.is(of({ ...done, exitCode: 1, output: 'not logged in' }).failure, null);
  assert.is(of({ ...done, ended: 'timeout', exitCode: null }).failure, null);
  assert.is(of({ ...done, ended: 'interrupted', exitCode: null }).failure, 'interrupted');
  assert.is(of({ didSomething: true, ended: 'over', exitCode: null }).failure, null);
  assert.is(of({ said: 'finished', exitCode: 1 }).failure, 'empty');
  const failed = { didSomething: true, said: 'failed' } as const;
  assert.equal([of(failed).failure, of({ ...failed, output: 'Not logged in' }).failure], ['crash', 'auth']);
  assert.is(of({ ...failed, ended: 'over', exitCode: null }).failure, 'crash');
});

test.run();
