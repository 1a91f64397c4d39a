// Runs the test files, a process each, two more at once than there are cores (they wait for other processes about half
// of their time): `npm test`, `npm test -- e2e recipes/plan`. `--deno` runs the files, and the program in them, under
// Deno, without those that say `// runtime: node`; `--root DIR` looks for files in another folder.
// The last line is `N passed, N failed`; the exit code is 1 when anything failed.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { PROJECT } from './support/paths.ts';
import { runFile } from './support/run-file.ts';

/** Beginnings of the names of files that take longest: started first, so that no core is idle at the end. */
const SLOW = [
  'faults/kill',
  'faults/signals',
  'faults/hostile',
  'e2e/scenarios',
  'faults',
  'e2e/report-large',
  'e2e',
  'unit/candidate',
];
const RATHER_SLOW = [
  'unit/remote',
  'unit/repository',
  'unit/docs',
  'unit/launch',
  'unit/suites',
  'unit/demo',
  'unit/process',
];

const { values: options, positionals: filters } = parseArgs({
  allowPositionals: true,
  options: {
    deno: { type: 'boolean', default: false },
    root: { type: 'string', default: join(PROJECT, 'test') },
    deadline: { type: 'string' },
    jobs: { type: 'string', default: String(availableParallelism() + 2) },
  },
});

const rank = (file: string) => {
  const slow = [...SLOW, ...RATHER_SLOW];
  const place = slow.findIndex((beginning) => file.startsWith(beginning));
  return place === -1 ? slow.length : place;
};
const files = readdirSync(options.root, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.test.ts') && !file.startsWith('bench/'))
  .filter((file) => filters.length === 0 || filters.some((filter) => file.includes(filter)))
  .filter((file) => !(options.deno && /^\/\/ runtime: node$/m.test(readFileSync(join(options.root, file), 'utf8'))))
  .sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));

const scratch = mkdtempSync(join(tmpdir(), 'mm-run-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130));

const began = Date.now();
const queue = [...files];
let passed = 0;
let failed = 0;
await Promise.all(Array.from({ length: Number(options.jobs) }, work));
if (files.length === 0) {
  console.log(`no test file matches: ${filters.join(' ')}`);
  failed = 1;
}
console.log(
  `\n${files.length} files in ${((Date.now() - began) / 1000).toFixed(1)} s${options.deno ? ' under Deno' : ''}`,
);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);

async function work(): Promise<void> {
  for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
    const deadline = options.deadline === undefined ? undefined : Number(options.deadline);
    const outcome = await runFile(join(options.root, file), { deno: options.deno, deadline, scratch });
    passed += outcome.passed;
    failed += outcome.failed;
    const seconds = process.env.CI === 'true' || outcome.seconds > 10 ? `  ${outcome.seconds.toFixed(1)} s` : '';
    console.log(`${outcome.failed === 0 ? 'ok  ' : 'FAIL'} ${file}  ${outcome.passed}${seconds}`);
    for (const [line] of outcome.output.matchAll(/^skipped: .*$/gm)) console.log(`     ${line}`);
    if (outcome.failed > 0)
      console.log([outcome.output.trimEnd(), ...outcome.mistakes.map((text) => `  ${file}: ${text}`), ''].join('\n'));
  }
}
