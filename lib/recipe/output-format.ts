// A backend's `output:` as it was written → every default filled in. The defaults are what most CLIs have in common.
import { parseDuration } from '../core/duration.ts';
import type { Json } from '../core/json.ts';
import type { Condition, OutputFormat, Place } from '../core/recipe.ts';

type Written = Readonly<Record<string, Json>>;

const GRACE_MS = 10_000;
const FAILED: Written[] = [{ is_error: true }, { subtype: 'error*' }, { status: ['error', 'failed', 'failure'] }];

/** What of its usage counts the whole session, by what the recipe says of it. */
const THREAD: Readonly<Record<string, OutputFormat['thread']>> = {
  thread: ['input_tokens', 'output_tokens', 'cost_usd'],
  'thread-cost': ['cost_usd'],
};

/** @param written checked against the schema; undefined: plain text */
export function outputFormat(written: Json | undefined): OutputFormat {
  const said = (written ?? {}) as Written;
  return {
    format: (said.format ?? 'text') as OutputFormat['format'],
    answer: places(said.answer),
    error: places(said.error),
    input_tokens: places(said.input_tokens),
    output_tokens: places(said.output_tokens),
    cost_usd: places(said.cost_usd),
    session: places(said.session),
    thread: THREAD[String(said.usage ?? 'run')] ?? [],
    failed: conditions(said.failed ?? FAILED),
    done: done(said.done),
  };
}

function done(written: Json | undefined): OutputFormat['done'] {
  if (written === false) return null;
  const { where, grace } = (written ?? {}) as Written;
  const graceMs = typeof grace === 'string' || typeof grace === 'number' ? parseDuration(grace) : GRACE_MS;
  return { where: where === undefined ? null : conditions(where), graceMs: graceMs ?? 0 };
}

const listed = (written: Json | undefined): readonly Json[] =>
  written === undefined ? [] : Array.isArray(written) ? written : [written];

const places = (written: Json | undefined): readonly Place[] =>
  listed(written).map((place) => {
    if (typeof place === 'string') return { path: place, where: {}, sum: false };
    const { path, where, sum } = place as Written;
    return { path: String(path), where: condition(where ?? {}), sum: sum === true };
  });

const conditions = (written: Json): readonly Condition[] => listed(written).map(condition);

const condition = (written: Json): Condition =>
  Object.fromEntries(Object.entries(written as Written).map(([path, value]) => [path, listed(value)]));
