// The schema that a question's answer is held to, for a backend that can do that: as text, and as files beside the
// prompt.

import type { Backend } from '../core/backend.ts';
import type { Json } from '../core/json.ts';
import type { AnswerSchema } from '../model/backend-command.ts';
import { writeAtomic } from '../system/files.ts';
import type { Question } from './model-question.ts';

/** null: there is none, or the backend takes none. */
export async function schemaFor(
  { schema, promptFile }: Question,
  { answerSchema }: Backend,
): Promise<AnswerSchema | null> {
  if (schema === undefined || answerSchema.length === 0) return null;
  const file = promptFile.replace(/(\.md)?$/, '.schema.json');
  const strict_file = promptFile.replace(/(\.md)?$/, '.schema.strict.json');
  const text = JSON.stringify(schema);
  await writeAtomic(file, text);
  await writeAtomic(strict_file, JSON.stringify(strict(schema)));
  return { text, file, strict_file };
}

/** The same with no key that may be left out, as some vendors want it. */
export function strict(schema: Json): Json {
  if (typeof schema !== 'object' || schema === null) return schema;
  if (Array.isArray(schema)) return schema.map(strict);
  const { properties, items, ...rest } = schema as Readonly<Record<string, Json>>;
  return {
    ...rest,
    ...(items === undefined ? {} : { items: strict(items) }),
    ...(properties === undefined ? {} : strictProperties(properties as Readonly<Record<string, Json>>)),
  };
}

const strictProperties = (properties: Readonly<Record<string, Json>>): Readonly<Record<string, Json>> => ({
  properties: Object.fromEntries(Object.entries(properties).map(([name, each]) => [name, strict(each)])),
  required: Object.keys(properties),
});
