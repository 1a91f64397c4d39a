// The two files that are made from the executors' schemas, as text: the editors' schema, and validators that start quickly.
import { join } from 'node:path';
import { Ajv } from 'ajv';
import standalone from 'ajv/dist/standalone/index.js';
import type { ExecutorSpec } from '../../lib/core/executor-spec.ts';
import type { JsonSchema } from '../../lib/core/json.ts';
import { allSchemas } from '../../lib/recipe/schema.ts';
import { editorSchema } from '../../lib/recipe/schema-file.ts';
import { AJV_OPTIONS, ANNOTATIONS, fingerprint } from '../../lib/recipe/validators.ts';
import { PROJECT } from '../support/paths.ts';

export interface MadeFile {
  readonly file: string;
  readonly text: string;
}

/** Both files, as they should be. */
export function schemaFiles(executors: readonly ExecutorSpec[]): readonly MadeFile[] {
  return [
    {
      file: join(PROJECT, 'recipes/recipe.schema.json'),
      text: `${JSON.stringify(editorSchema(executors), null, 2)}\n`,
    },
    { file: join(PROJECT, 'lib/recipe/validators.generated.js'), text: validators(executors) },
  ];
}

function validators(executors: readonly ExecutorSpec[]): string {
  const ajv = new Ajv({ ...AJV_OPTIONS, validateSchema: true, code: { source: true, esm: true } });
  ajv.addVocabulary(ANNOTATIONS);
  const schemas = Object.values(allSchemas(executors));
  for (const [i, schema] of schemas.entries()) ajv.addSchema(withoutDescriptions(schema), `v${i}`);
  const names = Object.fromEntries(schemas.map((_, i) => [`v${i}`, `v${i}`]));
  const code = (standalone as unknown as { default: (ajv: Ajv, refs: Record<string, string>) => string }).default(
    ajv,
    names,
  );
  const table = schemas.map((schema, i) => `  "${fingerprint(schema)}": v${i},`);
  return [
    '// Written by `npm run schema` from the schemas in schema.ts and of the executors: not to be edited.',
    '// @ts-nocheck',
    "import { createRequire } from 'node:module';",
    'const require = createRequire(import.meta.url);',
    code.replace(/^"use strict";/, ''),
    'export const validators = {',
    ...table,
    '};',
    '',
  ].join('\n');
}

/** Validators say nothing, so that descriptions would only be weight. A property called so is no text, and stays. */
const withoutDescriptions = (schema: JsonSchema): JsonSchema =>
  JSON.parse(JSON.stringify(schema), (key, value) =>
    key === 'description' && typeof value === 'string' ? undefined : value,
  );
