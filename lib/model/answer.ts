// A backend's standard output → the answer as text, what it cost, and whether it says that it has finished or failed,
// by the recipe's description of the format. Output that is not in the format it should have is taken as it stands.

import type { Condition, OutputFormat, Place } from '../core/backend.ts';
import type { Json } from '../core/json.ts';
import type { Usage } from '../core/model-event.ts';
import { JsonDocuments } from './json-documents.ts';

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
  /** What it says of its end; null: nothing. */
  readonly said: 'finished' | 'failed' | null;
  /** It printed what it was asked, and no answer. */
  readonly echoed: boolean;
  /** The id of its own session, as far as it may be used as an argument. */
  readonly session: string | null;
}

/** The final document of most CLIs, where the recipe does not say another. */
const USUAL_END: Condition = { type: ['result'] };
const USUAL_ERRORS: readonly Place[] = ['error.message', 'error', 'errors.0'].map((path) => {
  return { path, where: {}, sum: false };
});

/** Reads an output line by line, while it is printed. */
export class AnswerReader {
  readonly #format: OutputFormat;
  readonly #asked: ReadonlySet<string>;
  readonly #documents: JsonDocuments;
  #answer: string | null = null;
  #error: string | null = null;
  #session: string | null = null;
  #toldSession = false;
  #finished = false;
  #failed = false;
  #complete = false;
  #echoed = false;
  /** The line before was a piece of the answer, too. */
  #isGoingOn = false;
  readonly #numbers: { -readonly [Key in keyof Usage]: Usage[Key] } = {
    input_tokens: null,
    output_tokens: null,
    cost_usd: null,
  };

  /** @param asked what was asked, in any form: some print it again, which is no answer */
  constructor(format: OutputFormat, ...asked: readonly string[]) {
    this.#format = format;
    this.#asked = new Set(asked.map(words).filter((text) => text !== ''));
    this.#documents = new JsonDocuments(format.format === 'json', (document) => this.#read(document));
  }

  line(line: string): void {
    if (this.#format.format !== 'text') this.#documents.line(line);
  }

  /** Whether nothing more is to come: its final document was printed. */
  get isOver(): boolean {
    return this.#finished || this.#complete;
  }

  /** The same, with a last line that has no line end (yet), as some CLIs leave theirs. */
  isOverWith(open: string): boolean {
    if (this.isOver || !/[}\]]\s*$/.test(open)) return this.isOver;
    const next = new AnswerReader(this.#format, ...this.#asked);
    for (const line of [...this.#documents.open, open]) next.line(line);
    return next.isOver;
  }

  /** @param printed all of the output, or its beginning: the answer where none was found in it */
  end(printed: string): Answer {
    this.#documents.end();
    const echoed = this.#answer === null && (this.#echoed || this.#isPrompt(printed));
    const said = this.#failed ? 'failed' : this.#finished ? 'finished' : null;
    const found = [this.#answer, this.#error].filter((text) => text !== null);
    return {
      // what told its session is in its format, so that the whole of it is no answer
      text: this.#answer ?? this.#error ?? (echoed || said !== null || this.#toldSession ? '' : printed),
      usage: Object.values(this.#numbers).every((number) => number === null) ? null : { ...this.#numbers },
      verdict: found.length > 0 ? found.join('\n') : null,
      error: this.#error,
      said,
      echoed,
      session: this.#session,
    };
  }

  #read(document: unknown): void {
    const format = this.#format;
    for (const key of ['input_tokens', 'output_tokens', 'cached_tokens', 'cost_usd'] as const)
      this.#count(key, document);
    const session = valueAt(document, format.session);
    if (typeof session === 'string') [this.#session, this.#toldSession] = [sessionId(session), true];

    const found = foundAt(document, format.answer);
    const [written, isPiece] = [found?.value, found?.sum === true];
    const isEcho = typeof written === 'string' && this.#isPrompt(written);
    if (isEcho) this.#echoed = true;
    const answer = typeof written === 'string' && !isEcho ? written : null;
    const before = isPiece && this.#isGoingOn ? (this.#answer ?? '') : '';
    this.#isGoingOn = isPiece;
    // an answer after an error: it went on, and all was well
    if (answer !== null) [this.#answer, this.#error, this.#failed] = [before + answer, null, false];
    const said = this.#errorIn(document);
    const isFinal = this.#isFinal(document, answer !== null || said !== null);
    // where the recipe names no place for errors, one counts only where it decides
    const error = format.error.length > 0 || answer !== null || isFinal || this.#answer === null ? said : null;
    if (error !== null) this.#error = error;
    const saysSo = (answer !== null || isFinal) && format.failed.some((condition) => holds(document, condition));
    if (error !== null || saysSo) this.#failed = true;
    if (isFinal) this.#finished = true;
    if (answer !== null && !isPiece && format.format === 'json' && format.done !== null) this.#complete = true;
  }

  #isFinal(document: unknown, isDecisive: boolean): boolean {
    const { done } = this.#format;
    if (done === null) return false;
    if (done.where !== null) return done.where.some((condition) => holds(document, condition));
    return isDecisive && holds(document, USUAL_END);
  }

  #errorIn(document: unknown): string | null {
    const { error } = this.#format;
    const found = valueAt(document, error.length > 0 ? error : USUAL_ERRORS);
    return typeof found === 'string' && found.trim() !== '' ? found : null;
  }

  #count(key: keyof Usage, document: unknown): void {
    const { value, sum } = foundAt(document, this.#format[key]) ?? {};
    if (typeof value !== 'number' || !Number.isFinite(value)) return;
    this.#numbers[key] = sum ? (this.#numbers[key] ?? 0) + value : value;
  }

  #isPrompt(text: string): boolean {
    return this.#asked.has(words(text));
  }
}

/** A text without its ways of breaking lines. */
const words = (text: string): string => text.replace(/\s+/g, ' ').trim();

/** The value at the first of `places` that the document has, and whether it is to be added to what was there before. */
function foundAt(
  document: unknown,
  places: readonly Place[],
): { readonly value: unknown; readonly sum: boolean } | undefined {
  for (const { path, where, sum } of places) {
    const value = holds(document, where) ? at(document, path.split('.')) : undefined;
    if (value !== undefined) return { value, sum };
  }
  return undefined;
}

/** The value at the first of `places` that the document has; undefined: it has none of them. */
const valueAt = (document: unknown, places: readonly Place[]): unknown => foundAt(document, places)?.value;

/** Whether the document has one of the values at every path of the condition. */
function holds(document: unknown, condition: Condition): boolean {
  return Object.entries(condition).every(([path, values]) => {
    const found = at(document, path.split('.'));
    return values.some((value) => isLike(found, value));
  });
}

function isLike(found: unknown, value: Json): boolean {
  if (typeof value !== 'string' || typeof found !== 'string' || !value.includes('*')) return found === value;
  const parts = value.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's').test(found);
}

/** `*` sums the numbers at the rest of the path over every entry (tokens per model). */
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

/** Letters, digits and a few signs, the first one no sign; several times as long as a UUID. */
const SAFE = /^[A-Za-z0-9](?!.*\.\.)[\w.:-]{0,127}$/;

/**
 * The id of a CLI's own session, as it may become an argument: it stands in an output that a model can write into, so
 * only what no program takes for an option, a path or several words counts. Null: what was told may not be used as one.
 * @param told what stood in the output, of whatever type
 */
export const sessionId = (told: unknown): string | null => (typeof told === 'string' && SAFE.test(told) ? told : null);
