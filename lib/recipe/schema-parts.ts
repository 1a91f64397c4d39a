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
