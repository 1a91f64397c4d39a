// Holds the house together: the direction of imports, three doors to processes and one to the terminal, no model's name.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { breaches, MAY_IMPORT } from '../support/layers.ts';
import { PROJECT } from '../support/paths.ts';

const sources = [
  'mm.ts',
  ...readdirSync(join(PROJECT, 'lib'), { recursive: true, encoding: 'utf8' }).map((file) => `lib/${file}`),
]
  .filter((file) => /\.(ts|mjs|js)$/.test(file))
  .sort();

test('lib/ and mm.ts keep every rule of the house [K3]', () => {
  const found = breaches(Object.fromEntries(sources.map((file) => [file, readFileSync(join(PROJECT, file), 'utf8')])));
  assert.is(found.join('\n'), '');
});

test('every folder of lib/ has its place, and no two folders may import each other', () => {
  const folders = readdirSync(join(PROJECT, 'lib'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  assert.equal(
    folders.map((entry) => entry.name).filter((name) => !(name in MAY_IMPORT)),
    [],
  );
  const below = (layer: string): readonly string[] =>
    (MAY_IMPORT[layer] ?? []).flatMap((next) => [next, ...below(next)]);
  for (const layer of Object.keys(MAY_IMPORT)) assert.not.ok(below(layer).includes(layer), layer);
});

test('each rule complains, with file and line', () => {
  const says = (file: string, text: string, pattern: RegExp, others: Readonly<Record<string, string>> = {}) =>
    assert.match(breaches({ [file]: text, ...others }).join('\n'), pattern, text);
  const one = '// One.\n';
  says(
    'lib/view/a.ts',
    `${one}import { b } from '../steps/b.ts';`,
    /^lib\/view\/a\.ts:2: imports lib\/steps\/b\.ts; view may import only core$/,
    { 'lib/steps/b.ts': one },
  );
  says(
    'lib/core/a.ts',
    `${one}\nconst b = await import('../system/b.ts');`,
    /^lib\/core\/a\.ts:3: .* core may import only itself$/,
    { 'lib/system/b.ts': one },
  );
  says('lib/engine/a.ts', `${one}import type { B } from '../cli.ts';`, /engine may import only/, { 'lib/cli.ts': one });
  says(
    'lib/core/a.ts',
    `${one}export {\n  b,\n} from './b.ts';`,
    /lib\/core\/a\.ts:1: imports itself by way of lib\/core\/b\.ts → lib\/core\/a\.ts/,
    { 'lib/core/b.ts': `${one}import './a.ts';` },
  );
  says('lib/core/a.ts', `${one}import './gone.ts';`, /a\.ts:2: imports lib\/core\/gone\.ts, which does not exist/);
  says(
    'lib/steps/a.ts',
    `${one}import { spawn } from 'node:child_process';`,
    /a\.ts:2: .*only process\.ts, own-command\.ts, attach\.ts and remote\/call\.ts of lib\/system start processes/,
  );
  says('lib/steps/a.ts', `${one}await import('zx/core');`, /only lib\/system\/process\.ts uses zx/);
  says('lib/view/a.ts', `${one}import e from 'enquirer';`, /only lib\/system\/ask-by-keys\.ts/);
  says('lib/cli.ts', `${one}console.log('x');`, /only lib\/view\/ writes/);
  says('lib/cli.ts', `${one}process.stderr.write('x');`, /only lib\/view\/ writes/);
  says('lib/model/a.ts', `${one}if (cli === 'Gemini') x();`, /no model is known by name/);
  says('lib/model/a.ts', `${one}export default 1;`, /named exports only/);
  says('lib/model/a.ts', 'export const a = 1;', /a\.ts:1: opens without a comment/);
  says('lib/model/camelCase.ts', one, /kebab-case/);
  assert.equal(
    breaches({
      'lib/view/a.ts': `${one}console.log('x');`,
      'lib/system/process.ts': `${one}import { spawn } from 'node:child_process';`,
    }),
    [],
  );
});

test.run();
