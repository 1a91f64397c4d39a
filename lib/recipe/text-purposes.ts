// Walks a value beside its schema and finds every text in it, with what the schema says the text is for.
import type { JsonSchema } from '../core/json.ts';
import { soleReference } from './template.ts';
import { at, entriesOf, type ScalarTree, type Tree, textOf } from './tree.ts';

/** What a text in a step is for (see JsonSchema). `argument`: a piece of an argument vector. */
export type Purpose =
  | 'text'
  | 'name'
  | 'tree'
  | 'trees'
  | 'candidate'
  | 'file'
  | 'shell'
  | 'argument'
  | 'command'
  | 'plain';

type Visit = (scalar: ScalarTree, purpose: Purpose) => void;

/** Calls `visit` for each text (numbers and the like carry no names). */
export function eachText(schema: JsonSchema, tree: Tree, visit: Visit): void {
  const own = branchFor(schema, tree);
  if (own.command) eachOfCommand(tree, visit);
  else if (tree.kind === 'scalar') {
    if (typeof tree.value === 'string') visit(tree, purposeOf(own));
  } else if (tree.kind === 'list') {
    for (const item of tree.items) eachText(own.items ?? {}, item, visit);
  } else {
    for (const [key, value] of tree.entries) eachText(partFor(own, key), value, visit);
  }
}

function eachOfCommand(tree: Tree, visit: Visit): void {
  if (textOf(tree) !== undefined) visit(tree as ScalarTree, 'shell');
  if (tree.kind !== 'list') return;
  for (const [i, item] of tree.items.entries()) {
    if (textOf(item) !== undefined) visit(item as ScalarTree, i === 0 ? 'command' : 'argument');
  }
}

function purposeOf(schema: JsonSchema): Purpose {
  if (schema.text) return 'text';
  if (schema.name) return 'name';
  if (schema.tree) return schema.tree;
  return schema.file ? 'file' : 'plain';
}

function partFor(schema: JsonSchema, key: string): JsonSchema {
  if (schema.properties && Object.hasOwn(schema.properties, key)) return schema.properties[key]!;
  return typeof schema.additionalProperties === 'object' ? schema.additionalProperties : {};
}

const TYPE_OF = { scalar: 'string', list: 'array', map: 'object' } as const;

/** The alternative of a schema that a value is of, with what the whole says of all alternatives. */
function branchFor(schema: JsonSchema, tree: Tree): JsonSchema {
  if (!schema.anyOf) return schema;
  const { anyOf, ...common } = schema;
  const named = anyOf.find((branch) => tree.kind === 'scalar' && branch.enum?.includes(tree.value));
  const typed = anyOf.find((branch) => [branch.type].flat().includes(TYPE_OF[tree.kind]));
  return { ...common, ...(named ?? (typed === undefined ? {} : branchFor(typed, tree))) };
}

/** Words that a schema itself allows. */
export function wordsOf(schema: JsonSchema): readonly string[] {
  const own = [...(schema.enum ?? []), ...(schema.const === undefined ? [] : [schema.const])].filter(
    (value) => typeof value === 'string',
  );
  return [...own, ...(schema.anyOf ?? []).flatMap(wordsOf), ...(schema.items ? wordsOf(schema.items) : [])];
}

/** All texts of a value, wherever they are; none of one that is not there. */
export function textsIn(tree: Tree | undefined): readonly ScalarTree[] {
  if (tree === undefined) return [];
  if (tree.kind === 'scalar') return typeof tree.value === 'string' ? [tree] : [];
  return (tree.kind === 'list' ? tree.items : [...tree.entries.values()]).flatMap(textsIn);
}

/** The value with each text that is exactly `${options.…}` replaced by that option, which is checked in its place. */
export function withOptions(tree: Tree, options: Tree | undefined): Tree {
  if (tree.kind === 'scalar') {
    const path = soleReference(textOf(tree) ?? '')?.split('.');
    return path?.[0] === 'options' && path.length > 1 ? (at(options, ...path.slice(1)) ?? tree) : tree;
  }
  if (tree.kind === 'list') {
    const items = tree.items.map((item) => withOptions(item, options));
    return items.every((item, i) => item === tree.items[i]) ? tree : { ...tree, items };
  }
  const entries = new Map(entriesOf(tree).map(([key, value]) => [key, withOptions(value, options)]));
  return entriesOf(tree).every(([key, value]) => entries.get(key) === value) ? tree : { ...tree, entries };
}
