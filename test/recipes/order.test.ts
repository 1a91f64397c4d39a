// What a step needs before it, with the real executors: found when the recipe is read, before anything runs.
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { executors } from '../../lib/steps/index.ts';
import { PROJECT } from '../support/paths.ts';
import { loadText } from './load.ts';

const resolveNamed = (name: string) => join(PROJECT, `recipes/${name}.yaml`);

/** The mistakes of a recipe with these steps, after a task, the repository and a look at the slots. */
async function mistakesOf(steps: string, more = 'options: { ro: true }\n'): Promise<string[]> {
  const text = `recipe: 1
name: own
extends: execute
${more}phases: [{ id: a, steps: [{ task: hi }, { repository: {}, save: repo }, { detect: slots }, ${steps}] }]
prompts: { t: hello }
`;
  const loaded = await loadText(text, {
    executors,
    resolveNamed,
    shipped: ['execute'],
  });
  return loaded.ok ? [] : loaded.failure.diagnostics.map(({ message }) => message);
}

const needs = (step: string, needed: string) => `\`${step}\` needs a \`${needed}\` step before it, and there is none`;

for (const [steps, mistakes] of [
  ['{ model: claude, template: t }', [needs('model', 'workspace')]],
  ['{ model: claude, template: t, on: plan }', [needs('model', 'compose')]],
  ['{ model: claude, template: t, read_only: true }', []],
  ['{ model: claude, template: t, read_only: "${options.ro}" }', []],
  ['{ capture: claude }', [needs('capture', 'workspace')]],
  ['{ prepare: { copy: [x] } }', [needs('prepare', 'workspace')]],
  ['{ workspace: scratch }, { gates: claude }', [needs('gates', 'find_gates'), needs('gates', 'capture')]],
  ['{ find_gates: {} }, { gates: base }', []],
  ['{ review: plan }', [needs('review', 'compose')]],
  ['{ apply: plan }', [needs('apply', 'compose')]],
  ['{ adopt: integrated }', [needs('adopt', 'compose')]],
  ['{ compose: file }', [needs('compose', 'capture')]],
  ['{ workspace: scratch }, { model: claude }', ['`model` is told nothing']],
  [
    '{ workspace: scratch }, { write: p.md, template: t }, { model: claude, prompt: p.md, template: t }',
    ['`prompt` and `template` are given both'],
  ],
  ['{ workspace: scratch }, { model: claude, prompt: nope.md }', ['no `write` step before this one makes `nope.md`']],
  ['{ workspace: scratch }, { write: p.md, template: t }, { model: claude, prompt: p.md }', []],
] as const)
  test(`${steps}: ${mistakes.join(', ') || 'is fine'} [K3]`, async () => {
    assert.equal(await mistakesOf(steps), [...mistakes]);
  });

test('a lane needs to know which slots there are, and what acts needs the repository [K3]', async () => {
  const load = async (steps: string) => {
    const loaded = await loadText(
      `recipe: 1\nname: own\nextends: execute\nphases: [{ id: a, steps: [${steps}] }]\nprompts: { t: hello }\n`,
      { executors, resolveNamed, shipped: ['execute'] },
    );
    return loaded.ok ? [] : loaded.failure.diagnostics.map(({ message }) => message);
  };
  assert.equal(await load('{ repository: {} }, { for: slots.available, steps: [{ workspace: scratch }] }'), [
    '`slots.available` is empty until a `detect` step has looked which slots there are',
  ]);
  assert.equal(await load('{ task: hi }, { write: p.md, template: t }'), [needs('write', 'repository')]);
});

test("a recipe's file can't be one of the program's own, whatever the case [K3]", async () => {
  for (const name of ['events.jsonl', 'Session.json', 'plan.json', 'report.html', 'guard-1', 'git', 'outputs'])
    assert.equal(await mistakesOf(`{ write: ${name}, in: session, template: t }`), [
      `\`${name}\` is one of the program's own files`,
    ]);
  for (const name of ['summary.md', 'prompt.md', 'plan-1.md', 'files.txt'])
    assert.equal(await mistakesOf(`{ write: ${name}, template: t }`), []);
});

test('options that the program itself reads are checked, all others are free [K3]', async () => {
  for (const [option, message] of [
    ['integrate: befor', '`integrate` must be `before` or `after`, but is `befor`'],
    ['cross_gates: maybe', '`cross_gates` must be true or false, but is `maybe`'],
    ['lfs: foo', '`lfs` must be true or false, but is `foo`'],
  ] as const)
    assert.equal(await mistakesOf('{ find_gates: {} }', `options: { ${option} }\n`), [message]);
  for (const option of ['integrate: after', 'mine: [1, two]'])
    assert.equal(await mistakesOf('{ find_gates: {} }', `options: { ${option} }\n`), []);
});

test('options that 0.1.0 read are taken, with a note that they no longer do anything [K3]', async () => {
  const text = (options: string) => `recipe: 1\nname: own\nextends: execute\n${options}\n`;
  for (const [options, notes] of [
    [
      'options:\n  keep_workspaces: 20000\n  lfs: true',
      ['/r/main.yaml:5: `options.keep_workspaces` no longer does anything; it can go.'],
    ],
    [
      'set: { options.early_workspaces: false, options.keep_workspaces: lots }',
      ['/r/main.yaml:4: `options.early_workspaces` no', '/r/main.yaml:4: `options.keep_workspaces` no'],
    ],
    ['options: { lfs: true }', []],
  ] as const) {
    const loaded = await loadText(text(options), { executors, resolveNamed, shipped: ['execute'] });
    assert.ok(loaded.ok, JSON.stringify(loaded));
    assert.is(loaded.value.notes.length, notes.length);
    for (const [i, note] of loaded.value.notes.entries()) assert.match(note, notes[i]!);
  }
});

test('a report that stands within another one may name only what is known there [K3]', async () => {
  const more = (next: string) => `reports: { out: "\${reports.next}", next: "${next}" }\n`;
  const write = '{ write: out.md, in: session, template: out }';
  assert.equal(await mistakesOf(write, more('A ${nope} ${result.notez}')), [
    'unknown name `nope`',
    'unknown name `result.notez`',
  ]);
  assert.equal(await mistakesOf(write, more('${session.id} ${reports.next}')), []);
});

test.run();
