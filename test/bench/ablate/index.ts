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
import { type Edit, SWITCHES } from './switches.ts';

const MEASURED = ['ours, no judge', 'ours, judge right 70 %'];
/** Where what `choose` compares lies: other edits can't move it. */
const SEEN_BY_CHOOSE = /\/(?:rank|rank-context|likeness)\.ts$/;

const { values } = parseArgs({
  options: {
    tasks: { type: 'string', default: '60' },
    seed: { type: 'string', default: 'ablate' },
    cache: { type: 'string', default: join(tmpdir(), 'mm-bench-ablate') },
    data: { type: 'string', default: process.env.MM_REAL_DATA },
    only: { type: 'string', multiple: true },
    jobs: { type: 'string', default: '1' },
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

async function row(name: string, edits: readonly Edit[], copy: string): Promise<string> {
  copyWithout(edits, copy);
  const seen = edits.some(({ file }) => SEEN_BY_CHOOSE.test(file));
  const [without, rest] = [await generated(copy), seen ? await chosen(copy) : null];
  const cells = MEASURED.map((strategy) => {
    const differences = without.map((task, place) => task[strategy]! - whole[place]![strategy]!);
    const changed = differences.filter((difference) => difference !== 0).length;
    if (changed === 0) return '0.0';
    const [from, to] = drawnInterval(differences);
    return `${points(mean(differences))} (${points(from)} to ${points(to)}; ${changed} tasks)`;
  });
  return `| ${[name, ...cells, rest === null || choice === null ? '' : points(rest - choice)].join(' | ')} |`;
}

const folder = mkdtempSync(join(tmpdir(), 'mm-ablate-'));
let whole: readonly Shares[] = [];
let choice: number | null = null;
try {
  const copy = join(folder, 'copy');
  copyWithout([], copy);
  [whole, choice] = [await generated(copy), await chosen(copy)];
  console.log(
    `${whole.length} generated tasks (\`--tasks ${values.tasks} --seed ${values.seed}\`); points gained or lost without it, with 95 % intervals.\n`,
  );
  const head = ['switched off', ...MEASURED, 'choosing, recorded'];
  console.log(`| ${head.join(' | ')} |\n| --- |${' ---: |'.repeat(head.length - 1)}`);
  const all = MEASURED.map((name) => percent(mean(whole.map((task) => task[name]!))));
  console.log(`| nothing | ${all.join(' | ')} | ${choice === null ? '' : percent(choice)} |`);
  const queue = Object.entries(SWITCHES).filter(([name]) => !values.only || values.only.includes(name));
  const worker = async (_: unknown, place: number) => {
    for (let next = queue.shift(); next; next = queue.shift())
      console.log(await row(...next, join(folder, `${place}`)));
  };
  await Promise.all(Array.from({ length: Number(values.jobs) }, worker));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
