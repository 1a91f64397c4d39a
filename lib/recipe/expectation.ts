// What a schema asks for, in words for people.
import type { Json, JsonSchema } from '../core/json.ts';
import { EXPECTED, LEAST_DURATION } from './patterns.ts';

/** What a schema asks for, in words. */
export function expectation(schema: JsonSchema): string {
  if (schema.anyOf) return [...new Set(schema.anyOf.map(expectation))].filter((words) => words !== '').join(' or ');
  if (schema.minimum === LEAST_DURATION) return ''; // the text form beside it says it all
  if (schema.enum) return oneOf(schema.enum);
  if (schema.const !== undefined) return `\`${String(schema.const)}\``;
  if (schema.pattern !== undefined) return patternWords(schema.pattern);
  const types = typeof schema.type === 'string' ? [schema.type] : (schema.type ?? []);
  const words = types.map((type) => TYPES[type] ?? type).join(' or ');
  const { minimum, maximum } = schema;
  if (minimum !== undefined && maximum !== undefined) return `${words} from ${minimum} to ${maximum}`;
  if (minimum !== undefined && minimum >= 1) return `${words} of at least ${minimum}`;
  if (schema.type === 'array' && schema.items?.type === 'string') return 'a list of texts';
  return words === '' ? 'a value' : words;
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
  null: 'null',
};

function patternWords(pattern: string): string {
  if (Object.hasOwn(EXPECTED, pattern)) return EXPECTED[pattern]!;
  const parts = pattern.split('|^').map((part, i) => (i === 0 ? part : `^${part}`));
  if (parts.length > 1 && parts.every((part) => Object.hasOwn(EXPECTED, part)))
    return parts.map((part) => EXPECTED[part]).join(', or ');
  return `text that matches ${pattern}`;
}

function oneOf(values: readonly Json[]): string {
  const words = values.map((value) => `\`${String(value)}\``);
  return words.length === 1 ? words[0]! : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}
