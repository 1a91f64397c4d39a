// A checked tree → the recipe as the engine walks it, every default filled in. Trusts what it reads: it was checked.

import { dirname, resolve } from 'node:path';
import type { FailureRule } from '../core/backend.ts';
import type {
  CommandWords,
  FilesRule,
  GateRule,
  GateSpec,
  OutputReader,
  OwnCommandsRule,
  Tool,
} from '../core/gate-rules.ts';
import { optionWithdrawn, saidOtherwise } from '../core/messages/recipe-mistakes.ts';
import type { Preparation, PrepareRule } from '../core/preparation.ts';
import type { Recipe, TogetherRule, Trigger } from '../core/recipe.ts';
import type { Command } from '../core/shell-word.ts';
import type { Modifiers, Step } from '../core/step.ts';
import { slotOf } from './build-slot.ts';
import { budgetOf, pricesOf } from './key-budget.ts';
import { hostNames, hostsOf } from './key-hosts.ts';
import { notifyOf } from './key-notify.ts';
import { pullRequestsOf } from './key-pull-requests.ts';
import { enoughOf, lanesOf } from './lane-counts.ts';
import { isWithdrawn } from './schema.ts';
import { modifiers } from './schema-steps.ts';
import { lineOf } from './source.ts';
import { type Executors, saidIn, stepKind } from './step-kind.ts';
import { withOptions } from './text-purposes.ts';
import { at, entriesOf, itemsOf, type MapTree, type Tree, textOf, toJson } from './tree.ts';
import {
  alike,
  isNotFalse,
  isTrue,
  limit,
  listed,
  mapped,
  orNull,
  shaped,
  textOr,
  texts,
  value,
  valueOr,
  wordOr,
} from './values.ts';

interface Parts {
  readonly recipe: MapTree;
  readonly table: MapTree | null;
  readonly file: string;
  readonly sources: Recipe['sources'];
  readonly executors: Executors;
}

export function build({ recipe, table, file, sources, executors }: Parts): Recipe {
  const found = fromTable(table ?? undefined);
  return {
    file,
    sources,
    ...found,
    ...fromRecipe(recipe),
    slots: slotsOf(recipe),
    readers: { ...found.readers, ...readers(at(recipe, 'readers'), '') },
    notes: notesOn(recipe, executors),
    phases: stepsOf(at(recipe, 'phases'), 'phases', executors),
    finally: stepsOf(at(recipe, 'finally'), 'finally', executors),
  };
}

/** Every lane of every slot. */
function slotsOf(recipe: MapTree): Recipe['slots'] {
  const lanes = entriesOf(at(recipe, 'slots')).flatMap(([id, slot]) =>
    lanesOf(slotOf(id, slot, at(recipe, 'permissions')), at(slot, 'count')),
  );
  return Object.fromEntries(lanes.map((lane) => [lane.id, lane]));
}

/** What is taken and no longer does anything. */
function notesOn(recipe: MapTree, executors: Executors): readonly string[] {
  const options = entriesOf(at(recipe, 'options')).flatMap(([name, { key, place }]) =>
    isWithdrawn(name) ? [optionWithdrawn(name, (key ?? place).source.name, lineOf(key ?? place))] : [],
  );
  return [...options, ...notesOnSteps(at(recipe, 'phases'), recipe, executors)];
}

/** What steps say as earlier versions had it. */
function notesOnSteps(steps: Tree | undefined, recipe: MapTree, executors: Executors): readonly string[] {
  return itemsOf(steps).flatMap((step) => {
    const kind = stepKind(step as MapTree, executors);
    if (kind.kind !== 'action') return notesOnSteps(at(step, 'steps'), recipe, executors);
    const { executor } = kind;
    const now = executor.formerly?.(saidIn(withOptions(step, at(recipe, 'options')), executor)) ?? null;
    return now === null ? [] : [saidOtherwise(now, step.place.source.name, lineOf(step.place))];
  });
}

const command = valueOr<Command>('');

const gate = shaped<GateSpec>({
  id: (_, id) => id,
  title: (tree, id) => textOf(tree) ?? id,
  run: command,
  timeoutMs: ['timeout', limit],
  required: isNotFalse,
  via: texts,
  files: (tree) => tree && texts(tree),
  hosts: ['host', (tree) => tree && hostNames(tree)],
});

const readers = mapped(
  shaped<OutputReader>({ counts: texts, lines: texts, failing: texts, apart: texts, before: texts, missing: texts }),
);

/** `500MB` → bytes. */
function bytesOf(written: string): number {
  const [, number = '0', unit = ''] = /^([\d.]+)(kB|MB|GB)?$/.exec(written) ?? [];
  return Number(number) * ({ kB: 1e3, MB: 1e6, GB: 1e9 }[unit] ?? 1);
}

/** What is read of the gate table. */
const fromTable = shaped({
  gateRules: listed(
    shaped<GateRule>({
      title: textOr(''),
      usual: isTrue,
      ...alike(texts, 'files', 'without', 'scripts'),
      ...alike(mapped(textOr('')), 'contains', 'lacks'),
      gates: mapped(gate),
      commands: orNull(
        shaped<OwnCommandsRule>({
          file: textOr(''),
          format: valueOr('make'),
          run: texts,
          tools: textOr(''),
          language: textOr(null),
          limitFactor: valueOr(1),
        }),
      ),
    }),
  ),
  runFiles: mapped(
    shaped<FilesRule>({
      start: textOr(''),
      script: isTrue,
      files: textOr(''),
      ...alike(texts, 'values', 'flags', 'drop', 'first', 'before', 'exec'),
      argument: (tree) => (tree === undefined ? ['${file}'] : texts(tree)),
      strip: textOr(null),
      most: valueOr(null),
    }),
  ),
  readers,
  commandWords: [
    'commands',
    shaped<CommandWords>({
      gates: mapped(shaped({ names: texts, maybe: texts, does: texts, timeoutMs: ['timeout', limit] })),
      ...alike(texts, 'several', 'builds', 'readsSources', 'ciOnly'),
      ...alike(mapped(texts), 'never', 'languages'),
    }),
  ],
  ...alike(texts, 'testFiles', 'canaryKeeps', 'caches', 'watching'),
  together: listed(shaped<TogetherRule>({ files: texts, follow: texts, installs: texts })),
  tools: mapped(shaped<Tool>({ program: textOr(null), files: texts, env: texts, install: textOr(null) })),
  prepareRules: listed(
    shaped<PrepareRule>({
      title: textOr(''),
      ...alike(texts, 'copy', 'beside', 'holds', 'repoint'),
      mostBytes: ['most', orNull((tree) => bytesOf(String(value(tree))))],
      install: mapped(command),
      manifests: mapped(textOr('')),
    }),
  ),
});

/** How far apart lanes of one vendor start where nothing is said. */
const STAGGER_MS = 3000;

/** What is read of the recipe itself, key by key. */
const fromRecipe = shaped({
  ...alike(textOr(''), 'name', 'summary'),
  triggers: mapped(
    listed(
      shaped<Trigger>({
        match: textOr(''),
        value: (tree) => (typeof value(tree) === 'number' ? (value(tree) as number) : String(value(tree))),
        max: valueOr(null),
      }),
    ),
  ),
  timeout: shaped({
    defaultMs: ['default', limit],
    silenceMs: ['silence', limit],
    graceMs: ['grace', (tree) => limit(tree) ?? 5000],
    wrap: listed(texts),
  }),
  staggerMs: ['stagger', (tree) => (tree === undefined ? STAGGER_MS : limit(tree))],
  enough: enoughOf,
  pullRequests: pullRequestsOf,
  failures: listed(
    shaped<FailureRule>({
      class: valueOr('ok'),
      output: textOr(null),
      exit: orNull((tree) => [value(tree)].flat() as number[]),
      retry: orNull(
        shaped<NonNullable<FailureRule['retry']>>({
          times: valueOr(0),
          afterMs: ['after', (tree) => limit(tree) ?? 0],
          timeoutFactor: ['timeout', (tree) => Number.parseFloat(textOf(tree) ?? '1')],
          resume: textOr(null),
        }),
      ),
      next: wordOr('backend', null),
      ask: textOr(null),
    }),
  ),
  hosts: hostsOf,
  gates: mapped(gate),
  gateHosts: ['gate_host', hostNames],
  // `auto` is as if nothing was said
  prepare: shaped<Preparation>({ copy: orNull(texts), link: texts, include: isNotFalse, run: listed(command) }),
  ...alike(texts, 'commandVia', 'withhold'),
  options: mapped((tree) => value(tree) ?? null),
  settings: [
    'options',
    shaped<Recipe['settings']>({
      ...alike(isNotFalse, 'canary', 'crossGates'),
      integrate: wordOr('after', 'before'),
      lfs: isTrue,
    }),
  ],
  ...alike(mapped(textOr('')), 'prompts', 'reports'),
  notify: notifyOf,
  repairRounds: ['repair', (tree) => valueOr(0)(at(tree, 'rounds'), '')],
  budget: budgetOf,
  prices: pricesOf,
  verify: wordOr('proof', 'tree'),
  mcpAccept: ['mcp', (tree) => valueOr<Recipe['mcpAccept']>('ask')(at(tree, 'accept'), '')],
  sample: orNull((tree) => resolve(dirname(tree!.place.source.name), textOf(tree)!)),
});

function stepsOf(steps: Tree | undefined, key: string, executors: Executors): readonly Step[] {
  return itemsOf(steps).map((step, i) => stepOf(step as MapTree, `${key}.${i}`, executors));
}

function stepOf(step: MapTree, key: string, executors: Executors): Step {
  const kind = stepKind(step, executors);
  const common = { key, ...modifiersOf(step) };
  if (kind.kind !== 'action')
    return { ...common, kind: 'group', steps: stepsOf(step.entries.get('steps'), `${key}.steps`, executors) };
  const { name, schema } = kind.executor;
  const own = [...step.entries].filter(
    ([field]) => field !== name && (!Object.hasOwn(modifiers, field) || Object.hasOwn(schema.fields ?? {}, field)),
  );
  return {
    ...common,
    kind: 'action',
    executor: name,
    value: toJson(step.entries.get(name)!),
    fields: Object.fromEntries(own.map(([field, tree]) => [field, toJson(tree)])),
  };
}

const modifiersOf = shaped<Modifiers>({
  ...alike(textOr(null), 'id', 'for', 'passing', 'when', 'unless', 'save', 'until'),
  ...alike(isTrue, 'parallel', 'optional'),
  repeat: valueOr(null),
  timeout: valueOr(null),
  retry: valueOr(0),
});
