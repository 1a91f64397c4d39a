// Checks what slots and their backends mean, and the entries of the catalogue that backends are taken from.
import { BASE, COMPOSITE, INTEGRATED, RESULT } from '../core/candidate.ts';
import { mistakes } from '../core/messages/recipe-mistakes.ts';
import { ORIGINS } from '../core/origin.ts';
import { checkArgument, checkCommand, checkTexts } from './check-texts.ts';
import { ATTEMPT, CAP, IN_COMMANDS, PROMPT, SCHEMA, type Scope } from './names.ts';
import type { Report } from './parse.ts';
import { catalogueSchema } from './schema.ts';
import { checkStructure } from './structure.ts';
import { at, entriesOf, itemsOf, type MapTree, nameplate, type Tree, textOf } from './tree.ts';
import { isTrue } from './values.ts';

/** Words that mean another candidate or place where a slot is named. */
const NOT_SLOTS: readonly string[] = [
  ...['primary', 'main', 'scratch', 'all', 'slots'],
  ...[BASE, COMPOSITE, INTEGRATED, RESULT],
];
/** The commands of a backend. */
export const LINES = [
  'run',
  'mend',
  'read_only',
  'reading',
  'judge',
  'workspace_only',
  'resume',
  'workspace_resume',
] as const;
/** As an argument of its own: where `answer_schema` goes, for what is asked with a schema. */
export const ANSWER_SCHEMA = '${answer_schema}';
/** Those that go on with a session. */
const RESUMING: readonly string[] = ['resume', 'workspace_resume'];

/** @param inCommands names that any command may use */
export function checkSlots(recipe: MapTree, inCommands: Scope, report: Report): void {
  const section = at(recipe, 'slots');
  const slots = entriesOf(section);
  const primaries = slots.filter(([, slot]) => isTrue(at(slot, 'primary')));
  const asked = slots.filter(([, slot]) => at(slot, 'from') === undefined);
  // one that takes what is there may get all of its slots from the command line
  if (section?.kind === 'map' && slots.length === 0 && !hasStep(at(recipe, 'phases'), 'take'))
    report(nameplate(section), mistakes.noSlots());
  else if (section?.kind === 'map' && asked.length > 0 && primaries.length === 0)
    report(nameplate(section), mistakes.noPrimary(slots.map(([id]) => id)));
  for (const [id, slot] of primaries.slice(1)) {
    const { key, place } = at(slot, 'primary')!;
    report(key ?? place, mistakes.secondPrimary(id, primaries[0]![0]));
  }
  for (const [id, slot] of slots) {
    if (NOT_SLOTS.includes(id)) report(nameplate(slot), mistakes.reserved(id, 'slot'));
    if (at(slot, 'from') !== undefined) checkOrigin(recipe, slot, inCommands, report);
    for (const backend of itemsOf(at(slot, 'backends'))) {
      checkBackend(backend, inCommands, report);
      checkPermissions(
        backend,
        [at(backend, 'permissions'), at(slot, 'permissions'), at(recipe, 'permissions')],
        report,
      );
    }
  }
}

/** A slot whose candidate comes from elsewhere. */
function checkOrigin(recipe: MapTree, slot: Tree, inCommands: Scope, report: Report): void {
  const from = at(slot, 'from')!;
  const said = ORIGINS.filter((key) => at(from, key) !== undefined);
  if (from.kind === 'map' && said.length !== 1) report(nameplate(from), mistakes.oneOrigin(ORIGINS));
  if (at(slot, 'backends') !== undefined) report(nameplate(from), mistakes.originAndBackends());
  for (const [key, is] of [
    ['primary', isTrue(at(slot, 'primary'))],
    ['workspace', textOf(at(slot, 'workspace')) === 'main'],
    ['count', at(slot, 'count') !== undefined],
    ['host', at(slot, 'host') !== undefined],
  ] as const)
    if (is) report(nameplate(at(slot, key)!), mistakes.notOfOrigin(key));
  const missing = ['fetch', 'take'].filter((executor) => !hasStep(at(recipe, 'phases'), executor));
  if (missing.length > 0) report(nameplate(from), mistakes.originNotTaken(missing));
  checkCommand(at(from, 'command'), inCommands, report);
}

const hasStep = (steps: Tree | undefined, executor: string): boolean =>
  itemsOf(steps).some((step) => at(step, executor) !== undefined || hasStep(at(step, 'steps'), executor));

/** Checks a catalogue. */
export async function checkCatalogue(catalogue: MapTree, report: Report): Promise<void> {
  await checkStructure(catalogue, catalogueSchema, report);
  for (const [, entry] of entriesOf(at(catalogue, 'clis')))
    checkBackend(entry, { ...IN_COMMANDS, arguments: 'safe' }, report);
}

function checkPermissions(backend: Tree, said: readonly (Tree | undefined)[], report: Report): void {
  const permissions = textOf(said.find((each) => each !== undefined));
  const cli = at(backend, 'cli');
  if (permissions === 'workspace' && cli !== undefined && at(backend, 'workspace_only') === undefined)
    report(cli.place, mistakes.noWorkspaceLine(textOf(cli) ?? ''));
}

function checkBackend(backend: Tree, inCommands: Scope, report: Report): void {
  const scope = { ...inCommands, ...PROMPT };
  const hasStdin = textOf(at(backend, 'stdin'))?.includes('${prompt}') ?? false;
  for (const key of [...LINES, 'via']) {
    const vector = at(backend, key);
    const args = itemsOf(vector);
    const known = RESUMING.includes(key) ? { ...scope, ...ATTEMPT } : scope;
    for (const [i, argument] of args.entries())
      if (textOf(argument) !== ANSWER_SCHEMA) checkArgument(argument, i, known, report);
    const carries = args.some((argument) => textOf(argument)?.includes('${prompt}'));
    if (vector?.kind === 'list' && key !== 'via' && !hasStdin && !carries)
      report(nameplate(vector), mistakes.noPrompt(key));
  }
  checkTexts(at(backend, 'answer_schema'), 'safe', { ...scope, ...SCHEMA }, report);
  checkTexts(at(backend, 'cap'), 'safe', { ...inCommands, ...CAP }, report);
  checkTexts(at(backend, 'stdin'), 'free', scope, report);
  for (const [, value] of entriesOf(at(backend, 'env', 'set'))) checkTexts(value, 'safe', scope, report);
}
