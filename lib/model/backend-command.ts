// A backend's command for one prompt: names inserted, prefix in front, and whether the operating system will take it.

import type { Backend } from '../core/backend.ts';
import type { Json } from '../core/json.ts';
import { renderDeep } from '../recipe/template.ts';

/** Linux' MAX_ARG_STRLEN, the closing NUL included; macOS allows more, but a recipe should not depend on it. */
export const LONGEST_ARGUMENT = 128 * 1024 - 1;

interface BackendCommand {
  readonly argv: readonly string[];
  /** The text for standard input; null: closed. */
  readonly stdin: string | null;
  /** Bytes of the longest argument. */
  readonly longest: number;
}

/** A JSON Schema as text, and the files that have it: as it is, and with all keys required. */
export interface AnswerSchema {
  readonly text: string;
  readonly file: string;
  readonly strict_file: string;
}

/** Whether it has a command for steps that only ask; one that names none is asked by `run`. */
export const mayAsk = ({ readOnly, judge }: Backend, judging: boolean): boolean =>
  readOnly !== false || (judging && judge !== null);

/**
 * The command that asks `backend`. In `via`, only names of ours are inserted, never the prompt.
 * @param session the session of its own with which it goes on (see answer.ts); it must know how (`resume`)
 * @param schema what its answer is held to, where it can do that; else it is only asked for it
 * @param budgetUsd what it may spend, where it knows how to keep to that (`cap`)
 * @param lookup names of the recipe language, without `prompt`
 */
export function backendCommand(
  backend: Backend,
  {
    prompt,
    readOnly,
    judging = false,
    reading = false,
    mending = false,
    session = null,
    schema = null,
    budgetUsd = null,
    lookup,
  }: {
    readonly prompt: string;
    readonly readOnly: boolean;
    readonly judging?: boolean;
    readonly reading?: boolean;
    readonly mending?: boolean;
    readonly session?: string | null;
    readonly schema?: AnswerSchema | null;
    readonly budgetUsd?: number | null;
    readonly lookup: (path: string) => Json | undefined;
  },
): BackendCommand {
  const withPrompt = (path: string): Json | undefined => {
    if (path === 'prompt') return prompt;
    if (schema !== null && path.startsWith('schema.')) return schema[path.slice(7) as keyof AnswerSchema];
    return path === 'attempt.session' && session !== null ? session : lookup(path);
  };
  const asking = readOnly ? ((judging ? backend.judge : reading ? backend.reading : null) ?? backend.readOnly) : null;
  const template = (session === null ? (asking ?? (mending ? backend.mend : null)) : backend.resume) || backend.run;
  const line = template.flatMap((item) => (item !== '${answer_schema}' ? [item] : schema ? backend.answerSchema : []));
  const rendered = renderDeep(line, withPrompt) as readonly string[];
  const cap = (path: string) => (path === 'attempt.budget_usd' ? budgetUsd : lookup(path));
  const capped = budgetUsd === null ? [] : (renderDeep(backend.cap ?? [], cap) as readonly string[]);
  const argv = [...(renderDeep(backend.via, lookup) as readonly string[]), ...rendered, ...capped].map(String);
  return {
    argv,
    stdin: backend.stdin === null ? null : String(renderDeep(backend.stdin, withPrompt) ?? ''),
    longest: Math.max(...argv.map((argument) => Buffer.byteLength(argument))),
  };
}
