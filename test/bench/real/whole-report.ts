// What whole runs gave, in figures: the table in Markdown, and last one line of JSON about the tasks on which models differ.
import { drawnInterval, percent } from './interval.ts';
import type { Row } from './run-task.ts';
import { differs, type Whole } from './whole.ts';

const count = (rows: readonly Row[], is: (row: Row) => boolean): number => rows.filter(is).length;
const solvers = ({ alone }: Row): readonly boolean[] => Object.values(alone);
const chance = (row: Row): number => solvers(row).filter(Boolean).length / solvers(row).length;
const anyone = (row: Row): boolean => solvers(row).includes(true);

export function wholeReport({ rows, skipped }: Whole, judge: string): readonly string[] {
  const open = rows.filter(differs);
  const models = [...new Set(rows.flatMap(({ alone }) => Object.keys(alone)))];
  const ways: readonly (readonly [name: string, share: (row: Row) => number])[] = [
    [`ours, judge: ${judge}`, (row) => Number(row.ours)],
    ...models.map((model) => [`${model} alone`, (row: Row) => Number(row.alone[model] ?? false)] as const),
    ['random', chance],
    ['any of them (oracle)', (row) => Number(anyone(row))],
  ];
  const sum = (share: (row: Row) => number) => open.reduce((total, row) => total + share(row), 0);
  const line = ([name, share]: (typeof ways)[number]) => {
    const [from, to] = drawnInterval(open.map(share));
    return `| ${name} | ${+sum(share).toFixed(1)} of ${open.length} | ${percent(from)} to ${percent(to)} |`;
  };
  const allRight = rows.filter((row) => solvers(row).every(Boolean));
  const withTests = rows.filter(({ trusted }) => trusted);
  return [
    `${rows.length} tasks, ${open.length} of them with models that differ; ${skipped.length} tasks were left out.`,
    '',
    '| on tasks that differ | right | 95 % interval |',
    '| --- | ---: | ---: |',
    ...(open.length > 0 ? ways.map(line) : []),
    '',
    `- Wrong where all candidates are right: ${count(allRight, ({ ours }) => !ours)} of ${allRight.length}.`,
    `- Right where no candidate is: ${count(rows, (row) => row.ours && !anyone(row))} of ${count(rows, (row) => !anyone(row))}.`,
    `- Ships a test, where some candidate's tests passed on another's code: ${count(withTests, ({ tests }) => tests > 0)} of ${withTests.length}.`,
    `- Runs that ended with another exit code than 0: ${count(rows, ({ exit }) => exit !== 0)}; in which a gate ran into its time limit: ${count(rows, ({ late }) => late)}.`,
    '',
    JSON.stringify({
      tasks: open.length,
      ours: sum((row) => Number(row.ours)),
      best_single: Math.max(0, ...models.map((model) => sum((row) => Number(row.alone[model] ?? false)))),
      random: +sum(chance).toFixed(2),
      oracle: sum((row) => Number(anyone(row))),
      judge,
      run: rows.length,
      skipped: skipped.length,
      worse_than_all: count(allRight, ({ ours }) => !ours),
      ships_tests: count(withTests, ({ tests }) => tests > 0),
      could_ship_tests: withTests.length,
    }),
  ];
}
