// Checks what the sections of a recipe mean beside its steps and slots: triggers, failures, gates.

import { nameMistakes } from '../core/messages/name-mistakes.ts';
import { mistakes } from '../core/messages/recipe-mistakes.ts';
import { checkSlots } from './check-backends.ts';
import { checkRegex, checkTexts, checkVector } from './check-texts.ts';
import { checkHosts } from './key-hosts.ts';
import { checkNotify } from './key-notify.ts';
import { checkPullRequests } from './key-pull-requests.ts';
import { checkEnough } from './lane-counts.ts';
import { IN_COMMANDS, IN_FAILURES, IN_WRAP, type Scope } from './names.ts';
import type { Report } from './parse.ts';
import { checkNoReferences } from './references.ts';
import { tableSchema } from './schema-table.ts';
import { checkStructure } from './structure.ts';
import { textsIn } from './text-purposes.ts';
import { at, entriesOf, itemsOf, type MapTree, nameplate, type Tree, textOf } from './tree.ts';

/** @param saved names that steps save: commands may use those of `repo` */
export function checkSections(recipe: MapTree, saved: Scope, report: Report): void {
  const repo: Scope = saved.repo === undefined ? {} : { repo: saved.repo };
  const inCommands: Scope = { ...IN_COMMANDS, ...repo };
  checkSlots(recipe, inCommands, report);
  checkHosts(recipe, report);
  checkPullRequests(recipe, inCommands, report);
  checkEnough(recipe, report);
  for (const [, rows] of entriesOf(at(recipe, 'triggers'))) for (const row of itemsOf(rows)) checkTrigger(row, report);
  for (const failure of itemsOf(at(recipe, 'failures'))) {
    checkRegex(at(failure, 'output'), 'im', report);
    for (const said of [at(failure, 'ask'), at(failure, 'retry', 'resume')])
      checkTexts(said, 'free', IN_FAILURES, report);
  }
  checkTexts(at(recipe, 'timeout', 'wrap'), 'safe', IN_WRAP, report);
  for (const text of textsIn(at(recipe, 'options'))) checkNoReferences(text, nameMistakes.notInserted(), report);
  checkNotify(at(recipe, 'notify'), report);
  for (const [, gate] of entriesOf(at(recipe, 'gates'))) checkGate(gate, inCommands, report);
  checkVector(at(recipe, 'command_via'), inCommands, report);
  const prepared = at(recipe, 'prepare');
  for (const text of prepared?.kind === 'map' ? textsIn(at(prepared, 'run')) : [])
    checkNoReferences(text, nameMistakes.shellLine(), report);
  checkReaders(recipe, report);
}

function checkReaders(table: MapTree, report: Report): void {
  for (const [, reader] of entriesOf(at(table, 'readers')))
    for (const [, patterns] of entriesOf(reader))
      for (const pattern of itemsOf(patterns)) checkRegex(pattern, '', report);
}

/** Checks a gate table. */
export async function checkTable(table: MapTree, report: Report): Promise<void> {
  await checkStructure(table, tableSchema, report);
  for (const regex of itemsOf(at(table, 'watching'))) checkRegex(regex, 'im', report);
  for (const rule of itemsOf(at(table, 'prepare_rules')))
    for (const [, regex] of entriesOf(at(rule, 'manifests'))) checkRegex(regex, 'gm', report);
  const words = at(table, 'commands');
  for (const list of [
    ...['builds', 'reads_sources', 'ci_only'].map((key) => at(words, key)),
    ...entriesOf(at(words, 'gates')).map(([, gate]) => at(gate, 'does')),
    ...['never', 'languages'].flatMap((key) => entriesOf(at(words, key)).map(([, entry]) => entry)),
  ])
    for (const regex of itemsOf(list)) checkRegex(regex, 'm', report);
  for (const rule of itemsOf(at(table, 'gate_rules'))) {
    if (rule.kind === 'map' && !rule.entries.has('gates') && !rule.entries.has('commands'))
      report(nameplate(rule), mistakes.missingKey('gates', ' in an item of `gate_rules`', 'The gates that hold then.'));
    for (const key of ['contains', 'lacks'])
      for (const [, regex] of entriesOf(at(rule, key))) checkRegex(regex, 'm', report);
    for (const [, gate] of entriesOf(at(rule, 'gates'))) checkGate(gate, IN_COMMANDS, report);
  }
  checkReaders(table, report);
  for (const [, rule] of entriesOf(at(table, 'run_files')))
    for (const key of ['start', 'files', 'strip']) checkRegex(at(rule, key), '', report);
}

function checkGate(gate: Tree, scope: Scope, report: Report): void {
  const run = at(gate, 'run');
  if (run?.kind === 'scalar') checkNoReferences(run, nameMistakes.shellLine(), report);
  for (const vector of [run, at(gate, 'via')]) checkVector(vector, scope, report);
  const files = at(gate, 'files');
  checkVector(files, { ...scope, files: 'safe' }, report);
  if (files !== undefined && !itemsOf(files).some((item) => textOf(item) === '${files}'))
    report(nameplate(files), mistakes.noFiles());
}

function checkTrigger(row: Tree, report: Report): void {
  const match = at(row, 'match');
  const regex = checkRegex(match, 'i', report);
  if (regex === null) return;
  if (regex.test('')) report(match!.place, mistakes.matchesNothing());
  const groups = new RegExp(`${regex.source}|`).exec('')!.length - 1;
  const value = at(row, 'value');
  const wanted = Number(/^\$(\d+)$/.exec(textOf(value) ?? '')?.[1] ?? 0);
  if (wanted > groups) report(value!.place, mistakes.noSuchCapture(textOf(value)!, groups));
}
