// The form of a judge's answer as a JSON Schema, for CLIs that hold their model to one. What comes is read like any
// other answer (judge-answer.ts), and no less is asked for here than there.
import { BASE } from '../core/candidate.ts';
import type { Json } from '../core/json.ts';
import { RATINGS } from './judge-answer.ts';

/** A schema is an argument, and vendors have limits for lists of values: longer ones of paths are left out. */
const MOST_PATHS = 100;
const LONGEST_PATHS = 8_000;

/**
 * @param paths the files to judge
 * @param letters the candidates' letters
 */
export function judgeSchema(paths: readonly string[], letters: readonly string[]): Json {
  const rating = object(Object.fromEntries(RATINGS.map((name) => [name, { type: 'integer', enum: [1, 2, 3, 4, 5] }])));
  const isShort = paths.length <= MOST_PATHS && paths.join('').length <= LONGEST_PATHS;
  const file = object(
    {
      path: isShort ? { type: 'string', enum: paths } : { type: 'string' },
      best: { type: 'string', enum: [...letters, BASE] },
      why: { type: 'string' },
      ratings: object(Object.fromEntries(letters.map((letter) => [letter, rating])), []),
    },
    ['path', 'best', 'why'],
  );
  return object({ files: { type: 'array', items: file }, notes: { type: 'string' } });
}

const object = (properties: Readonly<Record<string, Json>>, required = Object.keys(properties)): Json => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});
