// What each heuristic of composing is worth: the generated bench with it and without it, on the same tasks, and the choosing
// rules over recorded outcomes. `npm run bench:ablate -- [--tasks 60 --seed s --cache DIR --data DIR --only NAME]`
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { nodePath, PROJECT } from '../../support/paths.ts';
import { runProcess } from '../../support/start-process.ts';
import { drawnInterval } from '../real/interval.ts';
import { copyWithout } from './copy.ts';
import { SWITCHES } from './switches.ts';

const MEASURED = ['ours, no judge', 'ours, judge right 70 %', 'ours, judge prefers the first'];

const { values } = parseArgs({
  options: {
    tasks: { type: 'string', default: '60' },
    seed: { type: 'string', default: 'ablate' },
    cache: { type: 'string', default: join(tmpdir(), 'mm-bench-ablate') },
    data: { type: 'string', default: process.env.MM_REAL_DATA },
    only: { type: 'string', multiple: true },
  },
});

const tsx = join(PROJECT, 'node_modules/tsx/dist/cli.mjs');

async function bench(folder: string, args: readonly string[]): Promise<readonly string[]> {
  const { code, stdout, stderr } = await runProcess([nodePath(), tsx, ...args], { cwd: folder, deadline: 36_000_000 });
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}\n${stderr}`);
  return stdout.trim().split('\n');
}

type Shares = Readonly<Record<string, number>>;

/** The share of each task that is solved, by strategy. */
async function generated(folder: string): Promise<readonly Shares[]> {
  const only = MEASURED.flatMap((name) => ['--only', name]);
  const where = ['--tasks', values.tasks, '--seed', values.seed, '--cache', resolve(values.cache)];
  return (await bench(folder, ['test/bench/synthesis/index.ts', ...where, ...only])).map(
    (line) => JSON.parse(line) as Shares,
  );
}

/** The share of recorded tasks in which a right candidate is chosen; null where there are no records. */
async function chosen(folder: string): Promise<number | null> {
  if (values.data === undefined) return null;
  const lines = await bench(folder, ['test/bench/real/index.ts', 'choose', '--data', resolve(values.data)]);
  return (JSON.parse(lines.at(-1)!) as { readonly ours: number }).ours;
}

const points = (difference: number): string => `${difference > 0 ? '+' : ''}${(difference * 100).toFixed(1)}`;
const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
const mean = (shares: readonly number[]): number => shares.reduce((sum, share) => sum + share, 0) / shares.length;

const unknown = values.only?.find((name) => !(name in SWITCHES));
if (unknown !== undefined) throw new Error(`no switch is called "${unknown}": ${Object.keys(SWITCHES).join(' | ')}`);
const folder = mkdtempSync(join(tmpdir(), 'mm-ablate-'));
try {
  const copy = join(folder, 'copy');
  copyWithout([], copy);
  const [whole, choice] = [await generated(copy), await chosen(copy)];
  console.log(
    `${whole.length} generated tasks (\`--tasks ${values.tasks} --seed ${values.seed}\`); points gained or lost without it, with 95 % intervals.\n`,
  );
  console.log(
    `| switched off | ${MEASURED.join(' | ')} | choosing, recorded |\n| --- |${' ---: |'.repeat(MEASURED.length + 1)}`,
  );
  const all = MEASURED.map((name) => percent(mean(whole.map((task) => task[name]!))));
  console.log(`| nothing | ${all.join(' | ')} | ${choice === null ? 'not run' : percent(choice)} |`);
  for (const [name, edits] of Object.entries(SWITCHES)) {
    if (values.only && !values.only.includes(name)) continue;
    copyWithout(edits, copy);
    const [without, rest] = [await generated(copy), await chosen(copy)];
    const cells = MEASURED.map((strategy) => {
      const differences = without.map((task, place) => task[strategy]! - whole[place]![strategy]!);
      if (differences.every((difference) => difference === 0)) return '0.0';
      const [from, to] = drawnInterval(differences);
      return `${points(mean(differences))} (${points(from)} to ${points(to)})`;
    });
    console.log(
      `| ${name} | ${cells.join(' | ')} | ${rest === null || choice === null ? 'not run' : points(rest - choice)} |`,
    );
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
