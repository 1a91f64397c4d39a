// How a recipe file becomes a recipe: files that are none, parents, settings, and the values that come out.
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Recipe } from '../../lib/core/recipe.ts';
import type { ActionStep, GroupStep } from '../../lib/core/step.ts';
import { digestOf } from '../../lib/evidence/output-digest.ts';
import { outputFormat } from '../../lib/recipe/build-slot.ts';
import { describe } from '../../lib/recipe/describe.ts';
import { HERE, load, loadText, mistakesOf } from './load.ts';

const BASE = join(HERE, 'base.yaml');

async function recipeOf(
  files: Parameters<typeof loadText>[0],
  options?: Parameters<typeof loadText>[1],
): Promise<Recipe> {
  const loaded = await loadText(files, options);
  if (!loaded.ok)
    throw new Error(
      loaded.failure.diagnostics.map(({ line, message }) => `${line}: ${message}`).join('\n') || loaded.failure.what,
    );
  return loaded.value;
}

test('fills in every default', async () => {
  const loaded = await load(BASE);
  assert.ok(loaded.ok);
  if (!loaded.ok) return;
  const recipe = loaded.value;
  assert.is(recipe.name, 'base');
  assert.is(recipe.file, BASE);
  assert.equal(recipe.sources, [{ file: BASE, sha256: createHash('sha256').update(readFileSync(BASE)).digest('hex') }]);
  assert.equal(recipe.slots.bob, {
    id: 'bob',
    title: 'bob',
    primary: false,
    workspace: 'worktree',
    hosts: [],
    askHosts: [],
    timeoutMs: null,
    backends: [
      {
        cli: 'bob',
        run: ['bob', '-p', '${prompt}'],
        readOnly: null,
        mend: null,
        reading: null,
        judge: null,
        answerSchema: [],
        stdin: null,
        env: { pass: [], set: {} },
        settings: {},
        via: [],
        install: null,
        output: outputFormat(undefined),
        login: { env: [], files: [], how: null },
        resume: null,
        cap: null,
        permissions: 'full',
        allows: null,
        measured: null,
        flags: [{ flag: '-p', command: ['bob'], place: `${join(HERE, 'base.yaml')}:14` }],
        unlisted: [],
        vendor: 'bob',
      },
    ],
    of: 'bob',
    spare: false,
    from: null,
  });
  assert.equal([recipe.staggerMs, recipe.enough], [3000, null]);
  assert.is(recipe.slots.ada!.primary, true);
  assert.equal(recipe.triggers.passes![1], { match: '\\bx(\\d+)\\b', value: '$1', max: 5 });
  assert.equal(recipe.timeout, {
    defaultMs: 1_200_000,
    silenceMs: null,
    graceMs: 5000,
    wrap: [['timeout', '${seconds}']],
  });
  assert.equal(recipe.failures, [
    { class: 'auth', output: 'not logged in', exit: null, retry: null, next: 'backend', ask: null },
  ]);
  assert.equal(recipe.gates.tests, {
    id: 'tests',
    title: 'tests',
    run: 'npm test',
    timeoutMs: 600_000,
    required: true,
    via: [],
  });
  assert.equal(recipe.options, { judges: ['primary'], grain: 'file', deep: { level: 1 } });
  assert.equal([recipe.gateRules, recipe.testFiles, recipe.withhold, recipe.sample], [[], [], [], null]);
  assert.is(recipe.prompts.implement, 'Do this: ${task}\n${made.notes}\n');
});

test('a step knows its place, its executor, its fields and its modifiers', async () => {
  const recipe = await recipeOf(
    'extends: base\nphases:\n  - id: one\n    steps:\n      - say: hello\n      - { id: it, write: a.md, template: summary, show: true, when: pass.later, timeout: 5m, retry: 2, optional: true }\n',
  );
  const [phase] = recipe.phases as [GroupStep];
  assert.is(phase.key, 'phases.0');
  const step = phase.steps[1] as ActionStep;
  assert.equal(step, {
    key: 'phases.0.steps.1',
    kind: 'action',
    executor: 'write',
    value: 'a.md',
    fields: { template: 'summary', show: true },
    id: 'it',
    for: null,
    parallel: false,
    passing: null,
    when: 'pass.later',
    unless: null,
    save: null,
    repeat: null,
    until: null,
    optional: true,
    timeout: '5m',
    retry: 2,
  });
  assert.is(recipe.finally[0]!.key, 'finally.0');
});

test('failure rules, outputs and backends are read whole', async () => {
  const recipe = await recipeOf(`extends: base
slots:
  bob:
    timeout: 90s
    backends:
      - { cli: b, run: [b], read_only: [b, -r], stdin: "x \${prompt}", via: [box], install: get b, env: { pass: ["B_*"], set: { A: "1" } }, output: { format: json, answer: result } }
failures:
  - { class: timeout, exit: 7, retry: { times: 2, after: 10s, timeout: 1.5x, resume: Go on. }, ask: "More for \${slot.title}?" }
  - { class: ok, exit: [1, 2] }
sample: ./sample
timeout: { default: none, silence: 1m }
`);
  const [backend] = recipe.slots.bob!.backends;
  assert.equal(backend!.readOnly, ['b', '-r']);
  assert.equal(backend!.env, { pass: ['B_*'], set: { A: '1' } });
  assert.equal(backend!.output, outputFormat({ format: 'json', answer: 'result' }));
  assert.is(recipe.slots.bob!.timeoutMs, 90_000);
  assert.equal(recipe.failures[0], {
    class: 'timeout',
    output: null,
    exit: [7],
    retry: { times: 2, afterMs: 10_000, timeoutFactor: 1.5, resume: 'Go on.' },
    next: null,
    ask: 'More for ${slot.title}?',
  });
  assert.equal(recipe.failures[1]!.exit, [1, 2]);
  assert.is(recipe.sample, '/r/sample');
  assert.equal([recipe.timeout.defaultMs, recipe.timeout.silenceMs, recipe.timeout.wrap.length], [null, 60_000, 1]);
});

test('a child replaces named entries whole, removes those that are null, and never merges phases [K4]', async () => {
  const recipe = await recipeOf({
    'main.yaml':
      'extends: ./middle.yaml\nname: child\nslots: { bob: null }\ngates: { lint: { run: [lint] } }\noptions: { grain: hunk }\nfinally: null\n',
    'middle.yaml':
      'extends: base\nsummary: middle\ngates: { tests: { run: make } }\nfailures: []\nphases: [{ id: only, steps: [{ say: hello }] }]\n',
  });
  assert.equal([recipe.name, recipe.summary], ['child', 'middle']);
  assert.equal(Object.keys(recipe.slots), ['ada']);
  assert.equal(Object.keys(recipe.gates), ['tests', 'lint']);
  assert.equal([recipe.gates.tests!.run, recipe.gates.tests!.timeoutMs], ['make', null]);
  assert.equal(recipe.options, { judges: ['primary'], grain: 'hunk', deep: { level: 1 } });
  assert.equal([recipe.phases.length, recipe.finally.length, recipe.failures.length], [1, 0, 0]);
  assert.equal(
    recipe.sources.map(({ file }) => file),
    ['/r/main.yaml', '/r/middle.yaml', BASE],
  );
});

test('mistakes of all files are told at once, the child first', async () => {
  const loaded = await loadText({
    'main.yaml': 'extends: ./b.yaml\nsumary: x\n',
    'b.yaml': 'extends: base\ngates: { tests: { rnu: x } }\nnaem: x\n',
  });
  assert.not.ok(loaded.ok);
  if (loaded.ok) return;
  assert.equal(
    loaded.failure.diagnostics.map(({ file, line, column }) => `${file}:${line}:${column}`),
    ['/r/main.yaml:2:1', '/r/b.yaml:2:19', '/r/b.yaml:3:1'],
  );
  assert.equal([loaded.failure.id, loaded.failure.exit], ['recipe_faulty', 2]);
});

test('the gate table is loaded where it is named, and may extend another', async () => {
  const recipe = await recipeOf({
    'main.yaml': 'extends: ./sub/parent.yaml\ngates: null\n',
    'sub/parent.yaml': 'extends: base\ngate_table: table.yaml\n',
    'sub/table.yaml': 'extends: ./more.yaml\nname: table\ntest_files: ["**/*.test.ts"]\n',
    'sub/more.yaml':
      "recipe: 1\nname: more\ngate_rules:\n  - { title: npm, files: [package.json], scripts: [test], contains: { a: '^b' }, gates: { tests: { run: [npm, test], timeout: 10m, required: false } } }\n",
  });
  assert.equal(recipe.gates, {});
  assert.equal(recipe.gateRules, [
    {
      title: 'npm',
      usual: false,
      files: ['package.json'],
      contains: { a: '^b' },
      without: [],
      lacks: {},
      scripts: ['test'],
      gates: {
        tests: { id: 'tests', title: 'tests', run: ['npm', 'test'], timeoutMs: 600_000, required: false, via: [] },
      },
      commands: null,
    },
  ]);
  assert.equal(recipe.testFiles, ['**/*.test.ts']);
  assert.is(recipe.sources.length, 5);
});

test('readers of a recipe and of its table come after those that they add to, and so before them; a gate may say how it runs some files', async () => {
  const recipe = await recipeOf({
    'main.yaml':
      'extends: base\ngate_table: table.yaml\nreaders: { mine: { counts: ["^(?<passed>\\\\d+) green$"] } }\ngates: { tests: { run: [t], files: [t, "${files}"] } }\n',
    'table.yaml': 'extends: ./more.yaml\nname: table\nreaders: { theirs: { failing: ["^RED (?<name>.+)$"] } }\n',
    'more.yaml':
      'recipe: 1\nname: more\ngate_rules: []\nreaders: { first: { missing: [gone] } }\nrun_files: { t: { start: t } }\n',
  });
  assert.equal(Object.keys(recipe.readers), ['first', 'theirs', 'mine']);
  const said = digestOf('RED a\nRED b\n5 green\n', recipe.readers);
  assert.equal(said.counts, { passed: 5, failed: 0 });
  assert.equal(
    said.failing.map(({ name }) => name),
    ['a', 'b'],
  );
  assert.equal(recipe.gates.tests?.files, ['t', '${files}']);
  assert.equal([recipe.runFiles.t?.argument, recipe.runFiles.t?.most], [['${file}'], null]);
});

test('--set changes one value, adds a gate, reaches steps by their id, and removes entries', async () => {
  const set = (path: string, value: string) => ({ path, value, source: '--set' });
  const recipe = await recipeOf('extends: base\n', {
    set: [
      set('slots.bob.timeout', '300'),
      set('options.grain', 'hunk'),
      set('gates.lint.run', '[npm, run, lint]'),
      set('gates.tests', 'null'),
      set('phases.pass.repeat', '2'),
      set('slots.bob.backends.0.cli', '"bobby"'),
      set('slots.*.workspace', 'clone'),
      set('summary', 'a: b'.replace(': ', ' ')),
    ],
  });
  assert.is(recipe.slots.bob!.timeoutMs, 300_000);
  assert.is(recipe.slots.bob!.backends[0]!.cli, 'bobby');
  assert.equal(
    Object.values(recipe.slots).map(({ workspace }) => workspace),
    ['clone', 'clone'],
  );
  assert.equal(recipe.options.grain, 'hunk');
  assert.equal(
    Object.values(recipe.gates).map(({ id, run }) => [id, run]),
    [['lint', ['npm', 'run', 'lint']]],
  );
  assert.is(recipe.phases[1]!.repeat, 2);
});

test('--set of an unknown path, of nonsense, and of a wrong value is told like a mistake in the recipe', async () => {
  const wrong = async (path: string, value: string) => {
    const loaded = await loadText('extends: base\n', { set: [{ path, value, source: '--set' }] });
    assert.not.ok(loaded.ok, path);
    const [first] = loaded.ok ? [] : loaded.failure.diagnostics;
    assert.equal([first!.file, first!.line, first!.source], ['--set', 1, `${path}=${value}`]);
    return `${first!.column} ${first!.message} (${first!.hint ?? ''})`;
  };
  assert.is(
    await wrong('slots.bbo.timeout', '300'),
    '7 the recipe has no `slots.bbo` (did you mean `slots.bob.timeout`?)',
  );
  assert.is(
    await wrong('options.grian', 'hunk'),
    '9 the recipe has no `options.grian` (did you mean `options.grain`?)',
  );
  assert.is(
    await wrong('phases.pss.repeat', '2'),
    '8 the recipe has no `phases.pss` (did you mean `phases.pass.repeat`?)',
  );
  assert.match(await wrong('slot.bob', '1'), /^1 the recipe has no `slot` \(did you mean `slots\.bob`\?\)/);
  assert.match(await wrong('slots.bob.timout', '300'), /^1 unknown key `timout`.*`timeout`/);
  assert.match(await wrong('slots.bob.timeout', 'soon'), /^19 `timeout` must be a duration/);
  assert.match(await wrong('slots.bob.title.x', 'y'), /^1 unknown key|^1 `title` must be text/);
  assert.match(await wrong('slots.ada.title.x', 'y'), /`slots\.ada\.title` is `Ada`/);
  assert.match(await wrong('gates.tests.run', '[npm, test'), /not valid YAML/);
  assert.match(await wrong('extends', 'x'), /not a path/);
  assert.match(await wrong('slots..x', 'x'), /not a path/);
});

test('`set:` in a recipe changes what it extends, once, with the place of its value', async () => {
  const files = {
    'main.yaml': 'extends: ./mid.yaml\nslots:\n  cleo: { backends: [{ cli: c, run: [c, "${prompt}"] }] }\n',
    'mid.yaml': 'extends: base\nset:\n  slots.*.workspace: clone\n  gates.tests.timeout: 1m\n',
  };
  const recipe = await recipeOf(files);
  assert.equal(
    Object.values(recipe.slots).map(({ id, workspace }) => `${id} ${workspace}`),
    ['ada clone', 'bob clone', 'cleo worktree'],
  );
  assert.is(recipe.gates.tests!.timeoutMs, 60_000);
  assert.equal(await mistakesOf('extends: base\nset: [x]\n'), [
    '2:6 `set` must be a mapping of paths to values, but is a list',
  ]);
  assert.equal(await mistakesOf('extends: base\nset: { slots.bob.title: 5 }\n'), [
    '2:25 `title` must be text, but is `5`',
  ]);
});

test('files that are no recipe are told apart', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mm-recipes-'));
  try {
    const failing = async (name: string, content: string | Uint8Array | null) => {
      const file = join(folder, name);
      if (content === null) mkdirSync(file);
      else writeFileSync(file, content);
      const loaded = await load(file);
      assert.not.ok(loaded.ok, name);
      return loaded.ok
        ? ''
        : `${loaded.failure.exit} ${[loaded.failure.what, ...loaded.failure.diagnostics.map(({ message }) => message)].join(' ')}`;
    };
    assert.match(await failing('empty.yaml', ''), /^2 .*empty/);
    assert.match(await failing('blank.yaml', ' \n\n'), /^2 .*empty/);
    assert.match(await failing('folder.yaml', null), /^2 .*folder/);
    assert.match(await failing('large.yaml', `a: ${'x'.repeat(50 * 1024 * 1024)}`), /^2 .*larger than 1024 KiB/);
    assert.match(
      await failing('binary.yaml', new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 0, 1, 2, 3])),
      /^2 .*not a text file/,
    );
    assert.match(await failing('latin1.yaml', new Uint8Array([0x61, 0x3a, 0x20, 0xe4])), /^2 .*not a text file/);
    assert.match(await failing('text.yaml', 'just words\n'), /^2 .*is a mapping/);
    const missing = await load(join(folder, 'nowhere.yaml'));
    assert.match(missing.ok ? '' : missing.failure.what, /nowhere\.yaml does not exist/);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('a reader that hands out more than the limit is not trusted', async () => {
  const loaded = await loadText({ 'main.yaml': `a: ${'x'.repeat(1024 * 1024)}` });
  assert.match(loaded.ok ? '' : loaded.failure.what, /larger/);
});

test('a byte order mark and Windows line ends change nothing but the columns of none', async () => {
  assert.equal(await mistakesOf('\ufeffextends: base\r\nsumary: x\r\ngates:\r\n  tests: { rnu: x }\r\n'), [
    '2:1 unknown key `sumary`',
    '4:12 unknown key `rnu` in `tests`',
  ]);
});

test('large and deep input is refused in no time to speak of', async () => {
  const keys = Array.from({ length: 20_000 }, (_, i) => `k${i}: 1`).join('\n');
  const gates = Array.from({ length: 4000 }, (_, i) => `g${i}: { run: 5, timeout: soon }`).join(', ');
  assert.is((await mistakesOf(`extends: base\ngates: { ${gates} }\n`)).length > 100, true);
  assert.ok((await mistakesOf(`extends: base\noptions:\n${keys.replaceAll(/^/gm, '  ')}\nsumary: x\n`)).length === 1);
  assert.ok((await mistakesOf('['.repeat(20_000))).length > 0);
  assert.ok((await mistakesOf(`a: ${'{a: '.repeat(5_000)}`)).length > 0);
  assert.ok((await mistakesOf('- '.repeat(20_000))).length > 0);
});

test('names that every object has are nothing special', async () => {
  const mistakes = await mistakesOf(
    'extends: base\nconstructor: x\n__proto__: { a: 1 }\nslots: { toString: null }\nphases:\n  - id: one\n    steps:\n      - { say: "${constructor} ${pass.__proto__} ${options.hasOwnProperty}" }\n      - { hasOwnProperty: 1 }\nset: { slots.constructor.x: 1 }\n',
  );
  assert.equal(
    mistakes.map((text) => text.split(' ')[0]),
    ['2:1', '3:1', '4:10', '8:17', '8:32', '8:50', '9:11', '10:14'],
  );
});

test('the recipe in short', async () => {
  const loaded = await load(BASE);
  assert.ok(loaded.ok);
  const lines = loaded.ok ? describe(loaded.value) : [];
  assert.is(lines[0], 'base: A small recipe without a mistake.');
  for (const line of [
    `  from ${BASE}`,
    '  ada (primary, main)',
    '    bob -p ${prompt}',
    '  tests: npm test (limit 600s)',
    '  pass  [at most ${passes} times, until made.settled]',
    '      lanes  [for slots.available, side by side]',
    '        model ${slot.id} → answer',
  ]) {
    assert.ok(lines.includes(line), line);
  }
});

test.run();
