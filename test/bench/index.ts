// Measures the program and prints a table: `npm run bench` for everything, `npm run bench -- run --files 1000` for a part.
// Parts: run, cpu, busy, combine, start, memory, scale, journal, view, hosts, cluster. Results go to test/bench/results.json; parts not measured stay there.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, tmpdir, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Runtime } from '../support/paths.ts';
import { busy } from './busy.ts';
import { cluster } from './cluster.ts';
import { combine } from './combine.ts';
import { cpu } from './cpu.ts';
import { hosts } from './hosts.ts';
import { journal } from './journal.ts';
import { liveView } from './live-view.ts';
import { memory } from './memory.ts';
import type { Part, Row } from './part.ts';
import { scale } from './scale.ts';
import { ownCost, spawnCost } from './spawn-cost.ts';
import { start } from './start.ts';
import { wholeRun } from './whole-run.ts';

const PARTS: Readonly<Record<string, Part>> = {
  run: wholeRun,
  cpu,
  busy,
  combine,
  start,
  memory,
  scale,
  journal,
  view: liveView,
  hosts,
  cluster,
};
const RESULTS = fileURLToPath(new URL('results.json', import.meta.url));

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    files: { type: 'string', default: '1000,10000,100000' },
    times: { type: 'string', default: '3' },
    runtime: { type: 'string', default: 'launch' },
    prefix: { type: 'string', default: '' },
    'no-write': { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
  },
});
const wanted = positionals.length > 0 ? positionals : Object.keys(PARTS);
const unknown = wanted.filter((name) => !(name in PARTS));
if (unknown.length > 0)
  throw new Error(`no such part: ${unknown.join(', ')}; there are ${Object.keys(PARTS).join(', ')}`);

const results: Record<string, unknown> = existsSync(RESULTS) ? JSON.parse(readFileSync(RESULTS, 'utf8')) : {};
for (const name of wanted) {
  const part = PARTS[name]!;
  console.log(`\n## ${part.title}\n`);
  const options = {
    files: values.files.split(',').map(Number),
    times: Number(values.times),
    runtime: values.runtime as Runtime,
    verbose: values.verbose,
    prefix: values.prefix.split(' ').filter(Boolean),
  };
  const rows = await part.run(options, (text) => console.error(`   ${text}`));
  print(rows);
  results[name] = {
    title: part.title,
    measured_at: new Date().toISOString(),
    machine: await machine(),
    runtime: options.runtime,
    times: options.times,
    rows,
  };
}
if (!values['no-write']) writeFileSync(RESULTS, `${JSON.stringify(results, null, 2)}\n`);

async function machine() {
  return {
    cores: availableParallelism(),
    cpu: cpus()[0]?.model ?? '',
    memory_gib: Math.round(totalmem() / 2 ** 30),
    load: loadavg()[0]!.toFixed(1),
    node: process.version,
    folder: tmpdir(),
    prefix: values.prefix,
    spawn_ms: spawnCost(),
    start_cpu_ms: await ownCost(),
  };
}

function print(rows: readonly Row[]): void {
  const columns = ['', ...new Set(rows.flatMap(({ values: each }) => Object.keys(each))), 'target', ''];
  const table = rows.map((row) => [
    row.what,
    ...columns.slice(1, -2).map((column) => String(row.values[column] ?? '–')),
    row.target,
    row.reached === null ? '' : row.reached ? 'reached' : 'NOT REACHED',
  ]);
  const widths = columns.map((column, n) => Math.max(column.length, ...table.map((line) => line[n]!.length)));
  const line = (cells: readonly string[]) => `| ${cells.map((cell, n) => cell.padEnd(widths[n]!)).join(' | ')} |`;
  console.log([line(columns), line(widths.map((width) => '-'.repeat(width))), ...table.map(line)].join('\n'));
}
