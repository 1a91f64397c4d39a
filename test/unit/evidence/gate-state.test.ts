// What a gate's run means, beside the same gate on the untouched base.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { brokenGates, classifyGate, type GateRun } from '../../../lib/evidence/gate-state.ts';
import { digest } from '../../support/readers.ts';

const run = (exitCode: number | null, output = '', ended: GateRun['ended'] = 'exit'): GateRun => ({
  exitCode,
  signal: null,
  ended,
  said: digest(output),
});
const tap = (passed: number, ...failing: string[]): string =>
  [
    ...failing.map((name) => `not ok 1 - ${name}\n  duration_ms: ${Math.random()}`),
    `# pass ${passed}`,
    `# fail ${failing.length}`,
  ].join('\n');

test('a gate passes, fails, or is not run [A3]', () => {
  assert.is(classifyGate(run(0)), 'pass');
  assert.is(classifyGate(run(1)), 'fail');
  assert.is(classifyGate(run(null, '', 'interrupted')), 'skipped');
});

test('a limit that ran out is a timeout, whatever the exit code says', () => {
  assert.is(classifyGate(run(0, '', 'timeout')), 'timeout');
  assert.is(classifyGate(run(null, '', 'stalled')), 'timeout');
  assert.is(classifyGate({ ...run(null, '', 'timeout'), rerun: run(1) }), 'fail');
});

test('a failing gate that passes when it is run once more is flaky', () => {
  assert.is(classifyGate({ ...run(1), rerun: run(0) }), 'flaky');
  assert.is(classifyGate({ ...run(1), rerun: run(1) }), 'fail');
});

test('a gate that can not be run is missing', () => {
  assert.is(classifyGate(run(127, 'sh: 1: jest: not found')), 'missing');
  assert.is(classifyGate(run(null, '', 'not-found')), 'missing');
  for (const words of [
    'npm error Missing script: "test"',
    'npm ERR! Missing script: "lint"',
    "make: *** No rule to make target 'test'.  Stop.",
    'error Command "test" not found.',
    ' ERR_PNPM_NO_SCRIPT  Missing script: test',
    '/usr/bin/python3: No module named pytest',
    'error: no such command: `clippy`',
  ])
    assert.is(classifyGate(run(2, words)), 'missing', words);
});

test('what the base could run and the candidate can not is the candidate’s failure', () => {
  const gone = run(1, 'npm error Missing script: "test"');
  assert.is(classifyGate({ ...gone, base: run(0) }), 'fail');
  assert.is(classifyGate({ ...gone, base: run(1, tap(3, 'a')) }), 'fail');
  assert.is(classifyGate({ ...gone, base: gone }), 'missing');
});

test('fails as the base does: the same tests, or fewer', () => {
  const base = run(1, tap(5, 'a', 'b'));
  assert.is(classifyGate({ ...run(1, tap(5, 'b', 'a')), base }), 'already-failing');
  assert.is(classifyGate({ ...run(1, tap(6, 'b')), base }), 'already-failing');
});

test('fails more than the base does: a new failing test, another exit code, tests that are gone', () => {
  const base = run(1, tap(5, 'a', 'b'));
  assert.is(classifyGate({ ...run(1, tap(5, 'a', 'c')), base }), 'fail');
  assert.is(classifyGate({ ...run(1, tap(5, 'a', 'b', 'c')), base }), 'fail');
  assert.is(classifyGate({ ...run(2, tap(5, 'a', 'b')), base }), 'fail');
  assert.is(classifyGate({ ...run(1, tap(3, 'a')), base }), 'fail');
  assert.is(classifyGate({ ...run(1, 'SyntaxError: nothing ran'), base }), 'fail');
  assert.is(classifyGate({ ...run(1, tap(5, 'a')), base: run(0) }), 'fail');
});

test('without names, what is said is compared: numbers and folders aside', () => {
  const said = (folder: string, line: number, more = '') =>
    `/tmp/${folder}/src/a.js\n  ${line}:3  error  'x' is not defined  no-undef\n${more}\n✖ 1 problem (1 error, 0 warnings)\n`;
  const base = run(1, said('base', 10));
  assert.is(classifyGate({ ...run(1, said('lane-b', 24)), base }), 'already-failing');
  const other = said('lane-b', 24).replace("'x' is not defined  no-undef", 'Unexpected console  no-console');
  assert.is(classifyGate({ ...run(1, other), base }), 'fail');
  const more = said('lane-b', 24, "  30:1  error  'y' is not defined  no-undef").replace(
    '✖ 1 problem (1',
    '✖ 2 problems (2',
  );
  assert.is(classifyGate({ ...run(1, more), base }), 'fail');
});

test('a second failing run that fails as the base does is believed', () => {
  const base = run(1, tap(5, 'a'));
  assert.is(classifyGate({ ...run(1, tap(4, 'a', 'flaky one')), rerun: run(1, tap(5, 'a')), base }), 'already-failing');
});

test('a gate that runs out of time on the base too is not held against a candidate', () => {
  assert.is(classifyGate({ ...run(null, 'ok 1', 'timeout'), base: run(null, '', 'timeout') }), 'already-failing');
  assert.is(classifyGate({ ...run(null, tap(1, 'new'), 'timeout'), base: run(null, '', 'timeout') }), 'timeout');
});

test('a gate that passes nowhere accuses itself', () => {
  const base = new Map([
    ['lint', 'fail'],
    ['tests', 'fail'],
    ['types', 'pass'],
  ] as const);
  const lanes = [
    new Map([
      ['lint', 'already-failing'],
      ['tests', 'pass'],
      ['types', 'fail'],
    ] as const),
    new Map([
      ['lint', 'missing'],
      ['tests', 'already-failing'],
      ['types', 'fail'],
    ] as const),
  ];
  assert.equal(brokenGates(base, lanes), ['lint']);
  assert.equal(brokenGates(base, []), []);
});

test.run();
