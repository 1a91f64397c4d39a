// A checked tree → the recipe as the engine walks it, every default filled in. Runs only when there is no mistake,
// so it trusts what it reads.
import { dirname, resolve } from 'node:path';
import type { Json } from '../core/json.ts';
import { optionWithdrawn, saidOtherwise } from '../core/messages/recipe.ts';
import type {
  ActionStep,
  Command,
  CommandWords,
  FailureRule,
  FilesRule,
  GateRule,
  GateSpec,
  GroupStep,
  Modifiers,
  OutputReader,
  OwnCommandsRule,
  Preparation,
  PrepareRule,
  Recipe,
  Step,
  Tool,
  Trigger,
} from '../core/recipe.ts';
import { slotOf } from './build-slot.ts';
import { isWithdrawn } from './schema.ts';
import { modifiers } from './schema-steps.ts';
import { lineOf } from './source.ts';
import { type Executors, saidIn, stepKind } from './step-kind.ts';
import { withOptions } from './texts.ts';
import { at, entriesOf, itemsOf, type MapTree, type Tree, toJson } from './tree.ts';
import { mapped, milliseconds, text, texts, value } from './values.ts';

export interface Parts {
  readonly recipe: MapTree;
  readonly table: MapTree | null;
  readonly file: string;
  readonly sources: Recipe['sources'];
  readonly executors: Executors;
}

export function build({ recipe, table, file, sources, executors }: Parts): Recipe {
  const timeout = at(recipe, 'timeout');
  const sample = at(recipe, 'sample');
  return {
    name: text(at(recipe, 'name')) ?? '',
    summary: text(at(recipe, 'summary')) ?? '',
    file,
    sources,
    slots: mapped(at(recipe, 'slots'), (id, slot) => slotOf(id, slot, at(recipe, 'permissions'))),
    triggers: mapped(at(recipe, 'triggers'), (_, rows) => itemsOf(rows).map(triggerOf)),
    timeout: {
      defaultMs: milliseconds(at(timeout, 'default'), null),
      silenceMs: milliseconds(at(timeout, 'silence'), null),
      graceMs: milliseconds(at(timeout, 'grace'), 5000) ?? 5000,
      wrap: itemsOf(at(timeout, 'wrap')).map(texts),
    },
    failures: itemsOf(at(recipe, 'failures')).map(failureOf),
    gates: mapped(at(recipe, 'gates'), gateOf),
    gateRules: itemsOf(at(table ?? undefined, 'gate_rules')).map(ruleOf),
    runFiles: mapped(at(table ?? undefined, 'run_files'), filesRuleOf),
    readers: { ...mapped(at(table ?? undefined, 'readers'), readerOf), ...mapped(at(recipe, 'readers'), readerOf) },
    commandWords: wordsOf(at(table ?? undefined, 'commands')),
    testFiles: texts(at(table ?? undefined, 'test_files')),
    canaryKeeps: texts(at(table ?? undefined, 'canary_keeps')),
    together: itemsOf(at(table ?? undefined, 'together')).map((row) => ({
      files: texts(at(row, 'files')),
      follow: texts(at(row, 'follow')),
      installs: texts(at(row, 'installs')),
    })),
    caches: texts(at(table ?? undefined, 'caches')),
    watching: texts(at(table ?? undefined, 'watching')),
    tools: mapped(at(table ?? undefined, 'tools'), toolOf),
    prepareRules: itemsOf(at(table ?? undefined, 'prepare_rules')).map(prepareRuleOf),
    prepare: preparationOf(at(recipe, 'prepare')),
    commandVia: texts(at(recipe, 'command_via')),
    withhold: texts(at(recipe, 'withhold')),
    options: mapped(at(recipe, 'options'), (_, value) => toJson(value)),
    notes: notesOn(recipe, executors),
    phases: stepsOf(at(recipe, 'phases'), 'phases', executors),
    finally: stepsOf(at(recipe, 'finally'), 'finally', executors),
    prompts: mapped(at(recipe, 'prompts'), (_, value) => text(value) ?? ''),
    reports: mapped(at(recipe, 'reports'), (_, value) => text(value) ?? ''),
    notify: notifyOf(at(recipe, 'notify')),
    repairRounds: (value(at(recipe, 'repair', 'rounds')) as number | undefined) ?? 0,
    verify: text(at(recipe, 'verify')) === 'proof' ? 'proof' : 'tree',
    sample: sample === undefined ? null : resolve(dirname(sample.place.source.name), text(sample)!),
  };
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

function notifyOf(tree: Tree | undefined): Recipe['notify'] {
  const written = value(tree);
  if (Array.isArray(written)) return (written as readonly Json[]).map(String);
  return written === 'bell' ? 'bell' : null;
}

function triggerOf(row: Tree): Trigger {
  const written = value(at(row, 'value'));
  return {
    match: text(at(row, 'match'))!,
    value: typeof written === 'number' ? written : String(written),
    max: (value(at(row, 'max')) as number | undefined) ?? null,
  };
}

function failureOf(rule: Tree): FailureRule {
  const retry = at(rule, 'retry');
  const exit = value(at(rule, 'exit'));
  return {
    class: text(at(rule, 'class')) as FailureRule['class'],
    output: text(at(rule, 'output')) ?? null,
    exit: exit === undefined ? null : ([exit].flat() as readonly number[]),
    retry:
      retry === undefined
        ? null
        : {
            times: value(at(retry, 'times')) as number,
            afterMs: milliseconds(at(retry, 'after'), 0) ?? 0,
            timeoutFactor: Number.parseFloat(text(at(retry, 'timeout')) ?? '1'),
            resume: text(at(retry, 'resume')) ?? null,
          },
    next: text(at(rule, 'next')) === 'backend' ? 'backend' : null,
    ask: text(at(rule, 'ask')) ?? null,
  };
}

function gateOf(id: string, gate: Tree): GateSpec {
  return {
    id,
    title: text(at(gate, 'title')) ?? id,
    run: value(at(gate, 'run')) as Command,
    timeoutMs: milliseconds(at(gate, 'timeout'), null),
    required: value(at(gate, 'required')) !== false,
    via: texts(at(gate, 'via')),
    ...(at(gate, 'files') === undefined ? {} : { files: texts(at(gate, 'files')) }),
  };
}

function ruleOf(rule: Tree): GateRule {
  return {
    title: text(at(rule, 'title'))!,
    usual: value(at(rule, 'usual')) === true,
    files: texts(at(rule, 'files')),
    contains: mapped(at(rule, 'contains'), (_, regex) => text(regex)!),
    without: texts(at(rule, 'without')),
    lacks: mapped(at(rule, 'lacks'), (_, regex) => text(regex)!),
    scripts: texts(at(rule, 'scripts')),
    gates: mapped(at(rule, 'gates'), gateOf),
    commands: ownCommandsOf(at(rule, 'commands')),
  };
}

function ownCommandsOf(commands: Tree | undefined): OwnCommandsRule | null {
  if (commands === undefined) return null;
  return {
    file: text(at(commands, 'file'))!,
    format: text(at(commands, 'format')) as OwnCommandsRule['format'],
    run: texts(at(commands, 'run')),
    tools: text(at(commands, 'tools')) ?? '',
    language: text(at(commands, 'language')) ?? null,
    limitFactor: (value(at(commands, 'limit_factor')) as number | undefined) ?? 1,
  };
}

function wordsOf(words: Tree | undefined): CommandWords {
  const lists = (tree: Tree | undefined) => mapped(tree, (_, entry) => texts(entry));
  return {
    gates: mapped(at(words, 'gates'), (_, gate) => ({
      names: texts(at(gate, 'names')),
      maybe: texts(at(gate, 'maybe')),
      does: texts(at(gate, 'does')),
      timeoutMs: milliseconds(at(gate, 'timeout'), null),
    })),
    several: texts(at(words, 'several')),
    never: lists(at(words, 'never')),
    builds: texts(at(words, 'builds')),
    readsSources: texts(at(words, 'reads_sources')),
    ciOnly: texts(at(words, 'ci_only')),
    languages: lists(at(words, 'languages')),
  };
}

function filesRuleOf(_: string, rule: Tree): FilesRule {
  const words = (key: keyof FilesRule) => texts(at(rule, key));
  return {
    start: text(at(rule, 'start'))!,
    script: value(at(rule, 'script')) === true,
    files: text(at(rule, 'files')) ?? '',
    values: words('values'),
    flags: words('flags'),
    drop: words('drop'),
    first: words('first'),
    argument: at(rule, 'argument') === undefined ? ['${file}'] : words('argument'),
    strip: text(at(rule, 'strip')) ?? null,
    most: (value(at(rule, 'most')) as number | undefined) ?? null,
    before: words('before'),
    exec: words('exec'),
  };
}

function readerOf(_: string, reader: Tree): OutputReader {
  const patterns = (key: keyof OutputReader) => texts(at(reader, key));
  return {
    counts: patterns('counts'),
    lines: patterns('lines'),
    failing: patterns('failing'),
    apart: patterns('apart'),
    before: patterns('before'),
    missing: patterns('missing'),
  };
}

function toolOf(_: string, tool: Tree): Tool {
  return {
    program: text(at(tool, 'program')) ?? null,
    files: texts(at(tool, 'files')),
    env: texts(at(tool, 'env')),
    install: text(at(tool, 'install')) ?? null,
  };
}

function prepareRuleOf(rule: Tree): PrepareRule {
  const most = value(at(rule, 'most'));
  return {
    title: text(at(rule, 'title'))!,
    copy: texts(at(rule, 'copy')),
    beside: texts(at(rule, 'beside')),
    holds: texts(at(rule, 'holds')),
    mostBytes: most === undefined ? null : bytesOf(String(most)),
    repoint: texts(at(rule, 'repoint')),
    install: mapped(at(rule, 'install'), (_, command) => value(command) as Command),
    manifests: mapped(at(rule, 'manifests'), (_, regex) => text(regex) ?? ''),
  };
}

/** `500MB` → bytes. */
function bytesOf(written: string): number {
  const [, number = '0', unit = ''] = /^([\d.]+)(kB|MB|GB)?$/.exec(written) ?? [];
  return Number(number) * ({ kB: 1e3, MB: 1e6, GB: 1e9 }[unit] ?? 1);
}

/** @param written `auto`, a mapping, or left out */
function preparationOf(written: Tree | undefined): Preparation {
  const part = (key: string) => (written?.kind === 'map' ? at(written, key) : undefined);
  const copy = part('copy');
  return {
    copy: copy === undefined ? null : texts(copy),
    link: texts(part('link')),
    include: value(part('include')) !== false,
    run: itemsOf(part('run')).map((command) => value(command) as Command),
  };
}

function stepsOf(steps: Tree | undefined, key: string, executors: Executors): readonly Step[] {
  return itemsOf(steps).map((step, i) => stepOf(step as MapTree, `${key}.${i}`, executors));
}

function stepOf(step: MapTree, key: string, executors: Executors): Step {
  const kind = stepKind(step, executors);
  const common = { key, ...modifiersOf(step) };
  if (kind.kind !== 'action')
    return {
      ...common,
      kind: 'group',
      steps: stepsOf(step.entries.get('steps'), `${key}.steps`, executors),
    } satisfies GroupStep;
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
  } satisfies ActionStep;
}

function modifiersOf(step: MapTree): Modifiers {
  const get = (name: keyof Modifiers) => value(step.entries.get(name));
  const name = (key: keyof Modifiers) => (get(key) as string | undefined) ?? null;
  return {
    id: name('id'),
    for: name('for'),
    parallel: get('parallel') === true,
    when: name('when'),
    unless: name('unless'),
    save: name('save'),
    repeat: (get('repeat') as number | string | undefined) ?? null,
    until: name('until'),
    optional: get('optional') === true,
    timeout: (get('timeout') as number | string | undefined) ?? null,
    retry: (get('retry') as number | undefined) ?? 0,
  };
}
