// Which files are spoilt to see whether a gate notices, and which are not.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parse } from 'yaml';
import { globMatcher } from '../../../lib/evidence/globs.ts';
import { SPOILT, sourcesAmong, startedBy } from '../../../lib/evidence/spoilt-sources.ts';
import { isTestPath } from '../../../lib/evidence/test-names.ts';
import { PROJECT } from '../../support/paths.ts';

test('programs of the repository that a command starts are found; what it reads is none', () => {
  for (const [line, expected] of [
    ['sh check.sh', ['sh', 'check.sh']],
    ['./scripts/test.sh --fast', ['scripts/test.sh']],
    ['node --test test/', ['node', 'test/']],
    ['node scripts/check-format.js', ['node', 'scripts/check-format.js']],
    ['CI=1 python3 -B tools/run.py src', ['CI', 'tools/run.py']],
    ['grep -q GOOD src/add.js && node lint.mjs', ['grep', 'lint.mjs']],
    ['"lint": "tsx tools/lint.ts", "x": "bash -e ci/x.sh"', ['tools/lint.ts', 'ci/x.sh']],
  ] as const)
    assert.equal([...startedBy(line)].sort(), [...expected].sort(), line);
});

test('sources are what is neither test nor manifest, document, data or program', () => {
  const table = parse(readFileSync(join(PROJECT, 'recipes/gates.yaml'), 'utf8'));
  const [fixed, isTest] = [globMatcher(table.canary_keeps), globMatcher(table.test_files)];
  const isKept = (path: string) => fixed(path) || isTest(path) || isTestPath(path);
  const sources = [
    'src/a.ts',
    'lib/b.py',
    'a.c',
    'include/a.h',
    'src/a.txt',
    'web/page.html',
    'web/style.css',
    'cmd/main.go',
  ];
  const kept = [
    'package.json',
    'packages/a/package.json',
    '.github/workflows/ci.yml',
    '.eslintrc.cjs',
    'go.mod',
    'CMakeLists.txt',
    'src/CMakeLists.txt',
    'Makefile',
    'README.md',
    'docs/guide.rst',
    'setup.py',
    'tests/test_a.py',
    'src/a.test.ts',
    'vite.config.ts',
    'vendor/x/y.go',
    'requirements-dev.txt',
  ];
  assert.equal(sourcesAmong([...kept, ...sources, 'check.sh'], isKept, new Set(['check.sh'])), sources);
});

test('of very many sources a thousand are spoilt, all through the repository', () => {
  const many = Array.from({ length: 100_000 }, (_, i) => join('src', `${i}.ts`));
  const some = sourcesAmong(many, () => false, new Set());
  assert.is(some.length, 1000);
  assert.ok(some.includes('src/0.ts') && some.some((path) => path.startsWith('src/999')));
});

test('what stands there breaks the rules that checks look for', () => {
  assert.match(SPOILT, /\t/);
  assert.match(SPOILT, /[ \t\r]$/m);
  assert.match(SPOILT, /.{121}/);
  assert.not.match(SPOILT, /\n$/);
  assert.throws(() => new Function(SPOILT));
});

test.run();
