// What a project's own commands do decides which gates they are: calls are followed, scripts of several gates are split,
// and what writes, watches, installs, fetches or never ends is none.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { piecesOf } from '../../../lib/evidence/own-commands/command-line.ts';
import { ciLines } from '../../../lib/evidence/own-commands/offered-gates.ts';
import { commandsIn, gatesIn } from '../../support/gate-table.ts';

const scripts = (all: Record<string, string>, files: Record<string, string> = {}) =>
  commandsIn({ 'package.json': JSON.stringify({ scripts: all }), ...files });
const make = (text: string, files: Record<string, string> = {}) => commandsIn({ Makefile: text, ...files });
const bin = 'node_modules/.bin/';

test('a script of several gates is split into them; what is left are the tests [A3]', () => {
  assert.equal(scripts({ test: 'tsc && eslint . && vitest run' }), {
    linter: `${bin}eslint .`,
    types: `${bin}tsc`,
    tests: `${bin}vitest run`,
  });
  assert.equal(scripts({ test: 'npm run lint && npm run unit', lint: 'xo', unit: 'ava' }), {
    linter: 'npm run lint',
    tests: 'npm run unit',
  });
  assert.equal(scripts({ pretest: 'eslint .', test: 'mocha' }), { linter: 'npm run pretest', tests: `${bin}mocha` });
  assert.equal(scripts({ check: 'prettier --check . && eslint . && tsc --noEmit && jest' }), {
    formatter: `${bin}prettier --check .`,
    linter: `${bin}eslint .`,
    types: `${bin}tsc --noEmit`,
    tests: `${bin}jest`,
  });
});

test('what tests need stays with them: a build, a compiler whose output they run [A3]', () => {
  assert.equal(scripts({ test: 'npm run build && mocha', build: 'rollup -c' }), { tests: 'npm test' });
  assert.equal(scripts({ pretest: 'tsc', test: 'node --test dist/' }).tests, 'npm test');
  assert.equal(scripts({ test: 'tsc -p . && node --test dist/' }).tests, 'npm test');
});

for (const [runner, calls] of [
  ['npm-run-all', 'run-s lint unit'],
  ['run-p', 'run-p lint unit'],
  ['npm-run-all with a pattern', 'npm-run-all --parallel lint unit:*'],
  ['concurrently', 'concurrently -n a,b "npm:lint" "npm run unit"'],
  ['node --run', 'node --run lint && node --run unit'],
] as const) {
  test(`calls are followed: ${runner} [A3]`, () => {
    const unit = runner.includes('pattern') ? 'unit:all' : 'unit';
    const found = scripts({ test: calls, lint: 'eslint .', [unit]: 'jest' });
    assert.equal(found, { linter: 'npm run lint', tests: `npm run ${unit}` });
  });
}

for (const line of [
  'eslint --fix .',
  'prettier --write . && jest --watch',
  'jest --watch',
  'vitest watch',
  'nodemon test.js',
  'npm run serve',
  'start-server-and-test serve http://localhost:3000 cypress',
  'docker compose run app npm test',
  'curl -O https://example.org/fixtures.tgz && mocha',
  'echo "Error: no test specified" && exit 1',
  'git commit -am x',
]) {
  test(`is no gate: ${line} [A3]`, () => assert.equal(scripts({ test: line, serve: 'vite' }), {}));
}

for (const [name, line] of [
  ['lint', 'eslint . --fix'],
  ['lint', 'ruff check --fix .'],
  ['format', 'prettier --write .'],
  ['format', 'black .'],
  ['fmt', 'cargo fmt'],
  ['fmt', 'gofmt -w .'],
  ['format:check', 'npm run format'],
  ['typecheck', 'tsc -w'],
  ['lint', 'go mod tidy && git diff --exit-code'],
] as const) {
  test(`is no gate: ${name}: ${line} [A3]`, () =>
    assert.equal(scripts({ [name]: line, ...(name === 'format' ? {} : { format: 'prettier --write .' }) }), {}));
}

test('a formatter that only checks is a gate, whatever its name; Deno’s only where no other is [A3]', () => {
  assert.equal(scripts({ format: 'prettier --check .' }), { formatter: 'npm run format' });
  assert.equal(scripts({ fmt: 'biome format .' }), { formatter: 'npm run fmt' });
  const deno = commandsIn({
    'deno.json': '{}',
    '.prettierrc': '',
    'package.json': '{"devDependencies":{"prettier":"^3.0.0"}}',
  });
  assert.is(deno.formatter, `${bin}prettier --check .`);
});

test('what writes or installs is taken out of a script; the rest is the gate [A3]', () => {
  assert.equal(scripts({ test: 'npm ci && eslint --fix . && mocha' }), { tests: `${bin}mocha` });
});

test('names say which gate a script is [A3]', () => {
  assert.equal(
    scripts({
      'check:types': 'tsc --noEmit',
      'check:lint': 'eslint .',
      'check:format': 'prettier -c .',
      'test:unit': 'jest',
    }),
    {
      formatter: 'npm run check:format',
      linter: 'npm run check:lint',
      types: 'npm run check:types',
      tests: 'npm run test:unit',
    },
  );
  assert.is(scripts({ 'test:types': 'tsd', test: 'ava' }).types, 'npm run test:types');
  assert.equal(scripts({ test: 'turbo run test', lint: 'turbo run lint' }), {
    linter: 'npm run lint',
    tests: 'npm test',
  });
});

test('the package manager that the repository names starts its scripts [A3]', () => {
  const json = (more: object) => ({ 'package.json': JSON.stringify({ scripts: { test: 'jest' }, ...more }) });
  assert.is(commandsIn({ ...json({ packageManager: 'pnpm@9.0.0' }), 'yarn.lock': '' }).tests, 'pnpm run test');
  assert.is(commandsIn({ ...json({}), 'yarn.lock': '' }).tests, 'yarn run test');
  const pnp = { 'package.json': '{"scripts":{"test":"eslint . && jest"}}', '.pnp.cjs': '' };
  assert.equal(commandsIn(pnp), { linter: 'yarn run eslint .', tests: 'yarn run jest' });
});

test('targets of a Makefile are read with their prerequisites and variables [A3]', () => {
  assert.equal(make('PY = python3\nlint:\n\t$(PY) -m flake8\ntest: lint\n\t@$(PY) -m pytest -q\n'), {
    linter: 'make lint',
    tests: 'python3 -m pytest -q',
  });
  assert.equal(make('test: deps\n\tpytest\ndeps:\n\tpip install -r requirements.txt\n'), { tests: 'pytest' });
  assert.equal(make('test: venv\n\tvenv/bin/pytest\nvenv:\n\tpython3 -m venv venv\n'), {});
  assert.equal(make('fmt:\n\tgofmt -w .\nlint:\n\tgolangci-lint run --fix\nserve:\n\tflask run\n'), {});
  assert.equal(make('check: fmt-check test\nfmt-check:\n\tblack --check .\ntest:\n\tpytest\n'), {
    formatter: 'make fmt-check',
    tests: 'make test',
  });
});

test('recipes of a justfile, tasks of a Taskfile and scripts of Composer are read too [A3]', () => {
  assert.equal(
    commandsIn({ justfile: 'set shell := ["sh"]\n\nlint:\n  ruff check .\n\ntest args="": lint\n  pytest {{args}}\n' }),
    {
      linter: 'just lint',
      tests: 'just test',
    },
  );
  assert.equal(
    commandsIn({
      'Taskfile.yml': 'tasks:\n  lint: golangci-lint run\n  test:\n    cmds: [{ task: lint }, go test ./...]\n',
    }),
    { linter: 'task lint', tests: 'go test ./...' },
  );
  assert.equal(
    commandsIn({ 'composer.json': '{"scripts":{"test":["@cs","phpunit"],"cs":"php-cs-fixer fix --dry-run"}}' }),
    { formatter: 'composer run-script cs', tests: 'vendor/bin/phpunit' },
  );
});

const CI = (steps: string) => `on: [push]\njobs:\n  a:\n    steps:\n${steps.replace(/^/gm, '      ')}`;

test('what the build server runs stands first, and says where it comes from [A3]', () => {
  const files = {
    'package.json': JSON.stringify({
      scripts: { test: 'jest', lint: 'eslint src', 'lint:ci': 'eslint . --max-warnings 0' },
    }),
    '.github/workflows/ci.yml': CI('- run: npm ci\n- run: npm run lint:ci\n- run: npm test'),
  };
  const { gates, from } = gatesIn(files);
  assert.equal(
    Object.values(gates).map(({ run }) => run),
    [
      ['npm', 'run', 'lint:ci'],
      ['npm', 'test'],
    ],
  );
  assert.equal(from, { linter: 'ci.yml: npm run lint:ci', tests: 'ci.yml: npm test' });
});

test('a linter that is only usual for the language is not required where the build server runs other gates [A3]', () => {
  const required = (files: Record<string, string>) =>
    Object.values(gatesIn({ 'Cargo.toml': '[package]', ...files }).gates).map(({ id, required }) => [id, required]);
  const all = (linter: boolean) => [
    ['formatter', true],
    ['linter', linter],
    ['types', true],
    ['tests', true],
  ];
  assert.equal(required({}), all(true));
  const steps = '- run: cargo fmt --all --check\n- run: cargo test';
  assert.equal(required({ '.github/workflows/ci.yml': CI(steps) }), all(false));
});

test('of a build server’s file, what deploys, needs secrets, is filled in or works elsewhere is left out [A3]', () => {
  const lines = ciLines(
    CI(
      [
        '- run: cargo test ${{ matrix.flags }}',
        '- run: cargo clippy',
        '- { run: npm test, working-directory: web }',
        '- { run: npm run e2e, env: { TOKEN: "${{ secrets.TOKEN }}" } }',
        '- { name: Deploy, run: ./deploy.sh }',
        '- run: |\n    cd web\n    npm test',
      ].join('\n'),
    ),
  );
  assert.equal(lines, ['cargo clippy']);
  assert.equal(ciLines('on: { release: {} }\njobs: { a: { steps: [{ run: npm test }] } }'), []);
  assert.equal(ciLines('test:\n  script: [bundle exec rspec]\ndeploy:\n  script: [cap deploy]\n'), [
    'bundle exec rspec',
  ]);
  assert.equal(ciLines('{ broken'), []);
});

test('Python beside JavaScript: each has its gates, with ids of their own [A3]', () => {
  const found = commandsIn({
    'package.json': '{"scripts":{"test":"jest","lint":"eslint ."}}',
    'pyproject.toml': '[tool.pytest.ini_options]\n[tool.ruff]\n[tool.mypy]\nfiles = ["src"]\n',
    'manage.py': '',
  });
  assert.equal(found, {
    linter: 'npm run lint',
    'linter-python': 'ruff check --no-fix .',
    types: 'python3 -m mypy',
    tests: 'npm test',
    'tests-python': 'python3 -m pytest',
  });
});

test('pytest is started by itself where tox would make an environment for it; a nyc around the tests is left to the build server [A3]', () => {
  assert.equal(commandsIn({ 'tox.ini': '[testenv]\ndeps = pytest\ncommands = coverage run -m pytest tests\n' }), {
    tests: 'python3 -m pytest',
  });
  const scripts = { test: 'mocha', 'test-ci': 'nyc --reporter=lcovonly npm test' };
  const files = {
    'package.json': JSON.stringify({ scripts }),
    '.github/workflows/ci.yml': CI('- run: npm run test-ci'),
  };
  assert.equal(commandsIn(files), { tests: 'npm test' });
});

test('checkstyle in an execution is started as that execution [A3]', () => {
  const pom = (inside: string) => `<plugin><artifactId>maven-checkstyle-plugin</artifactId>${inside}</plugin>`;
  const one = pom('<executions><execution><id>style</id><phase>validate</phase></execution></executions>');
  assert.is(commandsIn({ 'pom.xml': one }).linter, 'mvn -B checkstyle:check@style');
  assert.is(commandsIn({ 'pom.xml': pom('<configuration/>') }).linter, 'mvn -B checkstyle:check');
});

test('lines are read as a shell would, as far as they are simple [A3]', () => {
  const texts = (line: string) => piecesOf(line).map(({ text, simple }) => [text, simple]);
  assert.equal(texts('a "b && c" && d; e 2>&1'), [
    ['a "b && c"', true],
    ['d', true],
    ['e 2>&1', true],
  ]);
  for (const line of ['a | b', 'a || b', 'for x in y; do z; done', 'a > out', '(cd x && y)', 'a & b'])
    assert.equal(texts(line), [[line, false]], line);
  assert.equal(piecesOf(`x 'a b' "c d" e\\ f`)[0]!.words, ['x', 'a b', 'c d', 'e f']);
});

test.run();
