// Findings of a look at the machine, as lines: a sign, what was looked at, what is so, and below it what to do.
import type { Finding, FindingState } from '../core/finding.ts';
import type { Paint } from './paint.ts';
import { renderRemedy } from './render-failure.ts';
import { harmless, wrapPrinted } from './text.ts';

type Brush = Exclude<keyof Paint, 'coloured'>;

const SIGNS: Readonly<Record<FindingState, readonly [sign: string, brush: Brush]>> = {
  good: ['✓', 'green'],
  unknown: ['?', 'yellow'],
  warning: ['!', 'yellow'],
  bad: ['✗', 'red'],
};

/** @param columns where sentences wrap; null: nowhere */
export function findingLines(findings: readonly Finding[], columns: number | null, paint: Paint): readonly string[] {
  return findings.flatMap(({ subject, state, says, remedy }) => {
    const [sign, brush] = SIGNS[state];
    const text = harmless(`${subject}: ${says}`);
    const [first = '', ...more] = columns === null ? text.split('\n') : wrapPrinted(text, Math.max(20, columns - 5));
    return [
      `  ${paint[brush](sign)} ${first}`,
      ...more.map((line) => `    ${line}`),
      ...remedy.flatMap((line) => renderRemedy(line, columns, paint)).map((line) => `  ${line}`),
    ];
  });
}

/** What all of it comes to, in a line. */
export function verdictLine(findings: readonly Finding[], recipe: string, paint: Paint): string {
  const bad = findings.filter(({ state }) => state === 'bad').length;
  const [sign, brush] = SIGNS[bad > 0 ? 'bad' : 'good'];
  const said =
    bad > 0
      ? `A run of ${recipe} can't begin here: mend what is marked ${sign} above.`
      : `A run of ${recipe} can begin here.`;
  return `${paint[brush](sign)} ${paint.bold(said)}`;
}
