// What each step of a recipe took in time, tokens and money, and its share of all tokens. What a tool does not tell is
// in no share, and that is said.

import { groupBy } from '../core/group-by.ts';
import type { Attempt } from '../core/model-event.ts';
import { FIGURES, usageFigures } from './attempts.ts';
import type { Table } from './table-data.ts';

/** A start, and the step in which it was. */
interface StepUsage {
  readonly step: string;
  readonly attempt: Attempt;
}

const tokensOf = ({ usage }: Attempt): number | null =>
  usage === null || (usage.input_tokens === null && usage.output_tokens === null)
    ? null
    : (usage.input_tokens ?? 0) + (usage.output_tokens ?? 0);

const sum = (starts: readonly StepUsage[]): number =>
  starts.reduce((all, { attempt }) => all + (tokensOf(attempt) ?? 0), 0);

/** A row per step, in the order in which they were first taken. */
export function usageByStep(starts: readonly StepUsage[]): Table {
  const total = sum(starts);
  return {
    caption: 'Time, tokens and costs of each step',
    kind: 'list',
    heads: [['Step'], ['Starts'], ...FIGURES.map((name) => [name]), ['Share of tokens']],
    numbers: FIGURES.length + 2,
    rows: [...groupBy(starts, ({ step }) => step)].map(([step, own]) => {
      const known = own.some(({ attempt }) => tokensOf(attempt) !== null);
      const share = total > 0 && known ? `${Math.round((sum(own) / total) * 100)} %` : '—';
      const figures = usageFigures(own.map(({ attempt }) => attempt));
      return { cells: [step, String(own.length), ...figures, share].map((text) => [text]) };
    }),
  };
}

/** How many starts are in no figure; '' where all told their tokens, or none did. */
export function unknownUsage(starts: readonly StepUsage[]): string {
  const unknown = starts.filter(({ attempt }) => tokensOf(attempt) === null);
  if (unknown.length === 0) return '';
  const steps = [...new Set(unknown.map(({ step }) => step))].join(', ');
  const told = `${unknown.length} of ${starts.length} starts did not tell their tokens`;
  return `${told} (${steps}): they are in none of these figures.`;
}
