// The files made from the executors' schemas are fresh, and the editors' schema says what the check says.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parse } from 'yaml';
import { editorSchema } from '../../lib/recipe/schema-file.ts';
import { executors } from '../../lib/steps/index.ts';
import { PROJECT } from '../support/paths.ts';
import { HERE } from './load.ts';
import { executors as madeUp } from './registry.ts';
import { schemaFiles } from './schema-files.ts';

const recipes = readdirSync(join(PROJECT, 'recipes')).filter((file) => file.endsWith('.yaml'));
const validator = (schema: object) =>
  new Ajv({ allErrors: true, strict: true, strictTypes: false, strictRequired: false, allowUnionTypes: true }).compile(
    schema,
  );
const read = (file: string) => readFileSync(file, 'utf8');

test('the generated files are fresh: run `npm run schema` after a change', () => {
  for (const { file, text } of schemaFiles(executors))
    assert.ok(read(file) === text, `${file} is stale: npm run schema`);
});

test('every recipe that ships names the schema in its first line, and is valid by it', () => {
  const validate = validator(editorSchema(executors));
  assert.ok(recipes.length >= 4);
  for (const file of recipes) {
    const text = read(join(PROJECT, 'recipes', file));
    assert.match(text, /^# yaml-language-server: \$schema=\.\/recipe\.schema\.json\n/, file);
    assert.ok(validate(parse(text)), `${file}: ${JSON.stringify(validate.errors?.slice(0, 3))}`);
  }
});

test('the editors’ schema accepts what the check accepts and sees the same mistakes of structure', () => {
  const validate = validator(editorSchema(madeUp));
  assert.ok(validate(parse(read(join(HERE, 'base.yaml')))), JSON.stringify(validate.errors));
  const faulty = [
    'executor-misspelt',
    'executor-none',
    'executor-two',
    'gate-list',
    'name-is-path',
    'output-format',
    'phase-without-id',
    'phases-empty',
    'slot-id',
    'slot-keys',
    'slot-without-backends',
    'step-fields',
    'step-not-a-mapping',
    'unknown-top-key',
    'parts/table',
  ];
  for (const name of faulty)
    assert.not.ok(validate(parse(read(join(HERE, 'faulty', `${name}.recipe`)))), `${name} is accepted`);
});

test('every executor explains itself, and its example is a valid step', () => {
  const validate = validator(editorSchema(executors));
  for (const { name, summary, example } of executors) {
    assert.match(summary, /^[A-Z].*\.$/s, name);
    const steps = parse(example.startsWith('-') ? example : `- ${example}`) as unknown[];
    const recipe = { extends: 'execute', phases: [{ id: 'one', steps }] };
    assert.ok(validate(recipe), `${name}: ${JSON.stringify(validate.errors?.slice(0, 3))}`);
  }
});

test.run();
