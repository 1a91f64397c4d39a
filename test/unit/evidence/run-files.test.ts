// Which command runs only the test files that an author changed.
import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parse } from 'yaml';
import type { FilesRule, GateSpec } from '../../../lib/core/gate-rules.ts';
import { runOfFiles, shellWords } from '../../../lib/evidence/run-files.ts';

const NONE = { script: false, files: '', values: [], flags: [], drop: [], first: [], argument: ['${file}'] };
const written = parse(readFileSync(new URL('../../../recipes/gates.yaml', import.meta.url), 'utf8'))
  .run_files as Readonly<Record<string, Partial<FilesRule>>>;
const rules = Object.fromEntries(
  Object.entries(written).map(([name, row]) => [
    name,
    { start: '', ...NONE, strip: null, most: null, before: [], exec: [], ...row },
  ]),
);

const gate = (run: GateSpec['run'], files?: readonly string[]): GateSpec => ({
  id: 'tests',
  title: 'Tests',
  run,
  timeoutMs: null,
  required: true,
  via: [],
  ...(files ? { files } : {}),
});

/** The command as one line; null: the whole gate. */
function line(run: GateSpec['run'], changed: readonly string[], scripts: Record<string, string> = {}): string | null {
  const some = runOfFiles(gate(run), changed, rules, new Map(Object.entries(scripts)));
  return some && [some.command].flat().join(' ');
}

const JS = ['test/a.test.js', 'test/fixtures/a.json'];
const PY = ['tests/test_a.py', 'tests/conftest.py', 'tests/data.json'];

test('runners take the changed test files, and not what only belongs to them [A3]', () => {
  const cases: readonly (readonly [GateSpec['run'], readonly string[], string | null])[] = [
    [['node', '--test'], JS, 'node --test test/a.test.js'],
    ['node --import tsx --test "test/**/*.test.ts"', ['test/a.test.ts'], 'node --import tsx --test test/a.test.ts'],
    [['node', 'test/run.js'], JS, null],
    [['node_modules/.bin/jest', '--ci'], JS, 'node_modules/.bin/jest --ci --runTestsByPath test/a.test.js'],
    [['node_modules/.bin/vitest', 'run'], ['a.test.ts'], 'node_modules/.bin/vitest run a.test.ts'],
    ['mocha -r ts-node/register --exit test', ['test/a.ts'], 'mocha -r ts-node/register --exit test/a.ts'],
    ['mocha --unheard-of test', ['test/a.ts'], null],
    ['npx ava', JS, 'npx ava test/a.test.js'],
    [['deno', 'test', '--allow-all'], ['a_test.ts'], 'deno test --allow-all a_test.ts'],
    [['bun', 'test'], JS, 'bun test ./test/a.test.js'],
    [['uv', 'run', '--frozen', 'pytest'], PY, 'uv run --frozen pytest tests/test_a.py'],
    ['python3 -m pytest -q -n 4 tests', PY, 'python3 -m pytest -q -n 4 tests/test_a.py'],
    ['pytest', ['tests/conftest.py', 'tests/helpers.py'], null],
    ['python3 -m unittest discover -s tests -v', PY, 'python3 -m unittest -v tests.test_a'],
    ['python manage.py test --parallel', ['shop/tests.py'], 'python manage.py test --parallel shop.tests'],
    ['tests/runtests.py', ['tests/forms/tests.py'], 'tests/runtests.py forms.tests'],
    ['bin/test', ['sympy/core/tests/test_x.py'], 'bin/test sympy/core/tests/test_x.py'],
    [['go', 'test', './...'], ['a_test.go', 'x/b_test.go', 'x/c_test.go'], 'go test . ./x'],
    [['cargo', 'test'], ['tests/a.rs', 'tests/common/mod.rs'], 'cargo test --test a'],
    [['bundle', 'exec', 'rspec'], ['spec/a_spec.rb', 'spec/spec_helper.rb'], 'bundle exec rspec spec/a_spec.rb'],
    [['vendor/bin/phpunit'], ['tests/ATest.php'], 'vendor/bin/phpunit tests/ATest.php'],
    [['vendor/bin/phpunit'], ['tests/ATest.php', 'tests/BTest.php'], null],
    [['mix', 'test'], ['test/a_test.exs', 'test/test_helper.exs'], 'mix test test/a_test.exs'],
    ['bats test', ['test/a.bats'], 'bats test/a.bats'],
    [['make', 'test'], JS, null],
    ['cd sub && pytest', PY, null],
    ['NODE_ENV=test node --test', JS, 'env NODE_ENV=test node --test test/a.test.js'],
  ];
  for (const [run, changed, expected] of cases) assert.is(line(run, changed), expected, [run].flat().join(' '));
});

test('a script of package.json gets them where it is one runner alone', () => {
  const through = (script: string, more = {}) => line(['npm', 'test'], JS, { test: script, ...more });
  assert.is(through('node --test'), 'npm test -- test/a.test.js');
  assert.is(through('cross-env CI=1 jest --ci'), 'npm test -- --runTestsByPath test/a.test.js');
  assert.is(through("mocha 'test/**/*.js'"), 'npm exec -c mocha test/a.test.js');
  assert.is(through("mocha 'test/**/*.js'", { pretest: 'npm run build' }), null);
  assert.is(through('node --test', { pretest: 'npm run build' }), 'npm test -- test/a.test.js');
  assert.is(through('npm run build && node --test'), null);
  assert.is(through('eslint .'), null);
  assert.is(line(['pnpm', 'run', 'test'], JS, { test: 'vitest run' }), 'pnpm run test test/a.test.js');
  assert.is(line(['yarn', 'run', 'test'], JS, { test: 'ava' }), 'yarn run test test/a.test.js');
  assert.is(line(['npm', 'test'], JS), null);
});

test('names that a shell or a runner would take for something else are not handed on', () => {
  assert.is(line(['npm', 'test'], ['test/a b.test.js'], { test: 'node --test' }), null);
  assert.is(line(['npm', 'test'], ['test/$(x).test.js'], { test: 'node --test' }), null);
  assert.is(line(['node', '--test'], ['-e.test.js']), null);
  assert.equal(runOfFiles(gate(['node', '--test']), ['test/a b.test.js'], rules, new Map())?.command, [
    'node',
    '--test',
    'test/a b.test.js',
  ]);
});

test('a gate says itself how it runs some files', () => {
  const own = gate('make test', ['bin/check', '${files}', '--quick']);
  const some = runOfFiles(own, ['test/a.test.x', 'test/helper.x'], rules, new Map());
  assert.equal(some, { command: ['bin/check', 'test/a.test.x', '--quick'], files: ['test/a.test.x'] });
});

test('a shell line is words only where it is one plain command', () => {
  assert.equal(shellWords(`a "b c" 'd' e"f"`), ['a', 'b c', 'd', 'ef']);
  for (const more of ['a; b', 'a && b', 'a | b', 'a $X', 'a `b`', 'a > b', 'a (b)', 'a\nb', 'a "b', 'a # b', 'a \\ b'])
    assert.is(shellWords(more), null, more);
});

test.run();
