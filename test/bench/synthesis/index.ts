// Is what comes out better than the best of what went in? Generated tasks, scripted authors with known faults, real test
// suites; held-out tests decide. `npm run bench:synthesis [-- --tasks 60 --seed s --cache DIR --verify --save]`. With `--only` it prints
// nothing but a line of JSON for each task, with these strategies' shares.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { makeTasks } from './generate.ts';
import { report } from './report.ts';
import { Runner } from './runner.ts';
import {
  alwaysFirst,
  evidenceWhole,
  gatesOnly,
  oracle,
  ours,
  oursJudged,
  random,
  rightSoOften,
  type Strategy,
  single,
} from './strategies.ts';
import { verify } from './verify.ts';
import { openWorld } from './world.ts';

const STRATEGIES: Readonly<Record<string, Strategy>> = {
  'alpha alone': single('alpha'),
  'beta alone': single('beta'),
  'gamma alone': single('gamma'),
  'random choice': random,
  'whole winner by gates': gatesOnly,
  'whole winner by gates and cross-gates': evidenceWhole,
  'ours, no judge': ours,
  'ours, judge right 70 %': oursJudged(rightSoOften(0.7)),
  'ours, judge prefers the first': oursJudged(alwaysFirst),
  'best possible mix (oracle)': oracle,
};

const { values } = parseArgs({
  options: {
    tasks: { type: 'string', default: '216' },
    seed: { type: 'string', default: 'synthesis' },
    cache: { type: 'string' },
    only: { type: 'string', multiple: true },
    'by-node': { type: 'boolean', default: false },
    verify: { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
    save: { type: 'boolean', default: false },
  },
});
const runner = new Runner(values.cache ?? null, values['by-node']);
const started = Date.now();

try {
  if (values.verify) {
    const wrong = await verify(runner);
    for (const sentence of wrong) console.log(sentence);
    if (wrong.length > 0) process.exitCode = 1;
  }
  const names = values.only ?? Object.keys(STRATEGIES);
  const unknown = names.find((name) => !(name in STRATEGIES));
  if (unknown !== undefined)
    throw new Error(`no strategy is called "${unknown}": ${Object.keys(STRATEGIES).join(' | ')}`);
  const sums = new Map(names.map((name) => [name, 0]));
  const byProject = new Map<string, Map<string, number>>();
  const tasks = await makeTasks(Number(values.tasks), values.seed, runner);
  for (const task of tasks) {
    const world = await openWorld(task, runner);
    const row = byProject.get(task.project.name) ?? new Map<string, number>();
    byProject.set(task.project.name, row);
    const line: Record<string, unknown> = { task: task.seed, project: task.project.name };
    for (const name of names) {
      const share = await STRATEGIES[name]!(world);
      sums.set(name, sums.get(name)! + share);
      row.set(name, (row.get(name) ?? 0) + share);
      line[name] = share;
      if (values.verbose) process.stderr.write(`${task.seed} ${task.project.name} ${name}: ${share}\n`);
    }
    if (values.only) console.log(JSON.stringify(line));
    if (process.stderr.isTTY) process.stderr.write(`\r${task.seed}, ${runner.started} test runs`);
  }
  const count = (name: string) => tasks.filter((task) => task.project.name === name).length;
  const shares = new Map(
    names.map((name) => [
      name,
      {
        all: sums.get(name)! / tasks.length,
        byProject: new Map([...byProject].map(([project, row]) => [project, row.get(name)! / count(project)])),
      },
    ]),
  );
  if (!values.only) {
    const { text, met } = report(shares, { seed: values.seed, tasks: tasks.length });
    console.log(`${runner.started} test runs in ${Math.round((Date.now() - started) / 1000)} s\n\n${text}`);
    if (values.save) writeFileSync(new URL('results.md', import.meta.url), text);
    if (!met) process.exitCode = 1;
  }
} finally {
  await runner.close();
}
