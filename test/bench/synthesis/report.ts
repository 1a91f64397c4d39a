// The outcome of the benchmark in Markdown: the table, and whether what is promised of it holds.

/** Of all tasks and of each project's, the share that a strategy solved: 0 to 1. */
export interface Shares {
  readonly all: number;
  readonly byProject: ReadonlyMap<string, number>;
}

const OURS = 'ours, no judge';
const FIRST = 'ours, judge prefers the first';
const ORACLE = 'best possible mix (oracle)';

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
const points = (difference: number): string => `${(difference * 100).toFixed(1)} points`;

function table(shares: ReadonlyMap<string, Shares>): string {
  const projects = [...(shares.get(OURS)?.byProject.keys() ?? [])];
  const row = (cells: readonly string[]) =>
    `| ${cells.map((cell, i) => (i === 0 ? cell.padEnd(37) : cell.padStart(8))).join(' | ')} |`;
  return [
    row(['strategy', 'all', ...projects]),
    `| ${'-'.repeat(37)} |${' -------: |'.repeat(projects.length + 1)}`,
    ...[...shares].map(([name, { all, byProject }]) =>
      row([name, percent(all), ...projects.map((project) => percent(byProject.get(project)!))]),
    ),
  ].join('\n');
}

/** The document, and whether every promise holds. */
export function report(
  shares: ReadonlyMap<string, Shares>,
  { seed, tasks }: { readonly seed: string; readonly tasks: number },
): { text: string; met: boolean } {
  const of = (name: string) => shares.get(name)!.all;
  const singles = [...shares].filter(([name]) => name.endsWith(' alone')).map(([, { all }]) => all);
  const ofOracle = of(OURS) / of(ORACLE);
  const above = of(OURS) - Math.max(...singles);
  const lowered = of(OURS) - of(FIRST);
  const promises = [
    [
      ofOracle >= 0.85,
      `With no judge at all it solves ${percent(ofOracle)} of what the best possible mix solves (promised: 85 %).`,
    ],
    [above >= 0.15, `That is ${points(above)} above the best single author (promised: 15 points).`],
    [
      lowered <= 0.02,
      `A judge that always prefers the first lowers it by ${points(lowered)} (promised: at most 2 points).`,
    ],
  ] as const;
  const lines = promises.map(([kept, sentence]) => `- ${kept ? '' : '**Not kept.** '}${sentence}`);
  const text = `# Results\n\nShare of tasks solved, of ${tasks} tasks (\`--tasks ${tasks} --seed ${seed}\`):\n\n${table(shares)}\n\n${lines.join('\n')}\n`;
  return { text, met: promises.every(([kept]) => kept) };
}
