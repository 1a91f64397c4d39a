// The form of a judge's answer as a schema: as lenient as what reads it, and strict for vendors that want it so.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { judgeSchema } from '../../../lib/evidence/judge-schema.ts';
import { backendCommand } from '../../../lib/model/backend-command.ts';
import { strict } from '../../../lib/steps/start-backend.ts';

// biome-ignore lint/suspicious/noExplicitAny: schemas are read as any reader of JSON would
type Schema = any;

test('names the files and letters that there are; strict, no key may be left out', () => {
  const schema = judgeSchema(['a.txt', 'b.txt'], ['A', 'B']) as Schema;
  const file = schema.properties.files.items;
  assert.equal(file.properties.path.enum, ['a.txt', 'b.txt']);
  assert.equal(file.properties.best.enum, ['A', 'B', 'base']);
  assert.equal([file.required, file.properties.ratings.required], [['path', 'best', 'why'], []]);
  assert.equal(file.properties.ratings.properties.A.required.length, 5);
  const held = (strict(schema) as Schema).properties.files.items;
  assert.equal(
    [held.required, held.properties.ratings.required],
    [
      ['path', 'best', 'why', 'ratings'],
      ['A', 'B'],
    ],
  );
  const many = judgeSchema(Array.from({ length: 101 }, String), ['A']) as Schema;
  assert.equal(many.properties.files.items.properties.path, { type: 'string' });
});

test('goes where the line says, for a question that has one; the lines for less are used where they are there', () => {
  const backend = {
    run: ['x'],
    mend: ['x', 'mend'],
    reading: ['x', 'read'],
    judge: ['x', 'judge', '${answer_schema}', '-'],
    answerSchema: ['--schema', '${schema.strict_file}'],
    readOnly: ['x', 'only'],
    via: [],
    stdin: '${prompt}',
  } as unknown as Parameters<typeof backendCommand>[0];
  const schema = { text: '{}', file: '/f', strict_file: '/s' };
  const argv = (more: Partial<Parameters<typeof backendCommand>[1]>) =>
    backendCommand(backend, { prompt: 'p', readOnly: true, lookup: () => undefined, ...more }).argv;
  assert.equal(argv({ judging: true, schema }), ['x', 'judge', '--schema', '/s', '-']);
  assert.equal(argv({ judging: true }), ['x', 'judge', '-']);
  assert.equal(
    [argv({ reading: true }), argv({})],
    [
      ['x', 'read'],
      ['x', 'only'],
    ],
  );
  assert.equal([argv({ readOnly: false, mending: true }), argv({ readOnly: false })], [['x', 'mend'], ['x']]);
});

test.run();
