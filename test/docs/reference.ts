// The reference part of recipes/README.md, made from the schema, the executors and the language's own names.
// Pure: returns Markdown. What has no description there has none here, and the test of the documents says so.
import type { ExecutorSpec, Shape } from '../../lib/core/executor-spec.ts';
import type { JsonSchema } from '../../lib/core/json.ts';
import { AMBIENT, ATTEMPT, IN_COMMANDS, IN_FAILURES, IN_WRAP, LOOP, PROMPT, SLOT } from '../../lib/recipe/names.ts';
import { recipeSchema } from '../../lib/recipe/schema.ts';
import { catalogueParts } from '../../lib/recipe/schema-backend.ts';
import { modifiers } from '../../lib/recipe/schema-steps.ts';
import { tableSchema } from '../../lib/recipe/schema-table.ts';
import { expectation } from '../../lib/recipe/structure.ts';

export const BEGIN = '<!-- reference: written by `npm run docs`, not to be edited -->';
export const END = '<!-- /reference -->';

/** The document with its reference part made anew. */
export function withReference(document: string, executors: readonly ExecutorSpec[]): string {
  const [from, to] = [document.indexOf(BEGIN), document.indexOf(END)];
  if (from === -1 || to < from) throw new Error('the markers of the reference are not in the document');
  return `${document.slice(0, from + BEGIN.length)}\n\n${reference(executors)}\n${document.slice(to)}`;
}

function reference(executors: readonly ExecutorSpec[]): string {
  return [
    '### Keys of a recipe',
    '`<id>` stands for a name of yours. What is **bold** must be there.',
    keyTable(rowsOf(recipeSchema, '')),
    '### Keys of any step',
    'A step has exactly one executor (below), or `steps:`, which makes it a group. All of these may be added to it.',
    keyTable(Object.entries(modifiers).map(([name, part]) => ({ path: name, part: named(part), required: false }))),
    '### Executors',
    ...executors.map(executorText),
    '### Names',
    'What `${…}`, `when:`, `unless:`, `until:` and `for:` can name, beside what steps save and what triggers set. *Free text* may carry the words of a task or a model: it goes into prompts, reports, questions and standard input only.',
    nameTable(AMBIENT),
    'In every round of a repeated group with an `id`, below that id (`pass` is always there):',
    nameTable({ pass: LOOP }),
    'In a `for:` over slots:',
    nameTable({ slot: SLOT }),
    `In commands and \`via\` of backends and gates: ${inline(IN_COMMANDS)}, and ${inline(PROMPT)} in backends, where \`resume\` and \`workspace_resume\` know ${inline(ATTEMPT)} too, and \`cap\` knows \`attempt.budget_usd\`. In \`failures[].ask\` and \`failures[].retry.resume\`: ${inline(IN_FAILURES)}. In \`timeout.wrap\`: ${inline(IN_WRAP)}. What a step of the name \`repo\` saves is known there too.`,
    '### Keys of a gate table',
    'The file that `gate_table:` names.',
    keyTable(rowsOf({ ...tableSchema, properties: tableSchemaOwn() }, '')),
    '### Keys of a catalogue of CLIs',
    'The file that `cli_table:` names. What is not described here is as in `slots.<id>.backends[]`.',
    keyTable(rowsOf({ properties: catalogueParts, required: ['clis'] }, '').filter(isOwnOfCatalogue)),
  ].join('\n\n');
}

interface Row {
  readonly path: string;
  readonly part: JsonSchema;
  readonly required: boolean;
}

/** A row for each key, those below it after it. */
function rowsOf({ properties = {}, required = [] }: JsonSchema, before: string): readonly Row[] {
  return Object.entries(properties).flatMap(([key, part]) => {
    if (part.deprecated) return [];
    const path = `${before}${key}`;
    return [{ path, part: named(part), required: required.includes(key) }, ...below(part, path)];
  });
}

function below(part: JsonSchema, path: string): readonly Row[] {
  if (part.properties) return rowsOf(part, `${path}.`);
  if (part.items) return below(part.items, `${path}[]`);
  if (typeof part.additionalProperties === 'object') return below(part.additionalProperties, `${path}.<id>`);
  return [];
}

/** Our own word for a name is no type. */
const named = (part: JsonSchema): JsonSchema => (part.name ? { ...part, enum: ['a name'] } : part);

function keyTable(rows: readonly Row[]): string {
  return table(
    ['key', 'value', 'meaning'],
    rows.map(({ path, part, required }) => [
      required ? `**\`${path}\`**` : `\`${path}\``,
      typeWords(part),
      described(part, path),
    ]),
  );
}

function described({ description }: JsonSchema, path: string): string {
  if (!description) throw new Error(`${path} has no description in the schema`);
  return description;
}

const typeWords = (part: JsonSchema): string => (part.enum?.[0] === 'a name' ? 'a name' : expectation(part));

function executorText({ name, summary, schema, saves, example }: ExecutorSpec): string {
  const value: Row = { path: name, part: { description: summary, ...schema.value }, required: true };
  const fields = Object.entries(schema.fields ?? {}).map(
    ([key, part]): Row => ({ path: key, part: named(part), required: schema.required?.includes(key) ?? false }),
  );
  const rows = [value, ...below(schema.value, name), ...fields.flatMap((row) => [row, ...below(row.part, row.path)])];
  return [
    `#### ${name}`,
    summary,
    `\`\`\`yaml\n${example}\n\`\`\``,
    keyTable(rows),
    ...(saves === undefined ? [] : [`What \`save:\` keeps: ${keptText(saves)}.`]),
  ].join('\n\n');
}

function keptText(saves: NonNullable<ExecutorSpec['saves']>): string {
  if (typeof saves !== 'function') return savesText(saves);
  return `${savesText(saves(() => undefined))}; with \`in\`, ${savesText(saves(() => ''))}`;
}

function savesText(shape: Shape): string {
  if (typeof shape === 'object')
    return Object.keys(shape)
      .map((key) => `\`.${key}\``)
      .join(', ');
  return { ...KINDS, slots: 'a list of slots' }[shape];
}

const KINDS = {
  safe: 'a plain value',
  text: 'free text',
  slots: 'slots',
  list: 'a list',
  tree: 'a tree',
  trees: 'trees',
} as const;

/** Dotted names, those of one object in one row. */
function nameTable(scope: Readonly<Record<string, Shape>>): string {
  const rows = Object.entries(scope).map(([name, shape]): [string, string] => {
    if (typeof shape === 'string') return [`\`${name}\``, KINDS[shape]];
    const inner = Object.entries(shape).map(
      ([key, kind]) =>
        `\`${key}\`${kind === 'safe' ? '' : ` (${typeof kind === 'string' ? KINDS[kind] : 'further names'})`}`,
    );
    return [`\`${name}.\``, inner.join(', ')];
  });
  return table(['name', 'what it is, or what may follow it'], rows);
}

const inline = (scope: Readonly<Record<string, Shape>>): string =>
  Object.entries(scope)
    .map(([name, shape]) => `\`${name}${typeof shape === 'object' ? '.…' : ''}\``)
    .join(', ');

/** Without what is the same as in a recipe. */
function tableSchemaOwn(): Readonly<Record<string, JsonSchema>> {
  const common = Object.keys(recipeSchema.properties ?? {});
  return Object.fromEntries(Object.entries(tableSchema.properties ?? {}).filter(([key]) => !common.includes(key)));
}

/** What an entry has beside, or unlike, a backend. */
const isOwnOfCatalogue = ({ path }: Row): boolean => /^clis(\.<id>(\.(title|cli|run))?)?$/.test(path);

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`;
  return [line(heads), line(heads.map(() => '---')), ...rows.map(line)].join('\n');
}
