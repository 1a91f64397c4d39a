// Checks a value against a schema and says each mistake once, at its key or value, in our own words.
// Which schema a value is checked against is decided elsewhere: a step's own executor's, never all of them together.
import type { Json, JsonSchema } from '../core/json.ts';
import { mistakes } from '../core/messages/recipe-mistakes.ts';
import type { Wording } from '../core/messages/wording.ts';
import { nearest } from '../core/nearest.ts';
import type { Report } from './parse.ts';
import { EXPECTED, LEAST_DURATION } from './patterns.ts';
import { isSection } from './schema.ts';
import { IN_THE_PLACE_OF } from './schema-backend.ts';
import type { Place } from './source.ts';
import { soleReference } from './template.ts';
import { at, nameplate, sayTree, type Tree, textOf, toJson } from './tree.ts';
import { complaints, type SchemaError } from './validators.ts';

/** More than anyone reads; sorting them out takes time that grows with their square. */
const MOST_COMPLAINTS = 2000;

/**
 * Reports what `tree` has against `schema`; a text that is one `${name}` may stand for a value of any kind.
 * Entries of sections replace those of a recipe that it extends, which a message about a missing key then says.
 */
export async function checkStructure(tree: Tree, schema: JsonSchema, report: Report): Promise<void> {
  const inherits = at(tree, 'extends') !== undefined;
  const errors = condense((await complaints(schema, toJson(tree))).slice(0, MOST_COMPLAINTS));
  for (const error of errors) {
    const path = keysOf(error.instancePath);
    const here = at(tree, ...path);
    if (here === undefined || isInsertedLater(here, error) || isMisspelt(error, errors, here, schema)) continue;
    const instead = error.keyword === 'required' ? IN_THE_PLACE_OF[String(error.params.missingProperty)] : undefined;
    if (instead !== undefined && at(here, instead) !== undefined) continue;
    const [place, wording] = say(error, here, path, schema);
    const replaces = inherits && error.keyword === 'required' && path.length === 2 && isSection(path[0]!);
    report(place, replaces ? mistakes.entryReplaced(wording) : wording);
  }
}

/** A key that is missing because it is there with a slip: the slip is reported, and that is enough. */
function isMisspelt(error: SchemaError, errors: readonly SchemaError[], here: Tree, root: JsonSchema): boolean {
  if (error.keyword !== 'required') return false;
  const strange = errors.filter(
    (other) => other.keyword === 'additionalProperties' && other.instancePath === error.instancePath,
  );
  return strange.some((other) => {
    const key = String(other.params.additionalProperty);
    return nearest(key, candidates(key, here, schemaAt(root, other.schemaPath))) === error.params.missingProperty;
  });
}

/** The keys that a strange one may have been meant to be: those that are not in the same mapping already. */
function candidates(strange: string, here: Tree, { properties = {} }: JsonSchema): readonly string[] {
  const source = at(here, strange)?.key?.source;
  return Object.keys(properties).filter((key) => at(here, key)?.key?.source !== source || source === undefined);
}

function isInsertedLater(tree: Tree, { keyword }: SchemaError): boolean {
  const text = textOf(tree);
  if (text === undefined || !text.includes('${')) return false;
  return soleReference(text) !== null || ['pattern', 'enum', 'const', 'alternatives'].includes(keyword);
}

/** One complaint per mistake: of alternatives the one that was meant, of a bad key the key's own. */
function condense(errors: readonly SchemaError[]): readonly SchemaError[] {
  const choices = errors.filter(({ keyword }) => keyword === 'anyOf');
  const outermost = choices.filter((one) => !choices.some((other) => other !== one && isBelow(one, other)));
  const below = new Map(
    outermost.map((choice) => [choice, errors.filter((error) => error !== choice && isBelow(error, choice))]),
  );
  const settled = new Set([...below].flat(2));
  const rest = errors.filter((error) => error.propertyName === undefined && !settled.has(error));
  return [...rest, ...[...below].flatMap(([choice, inside]) => meant(choice, inside))];
}

const REJECTED_WHOLE = ['type', 'enum', 'const', 'pattern', 'minimum', 'maximum', 'minLength', 'anyOf'];

/** The complaints of the alternative that the value is of the kind of; that there is none, otherwise. */
function meant(choice: SchemaError, inside: readonly SchemaError[]): readonly SchemaError[] {
  const branches = new Map<string, SchemaError[]>();
  for (const error of inside) {
    const branch = error.schemaPath.slice(choice.schemaPath.length + 1).split('/')[0]!;
    branches.set(branch, [...(branches.get(branch) ?? []), error]);
  }
  const isRejected = (error: SchemaError) =>
    error.instancePath === choice.instancePath && REJECTED_WHOLE.includes(error.keyword);
  const branch = [...branches.values()].find((errors) => !errors.some(isRejected));
  return branch === undefined ? [{ ...choice, keyword: 'alternatives' }] : condense(branch);
}

function isBelow(error: SchemaError, choice: SchemaError): boolean {
  const within = (path: string, outer: string) => path === outer || path.startsWith(`${outer}/`);
  return within(error.schemaPath, choice.schemaPath) && within(error.instancePath, choice.instancePath);
}

function say(error: SchemaError, here: Tree, path: readonly string[], root: JsonSchema): [Place, Wording] {
  const schema = schemaAt(root, error.schemaPath);
  const { additionalProperty, missingProperty, propertyName } = error.params as Readonly<Record<string, string>>;
  switch (error.keyword) {
    case 'additionalProperties': {
      const known = candidates(additionalProperty!, here, schema);
      return [
        at(here, additionalProperty!)?.key ?? here.place,
        mistakes.unknownKey(additionalProperty!, whereIn(path), known),
      ];
    }
    case 'propertyNames': {
      const expected = EXPECTED[schema.propertyNames?.pattern ?? ''] ?? 'another name';
      return [at(here, propertyName!)?.key ?? here.place, mistakes.badKey(propertyName!, expected)];
    }
    case 'required': {
      const wanted = schema.properties?.[missingProperty!] ?? {};
      return [nameplate(here), mistakes.missingKey(missingProperty!, whereIn(path), wanted.description)];
    }
    case 'minItems':
      return [nameplate(here), mistakes.tooFew(nameOf(path), schema.minItems ?? 1, 'item')];
    default:
      return [
        nameplate(here),
        mistakes.wrongValue(nameOf(path), expectation(schema), sayTree(here), hintFor(here, schema)),
      ];
  }
}

function hintFor(tree: Tree, schema: JsonSchema): string | undefined {
  if (tree.kind !== 'scalar') return undefined;
  const words = (schema.enum ?? schema.anyOf?.flatMap((branch) => branch.enum ?? []) ?? []).map(String);
  const near = nearest(String(tree.value), words);
  if (near !== undefined) return `did you mean \`${near}\`?`;
  if (
    schema.type === 'string' &&
    schema.pattern === undefined &&
    (typeof tree.value === 'number' || typeof tree.value === 'boolean')
  )
    return `as text it is written in quotes: "${tree.value}"`;
  return undefined;
}

/** The part of a schema that a complaint's `schemaPath` lies in. */
function schemaAt(root: JsonSchema, schemaPath: string): JsonSchema {
  let here: unknown = root;
  for (const key of keysOf(schemaPath.slice(1)).slice(0, -1)) here = (here as Readonly<Record<string, unknown>>)[key];
  return here as JsonSchema;
}

const keysOf = (pointer: string): readonly string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((key) => decodeURIComponent(key).replaceAll('~1', '/').replaceAll('~0', '~'));

const isIndex = (key: string) => /^\d+$/.test(key);

/** `timeout`, or an item of it. */
function nameOf(path: readonly string[]): string {
  const last = path.at(-1);
  if (last === undefined) return 'this';
  return isIndex(last) ? `an item of \`${path.findLast((key) => !isIndex(key)) ?? 'the list'}\`` : `\`${last}\``;
}

function whereIn(path: readonly string[]): string {
  const last = path.findLast((key) => !isIndex(key));
  if (last === undefined) return '';
  return isIndex(path.at(-1)!) ? ` in an item of \`${last}\`` : ` in \`${last}\``;
}

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
  if (minimum !== undefined && minimum > 0) return `${words} of at least ${minimum}`;
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
