// Starts of models in figures and words, the same on the terminal and in the report. What a tool does not say is `—`.
import { inDollars } from '../core/budget.ts';
import { formatClock } from '../core/duration.ts';
import type { Attempt } from '../core/model-event.ts';
import type { EventOf } from './event-messages.ts';

/** What the figures of `usageFigures` are called. */
export const FIGURES = ['Time', 'Tokens in', 'Tokens out', 'Cost'] as const;

/** Time, tokens and cost of one start, or of several together. */
export const usageFigures = (attempts: readonly Attempt[]): readonly string[] => [
  formatClock(sumOf(attempts, (each) => each.elapsed_ms) ?? 0),
  count(sumOf(attempts, (each) => each.usage?.input_tokens)),
  count(sumOf(attempts, (each) => each.usage?.output_tokens)),
  money(sumOf(attempts, (each) => each.usage?.cost_usd)),
];

/** A sum of what is known; null where nothing is. */
export function sumOf(
  attempts: readonly Attempt[],
  pick: (attempt: Attempt) => number | null | undefined,
): number | null {
  const known = attempts.map(pick).filter((value) => typeof value === 'number');
  return known.length > 0 ? known.reduce((total, value) => total + value, 0) : null;
}

export const count = (value: number | null): string => (value === null ? '—' : value.toLocaleString('en-US'));

export const money = (value: number | null): string => (value === null ? '—' : inDollars(value));

/** How the tool's process ended. */
export const processEnd = ({ signal, exit_code, host }: Attempt): string => {
  const unknown = host === undefined ? 'not started' : `on ${host}`;
  return signal ? `ended by ${signal}` : exit_code === null ? unknown : `exit code ${exit_code}`;
};

/** What a start and its end have in common, and nothing else beside them. */
export const attemptKey = ({ pass, lane, slot, step, attempt }: EventOf<'attempt_start' | 'attempt_end'>): string =>
  `attempt ${pass} ${lane} ${slot} ${step} ${attempt}`;

/** Every start of every backend, in all passes of a record. */
export const allAttempts = ({
  passes,
}: {
  readonly passes: readonly {
    readonly models: Readonly<Record<string, { readonly attempts: readonly Attempt[] }>>;
    readonly asked: readonly { readonly attempt: Attempt }[];
  }[];
}): readonly Attempt[] =>
  passes.flatMap(({ models, asked }) => [
    ...Object.values(models).flatMap(({ attempts }) => attempts),
    ...asked.map(({ attempt }) => attempt),
  ]);
