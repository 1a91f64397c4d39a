// The gates table and what reads it: each kind of project gets the commands that its people would type.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readGateBlocks } from '../../lib/evidence/found-gates.ts';
import { commandsIn, gatesIn, gateTable, lineOf } from '../support/gate-table.ts';

const find = (files: Record<string, string>) => gatesIn(files, ['AGENTS.md', 'CLAUDE.md']);
const commands = commandsIn;

const scripts = (all: Record<string, string>, rest: object = {}) =>
  JSON.stringify({ name: 'x', scripts: all, ...rest });

const PROJECTS: Record<string, { files: Record<string, string>; gates: Record<string, string> }> = {
  'npm scripts': {
    files: {
      'package.json': scripts({
        test: 'node --test',
        lint: 'eslint .',
        typecheck: 'tsc',
        'format:check': 'prettier -c .',
      }),
      'package-lock.json': '',
    },
    gates: { formatter: 'npm run format:check', linter: 'npm run lint', types: 'npm run typecheck', tests: 'npm test' },
  },
  'pnpm scripts': {
    files: { 'package.json': scripts({ test: 'vitest', 'check-types': 'tsc' }), 'pnpm-lock.yaml': '' },
    gates: { types: 'pnpm run check-types', tests: 'pnpm run test' },
  },
  'yarn scripts': {
    files: { 'package.json': scripts({ test: 'jest' }), 'yarn.lock': '' },
    gates: { tests: 'yarn run test' },
  },
  'bun scripts': {
    files: { 'package.json': scripts({ test: 'bun test', lint: 'biome lint' }), 'bun.lock': '' },
    gates: { linter: 'bun run lint', tests: 'bun run test' },
  },
  'scripts and tools mixed': {
    files: {
      'package.json': scripts(
        { test: 'node --test' },
        { devDependencies: { typescript: '^5', '@biomejs/biome': '2' } },
      ),
      'tsconfig.json': '{}',
      'biome.jsonc': '{}',
    },
    gates: {
      formatter: 'node_modules/.bin/biome format',
      linter: 'node_modules/.bin/biome lint',
      types: 'node_modules/.bin/tsc --noEmit',
      tests: 'npm test',
    },
  },
  'JavaScript tools without scripts': {
    files: {
      'package.json': scripts({}, { devDependencies: { eslint: '^9', prettier: '^3', vitest: '^3' } }),
      'eslint.config.mjs': '',
      '.prettierrc.json': '{}',
    },
    gates: {
      formatter: 'node_modules/.bin/prettier --check .',
      linter: 'node_modules/.bin/eslint .',
      tests: 'node_modules/.bin/vitest run',
    },
  },
  'a tsconfig without a local compiler': { files: { 'package.json': '{}', 'tsconfig.json': '{}' }, gates: {} },
  Deno: {
    files: { 'deno.jsonc': '{}' },
    gates: {
      formatter: 'deno fmt --check',
      linter: 'deno lint',
      types: 'deno check .',
      tests: 'deno test --allow-all',
    },
  },
  'Deno with a test task': {
    files: { 'deno.json': '{ "tasks": { "dev": "x", "test": "deno test -R" } }' },
    gates: { formatter: 'deno fmt --check', linter: 'deno lint', types: 'deno check .', tests: 'deno task test' },
  },
  Rust: {
    files: { 'Cargo.toml': '[package]' },
    gates: {
      formatter: 'cargo fmt --all --check',
      linter: 'cargo clippy --all-targets -- -D warnings',
      types: 'cargo check --all-targets',
      tests: 'cargo test',
    },
  },
  Go: {
    files: { 'go.mod': 'module x' },
    gates: {
      formatter:
        "files=$(find . -name '*.go' -not -path './vendor/*' -not -path '*/testdata/*' -exec gofmt -l {} +) && { test -z \"$files\" || { echo \"$files\"; exit 1; }; }",
      linter: 'go vet ./...',
      types: 'go build -o /dev/null ./...',
      tests: 'go test ./...',
    },
  },
  'Python by pyproject': {
    files: {
      'pyproject.toml': '[tool.ruff]\nline-length = 100\n[tool.ruff.format]\n[tool.mypy]\n[tool.pytest.ini_options]',
    },
    gates: {
      formatter: 'ruff format --check .',
      linter: 'ruff check --no-fix .',
      types: 'python3 -m mypy .',
      tests: 'python3 -m pytest',
    },
  },
  'Python by uv': {
    files: { 'uv.lock': '', 'pyproject.toml': '[dependency-groups]\ndev = ["pytest", "ruff"]\n[tool.black]' },
    gates: {
      formatter: 'uv run --frozen black --check .',
      linter: 'uv run --frozen ruff check --no-fix .',
      tests: 'uv run --frozen pytest',
    },
  },
  'Python by old files': {
    files: { 'setup.cfg': '[flake8]\n[tool:pytest]\n', 'mypy.ini': '', 'tox.ini': '[testenv]' },
    gates: { linter: 'python3 -m flake8', types: 'python3 -m mypy .', tests: 'python3 -m pytest' },
  },
  'Python by tox alone': { files: { 'tox.ini': '[tox]\n[testenv:py]' }, gates: { tests: 'tox -q' } },
  'Makefile before what the language implies': {
    files: { Makefile: 'test := no\ntest: build\n\tgo test\nfmt-check:\n\tgofmt -l .\n', 'go.mod': '' },
    gates: {
      formatter: 'make fmt-check',
      linter: 'go vet ./...',
      types: 'go build -o /dev/null ./...',
      tests: 'make test',
    },
  },
  'a Makefile variable is no target': { files: { Makefile: 'test := no\nlint ::= no\n' }, gates: {} },
  Maven: { files: { 'pom.xml': '<x/>' }, gates: { types: 'mvn -B test-compile', tests: 'mvn -B test' } },
  'Maven wrapper': {
    files: { 'pom.xml': '<artifactId>spotless-maven-plugin</artifactId>', mvnw: '' },
    gates: { formatter: './mvnw -B spotless:check', types: './mvnw -B test-compile', tests: './mvnw -B test' },
  },
  'Gradle, Kotlin': {
    files: { 'build.gradle.kts': 'id("io.gitlab.arturbosch.detekt")', gradlew: '' },
    gates: {
      linter: './gradlew --no-daemon --console=plain detekt',
      types: './gradlew --no-daemon --console=plain testClasses',
      tests: './gradlew --no-daemon --console=plain test',
    },
  },
  Ruby: {
    files: { Gemfile: 'gem "rspec-rails"', '.rubocop.yml': '' },
    gates: { linter: 'bundle exec rubocop', tests: 'bundle exec rspec' },
  },
  Rails: { files: { Gemfile: '', 'bin/rails': '' }, gates: { tests: 'bin/rails test' } },
  PHP: {
    files: { 'composer.json': '{}', 'phpunit.xml.dist': '', 'phpstan.neon': '', 'phpcs.xml': '' },
    gates: {
      linter: 'vendor/bin/phpcs',
      types: 'vendor/bin/phpstan analyse --no-progress',
      tests: 'vendor/bin/phpunit',
    },
  },
  Elixir: {
    files: { 'mix.exs': '{:credo, "~> 1.7"}' },
    gates: {
      formatter: 'mix format --check-formatted',
      linter: 'mix credo',
      types: 'mix compile --warnings-as-errors',
      tests: 'mix test',
    },
  },
  '.NET': {
    files: { 'Shop.csproj': '' },
    gates: {
      formatter: 'dotnet format --verify-no-changes',
      types: 'dotnet build --nologo',
      tests: 'dotnet test --nologo',
    },
  },
  Dart: {
    files: { 'pubspec.yaml': 'name: x' },
    gates: {
      formatter: 'dart format --output=none --set-exit-if-changed .',
      linter: 'dart analyze',
      tests: 'dart test',
    },
  },
  nothing: { files: { 'README.md': 'npm test' }, gates: {} },
};

for (const [name, { files, gates }] of Object.entries(PROJECTS)) {
  test(`finds the gates of a repository: ${name} [A3]`, () => assert.equal(commands(files), gates));
}

test('C and C++ are built outside of the tree [A3]', () => {
  const gates = commands({ 'CMakeLists.txt': 'project(x)\nenable_testing()\n' });
  assert.match(gates.tests!, /mktemp -d.*ctest --test-dir "\$d"/);
  assert.is(commands({ 'CMakeLists.txt': 'project(x)\n' }).tests, undefined);
});

test('scripts that mend, watch or say "no test specified" are no gates [A3]', () => {
  const bad = {
    test: 'echo "Error: no test specified" && exit 1',
    lint: 'eslint --fix .',
    'format:check': 'prettier --write .',
    tsc: 'tsc --watch',
  };
  assert.equal(commands({ 'package.json': scripts(bad) }), {});
  const good = {
    test: 'react-scripts test --watchAll=false',
    lint: 'eslint --fix-dry-run .',
    'format:check': 'x',
    tsc: 'tsc',
  };
  assert.is(Object.keys(commands({ 'package.json': scripts(good) })).length, 4);
});

test('a package.json that is broken, odd or hostile has no scripts [A3]', () => {
  for (const text of ['', '{', '[]', 'null', '{"scripts":3}', '{"scripts":{"test":["rm"]}}', '{"scripts":null}']) {
    assert.equal(commands({ 'package.json': text }), {}, text);
  }
  assert.equal(commands({ 'package.json': `\uFEFF${scripts({ test: 'x' })}` }), { tests: 'npm test' });
});

test('says where each gate was found [A3]', () => {
  const { from } = find({ 'package.json': scripts({ test: 'x' }), 'Cargo.toml': '' });
  const rust = 'Cargo.toml';
  assert.equal(from, { formatter: rust, linter: rust, types: rust, tests: 'package.json: test', 'tests-rust': rust });
});

const BLOCK =
  '# House rules\n\n```mm-gates\n# what counts\ntests: make check && echo "$MM_SLOT"\n\nlint-docs: vale .\n```\n\n```sh\nlinter: no\n```\n';

test('gates that the project names are all of its gates, as shell lines [A3]', () => {
  const { gates, from, mistakes } = find({ 'AGENTS.md': BLOCK, 'Cargo.toml': '' });
  assert.equal(
    Object.values(gates).map(({ id, run }) => [id, run]),
    [
      ['tests', 'make check && echo "$MM_SLOT"'],
      ['lint-docs', 'vale .'],
    ],
  );
  assert.equal(from, { tests: 'AGENTS.md', 'lint-docs': 'AGENTS.md' });
  assert.equal(mistakes, []);
});

test('AGENTS.md comes before CLAUDE.md, gate by gate [A3]', () => {
  const { gates, from } = find({
    'AGENTS.md': BLOCK,
    'CLAUDE.md': '~~~mm-gates\r\ntests: other\r\ntypes: tsc\r\n~~~\r\n',
  });
  assert.equal(from, { types: 'CLAUDE.md', tests: 'AGENTS.md', 'lint-docs': 'AGENTS.md' });
  assert.is(gates.types!.run, 'tsc');
  assert.is(gates.types!.title, 'Type checker');
});

test('lines of a gate block that say nothing are told with their place [A3]', () => {
  const { gates, mistakes } = readGateBlocks([
    ['AGENTS.md', '```mm-gates\ntests npm test\n../x: evil\ntests:\nlinter: a\nlinter: b\n'],
  ]);
  assert.equal(Object.keys(gates), ['linter']);
  assert.equal(
    mistakes.map((mistake) => mistake.slice(0, 12)),
    ['AGENTS.md:2:', 'AGENTS.md:3:', 'AGENTS.md:4:', 'AGENTS.md:6:'],
  );
});

test('a block with nothing usable leaves the search to the table, and says so [A3]', () => {
  const { gates, mistakes } = find({ 'AGENTS.md': '```mm-gates\noops\n```\n', 'go.mod': '' });
  assert.is(Object.keys(gates).length, 4);
  assert.is(mistakes.length, 1);
});

test('every rule of the table can match, has a limit for each gate, and only looks [A3]', () => {
  for (const { title, files, contains, scripts: needed, gates, commands: own } of gateTable.gateRules) {
    assert.ok(files.length + needed.length + Object.keys(contains).length > 0 || own, `${title} would always match`);
    for (const [id, gate] of Object.entries(gates)) {
      assert.ok(['formatter', 'linter', 'types', 'tests'].includes(id), `${title}: ${id}`);
      assert.type(gate.timeoutMs, 'number', title);
      const line = lineOf(gate);
      assert.not.match(line, /--(write|fix|apply|in-place)\b|\bnpx\b/, title);
      if (/\b(fmt|format|black|pint|php-cs-fixer)\b/.test(line) && !line.includes('biome')) {
        assert.match(line, /check|--dry-run|--test|--verify-no-changes|set-exit-if-changed|gofmt -l/i, title);
      }
    }
  }
});

test.run();
