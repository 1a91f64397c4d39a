// Which changed files belong together.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { GroupSource } from '../../../lib/evidence/groups.ts';
import { type Grouping, groupFiles, splitGroup } from '../../../lib/evidence/groups.ts';
import { importIndex, interfaceOf } from '../../../lib/evidence/imports.ts';
import { isTestPath, testedStem } from '../../../lib/evidence/test-names.ts';
import { change } from './make.ts';

function source(id: string, files: Record<string, string | null>, renamed: Record<string, string> = {}): GroupSource {
  const gone = Object.values(renamed).map((path) => change(path, null));
  const changes = Object.entries(files).map(([path, text]) =>
    change(path, text, renamed[path] ? null : 'base', renamed[path] ?? null),
  );
  return { id, changes: [...changes, ...gone], text: (path) => files[path] ?? null };
}

const paths = ({ groups }: Grouping) => groups.map((group) => [...group.paths]);
const strength = ({ groups }: Grouping, a: string, b: string) =>
  groups.flatMap(({ links }) => links).find((link) => [link.a, link.b].includes(a) && [link.a, link.b].includes(b))
    ?.strength;

test('files that nothing connects stand alone', () => {
  assert.equal(paths(groupFiles([source('a', { 'src/a.js': 'x', 'src/b.js': 'y', 'README.md': 'z' })])), [
    ['README.md'],
    ['src/a.js'],
    ['src/b.js'],
  ]);
});

test('imports between changed files connect them, in whatever language', () => {
  const pairs: [string, string, string, string][] = [
    ['src/a.ts', "import {\n  b,\n} from './lib/b.js';", 'src/lib/b.ts', 'export const b = 1;'],
    ['src/a.js', "const b = require('../other');", 'other/index.js', ''],
    ['src/a.jsx', "export * from './b'", 'src/b.jsx', ''],
    ['app/main.py', 'from .util import helper', 'app/util.py', ''],
    ['app/main.py', 'from . import util', 'app/util.py', ''],
    ['app/main.py', 'import pkg.util as u', 'src/pkg/util.py', ''],
    ['cmd/main.go', 'import (\n\t"fmt"\n\tu "example.com/m/internal/util"\n)', 'internal/util/util.go', ''],
    ['src/lib.rs', 'mod parser;', 'src/parser.rs', ''],
    ['src/main.rs', 'use crate::net::http::Client;', 'src/net/http.rs', ''],
    ['src/a.c', '#include "util/b.h"', 'src/util/b.h', ''],
    ['src/main/java/org/x/A.java', 'import org.x.util.B;', 'src/main/java/org/x/util/B.java', ''],
    ['lib/a.rb', "require_relative 'b'", 'lib/b.rb', ''],
    ['src/A.php', 'use App\\Util\\B;', 'src/Util/B.php', ''],
    ['css/a.scss', "@use './b';", 'css/b.scss', ''],
  ];
  for (const [from, text, to, target] of pairs) {
    assert.equal(importIndex([from, to]).importsOf(from, text), [to], `${from}: ${text}`);
    assert.is(groupFiles([source('a', { [from]: text, [to]: target })]).groups.length, 1, from);
  }
  assert.equal(
    importIndex(['src/a.js', 'src/b.js']).importsOf('src/a.js', "import 'b'; import './c.js'; import '../b.js'"),
    [],
  );
});

test('a test belongs to what it tests, by name or by import', () => {
  const named: [string, string][] = [
    ['src/foo.ts', 'src/foo.test.ts'],
    ['src/foo.ts', 'test/foo.spec.ts'],
    ['app/foo.py', 'tests/test_foo.py'],
    ['pkg/foo.go', 'pkg/foo_test.go'],
    ['src/main/java/Foo.java', 'src/test/java/FooTest.java'],
    ['lib/foo.rb', 'spec/foo_spec.rb'],
    ['src/foo.js', 'test/foo.js'],
  ];
  for (const [code, tests] of named) {
    assert.ok(isTestPath(tests) && !isTestPath(code), tests);
    assert.is(strength(groupFiles([source('a', { [code]: 'x', [tests]: 'y' })]), code, tests), 0.6, tests);
  }
  assert.is(testedStem('src/latest.js'), null);
  assert.is(testedStem('src/contest/a.js'), null);
  const imported = groupFiles([
    source('a', { 'src/foo.js': '', 'test/all.test.js': "import { foo } from '../src/foo.js';" }),
  ]);
  assert.is(strength(imported, 'src/foo.js', 'test/all.test.js'), 0.6);
});

test('a test that has its subject is connected to the rest loosely', () => {
  const files = {
    'src/foo.js': '',
    'src/index.js': "export * from './foo.js';",
    'test/foo.test.js': "import { foo } from '../src/index.js';",
  };
  const grouping = groupFiles([source('a', files)]);
  assert.is(strength(grouping, 'src/foo.js', 'test/foo.test.js'), 0.6);
  assert.is(strength(grouping, 'src/index.js', 'test/foo.test.js'), 0.3);
});

test('a rename and its users stay together, the rename itself always', () => {
  const grouping = groupFiles([
    source(
      'a',
      { 'src/new.js': 'export const x = 1;', 'src/user.js': "import { x } from './new.js';" },
      { 'src/new.js': 'src/old.js' },
    ),
  ]);
  assert.equal(paths(grouping), [['src/new.js', 'src/old.js', 'src/user.js']]);
  assert.is(strength(grouping, 'src/new.js', 'src/user.js'), 0.9);
  const [first, second] = splitGroup(grouping.groups[0]!);
  assert.equal([first?.paths, second?.paths], [['src/new.js', 'src/old.js'], ['src/user.js']]);
  assert.is(splitGroup(first!).length, 1);
});

test('an import is firm when candidates offer different things there, loose when they offer the same', () => {
  const user = "import { b } from './b.js';";
  const same = groupFiles([
    source('x', { 'a.js': user, 'b.js': 'export function b(one, two) {}' }),
    source('y', { 'a.js': user, 'b.js': '// other\nexport function b(first, second) {\n}' }),
  ]);
  assert.is(strength(same, 'a.js', 'b.js'), 0.3);
  for (const other of [
    'export function b(one) {}',
    'export function c(one, two) {}',
    'export const b = 1;\nexport const more = 2;',
  ]) {
    const differing = groupFiles([
      source('x', { 'a.js': user, 'b.js': 'export function b(one, two) {}' }),
      source('y', { 'a.js': user, 'b.js': other }),
    ]);
    assert.is(strength(differing, 'a.js', 'b.js'), 0.8, other);
  }
});

test('a group gives way where it holds least', () => {
  const grouping = groupFiles([
    source('a', {
      'src/a.js': "import { b } from './b.js';",
      'src/b.js': 'export const b = 1;',
      'test/a.test.js': "import '../src/a.js';",
      'test/b.test.js': "import '../src/b.js';",
    }),
  ]);
  assert.is(grouping.groups.length, 1);
  assert.equal(
    splitGroup(grouping.groups[0]!).map((group) => [...group.paths]),
    [
      ['src/a.js', 'test/a.test.js'],
      ['src/b.js', 'test/b.test.js'],
    ],
  );
});

test('knows which files a failing test is about from the names it uses', () => {
  const grouping = groupFiles([
    source('a', {
      'src/slug.js': 'export function slugify(text) {}',
      'src/cut.js': 'export function truncate(text) {}',
      'src/index.js': "export { slugify } from './slug.js';\nexport { truncate } from './cut.js';",
      'test/all.test.js':
        "test('makes slugs', () => {\n  assert.equal(slugify('a b'), 'a-b');\n});\ntest('cuts', () => {\n  assert.equal(truncate('abc'), 'a');\n});\n",
    }),
  ]);
  const about = (name: string) => grouping.testedFilesOf({ name, mentions: ['test/all.test.js'] }, 'a');
  assert.equal(about('makes slugs'), ['src/slug.js']);
  assert.equal(about('cuts'), ['src/cut.js']);
  assert.equal(about('no such test'), []);
  assert.equal(grouping.testedFilesOf({ name: 'cuts', mentions: ['test/all.test.js'] }, 'someone else'), []);
});

test('knows the new files that a version needs', () => {
  const helped = (name: string, file: string) => ({
    'src/a.js': `import { ${name} } from './${file}.js';`,
    [`src/${file}.js`]: `export function ${name}() {}`,
  });
  const added = (id: string, files: Record<string, string>): GroupSource => {
    const made = source(id, files);
    return {
      ...made,
      changes: made.changes.map((each) => (each.path === 'src/a.js' ? each : change(each.path, 'x', null))),
    };
  };
  const { needs } = groupFiles([
    added('x', helped('log', 'log')),
    added('y', helped('debug', 'log')),
    added('z', helped('log', 'trace')),
  ]);
  assert.equal(needs('z', 'src/a.js'), ['src/trace.js']);
  assert.equal(needs('z', 'src/trace.js'), []);
});

test('stays quick and calm on odd texts', () => {
  const odd = [
    'import '.repeat(100_000),
    "from '".repeat(100_000),
    'export function f('.repeat(50_000),
    '('.repeat(500_000),
    `use crate${'::a'.repeat(100_000)};`,
    '\u0000'.repeat(100_000),
  ];
  for (const text of odd) {
    for (const path of ['a.js', 'a.py', 'a.rs', 'a.go', 'A.java', 'a.rb', 'a.php', 'a.c', 'a.css']) {
      importIndex([path, 'b.js']).importsOf(path, text);
      interfaceOf(path, text);
    }
  }
  assert.is(interfaceOf('a.md', 'x'), null);
});

test.run();
