// Trees as values of a recipe: what one step saves, another takes by its name; the words of 0.1.0 mean the same.
// deadline: 300
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Plan } from '../../lib/core/candidate.ts';
import { executors } from '../../lib/steps/index.ts';
import { loadText } from '../recipes/load.ts';
import { type CrewOptions, EXECUTE, eventsOfType, readAll, withCrew } from '../support/crew.ts';
import type { MmResult } from '../support/mm.ts';
import { PROJECT } from '../support/paths.ts';

/** One pass, without looking around, in two ways of saying it. */
const recipe = (lane: string, rest: string) => `recipe: 1
name: own
extends: execute
prompts: { compare: "\${candidates}" }
phases:
  - id: context
    steps:
      - { task: What? }
      - { repository: {}, save: repo }
      - { read: [AGENTS.md], optional: true, save: conventions }
      - { find_gates: { blocks: [AGENTS.md] } }
      - { detect: slots }
  - id: work
    steps:
      - { write: prompt.md, template: implement }
      - id: lanes
        for: slots.available
        parallel: true
        optional: true
        steps:
          - { workspace: "../\${repo.slug}-mm-\${slot.id}", branch: "mm/\${slot.id}/\${pass.stamp}" }
          - { id: implement, model: "\${slot.id}", prompt: prompt.md }
${lane}
${rest}
`;

const OLD = recipe(
  '          - { capture: "${slot.id}" }\n          - { gates: "${slot.id}" }\n          - { reset: main }',
  `      - { gates: base }
      - { cross_gates: slots.available }
      - { id: compare, judge: primary, template: compare }
      - { compose: file }
      - { id: integrate, model: primary, template: integrate, on: plan }
      - { adopt: integrated }
  - id: end
    steps: [{ review: plan }, { apply: plan }]`,
);

const NEW = recipe(
  '          - { capture: "${slot.id}", save: tree }\n          - { gates: "${tree}" }\n          - { reset: main }',
  `      - { gates: "\${repo.tree}" }
      - { cross_gates: lanes }
      - { id: compare, judge: primary, of: lanes, template: compare, save: votes }
      - { compose: lanes, grain: file, votes: "\${votes}", save: combined }
      - { id: integrate, model: primary, template: integrate, in: "\${combined}", save: mended }
      - { keep_if_better: "\${mended}", than: "\${combined}", save: combined }
  - id: end
    steps: [{ review: "\${combined}", save: combined }, { apply: "\${combined}" }]`,
);

/** The second model's file does not go with the first one's until the third appears: somebody has to mend it. */
const MENDING = {
  claude: {
    implement: 'put src/a.txt "a, BEST"\nput src/b.txt "b of claude"',
    compare: 'prefer BEST',
    integrate: 'put src/d.txt "fits"',
  },
} as const;

/** Runs a recipe of the user's own to its end, and tells what it says and leaves. */
function runOf(
  text: string,
  crew: CrewOptions = MENDING,
): Promise<{ readonly done: MmResult; readonly files: object; readonly plans: readonly Plan[] }> {
  return withCrew(crew, async (repo) => {
    const file = join(repo.root, 'own.yaml');
    writeFileSync(file, text);
    const done = await repo.runMm([file, ...EXECUTE.slice(1)], { deadline: 150_000 });
    const plans = eventsOfType(done, 'plan').map(({ plan }) => plan);
    return { done, files: readAll(join(repo.dir, 'src')), plans };
  });
}

test('trees handed on by name give what the words of 0.1.0 gave; those are taken with a note of what is said now [K5]', async () => {
  const [before, now] = [await runOf(OLD), await runOf(NEW)];
  for (const { done } of [before, now]) assert.is(done.code, 0, done.stderr);
  assert.equal(now.files, before.files);
  assert.ok('d.txt' in now.files);
  const [was, is] = [before, now].map(({ done }) => {
    const { plan, gate_results, judgements, cross_gates } = done.session.passes[0];
    const subjects = Object.keys(gate_results).sort();
    return {
      files: plan.files,
      by: plan.decided_by,
      subjects,
      judgements: judgements.length,
      cells: cross_gates.length,
    };
  });
  assert.equal(is, was);
  assert.is(is!.by, 'judge');
  const notes = before.done.stderr.split('\n').filter((line) => line.includes('is said otherwise now'));
  assert.equal(
    notes.map((line) => line.replace(/^.*own\.yaml:\d+: this goes on working, and is said otherwise now: /, '').trim()),
    [
      'gates: "${repo.tree}"',
      'cross_gates: lanes',
      'compose: lanes, grain: …, votes: "${votes}", save: …',
      'in: "${…}", with the name that compose saves',
      'keep_if_better: "${mended}", than: "${combined}", save: combined',
      'review: "${combined}", save: combined',
      'apply: "${combined}"',
    ],
  );
  assert.not.match(now.done.stderr, /said otherwise/);
});

const LANE = '          - { capture: "${slot.id}", save: tree }\n          - { reset: main }';

test('a recipe may put together several trees and choose among them; judges are heard only where it says so [K5]', async () => {
  const rest = `      - { gates: "\${repo.tree}" }
      - { id: compare, judge: primary, of: lanes, template: compare, save: votes }
      - { compose: lanes, grain: file, votes: "\${votes}", save: mixed }
      - { compose: lanes, grain: candidate, save: whole }
      - { gates: "\${whole}" }
  - id: end
    steps: [{ review: "\${mixed}" }, { apply: "\${mixed}" }]`;
  const { done, files, plans } = await runOf(recipe(LANE, rest), {});
  assert.is(done.code, 0, done.stderr);
  // the whole one was put together last; what was named is what came into the tree
  assert.equal(Object.keys(files).sort(), ['a.txt', 'b.txt', 'c.txt']);
  assert.equal(
    plans.map(({ whole, decided_by }) => [whole === null, decided_by]),
    [
      [true, 'judge'],
      [false, 'evidence'],
      [true, 'judge'],
    ],
  );
  assert.is(done.session.result.tree, plans[0]!.tree);
});

for (const [what, steps, mistake] of [
  ['a tree in a text', '{ write: "${repo.tree}.md", template: t }', "`repo.tree` is a tree, which can't be used here"],
  ['text for a tree', '{ review: "${task}" }', '`${task}` is not a tree'],
  ['a word for a tree', '{ apply: everything }', '`everything` is not a tree'],
  ['no such tree', '{ gates: "${three}" }', 'unknown name `three`'],
  ['a list that gives none', '{ compose: slots.available, grain: file }', '`slots.available` gives no trees'],
  ['a group without trees', '{ compose: empty, grain: file }', 'unknown name `empty`'],
] as const)
  test(`${what} is a mistake of the recipe [K3]`, async () => {
    const before =
      '{ capture: claude, save: one }, { find_gates: {} }, { compose: file, save: two }, { id: empty, for: slots.available, steps: [{ event: pass_complete }] }';
    const text = `recipe: 1\nname: own\nextends: execute\nphases: [{ id: a, steps: [{ task: hi }, { repository: {}, save: repo }, { detect: slots }, { workspace: scratch }, ${before}, ${steps}] }]\nprompts: { t: hello }\n`;
    const loaded = await loadText(text, {
      executors,
      resolveNamed: (name) => join(PROJECT, `recipes/${name}.yaml`),
      shipped: ['execute'],
    });
    assert.equal(loaded.ok ? [] : loaded.failure.diagnostics.map(({ message }) => message), [mistake]);
  });

test.run();
