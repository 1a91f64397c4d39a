// The same source under every runtime, and the shape of the project.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { execute, withCrew } from '../support/crew.ts';
import { PROJECT } from '../support/paths.ts';

for (const runtime of ['tsx', 'deno', 'launch'] as const) {
  test(`the main use, started by ${runtime} [K1]`, () =>
    withCrew({ codex: null }, async (repo) => {
      // what lies in the repository changes nothing about how the program loads
      repo.write({
        'tsconfig.json': '{ "compilerOptions": { "paths": { "*": ["./nowhere/*"] } } }',
        'deno.json': '{ "imports": { "yaml": "./nowhere.ts" } }',
        'package.json': '{ "type": "commonjs", "imports": {} }',
        '.npmrc': 'registry=http://127.0.0.1:9\n',
        '.env': 'AI_AIP_ROOT=/nowhere\nNODE_OPTIONS=--bad\n',
        'node_modules/yaml/index.js': 'throw new Error("the wrong yaml")',
        git: { text: '#!/bin/sh\nexit 99\n', mode: 0o755 },
        node: { text: '#!/bin/sh\nexit 99\n', mode: 0o755 },
        bash: { text: '#!/bin/sh\nexit 99\n', mode: 0o755 },
        claude: { text: '#!/bin/sh\nexit 99\n', mode: 0o755 },
      });
      repo.git('add', '--all', '--force');
      repo.git('commit', '--quiet', '-m', 'traps');
      const result = await execute(repo, ['--set', 'gates.tests.run=exit 0'], {
        runtime,
        env: { PATH: `.:${repo.dir}:${repo.bin}` },
      });
      assert.is(result.code, 0, result.stderr);
      assert.is(result.session.status, 'completed');
      assert.equal([repo.read('src/a.txt'), repo.read('src/b.txt')], ['a, BEST\n', 'b, BEST\n']);
    }));
}

test('the work itself stands on five packages, its sources are run by tsx and tested by uvu; the promised top level [K2]', () => {
  const manifest = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8'));
  const five = ['ajv', 'chalk', 'enquirer', 'yaml', 'zx'];
  for (const name of five) assert.ok(name in manifest.dependencies, name);
  for (const name of ['tsx', 'uvu']) assert.ok(name in manifest.devDependencies, name);
  for (const file of readdirSync(join(PROJECT, 'lib'), { recursive: true, encoding: 'utf8' })) {
    if (!/\.(ts|mjs)$/.test(file)) continue;
    const text = readFileSync(join(PROJECT, 'lib', file), 'utf8');
    for (const [, name = ''] of text.matchAll(/^(?:import|export)[^;]*? from '(@?[a-z][^'./:]*)/gm)) {
      assert.ok(name === 'node' || name in manifest.dependencies, `${file}: ${name}`);
      // the page for the browser may have more
      if (!file.startsWith('view/report')) assert.ok(name === 'node' || five.includes(name), `${file}: ${name}`);
    }
  }
  const top = readdirSync(PROJECT);
  for (const name of ['package.json', 'tsconfig.json', 'recipes', 'lib', 'mm.ts', 'test', 'README.md'])
    assert.ok(top.includes(name), name);
});

test.run();
