// The doctor: looks at the machine, the repository and the recipe's models, and says what would go wrong and what to
// do. Spends no tokens, asks no vendor, changes nothing.
import { complaint, type Finding } from '../core/finding.ts';
import { doctorMessages } from '../core/messages/doctor.ts';
import type { Recipe } from '../core/recipe.ts';
import { findOnPath } from '../system/find-on-path.ts';
import type { CommandLine } from './arguments.ts';
import { examineMachine } from './examine-machine.ts';
import { examineModels } from './examine-models.ts';
import { examinePrefixes } from './examine-prefixes.ts';
import { examineRepository } from './examine-repository.ts';

export interface Section {
  readonly title: string;
  readonly findings: readonly Finding[];
}

/** @param start where the command was called; @param around the repository's folder there, null: none */
export async function examine(
  line: CommandLine,
  recipe: Recipe,
  start: string,
  around: string | null,
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
        ...examineModels(recipe, around),
        ...(await examinePrefixes(recipe, repository.facts, around)),
        ...notifier(recipe, around),
      ],
    },
  ].filter(({ findings }) => findings.length > 0);
}

function notifier({ notify }: Recipe, around: string | null): readonly Finding[] {
  if (notify === null || notify === 'bell') return [];
  const command = notify[0]!;
  if (findOnPath(command, process.env, { insideOf: around }) !== null) return [];
  return [complaint('notify', 'warning', doctorMessages.notifyMissing({ command }))];
}
