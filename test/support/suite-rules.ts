// What makes a test file prove nothing without anyone noticing. Pure: text in, mistakes out.

/** The mistakes of a test file's text; empty when it is fine. */
export function suiteMistakes(text: string): readonly string[] {
  const suites = [...text.matchAll(/\bconst (\w+) = suite\(/g)].map((match) => match[1] as string);
  if (/import \{[^}]*\btest\b[^}]*\} from 'uvu'/.test(text)) suites.push('test');
  if (suites.length === 0) return ['imports no `test` or `suite` from uvu'];
  return suites.flatMap((suite) => [
    ...(new RegExp(`^${suite}\\.run\\(\\);?$`, 'm').test(text) ? [] : [`never calls ${suite}.run()`]),
    ...[...text.matchAll(new RegExp(`^\\s*${suite}\\.(only|skip)\\(`, 'gm'))].map(
      (match) => `line ${text.slice(0, match.index).split('\n').length}: a stray ${suite}.${match[1]}(`,
    ),
    ...[...text.matchAll(new RegExp(`^\\s*${suite}\\.(before|after)\\b`, 'gm'))].map(
      (match) => `a ${match[1]} hook: when it throws, uvu still exits 0; wrap the test's work in a function instead`,
    ),
  ]);
}

export interface Summary {
  readonly total: number;
  readonly passed: number;
  readonly skipped: number;
}

/** What uvu says at its end, null when it did not get that far. */
export function uvuSummary(output: string): Summary | null {
  const count = (name: string) => {
    const found = [...output.matchAll(new RegExp(`^\\s*${name}:\\s+(\\d+)`, 'gm'))].at(-1);
    return found === undefined ? null : Number(found[1]);
  };
  const [total, passed, skipped] = [count('Total'), count('Passed'), count('Skipped')];
  return total === null || passed === null || skipped === null ? null : { total, passed, skipped };
}
