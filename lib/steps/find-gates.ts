// Executor `find_gates`: the quality gates of this repository: the recipe's own, else those that its files tell (rule
// 9).
import { ok } from '../core/failure.ts';
import type { GateSpec } from '../core/gate-rules.ts';
import { HERE, type Recipe } from '../core/recipe.ts';
import type { Command } from '../core/shell-word.ts';
import { findGates } from '../evidence/found-gates.ts';
import { repositoryTexts } from '../repository/texts.ts';
import type { Executor } from './executor.ts';

export const find_gates: Executor = {
  name: 'find_gates',
  nature: 'again',
  summary: "Takes the recipe's gates; where it names none, finds those of the repository by the gate table.",
  schema: {
    value: {
      type: 'object',
      additionalProperties: false,
      properties: {
        blocks: {
          type: 'array',
          items: { type: 'string' },
          description: 'Documents of the repository that may name its gates in an `mm-gates` block.',
        },
      },
    },
  },
  example: '- find_gates: { blocks: [AGENTS.md] }',
  async run({ run, value }) {
    const { top } = run.repository;
    const named = Object.keys(run.recipe.gates).length > 0;
    const found = named
      ? { gates: run.recipe.gates, from: {} as Record<string, string>, mistakes: [] }
      : findGates(repositoryTexts(top), run.recipe, (value as { blocks?: readonly string[] }).blocks ?? []);
    for (const mistake of found.mistakes) run.note(mistake, 'warning');
    run.gates = withHosts(found.gates, run.recipe);
    const gates = Object.entries(found.gates);
    run.emit({
      type: 'gates_found',
      gates: Object.fromEntries(gates.map(([id, { run: command }]) => [id, commandText(command)])),
      from: named
        ? 'the recipe'
        : [...new Set(Object.values(found.from).map((place) => place.replace(/: .*$/s, '')))].join(', '),
    });
    if (gates.length === 0) {
      run.note(
        'No quality gates were found: nothing will prove the result. Name some in a recipe of your own, or in an ' +
          'mm-gates block of AGENTS.md.',
        'warning',
      );
    }
    return ok(undefined);
  },
};

/** Gates with the hosts that the recipe gives those that name none. */
export const withHosts = (
  gates: Readonly<Record<string, GateSpec>>,
  { gateHosts }: Pick<Recipe, 'gateHosts'>,
): Readonly<Record<string, GateSpec>> =>
  gateHosts.length === 0
    ? gates
    : Object.fromEntries(Object.entries(gates).map(([id, gate]) => [id, { hosts: gateHosts, ...gate }]));

/** Whether it may run on this machine, in a place of ours. */
export const mayRunHere = ({ hosts = [HERE] }: GateSpec): boolean => hosts.includes(HERE);

/** Where it runs, for people; '': here, or where the tree lies. */
export const placeText = ({ hosts = [] }: Pick<GateSpec, 'hosts'>): string =>
  hosts.length === 0 ? '' : ` (${hosts.map((host) => (host === HERE ? HERE : `on ${host}`)).join(', or ')})`;

/** A gate's command as a person would type it. */
export function commandText(command: Command): string {
  if (typeof command === 'string') return command;
  return command
    .map((argument) => (/^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`))
    .join(' ');
}

/** Gates as a Markdown list, for prompts. */
export function gateList(gates: Readonly<Record<string, GateSpec>>): string {
  const lines = Object.values(gates).map(({ title, run }) => `- ${title}: \`${commandText(run)}\``);
  return lines.length > 0 ? lines.join('\n') : '(none were found)';
}
