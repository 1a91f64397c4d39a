// Steps, groups and phases as JSON Schema: what any of them may carry, and each executor's own part put in its place.
import type { ExecutorSpec } from '../core/executor-spec.ts';
import type { JsonSchema } from '../core/json.ts';
import { DURATION_PATTERN, ID_PATTERN, LEAST_DURATION, REFERENCE_PATTERN, WORD_PATTERN } from './patterns.ts';
import { flag, matching, object, type Properties, steps } from './schema-parts.ts';

/** How often a step may be repeated. */
export const MOST_ROUNDS = 100;

const name: JsonSchema = { type: 'string', name: true };

/** What any step may carry. */
export const modifiers: Properties = {
  id: matching(ID_PATTERN, 'Its name: for MM_STEP, the journal and, on a repeated group, ${id.number}.'),
  for: { ...name, description: 'A list: once per item, called `slot` (or `item`).' },
  parallel: flag('Side by side: the steps of a group, or the items of `for`.'),
  passing: {
    ...name,
    description:
      'Of a group with `for` and `parallel`: the name that holds in a lane that passes, for `enough` and `count`.',
  },
  when: { ...name, description: 'Only if this name has a value that is not false, 0 or empty.' },
  unless: { ...name, description: 'Only if it has none.' },
  save: matching(WORD_PATTERN, 'The name that later steps know its result by.'),
  repeat: {
    anyOf: [
      { type: 'integer', minimum: 1, maximum: MOST_ROUNDS },
      { type: 'string', pattern: REFERENCE_PATTERN },
    ],
    description: 'How often at most: a number, or one ${name}.',
  },
  until: { ...name, description: 'Repeating ends when this name holds.' },
  optional: flag('A failure is noted, and the walk goes on.'),
  timeout: {
    anyOf: [
      { type: 'number', minimum: LEAST_DURATION },
      { type: 'string', pattern: `${DURATION_PATTERN}|${REFERENCE_PATTERN}` },
    ],
    description: 'Its time limit: a duration, `none`, or one ${name}.',
  },
  retry: { type: 'integer', minimum: 0, maximum: 10, description: 'How often it is run again when it fails.' },
};

/** The modifiers of any step, checked apart from the rest of it, which keeps each executor's own part small. */
export const modifiersSchema: JsonSchema = { type: 'object', properties: modifiers };

/** Keys that are checked as modifiers. */
const checkedApart = (names: readonly string[]): Properties =>
  Object.fromEntries(names.map((name) => [name, { description: modifiers[name]!.description ?? '' }]));
const modifierNames = Object.keys(modifiers);
/** A group yields nothing to save. */
const groupNames = modifierNames.filter((name) => name !== 'save');

export const groupSchema: JsonSchema = object({ ...checkedApart(groupNames), steps }, ['steps']);
export const phaseSchema: JsonSchema = object({ ...checkedApart(groupNames), steps }, ['id', 'steps']);

/** One executor's step. */
export function stepSchema(executor: ExecutorSpec): JsonSchema {
  const { value, fields, required } = executor.schema;
  return object({ ...checkedApart(modifierNames), ...fields, [executor.name]: value }, [
    executor.name,
    ...(required ?? []),
  ]);
}
