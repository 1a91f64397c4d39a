// Does it choose well among real models' work? `npm run bench:real -- choose` compares choosing rules over recorded outcomes,
// in a second; `-- whole` runs the program on real tasks, about a minute each. README.md says how.
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { chooseReport } from './choose.ts';
import { JUDGES, type Judge } from './crew.ts';
import { readMeasures } from './measures.ts';
import { readTasks } from './tasks.ts';
import { runWhole } from './whole.ts';
import { wholeReport } from './whole-report.ts';

const USAGE = `npm run bench:real -- choose --data DIR [--verbose]
npm run bench:real -- whole --data DIR --mirror DIR --libraries DIR [--judge ${JUDGES.join('|')}] [--tasks N] [--only ID]
  [--differ] [--jobs N] [--work DIR] [--pythons DIR] [--verbose]
MM_REAL_DATA, MM_REAL_MIRROR and MM_REAL_LIBRARIES stand for the folders.`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    data: { type: 'string', default: process.env.MM_REAL_DATA },
    mirror: { type: 'string', default: process.env.MM_REAL_MIRROR },
    libraries: { type: 'string', default: process.env.MM_REAL_LIBRARIES },
    pythons: { type: 'string' },
    work: { type: 'string', default: join(tmpdir(), 'mm-bench-real') },
    judge: { type: 'string', default: 'none' },
    tasks: { type: 'string', default: 'Infinity' },
    only: { type: 'string', multiple: true },
    differ: { type: 'boolean', default: false },
    jobs: { type: 'string', default: '1' },
    verbose: { type: 'boolean', default: false },
  },
});
const tell = (words: string) => console.error(words);

async function choose(): Promise<readonly string[]> {
  const measures = readMeasures(join(folder('data'), 'measures.json'));
  if (values.verbose) measures.skipped.forEach(tell);
  return chooseReport(measures);
}

async function whole(): Promise<readonly string[]> {
  const [most, jobs] = [Number(values.tasks), Number(values.jobs)];
  if (!JUDGES.includes(values.judge as Judge)) throw new Error(`--judge is one of ${JUDGES.join(', ')}.`);
  if (!(most > 0 && jobs > 0)) throw new Error('--tasks and --jobs are numbers above 0.');
  const { tasks, skipped } = await readTasks(folder('data'), {
    mirrors: folder('mirror'),
    libraries: folder('libraries'),
    pythons: values.pythons,
  });
  const wanted = tasks.filter(({ id }) => !values.only || values.only.includes(id));
  const { judge, work, differ } = values;
  const done = await runWhole(wanted, { judge: judge as Judge, jobs, work: resolve(work), most, differ, tell });
  const all = [...skipped, ...done.skipped];
  for (const why of all) tell(`left out: ${why}`);
  return wholeReport({ rows: done.rows, skipped: all }, values.judge);
}

function folder(name: 'data' | 'mirror' | 'libraries'): string {
  const value = values[name];
  if (value === undefined) throw new Error(`Name a folder by --${name}.\n\n${USAGE}`);
  return resolve(value);
}

try {
  const part = { choose, whole }[positionals.join(' ')];
  if (part === undefined) throw new Error(USAGE);
  for (const line of await part()) console.log(line);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 2;
}
