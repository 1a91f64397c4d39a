// A backend's standard output → the answer as text, and what it cost, by the recipe's description of the format.
// Output that is not in the format it should have is taken as it stands.
import type { Usage } from '../core/event.ts';
import type { OutputFormat } from '../core/recipe.ts';

export interface Answer {
  readonly text: string;
  readonly usage: Usage | null;
  /**
   * Where a failure would be named: the answer and the error, without the transcript around them. Null where the format
   * does not tell them from the rest, so that all of the output must be searched.
   */
  readonly verdict: string | null;
  /** The error alone. */
  readonly error: string | null;
}

/** Reads the answer out of what a backend printed. */
export function readAnswer(output: string, format: OutputFormat): Answer {
  const documents = parse(output, format.format);
  if (documents.length === 0) return { text: output, usage: null, verdict: null, error: null };
  const find = (path: string | undefined) => (path === undefined ? undefined : last(documents, path));
  const answer = find(format.answer);
  const error = find(format.error);
  const said = [answer, error].filter((found) => typeof found === 'string');
  const numbers = [find(format.input_tokens), find(format.output_tokens), find(format.cost_usd)].map((found) =>
    typeof found === 'number' && Number.isFinite(found) ? found : null,
  );
  const [input_tokens = null, output_tokens = null, cost_usd = null] = numbers;
  const usage = numbers.every((n) => n === null) ? null : { input_tokens, output_tokens, cost_usd };
  return {
    text: typeof answer === 'string' ? answer : output,
    usage,
    verdict: said.length > 0 ? said.join('\n') : null,
    error: typeof error === 'string' ? error : null,
  };
}

function parse(output: string, format: OutputFormat['format']): unknown[] {
  if (format === 'text') return [];
  const texts = format === 'json' ? [output] : output.split('\n').filter((line) => line.trim() !== '');
  return texts.flatMap((text) => {
    try {
      return [JSON.parse(text) as unknown];
    } catch {
      return []; // a warning between the lines
    }
  });
}

/** The value at a dotted path in the last document that has it; `*` sums over every entry (tokens per model). */
function last(documents: readonly unknown[], path: string): unknown {
  for (const document of [...documents].reverse()) {
    const found = at(document, path.split('.'));
    if (found !== undefined) return found;
  }
  return undefined;
}

function at(value: unknown, path: readonly string[]): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  if (typeof value !== 'object' || value === null) return undefined;
  if (key === '*') {
    const numbers = Object.values(value)
      .map((each) => at(each, rest))
      .filter((each) => typeof each === 'number');
    return numbers.length > 0 ? numbers.reduce((sum, each) => sum + each, 0) : undefined;
  }
  return Object.hasOwn(value, key) ? at((value as Record<string, unknown>)[key], rest) : undefined;
}
