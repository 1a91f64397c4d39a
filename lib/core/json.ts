// Plain data, and the part of JSON Schema that executors use to describe theirs.

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/**
 * A JSON Schema (the subset that draft-07 and 2020-12 share). Five words are ours and say what a text in the recipe is
 * for; one without any of them takes only safe names and can't begin with a dash.
 * `text`: free text for people or models: names that carry a model's words may be inserted (recipe rule 4).
 * `name`: a bare name such as `triggers.passes`, checked like `${…}`.
 * `tree`: a tree: `${name}` of one (`tree`); a bare name of several (`trees`); one, or a slot's id (`candidate`).
 * `file`: a file name inside the session's folder: relative, without `..`.
 * `command`: a command; a string is a shell line, in which nothing is inserted, a list an argument vector (rule 2).
 */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  /** It is taken, and no longer does anything. */
  readonly deprecated?: boolean;
  readonly enum?: readonly Json[];
  readonly const?: Json;
  readonly default?: Json;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly minLength?: number;
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: boolean | JsonSchema;
  readonly propertyNames?: JsonSchema;
  readonly required?: readonly string[];
  readonly anyOf?: readonly JsonSchema[];
  readonly text?: boolean;
  readonly name?: boolean;
  readonly tree?: 'tree' | 'trees' | 'candidate';
  readonly file?: boolean;
  readonly command?: boolean;
  readonly $ref?: string;
}
