// The documents say what is so: every command line in them can be read, every recipe loads, every example of an executor
// too, tables and links hold, and what is generated is fresh.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readArguments } from '../../lib/commands/arguments.ts';
import { COMMANDS, OPTIONS } from '../../lib/commands/option-table.ts';
import { emptyRecord } from '../../lib/core/session-record.ts';
import { readGateBlocks } from '../../lib/evidence/found-gates.ts';
import { loadRecipe, type Read } from '../../lib/recipe/load.ts';
import { executors } from '../../lib/steps/index.ts';
import { frames } from '../../lib/view/frame.ts';
import { withReference } from '../docs/reference.ts';
import { readDisk } from '../recipes/load.ts';
import { anchorsOf, type Block, blocksOf, linksOf, wordsOf } from '../support/documents.ts';
import { PROJECT } from '../support/paths.ts';

const text = (file: string): string => readFileSync(join(PROJECT, file), 'utf8');
const DOCUMENTS = ['README.md', 'recipes/README.md', 'lib/README.md', 'CHANGELOG.md'];
const blocks = (language: string): readonly (Block & { readonly file: string })[] =>
  DOCUMENTS.flatMap((file) =>
    blocksOf(text(file))
      .filter(({ info }) => info === language)
      .map((block) => ({ ...block, file })),
  );
const shipped = readdirSync(join(PROJECT, 'recipes'))
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => file.replace('.yaml', ''));
const { scripts, version } = JSON.parse(text('package.json')) as { scripts: Record<string, string>; version: string };

/** The mistakes of a recipe given as text, drawn. */
async function mistakesIn(recipe: string): Promise<string> {
  const read: Read = (file, limit) =>
    file === '/documents/recipe.yaml'
      ? Promise.resolve({ bytes: new TextEncoder().encode(recipe) })
      : readDisk(file, limit);
  const resolveNamed = (name: string) =>
    shipped.includes(name) || name.startsWith('hosts/') ? join(PROJECT, `recipes/${name}.yaml`) : null;
  const loaded = await loadRecipe('/documents/recipe.yaml', { executors, read, resolveNamed, shipped });
  return loaded.ok ? '' : `${loaded.failure.what}\n${frames(loaded.failure.diagnostics)}`;
}

test('every command line in the documents is one that can be typed', () => {
  const lines = blocks('sh').flatMap(({ text: block, file, line }) =>
    block
      .split('\n')
      .flatMap((each, i) => each.split(' && ').map((one) => ({ one, where: `${file}:${line + 1 + i}` }))),
  );
  assert.ok(lines.length > 20);
  for (const { one, where } of lines) {
    const [program, ...args] = wordsOf(one);
    if (program === 'npm' && args[0] === 'run') assert.ok(scripts[args[1] ?? ''], `${where}: ${one}`);
    else if (program === 'npm')
      assert.ok(['ci', 'test', 'install', 'pack'].includes(args[0] ?? ''), `${where}: ${one}`);
    else if (program === 'echo')
      assert.match(one, /^echo 'source <\(mm completion (bash|zsh)\)' >> ~\/\.(bash|zsh)rc$/, where);
    else {
      const [, start] = /^npx (tsx mm\.ts|multi-model) /.exec(one) ?? [];
      assert.ok(program === 'mm' || start !== undefined, `${where}: ${one}`);
      const read = readArguments(start === undefined ? args : args.slice(start.split(' ').length));
      assert.ok(read.ok, `${where}: ${one}: ${read.ok ? '' : read.failure.what}`);
      if (!read.ok || read.value.command !== 'run') continue;
      const [recipe = ''] = read.value.operands;
      const known = shipped.includes(recipe.replace(/^recipes\/|\.yaml$/g, '')) || recipe.startsWith('.mm/');
      assert.ok(known, `${where}: ${recipe}`);
    }
  }
  assert.ok(text('README.md').includes(`multi-model-${version}.tgz`));
});

test('the README names every command, option, recipe and exit code', () => {
  const readme = text('README.md');
  for (const [name, { operands }] of Object.entries(COMMANDS)) {
    const typed = `mm ${name} ${operands}`.trim();
    assert.ok(readme.includes(`\n${typed}  `), typed);
  }
  for (const [name, { short }] of Object.entries(OPTIONS)) {
    const row = readme.split('\n').find((line) => line.startsWith('|') && line.includes(`\`--${name}`));
    assert.ok(row, `--${name}`);
    if (short) assert.ok(row!.includes(`\`-${short}`), `-${short}`);
  }
  for (const name of shipped) assert.ok(readme.includes(`| \`${name}\` |`), name);
  const exits = [...readme.matchAll(/^\| (\d+) \|/gm)].map(([, code]) => Number(code));
  assert.equal(exits, [0, 1, 2, 3, 4, 70, 130]);
});

test('the session.json of the README has only keys that there are', () => {
  const [block] = blocks('jsonc').filter(({ text: each }) => each.includes('schema_version'));
  const shown = JSON.parse(block!.text);
  for (const key of Object.keys(shown)) assert.ok(key in emptyRecord, key);
});

test('every recipe in the documents loads without a mistake', async () => {
  const recipes = blocks('yaml').filter(({ text: each }) => /^recipe: 1$/m.test(each));
  assert.ok(recipes.length >= 12, `${recipes.length}`);
  for (const { text: recipe, file, line } of recipes) {
    assert.is(await mistakesIn(recipe), '', `${file}:${line}`);
  }
});

test("every executor's example loads in a recipe", async () => {
  for (const { name, example } of executors) {
    // what an example refers to is what execute.yaml has; a step of a lane stands in one
    const inLane = example.includes('${slot.');
    const step = example.replace(/: (\$\{[\w.]+\})(?=\s|$)/g, ': "$1"');
    const lines = inLane ? ['      - for: slots.available', '        steps:', `          ${step}`] : [`      ${step}`];
    const recipe = [
      'recipe: 1',
      'name: example',
      'extends: execute',
      'phases:',
      '  - id: before',
      '    steps:',
      '      - { repository: {}, save: repo }',
      '      - { read: [AGENTS.md], save: conventions }',
      '      - { find_gates: {} }',
      '      - { detect: slots }',
      '      - { fetch: "${slot.id}", for: slots.taken }',
      '      - { workspace: scratch }',
      '      - { model: primary, template: explore, save: background }',
      '      - { write: prompt.md, template: implement }',
      '      - { capture: claude, save: tree }',
      '      - { id: lanes, for: slots.available, steps: [{ capture: "${slot.id}", save: tree }] }',
      '      - { judge: primary, of: lanes, template: compare, save: votes }',
      '      - { compose: lanes, grain: file, save: combined }',
      '      - { model: primary, template: integrate, in: "${combined}", save: mended }',
      '  - id: example',
      '    steps:',
      ...lines,
    ].join('\n');
    assert.is(await mistakesIn(recipe), '', `${name}: ${example}`);
  }
});

test('the mm-gates block of the manual is read as gates', () => {
  const block = blocksOf(text('recipes/README.md')).find(({ info }) => info === 'markdown')!;
  const { gates, mistakes } = readGateBlocks([['AGENTS.md', block.text]]);
  assert.equal(mistakes, []);
  assert.equal(Object.keys(gates), ['linter', 'tests']);
});

test('the reference in recipes/README.md is what `npm run docs` writes', () => {
  const document = text('recipes/README.md');
  assert.ok(withReference(document, executors) === document, 'run npm run docs');
  for (const { name } of executors) assert.ok(document.includes(`\n#### ${name}\n`), name);
});

test('links in the documents lead somewhere', () => {
  for (const file of DOCUMENTS) {
    for (const link of linksOf(text(file))) {
      const [path = '', anchor] = link.split('#');
      const target = path === '' ? file : join(dirname(file), path);
      assert.ok(existsSync(join(PROJECT, target)), `${file}: ${link}`);
      if (anchor !== undefined) assert.ok(anchorsOf(text(target)).includes(anchor), `${file}: ${link}`);
    }
  }
});

test('package.json says what npm wants to know, and packs what the program needs', () => {
  const { description, keywords, license, files, bin } = JSON.parse(text('package.json')) as {
    description: string;
    keywords: readonly string[];
    license: string;
    files: readonly string[];
    bin: { mm: string };
  };
  assert.ok(description.length > 30 && keywords.length > 4 && license === 'MIT');
  for (const needed of ['dist', 'lib/launch.mjs', 'recipes', 'README.md', 'LICENSE']) {
    assert.ok(files.includes(needed), needed);
  }
  assert.ok(existsSync(join(PROJECT, bin.mm)));
  assert.match(text('CHANGELOG.md'), new RegExp(`^## ${version.replaceAll('.', '\\.')}`, 'm'));
});

test.run();
