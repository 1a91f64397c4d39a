// `${name}` in recipe text.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Json } from '../../lib/core/json.ts';
import { asText, isName, parseTemplate, render, renderDeep, soleReference } from '../../lib/recipe/template.ts';

const values: Readonly<Record<string, Json>> = {
  task: 'do ${it} $${now} ${task}',
  'pass.number': 2,
  yes: true,
  no: false,
  nothing: null,
  empty: [],
  list: ['a', 'b', 3],
  slots: [
    { id: 'a', title: 'Ada' },
    { id: 'b', title: 'Bob' },
  ],
  map: { a: 1 },
};
const lookup = (path: string): Json | undefined => values[path];

test('what was inserted is never looked at again [S3]', () => {
  assert.is(render('<${task}>', lookup), '<do ${it} $${now} ${task}>');
  assert.equal(renderDeep({ a: ['${task}', 'x${task}'] }, lookup), { a: [values.task, `x${values.task}`] });
});

test('inserts values of every kind', () => {
  assert.is(
    render('${pass.number} ${yes} ${no} [${nothing}] [${unknown}] [${empty}]', lookup),
    '2 true false [] [] []',
  );
  assert.is(render('${list} / ${slots} / ${map}', lookup), 'a, b, 3 / Ada, Bob / {"a":1}');
  assert.is(asText(undefined), '');
});

test('two dollars stand for themselves, and what is no name stays as it is', () => {
  assert.is(render('$${task} $$${pass.number}', lookup), '${task} $${pass.number}');
  assert.is(render('$5 $ {} ${ task } ${} ${a..b} ${task', lookup), '$5 $ {} ${ task } ${} ${a..b} ${task');
  assert.equal(parseTemplate('a ${ b } ${c').malformed, [
    { offset: 2, length: 6 },
    { offset: 9, length: 2 },
  ]);
});

test('says where each name stands', () => {
  const { references } = parseTemplate('ä ${a.b-c} $${d} ${e_1}');
  assert.equal(references, [
    { path: 'a.b-c', offset: 2, length: 8 },
    { path: 'e_1', offset: 17, length: 6 },
  ]);
});

test('a field that is one name becomes the value itself', () => {
  assert.equal(renderDeep('${list}', lookup), ['a', 'b', 3]);
  assert.is(renderDeep('${pass.number}', lookup), 2);
  assert.is(renderDeep('${unknown}', lookup), null);
  assert.is(renderDeep('${no}', lookup), false);
  assert.equal(renderDeep({ n: 1, s: ['${pass.number}x'], t: null }, lookup), { n: 1, s: ['2x'], t: null });
  assert.is(soleReference('${a.b}'), 'a.b');
  for (const text of [' ${a}', '${a}${b}', '$${a}', '${a b}', '${a\n}']) assert.is(soleReference(text), null, text);
});

test('keys that every object has are keys like others', () => {
  const made = renderDeep(JSON.parse('{"__proto__": "${yes}", "constructor": "x"}') as Json, lookup);
  assert.equal(Object.entries(made as object), [
    ['__proto__', true],
    ['constructor', 'x'],
  ]);
});

test('tells names', () => {
  for (const name of ['a', 'a.b', 'my-slot.x_1', '1']) assert.ok(isName(name), name);
  for (const name of ['', '.', 'a.', '-a', 'a b', 'ä', 'a\n']) assert.not.ok(isName(name), name);
});

test('a large value is inserted in no time to speak of', () => {
  const large = '${'.repeat(300_000);
  assert.is(render('${a}${a}', () => large).length, 1_200_000);
  assert.is(parseTemplate(large).malformed.length, 300_000);
});

test.run();
