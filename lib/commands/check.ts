// `mm check [<recipe>]`: every mistake of a recipe with its place, or what it comes to; and a look at this machine,
// this repository and the recipe's models. Without a recipe only that look, and its exit code says whether a run could
// begin. With --flags it says whether the CLIs know the options that the recipe gives them. Spends no tokens, asks no
// vendor, changes nothing.
import { inWords } from '../core/budget.ts';
import { type Failure, ok, type Result } from '../core/failure.ts';
import { complaint, type Finding, good } from '../core/finding.ts';
import { doctorMessages } from '../core/messages/doctor-messages.ts';
import type { Recipe } from '../core/recipe.ts';
import { describe } from '../recipe/describe.ts';
import { uncounted, unusedPrices } from '../steps/within-budget.ts';
import { findOnPath } from '../system/find-on-path.ts';
import { findingLines, verdictLine } from '../view/findings.ts';
import { loadPaint, wantsColour } from '../view/paint.ts';
import { printJson, printLines } from '../view/print.ts';
import type { CommandLine } from './arguments.ts';
import { examineFlags } from './examine-flags.ts';
import { type Hosts, meetHosts } from './examine-hosts.ts';
import { examineMachine } from './examine-machine.ts';
import { examineModels, slotsHere, usedBackend } from './examine-models.ts';
import { examinePrefixes } from './examine-prefixes.ts';
import { examineRepository } from './examine-repository.ts';
import { calledIn } from './here.ts';
import { load } from './named-recipe.ts';
import { withOrigins } from './origins.ts';

/** What the doctor looks at where no recipe is named. */
const USUAL = 'execute';

export async function check(typed: CommandLine): Promise<Result<number, Failure>> {
  const named = withOrigins(typed);
  if (!named.ok) return named;
  const line = named.value;
  const [name] = line.operands;
  const { start, around } = calledIn(line);
  const loaded = await load(name ?? USUAL, line, [process.cwd(), ...(around === null ? [] : [around])]);
  if (!loaded.ok) return loaded;
  const recipe = loaded.value;
  const hosts = await meetHosts(recipe, around);
  const sections = [...(await examine(line, recipe, start, around, hosts))];
  const flags = line.flags.has('flags') ? await examineFlags(recipe, around) : [];
  if (flags.length > 0) sections.push({ title: "The options in the recipe's commands", findings: flags });
  const findings = sections.flatMap((section) => section.findings);
  const ready = !findings.some(({ state }) => state === 'bad');
  if (line.flags.has('json')) {
    const { name: called, file, sources, notes } = recipe;
    printJson({ recipe: called, file, sources, notes, slots: slotsHere(recipe, around, hosts.met), ready, findings });
  } else {
    const { stdout } = process;
    const paint = await loadPaint(wantsColour(stdout, process.env, line.flags.has('no-color')));
    const columns = stdout.isTTY ? stdout.columns || 80 : null;
    printLines([
      ...(name === undefined ? [] : [...describe(recipe), '']),
      ...sections.flatMap(({ title, findings: each }) => [paint.bold(title), ...findingLines(each, columns, paint)]),
      '',
      verdictLine(findings, recipe.name, paint),
    ]);
  }
  if (name === undefined && !ready) return ok(2);
  return ok(flags.some(({ state }) => state === 'warning') ? 1 : 0);
}

interface Section {
  readonly title: string;
  readonly findings: readonly Finding[];
}

/** @param start where the command was called; @param around the repository's folder there, null: none */
async function examine(
  line: CommandLine,
  recipe: Recipe,
  start: string,
  around: string | null,
  hosts: Hosts,
): Promise<readonly Section[]> {
  const machine = await examineMachine(recipe, line.flags.has('no-color'));
  const hasGit = !machine.some(({ subject, state }) => subject === 'git' && state === 'bad');
  const repository = hasGit ? await examineRepository(line, start, recipe) : { facts: null, findings: [] };
  return [
    { title: 'This machine', findings: machine },
    // a sample project is made where it is needed
    {
      title: repository.facts?.plain ? 'This folder' : 'This repository',
      findings: recipe.sample === null ? repository.findings : [],
    },
    {
      title: `The models of ${recipe.name}`,
      findings: [
        ...examineModels(recipe, around, hosts.met),
        ...hosts.findings,
        ...(await examinePrefixes(recipe, repository.facts, around)),
        ...notifier(recipe, around),
        ...spending(recipe, around),
      ],
    },
  ].filter(({ findings }) => findings.length > 0);
}

function notifier({ notify }: Recipe, around: string | null): readonly Finding[] {
  const { on, terminal, commands } = notify;
  if (on.length === 0 || terminal !== 'none') return [];
  const programs = commands.map(([program = '']) => program);
  if (programs.some((program) => findOnPath(program, process.env, { insideOf: around }) !== null)) return [];
  return [complaint('notify', 'warning', doctorMessages.notifyMissing({ command: programs.join(', ') || 'Nothing' }))];
}

/** What a run may spend: whether that can be counted here, and whether the recipe's prices are of use. */
function spending(recipe: Recipe, around: string | null): readonly Finding[] {
  const used = Object.values(recipe.slots).flatMap((slot) => usedBackend(slot, around) ?? []);
  const complaints = [
    ['budget', uncounted(recipe.budget, recipe, used)],
    ['prices', unusedPrices(recipe)],
  ] as const;
  return [
    ...(recipe.budget === null ? [] : [good('budget', inWords(recipe.budget))]),
    ...complaints.flatMap(([subject, said]) => (said === null ? [] : [complaint(subject, 'warning', said)])),
  ];
}
