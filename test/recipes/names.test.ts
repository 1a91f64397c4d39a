// Which names are known where: what a recipe may say without a complaint, and what it may not.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { mistakesOf } from './load.ts';

/** The mistakes of some steps in a phase, without the places of their lines. */
async function inSteps(steps: readonly string[], rest = ''): Promise<readonly string[]> {
  const text = `extends: base\nphases:\n  - id: one\n    steps:\n${steps.map((step) => `      - ${step}\n`).join('')}prompts: { implement: x, explore: x }\nreports: { summary: x }\n${rest}`;
  return (await mistakesOf(text)).map((mistake) => mistake.replace(/^\d+:\d+ /, ''));
}

test('ambient names are known from the first step on', async () => {
  const names = [
    'task',
    'slots.all',
    'slots.several',
    'triggers.passes',
    'options.grain',
    'options.deep.level',
    'gates.list',
    'session.dir',
    'pass.number',
    'recipe.dir',
    'plan.table',
    'prior',
    'reports.summary',
  ];
  assert.equal(await inSteps([`{ say: "${names.map((name) => `\${${name}}`).join(' ')}" }`]), []);
});

test('a saved name is known to later steps, across groups, conditions and failures', async () => {
  assert.equal(
    await inSteps(
      [
        '{ read: [x], save: early, when: pass.later, optional: true }',
        '{ say: "${early}" }',
        '{ steps: [{ read: [x], save: inner }] }',
        '{ parallel: true, steps: [{ read: [x], save: left }, { steps: [{ read: [x], save: right }, { say: "${right}" }] }] }',
        '{ say: "${inner} ${left} ${right}" }',
      ],
      'finally: [{ say: "${early} ${left}" }]\n',
    ),
    [],
  );
});

test('in a repeated group, what a later step saves is known from the second round on', async () => {
  assert.equal(
    await inSteps([
      '{ id: round, repeat: 2, until: verdict.settled, steps: [{ say: "${verdict.best} ${round.number} ${round.count} ${round.stamp}", when: round.later }, { judge: primary, save: verdict }] }',
    ]),
    [],
  );
  assert.equal(await inSteps(['{ say: "${round.number}" }', '{ id: round, repeat: 2, steps: [{ say: a }] }']), [
    'unknown name `round.number`',
  ]);
});

test('the item of a list is called slot or item, inside only', async () => {
  assert.equal(
    await inSteps([
      '{ for: slots.available, parallel: true, steps: [{ workspace: "../${slot.id}", branch: "${slot.title}/${slot.backend}/${slot.workspace}" }] }',
    ]),
    [],
  );
  assert.equal(await inSteps(['{ for: options.judges, workspace: "${item}" }']), []);
  assert.equal(await inSteps(['{ for: slots.all, say: "${slot.id}" }', '{ say: "${slot.id}" }']), [
    'unknown name `slot.id`',
  ]);
});

test('a list that a model may have had a hand in gives items that stay out of paths [S3]', async () => {
  assert.equal(await inSteps(['{ judge: primary, save: verdict }', '{ for: verdict.files, workspace: "${item}" }']), [
    "`item` may carry any text (a task's, a model's), so it can't be used here",
  ]);
  assert.equal(await inSteps(['{ judge: primary, save: verdict }', '{ for: verdict.files, say: "${item}" }']), []);
});

test('untrusted text stays out of paths, arguments, limits and counts, through every way of saving it [S3]', async () => {
  const refused = (name: string) => `\`${name}\` may carry any text (a task's, a model's), so it can't be used here`;
  assert.equal(await inSteps(['{ read: [x], save: words }', '{ prepare: { run: [[echo, "${words}"]] } }']), [
    refused('words'),
  ]);
  assert.equal(await inSteps(['{ read: [x], save: words }', '{ say: a, timeout: "${words}" }']), [refused('words')]);
  assert.equal(await inSteps(['{ read: [x], save: words }', '{ say: a, repeat: "${words}" }']), [refused('words')]);
  // one of two ways to get the name is untrusted
  assert.equal(
    await inSteps([
      '{ ask: Which?, choices: [{ value: 1 }], save: words }',
      '{ parallel: true, steps: [{ read: [x], save: words }, { ask: Which?, choices: [{ value: 1 }], save: words }] }',
      '{ workspace: "${words}" }',
    ]),
    [refused('words')],
  );
});

test('a template is checked against what each of its users knows, and its executor adds', async () => {
  const rest = 'prompts: { implement: "${early} ${extra}", explore: x }\n';
  const text = (steps: string) =>
    `extends: base\nphases:\n  - id: one\n    steps:\n${steps}reports: { summary: x }\n${rest}`;
  assert.equal(
    await mistakesOf(text('      - { read: [x], save: early }\n      - { write: a, template: implement }\n')),
    [],
  );
  assert.equal(
    await mistakesOf(
      text(
        '      - { write: a, template: implement }\n      - { read: [x], save: early }\n      - { write: a, template: implement }\n',
      ),
    ),
    ['9:24 `early` is not known yet at this step, when step `write` (main.yaml:5) uses this template'],
  );
  assert.equal(
    await mistakesOf(text('      - { read: [x], save: early }\n      - { model: primary, template: implement }\n')),
    ['8:33 unknown name `extra`, when step `model` (main.yaml:6) uses this template'],
  );
});

test('text, comments and regular expressions are free of all this', async () => {
  assert.equal(
    await inSteps(
      ['{ say: "costs $5, $${HOME} $HOME" } # ${nothing}'],
      "triggers: { t: [{ match: 'a$[{]1}', value: 1 }] }\nsummary: uses ${braces}\n",
    ),
    [],
  );
});

test('the place of a name is right in every way of writing a text', async () => {
  // the arrow stands before the faulty name and is taken out
  const cases = [
    'plain →${tsk} text',
    '"double \\u0041 \\" →${tsk}"',
    "'it''s →${tsk}'",
    '|\n          one\n            →${tsk}',
    '>-\n          one\n          two →${tsk}\n          three',
    '"one\n          two \\\n          →${tsk}"',
    '"${task} $${tsk} →${tsk}"',
    '"${task} →${tsk}" # ${tsk}',
    '| # ${tsk}\n          →${tsk}',
  ];
  for (const written of cases) {
    const marked = `extends: base\nphases:\n  - id: one\n    steps:\n      - say: ${written}\nprompts: { implement: x, explore: x }\nreports: { summary: x }\n`;
    const before = marked.slice(0, marked.indexOf('→')).split('\n');
    assert.equal(
      await mistakesOf(marked.replace('→', '')),
      [`${before.length}:${before.at(-1)!.length + 1} unknown name \`tsk\``],
      written,
    );
  }
});

test.run();
