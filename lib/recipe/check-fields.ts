// Checks what one step gives its executor: its texts, and the templates and slots that it names.
import type { ExecutorSpec } from '../core/executor-spec.ts';
import type { JsonSchema } from '../core/json.ts';
import { nameMistakes } from '../core/messages/name-mistakes.ts';
import { mistakes } from '../core/messages/recipe-mistakes.ts';
import type { Wording } from '../core/messages/wording.ts';
import { laneIds } from './lane-counts.ts';
import type { Report } from './parse.ts';
import {
  checkName,
  checkNoReferences,
  checkReferences,
  checkTree,
  checkTrees,
  type Knowledge,
  type SavedLater,
} from './references.ts';
import { lineOf, type Place } from './source.ts';
import { soleReference } from './template.ts';
import { eachText, type Purpose, textsIn, withOptions, wordsOf } from './text-purposes.ts';
import { at, entriesOf, type MapTree, type ScalarTree, type Tree, textOf } from './tree.ts';

/** What stays the same for all steps of a recipe. */
export interface FieldContext {
  readonly recipe: MapTree;
  readonly report: Report;
  readonly savedLater: SavedLater;
  /** Mistakes in templates that were reported: a template may be used by several steps. */
  readonly reported: Set<string>;
}

/** @param knowledge what the step may name */
export function checkFields(step: MapTree, executor: ExecutorSpec, knowledge: Knowledge, context: FieldContext): void {
  const { value, fields } = executor.schema;
  const options = at(context.recipe, 'options');
  for (const [key, declared] of Object.entries({ ...fields, [executor.name]: value })) {
    const written = step.entries.get(key);
    if (written === undefined) continue;
    const field = key === executor.name ? 'value' : key;
    const schema = executor.lookups?.includes(field) ? { ...declared, name: true } : declared;
    const visit = (scalar: ScalarTree, purpose: Purpose) => checkText(scalar, purpose, knowledge, context.report);
    const tree = withOptions(written, options);
    const kind = executor.templates && Object.hasOwn(executor.templates, field) ? executor.templates[field] : undefined;
    if (kind === undefined) eachText(schema, written, visit);
    if (tree !== written) eachText(schema, tree, visit);
    if (executor.slots?.includes(field)) checkSlotNames(tree, schema, context);
    if (kind !== undefined && tree.kind === 'scalar') {
      const section = kind === 'any' ? (['prompts', 'reports'] as const) : [kind];
      const user = textOf(step.entries.get('id')) ?? executor.name;
      checkTemplate(tree, section, user, { ...knowledge, scope: { ...knowledge.scope, ...executor.names } }, context);
    }
  }
}

function checkText(scalar: ScalarTree, purpose: Purpose, knowledge: Knowledge, report: Report): void {
  if (purpose === 'shell') checkNoReferences(scalar, nameMistakes.shellLine(), report);
  else if (purpose === 'name') checkName(scalar, knowledge, report);
  else if (isOption(scalar)) checkReferences(scalar, 'safe', knowledge, report);
  else if (purpose === 'tree' || purpose === 'candidate') checkTree(scalar, purpose === 'candidate', knowledge, report);
  else if (purpose === 'trees') checkTrees(scalar, knowledge, report);
  else if (purpose === 'text') checkReferences(scalar, 'free', knowledge, report);
  else {
    checkReferences(scalar, 'safe', knowledge, report);
    const text = String(scalar.value);
    if (purpose !== 'argument' && text.startsWith('-')) report(scalar.place, mistakes.looksLikeOption(text));
    else if (purpose === 'file' && leavesFolder(text)) report(scalar.place, mistakes.escapes(text));
  }
}

/** What stands for an option is checked as that. */
const isOption = (scalar: ScalarTree): boolean => soleReference(textOf(scalar) ?? '')?.startsWith('options.') ?? false;

/** Absolute, or with a `..` among its parts. */
function leavesFolder(file: string): boolean {
  return file === '' || /^([/\\~]|[A-Za-z]:)/.test(file) || file.split(/[/\\]/).includes('..');
}

function checkSlotNames(tree: Tree, schema: JsonSchema, { recipe, report }: FieldContext): void {
  const lanes = entriesOf(at(recipe, 'slots')).flatMap(([id, slot]) => laneIds(id, at(slot, 'count')));
  const known = [...lanes, 'primary', ...wordsOf(schema)];
  for (const scalar of textsIn(tree)) {
    const word = String(scalar.value);
    if (!word.includes('${') && !known.includes(word)) report(scalar.place, nameMistakes.unknownSlot(word, known));
  }
}

/** A template is checked where it is used: that decides what it may name. */
function checkTemplate(
  name: ScalarTree,
  sections: readonly string[],
  user: string,
  knowledge: Knowledge,
  { recipe, report, reported }: FieldContext,
): void {
  const word = String(name.value);
  if (word.includes('${')) return void report(name.place, nameMistakes.templateByName());
  const template = sections.map((section) => at(recipe, section, word)).find((found) => found !== undefined);
  if (template === undefined) {
    const known = sections.flatMap((section) => entriesOf(at(recipe, section)).map(([key]) => key));
    return void report(name.place, nameMistakes.unknownTemplate(word, sections.join(' or '), known));
  }
  if (template.kind !== 'scalar') return;
  const usedAt = `${name.place.source.name.replace(/^.*[/\\]/, '')}:${lineOf(name.place)}`;
  checkReferences(template, 'free', knowledge, (place: Place, wording: Wording) => {
    const once = `${place.source.name}:${place.start}:${wording.message}`;
    if (!reported.has(once)) report(place, nameMistakes.usedAt(wording, user, usedAt));
    reported.add(once);
  });
}
