// The whole language as one JSON Schema file for editors (draft-07, which the YAML language server handles best).
// Not used for checking: there each step is checked by its own part alone.
import type { ExecutorSpec } from '../core/executor-spec.ts';
import type { JsonSchema } from '../core/json.ts';
import { catalogueSchema, recipeSchema } from './schema.ts';
import { catalogueParts, writtenSlot } from './schema-backend.ts';
import { groupSchema, modifiers, modifiersSchema, phaseSchema, stepSchema } from './schema-steps.ts';
import { tableSchema } from './schema-table.ts';
import { ANNOTATIONS } from './validators.ts';

type Schema = { readonly [key: string]: unknown };

const STEPS = { type: 'array', items: { $ref: '#/definitions/step' } };
const REFERENCE = { type: 'string', pattern: '\\$\\{', description: 'Inserted when the step runs.' };
const NAME = '^[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*$';

/** Where editors find it: in the newest package, whatever is installed. It is only ever added to. */
const ADDRESS = 'https://unpkg.com/multi-model/recipes/recipe.schema.json';

/** The content of `recipe.schema.json`. */
export function editorSchema(executors: readonly ExecutorSpec[]): Schema {
  const { phases, finally: last, ...recipeParts } = recipeSchema.properties as Readonly<Record<string, Schema>>;
  const sections = Object.fromEntries(
    Object.entries(recipeParts).map(([key, part]) => [key, removable(plain(part) as Schema)]),
  );
  const slots = removable({ ...sections.slots, additionalProperties: plain(writtenSlot) });
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: ADDRESS,
    title: 'A recipe for multi-model',
    type: 'object',
    properties: {
      ...sections,
      slots,
      ...(plain(tableSchema.properties) as Schema),
      ...(plain(catalogueParts) as Schema),
      phases: { type: 'array', minItems: 1, items: { $ref: '#/definitions/phase' }, description: phases!.description },
      finally: { ...STEPS, description: last!.description },
    },
    additionalProperties: false,
    anyOf: [
      { required: ['extends'] },
      ...[recipeSchema, tableSchema, catalogueSchema].map(({ required }) => ({ required })),
    ],
    definitions: {
      step: anyStep(executors),
      modifiers: plain(modifiersSchema),
      group: groupOf(groupSchema),
      phase: groupOf(phaseSchema),
      ...Object.fromEntries(executors.map((executor) => [`step-${executor.name}`, oneStep(executor)])),
    },
  };
}

/** A step: the key that is its executor's decides what else it may say. */
function anyStep(executors: readonly ExecutorSpec[]): Schema {
  const keys = ['steps', ...executors.map(({ name }) => name)];
  // a field may be called like another executor: then the executor that has the field decides
  const isFieldOf = (name: string) =>
    executors
      .filter((other) => other.name !== name && Object.hasOwn(other.schema.fields ?? {}, name))
      .map((other) => other.name);
  const choice = (name: string, definition: string): Schema => {
    const others = isFieldOf(name);
    const condition =
      others.length === 0
        ? { required: [name] }
        : { required: [name], not: { anyOf: others.map((other) => ({ required: [other] })) } };
    // biome-ignore lint/suspicious/noThenProperty: a word of JSON Schema
    return { if: condition, then: { $ref: `#/definitions/${definition}` } };
  };
  return {
    type: 'object',
    properties: Object.fromEntries(executors.map(({ name, summary }) => [name, { description: summary }])),
    anyOf: keys.map((key) => ({ required: [key] })),
    allOf: [choice('steps', 'group'), ...executors.map(({ name }) => choice(name, `step-${name}`))],
  };
}

function oneStep(executor: ExecutorSpec): Schema {
  const schema = plain(stepSchema(executor)) as Schema;
  const properties = Object.entries(schema.properties as Readonly<Record<string, Schema>>).map(([key, part]) => {
    if (isModifier(key, part)) return [key, modifier(key)];
    const own = orReference(part);
    return [key, key === executor.name ? { ...own, description: executor.summary } : own];
  });
  return { ...schema, properties: Object.fromEntries(properties) };
}

function groupOf(schema: JsonSchema): Schema {
  const properties = Object.keys(schema.properties ?? {}).map((key) => [key, key === 'steps' ? STEPS : modifier(key)]);
  return { ...(plain(schema) as Schema), properties: Object.fromEntries(properties) };
}

const isModifier = (key: string, part: Schema) =>
  Object.hasOwn(modifiers, key) && Object.keys(part).join() === 'description';
const modifier = (key: string): Schema => ({ $ref: `#/definitions/modifiers/properties/${key}` });

/** Where something else than free text is asked for, `${name}` may stand for it. */
function orReference(part: Schema): Schema {
  const isFreeText = part.type === 'string' && part.enum === undefined && part.pattern === undefined;
  if (isFreeText || Object.keys(part).length === 0) return part;
  const { description, ...rest } = part;
  return { anyOf: [rest, REFERENCE], ...(description === undefined ? {} : { description }) };
}

/** Named entries may be null: that removes an inherited one. */
function removable(section: Schema): Schema {
  const entry = section.additionalProperties;
  if (typeof entry !== 'object' || entry === null || Object.keys(entry).length === 0) return section;
  return { ...section, additionalProperties: { anyOf: [entry, { type: 'null' }] } };
}

/** Without our own words, which editors would not know. */
function plain(schema: unknown, isProperties = false): unknown {
  if (Array.isArray(schema)) return schema.map((item) => plain(item));
  if (typeof schema !== 'object' || schema === null) return schema;
  const entries = Object.entries(schema).filter(
    ([key, value]) => isProperties || !(ANNOTATIONS.includes(key) && typeof value !== 'object'),
  );
  const made = Object.fromEntries(
    entries.map(([key, value]) => [key, plain(value, key === 'properties' && !isProperties)]),
  );
  return (schema as { name?: unknown }).name === true && !isProperties ? { pattern: NAME, ...made } : made;
}
