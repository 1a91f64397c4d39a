// How far a gate got, from the output of the usual tools, and from what no tool would print.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { failingTests, testCounts } from '../../support/readers.ts';

type Sample = readonly [tool: string, output: string, passed: number, failed: number];

const SAMPLES: readonly Sample[] = [
  [
    'node:test, spec',
    '✔ adds (1.2ms)\n✖ subtracts (0.3ms)\nℹ tests 3\nℹ suites 0\nℹ pass 2\nℹ fail 1\nℹ cancelled 0\nℹ skipped 0\nℹ todo 0\nℹ duration_ms 61.5',
    2,
    1,
  ],
  [
    'node:test, TAP',
    'TAP version 13\nok 1 - adds\nnot ok 2 - subtracts\n1..2\n# tests 2\n# pass 1\n# fail 1\n# cancelled 0',
    1,
    1,
  ],
  [
    'TAP without a summary',
    'ok 1 - a\nnot ok 2 - b\nok 3 - c # SKIP no network\n    not ok 1 - inner\nok 4\n1..4',
    2,
    1,
  ],
  ['tape', '# tests 3\n# pass  2\n# fail  1', 2, 1],
  ['tap', 'Suites:   1 failed, 1 passed, 2 of 2 completed\nAsserts:  1 failed, 4 passed, of 5', 4, 1],
  [
    'jest',
    'Test Suites: 1 failed, 1 passed, 2 total\nTests:       1 failed, 2 skipped, 3 passed, 6 total\nSnapshots:   0 total',
    3,
    1,
  ],
  [
    'jest, a suite that does not load',
    'Test Suites: 1 failed, 1 passed, 2 total\nTests:       3 passed, 3 total',
    3,
    1,
  ],
  ['vitest', ' Test Files  1 failed | 1 passed (2)\n      Tests  1 failed | 7 passed (8)\n   Start at  10:00:00', 7, 1],
  ['vitest, nothing loads', ' Test Files  2 failed (2)\n      Tests  no tests', 0, 2],
  ['mocha', '  3 passing (12ms)\n  1 pending\n  2 failing\n\n  1) sum adds:', 3, 2],
  ['ava', '  ─\n\n  1 test failed\n  2 tests passed', 2, 1],
  ['uvu', '  Total:     5\n  Passed:    3\n  Skipped:   0\n  Duration:  1.5ms', 3, 2],
  ['deno test', 'FAILED | 2 passed (3 steps) | 1 failed (12ms)', 2, 1],
  ['bun test', '\n 3 pass\n 1 fail\n 4 expect() calls\nRan 4 tests across 2 files. [15.00ms]', 3, 1],
  [
    'pytest',
    '=========================== short test summary info ===========================\nFAILED tests/test_a.py::test_x - assert 1 == 2\n==================== 1 failed, 2 passed, 1 error in 0.12s ====================',
    2,
    2,
  ],
  ['pytest -q', '2 passed, 1 skipped in 0.05s', 2, 0],
  ['unittest', 'Ran 5 tests in 0.001s\n\nFAILED (failures=1, errors=1)', 3, 2],
  ['unittest, all well', 'Ran 5 tests in 0.001s\n\nOK', 5, 0],
  [
    'cargo test, two binaries',
    'test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\ntest result: FAILED. 1 passed; 2 failed; 0 ignored',
    4,
    2,
  ],
  ['cargo nextest', '     Summary [   0.012s] 3 tests run: 2 passed, 1 failed, 0 skipped', 2, 1],
  [
    'go test -v',
    '=== RUN   TestA\n--- PASS: TestA (0.00s)\n=== RUN   TestB\n    b_test.go:5: no\n--- FAIL: TestB (0.00s)\nFAIL\nFAIL\texample.com/m\t0.002s',
    1,
    1,
  ],
  [
    'go test',
    '--- FAIL: TestB (0.00s)\n    b_test.go:5: no\nFAIL\nFAIL\texample.com/m/b\t0.002s\nok  \texample.com/m/a\t0.001s\nFAIL\texample.com/m/c [build failed]',
    1,
    2,
  ],
  [
    'go test -json',
    '{"Time":"2026-01-01T00:00:00Z","Action":"pass","Package":"m","Test":"TestA","Elapsed":0}\n{"Time":"2026-01-01T00:00:00Z","Action":"fail","Package":"m","Test":"TestB","Elapsed":0}\n{"Action":"fail","Package":"m","Elapsed":0.1}',
    1,
    1,
  ],
  [
    'dotnet',
    'Failed!  - Failed:     1, Passed:     4, Skipped:     0, Total:     5, Duration: 12 ms - a.dll (net8.0)',
    4,
    1,
  ],
  ['dotnet, long', 'Total tests: 5\n     Passed: 4\n     Failed: 1', 4, 1],
  [
    'maven surefire',
    '[ERROR] Tests run: 3, Failures: 1, Errors: 0, Skipped: 0, Time elapsed: 0.05 s <<< FAILURE! - in FooTest\n[INFO] Results:\n[ERROR] Tests run: 3, Failures: 1, Errors: 0, Skipped: 1',
    1,
    1,
  ],
  [
    'surefire without totals',
    'Tests run: 3, Failures: 1, Errors: 0, Skipped: 0, Time elapsed: 0.05 s - in FooTest',
    2,
    1,
  ],
  ['gradle', 'FooTest > bar FAILED\n\n5 tests completed, 2 failed', 3, 2],
  ['rspec', '3 examples, 1 failure', 2, 1],
  ['minitest', '3 runs, 5 assertions, 1 failures, 1 errors, 0 skips', 1, 2],
  ['phpunit', 'Tests: 5, Assertions: 9, Errors: 1, Failures: 1.', 3, 2],
  ['phpunit, all well', 'OK (5 tests, 9 assertions)', 5, 0],
  ['ctest', '67% tests passed, 1 tests failed out of 3', 2, 1],
  ['ExUnit', '2 doctests, 3 tests, 1 failure', 2, 1],
  [
    'JUnit XML',
    '<?xml version="1.0"?><testsuites><testsuite name="a" tests="3" failures="1"><testcase name="x"/><testcase name="y"><failure message="no">no</failure></testcase><testcase name="z"><skipped/></testcase></testsuite></testsuites>',
    1,
    1,
  ],
  ['JUnit XML without cases', '<testsuite tests="4" failures="1" errors="1"></testsuite>', 2, 2],
  ['eslint', '\n✖ 3 problems (2 errors, 1 warning)\n', 0, 2],
  ['biome', 'Checked 5 files in 3ms. No fixes applied.\nFound 3 errors.', 0, 3],
  [
    'tsc',
    "src/a.ts(1,7): error TS2322: Type 'string' is not assignable.\nsrc/b.ts:2:3 - error TS2304: Cannot find name 'x'.",
    0,
    2,
  ],
  ['tsc --pretty', 'Found 2 errors in 2 files.', 0, 2],
  ['ruff', 'a.py:1:1: F401 unused\nFound 1 error.', 0, 1],
  ['clippy', 'error: could not compile `x` (bin "x") due to 2 previous errors', 0, 2],
  ['anything else', 'Results: 3 passed, 1 failed', 3, 1],
  [
    'unittest: what was skipped or expected to fail is no failure',
    'Ran 20 tests in 0.1s\n\nFAILED (failures=1, skipped=5, expected failures=3)',
    11,
    1,
  ],
  ['unittest, skipped', 'Ran 5 tests in 0.001s\n\nOK (skipped=2)', 3, 0],
  ['unittest, twice', 'Ran 5 tests in 0.001s\n\nOK\nRan 3 tests in 0.1s\n\nFAILED (errors=1)', 7, 1],
  ['sympy', '=== tests finished: 10 passed, 1 failed, 2 skipped, 1 exceptions, in 0.5 seconds ===', 10, 2],
  ['vitest, files and tests', ' Test Files  1 failed | 1 passed (2)\n      Tests  3 failed | 5 passed (8)', 5, 3],
  ['jest, files and tests', 'Test Suites: 1 failed, 1 total\nTests:       3 failed, 3 total', 0, 3],
  [
    'two vitest runs, one of which loads nothing',
    ' Test Files  2 failed (2)\n      Tests  no tests\n Test Files  1 failed (1)\n      Tests  3 failed | 5 passed (8)',
    5,
    5,
  ],
  [
    'go test: packages beside packages',
    'ok  \ta\t0.1s\nok  \tb\t(cached)\n--- FAIL: TestA (0.00s)\n--- FAIL: TestB (0.00s)\nFAIL\nFAIL\tc\t0.2s\nFAIL',
    2,
    1,
  ],
  ['gotestsum', 'DONE 12 tests, 1 skipped, 2 failures in 1.2s', 9, 2],
  [
    'dotnet, two assemblies',
    'Passed!  - Failed:     0, Passed:     4, Skipped:     0, Total:     4\nFailed!  - Failed:     1, Passed:     2, Skipped:     1, Total:     4',
    6,
    1,
  ],
  ['dotnet, today', 'Test summary: total: 5, failed: 1, succeeded: 3, skipped: 1, duration: 1.2s', 3, 1],
  ['playwright', '  2 failed\n    [chromium] › a.spec.ts:3:5 › adds ───\n  5 passed (3.2s)', 5, 2],
  ['phpunit, skipped', 'Tests: 5, Assertions: 9, Failures: 1, Warnings: 1, Skipped: 2.', 2, 1],
  ['gtest', '[==========] 5 tests ran.\n[  PASSED  ] 3 tests.\n[  FAILED  ] 2 tests, listed below:', 3, 2],
  ['Catch2', 'test cases:  3 |  2 passed | 1 failed\nassertions: 15 | 14 passed | 1 failed', 2, 1],
  ['ScalaTest', '[info] Tests: succeeded 3, failed 1, canceled 0, ignored 0, pending 0', 3, 1],
  [
    'swift test: its sums stand for suites within suites',
    "Test Case '-[A.B test1]' passed (0.1 seconds).\nTest Case '-[A.B test2]' failed (0.1 seconds).\nExecuted 2 tests, with 1 failure (0 unexpected) in 0.2 seconds\nExecuted 2 tests, with 1 failure (0 unexpected) in 0.2 seconds",
    1,
    1,
  ],
];

for (const [tool, output, passed, failed] of SAMPLES) {
  test(`reads how many tests passed and failed: ${tool} [A3]`, () => {
    assert.equal(testCounts(output), { passed, failed });
  });
}

test('reads through colours, Windows line ends and a long way to the summary', () => {
  const coloured =
    '\u001b[31mTests:       \u001b[1m1 failed\u001b[22m, \u001b[32m2 passed\u001b[39m, 3 total\u001b[0m\r\n';
  assert.equal(testCounts(`${'noise\n'.repeat(200_000)}${coloured}`), { passed: 2, failed: 1 });
});

test('tells nothing where nothing is told', () => {
  assert.is(testCounts(''), null);
  assert.is(testCounts('Segmentation fault (core dumped)\n'), null);
  assert.is(testCounts('we passed 3 arguments and it failed\n'), null);
});

test('stays quick on hostile text', () => {
  const hostile = [
    '1'.repeat(400_000),
    '1 a'.repeat(150_000),
    'Tests: '.repeat(60_000),
    `${'1 failed, '.repeat(40_000)}`,
    '{"Action":"pass"'.repeat(20_000),
    '<testcase'.repeat(40_000),
    '\u001b]'.repeat(200_000),
    '\u001b['.repeat(200_000),
    '/'.repeat(300_000),
    '- '.repeat(200_000),
    '● › '.repeat(80_000),
  ];
  for (const text of hostile) {
    for (const shaped of [text, `not ok ${text}`, `FAILED ${text}`, text.replaceAll(/(.{50})/g, '$1\n')]) {
      testCounts(shaped);
      failingTests(shaped, ['src/a.js', 'test/a.test.js']);
    }
  }
  // Not timed: a pattern that goes back over its text would not come to an end here.
  assert.ok(true);
});

const NAMES: readonly (readonly [tool: string, output: string, names: readonly string[]])[] = [
  ['TAP', 'not ok 2 - subtracts\n  ---\n  location: "/lane/a/test/x.test.js:3:1"\n  ...\nok 3 - adds', ['subtracts']],
  [
    'node:test, spec',
    '✔ adds (1ms)\n✖ subtracts (0.3ms)\n✖ failing tests:\n\ntest at test/x.test.js:3:1\n✖ subtracts (0.3ms)\n  AssertionError',
    ['subtracts'],
  ],
  ['jest', 'FAIL test/x.test.js\n  ● sum › adds\n\n    expect(received)', ['test/x.test.js', 'sum › adds']],
  ['vitest', ' FAIL  test/x.test.ts > sum > adds\nAssertionError', ['test/x.test.ts > sum > adds']],
  ['mocha', '  1) sum adds:\n     AssertionError', ['sum adds:']],
  ['pytest', 'FAILED tests/test_a.py::test_x - assert 1 == 2', ['tests/test_a.py::test_x']],
  ['unittest', 'FAIL: test_x (tests.TestA.test_x)', ['test_x (tests.TestA.test_x)']],
  ['cargo', 'test tests::adds ... FAILED\ntest tests::works ... ok', ['tests::adds']],
  ['go', '--- FAIL: TestB (0.00s)', ['TestB']],
  ['gradle', 'FooTest > bar FAILED', ['FooTest > bar']],
  ['surefire', '[ERROR]   FooTest.bar:12 expected 1', ['FooTest.bar']],
  ['ctest', '\t  3 - parses (Failed)', ['parses']],
  ['bun', '(fail) sum > adds [0.12ms]', ['sum > adds']],
  [
    'sympy',
    '________________ sympy/core/tests/test_x.py:test_name ________________\nTraceback',
    ['sympy/core/tests/test_x.py:test_name'],
  ],
  ['minitest', '  1) Failure:\nSumTest#test_adds [test/sum_test.rb:5]:\nExpected: 3', ['SumTest#test_adds']],
  ['nose', 'FAIL: tests.test_sum.test_adds', ['tests.test_sum.test_adds']],
  ['gtest', '[  FAILED  ] Sum.Adds (0 ms)\n[  FAILED  ] 1 test, listed below:\n[  FAILED  ] Sum.Adds', ['Sum.Adds']],
  ['swift', "Test Case '-[A.B test2]' failed (0.1 seconds).", ['-[A.B test2]']],
];

for (const [tool, output, names] of NAMES) {
  test(`knows failing tests by name: ${tool}`, () => {
    assert.equal(
      failingTests(output).map(({ name }) => name),
      names,
    );
  });
}

test('names of tests keep their numbers and folders; places on one machine do not count', () => {
  const output = [
    'not ok 1 - test/deep/1.sh',
    'not ok 2 - test/deep/2.sh',
    'not ok 3 - /tmp/lane-7/test/deep/x.test.js:12:3',
    'not ok 4 - halves 1/2 of 3/4',
  ];
  assert.equal(
    failingTests(output.join('\n')).map(({ name }) => name),
    ['test/deep/1.sh', 'test/deep/2.sh', 'x.test.js', 'halves 1/2 of 3/4'],
  );
});

test('knows whether a test failed in the same way, whatever else differs', () => {
  const said = (actual: string, line: number, ms: number) =>
    [
      'not ok 1 - adds up',
      '  ---',
      `  duration_ms: ${ms}`,
      `  location: '/tmp/lane-${line}/test/sum.test.js:${line}:1'`,
      '  error: |-',
      '    Expected values to be strictly equal:',
      `    ${actual} !== 3`,
      '  stack: |-',
      `    sum (file:///tmp/lane-${line}/src/sum.js:${line}:9)`,
      `    at run (node:internal/test:${line})`,
      '  ...',
    ].join('\n');
  const way = (text: string) => failingTests(text)[0]?.how;
  assert.is(way(said('2', 7, 0.4)), way(said('2', 19, 12.1)));
  assert.is.not(way(said('2', 7, 0.4)), way(said('4', 7, 0.4)));
  assert.is(way('not ok 1 - adds up'), undefined);
});

test('finds the files that a failing test names, each for itself', () => {
  const output = [
    'not ok 1 - one',
    "  stack: 'at slugify (file:///tmp/lane-b/src/slugify.js:3:5)\\n at test/slugify.test.js:9:3'",
    'ok 2 - two',
    '  at src/other.js:1:1',
    'not ok 3 - three',
    '  location: /tmp/lane-b/test/truncate.test.js:4:1',
  ].join('\n');
  const paths = ['src/slugify.js', 'test/slugify.test.js', 'src/other.js', 'test/truncate.test.js'];
  assert.equal(failingTests(output, paths), [
    { name: 'one', mentions: ['src/slugify.js', 'test/slugify.test.js'] },
    { name: 'three', mentions: ['test/truncate.test.js'] },
  ]);
});

test.run();
