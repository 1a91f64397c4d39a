// `count:` of a slot: the lanes that it makes, as slots that nothing else needs to know about.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Slot } from '../../lib/core/recipe.ts';
import { loadText } from './load.ts';

async function slotsOf(count: string): Promise<Readonly<Record<string, Slot>>> {
  const set = [{ path: 'slots.ada.count', value: count, source: '--set' }];
  const phases = [
    'phases:',
    '  - id: work',
    '    steps:',
    '      - { for: slots.all, parallel: true, passing: slots.several, steps: [{ say: "${slot.id}" }] }',
  ];
  const loaded = await loadText(`extends: base\n${phases.join('\n')}\n`, { set });
  if (!loaded.ok) throw new Error(loaded.failure.diagnostics.map(({ message }) => message).join('\n'));
  return loaded.value.slots;
}

const facts = (slots: Readonly<Record<string, Slot>>) =>
  Object.entries(slots).map(([key, { id, title, primary, workspace, of, spare }]) => {
    assert.is(key, id);
    return [id, title, primary, workspace, of, spare];
  });
const BOB = ['bob', 'bob', false, 'worktree', 'bob', false];

test('a count of several makes lanes in the place of the slot; what there is one of only is the first one’s', async () => {
  const slots = await slotsOf('3');
  assert.equal(facts(slots), [
    ['ada.1', 'Ada (1)', true, 'main', 'ada', false],
    ['ada.2', 'Ada (2)', false, 'worktree', 'ada', false],
    ['ada.3', 'Ada (3)', false, 'worktree', 'ada', false],
    BOB,
  ]);
  assert.is(slots['ada.1']!.backends, slots['ada.3']!.backends);
});

test('with `until: passing` those beyond the start wait; one lane is the slot itself', async () => {
  assert.equal(
    facts(await slotsOf('{ start: 2, most: 4, until: passing }')).map(([id, , , , , spare]) => [id, spare]),
    [
      ['ada.1', false],
      ['ada.2', false],
      ['ada.3', true],
      ['ada.4', true],
      ['bob', false],
    ],
  );
  for (const one of ['1', '{ most: 1, until: passing }'])
    assert.equal(facts(await slotsOf(one)), [['ada', 'Ada', true, 'main', 'ada', false], BOB], one);
});

test.run();
