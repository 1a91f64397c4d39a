// What schemas are built of: each kind of value with its description, as JSON Schema.
import type { JsonSchema } from '../core/json.ts';
import { ID_PATTERN, LEAST_DURATION, LIMIT_PATTERN, NOT_OPTION_PATTERN } from './patterns.ts';

export type Properties = Readonly<Record<string, JsonSchema>>;

export const text = (description: string): JsonSchema => ({ type: 'string', description });
export const flag = (description: string): JsonSchema => ({ type: 'boolean', description });
export const matching = (pattern: string, description: string): JsonSchema => ({
  type: 'string',
  pattern,
  description,
});
export const duration = (description: string, pattern = LIMIT_PATTERN): JsonSchema => ({
  anyOf: [
    { type: 'number', minimum: LEAST_DURATION },
    { type: 'string', pattern },
  ],
  description,
});
export const list = (items: JsonSchema, description: string, minItems = 0): JsonSchema => ({
  type: 'array',
  items,
  minItems,
  description,
});
/** A command, or a part of one. */
export const line = (description: string, minItems = 1): JsonSchema =>
  list(text('One argument.'), description, minItems);
export const object = (properties: Properties, required: readonly string[], description?: string): JsonSchema => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
  ...(description === undefined ? {} : { description }),
});
export const named = (entry: JsonSchema, description: string, pattern = ID_PATTERN): JsonSchema => ({
  type: 'object',
  propertyNames: { pattern },
  additionalProperties: entry,
  description,
});
export const word = { type: 'string', minLength: 1 } as const;
export const command: JsonSchema = { ...word, pattern: NOT_OPTION_PATTERN };
export const commandLine: JsonSchema = {
  anyOf: [word, { type: 'array', items: { type: 'string' }, minItems: 1 }],
  command: true,
  description: 'A shell line, or a list: the command, an argument a piece.',
};

/** What every file of the language may begin with. */
export const header: Properties = {
  recipe: { type: ['integer', 'string', 'number'], description: 'The version of the language: 1.' },
  name: matching(ID_PATTERN, 'Its name: what sessions are filed under.'),
  summary: text('One sentence on what it does.'),
  set: {
    type: 'object',
    additionalProperties: {},
    description: 'Single values changed: dotted path → value; `*` stands for every entry.',
  },
  extends: {
    ...word,
    description: 'The recipe that this one changes: a file beside it, or the name of one that comes with the program.',
  },
};

export const steps: JsonSchema = { type: 'array', items: { type: 'object' } };
