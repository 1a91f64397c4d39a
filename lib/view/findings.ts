// Findings of a look at the machine, as lines: a sign, what was looked at, what is so, and below it what to do.
import type { Finding, FindingState } from '../core/finding.ts';
import { renderRemedy } from './failure.ts';
import type { Paint } from './paint.ts';
import { harmless } from './text.ts';

type Brush = Exclude<keyof Paint, 'coloured'>;

const SIGNS: Readonly<Record<FindingState, readonly [sign: string, brush: Brush]>> = {
  good: ['✓', 'green'],
  unknown: ['?', 'yellow'],
  warning: ['!', 'yellow'],
  bad: ['✗', 'red'],
};

/** @param columns where sentences of remedies wrap; null: nowhere */
export function findingLines(findings: readonly Finding[], columns: number | null, paint: Paint): readonly string[] {
  return findings.flatMap(({ subject, state, says, remedy }) => {
    const [sign, brush] = SIGNS[state];
    const [first = '', ...more] = harmless(`${subject}: ${says}`).split('\n');
    return [
      `  ${paint[brush](sign)} ${first}`,
      ...more.map((line) => `    ${line}`),
      ...remedy.flatMap((line) => renderRemedy(line, columns, paint)).map((line) => `  ${line}`),
    ];
  });
}
