// What test runners really print (outputs/: each was made by running the runner), with tests that pass, fail, are skipped,
// are expected to fail, have names made from values, and files that do not load.
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { digest } from '../../support/readers.ts';

const FOLDER = new URL('outputs/', import.meta.url);

interface Expected {
  readonly passed: number;
  readonly failed: number;
  readonly names: readonly string[];
}

const NODE = ['subtracts', 'child fails', 'parent', 'inner fails', 'suite', 'b.test.mjs'];
const UNITTEST = [
  'setUpClass (test_a.Broken)',
  'test_b (unittest.loader._FailedTest.test_b)',
  'test_each (test_a.Sum.test_each) (i=1)',
  'test_each (test_a.Sum.test_each) (i=3)',
  'test_message (test_a.Sum.test_message) [a message]',
  'test_subtracts (test_a.Sum.test_subtracts)',
  'test_unexpected (test_a.Sum.test_unexpected)',
];

const EXPECTED: Readonly<Record<string, Expected>> = {
  // it does not say how many passed where one fails
  'ava.txt': { passed: 0, failed: 1, names: ['subtracts'] },
  'bats.txt': { passed: 1, failed: 1, names: ['subtracts'] },
  'deno.txt': { passed: 1, failed: 2, names: ['subtracts', 'two', 'steps'] },
  'jest.txt': {
    passed: 4,
    failed: 3,
    names: ['./a.test.js', 'sum › subtracts', 'sum › doubles 2 to 2', './b.test.js', 'fails too', './c.test.js'],
  },
  'mocha.txt': {
    passed: 1,
    failed: 3,
    names: ['subtracts', 'fails deep', '"before all" hook for "never"', 'sum', 'hooks'],
  },
  'node-spec.txt': { passed: 3, failed: 5, names: NODE },
  'node-tap.txt': { passed: 3, failed: 5, names: NODE },
  'pytest.txt': { passed: 0, failed: 1, names: ['pt/test_b.py'] },
  'pytest-a.txt': {
    passed: 2,
    failed: 4,
    names: [
      'pt/test_a.py::test_subtracts',
      'pt/test_a.py::test_doubles[2-2]',
      'pt/test_a.py::TestCase::test_in_class',
      'pt/test_a.py::test_error',
    ],
  },
  'tape.txt': { passed: 2, failed: 1, names: ['subtracts'] },
  'unittest.txt': { passed: 0, failed: 7, names: UNITTEST },
  'unittest-v.txt': { passed: 0, failed: 7, names: UNITTEST },
  'vitest.txt': {
    passed: 4,
    failed: 3,
    names: [
      'sum > subtracts',
      'sum > doubles 2 to 2',
      'fails at the top',
      'c.test.ts [ c.test.ts ]',
      'a.test.ts > sum > subtracts',
      'a.test.ts > sum > doubles 2 to 2',
      'b.test.ts > fails at the top',
    ],
  },
};

const files = readdirSync(FOLDER).sort();

test('every recorded output is looked at', () => assert.equal(files, Object.keys(EXPECTED).sort()));

for (const file of files) {
  test(`reads counts and names of failing tests, and no total as part of how one failed: ${file} [A3]`, () => {
    const { passed, failed, names } = EXPECTED[file]!;
    const { counts, failing, missing } = digest(readFileSync(new URL(file, FOLDER), 'utf8'));
    assert.equal(
      failing.map(({ name }) => name),
      names,
    );
    assert.equal(counts, { passed, failed });
    assert.not.ok(missing);
    for (const { name, how } of failing)
      assert.not.match(how, /^(?:. tests \d|Ran \d|FAILED \(|Tests:|\d+ (?:passed|failed|failing)\b)/m, name);
  });
}

test.run();
