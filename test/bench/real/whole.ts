// All real tasks, some at once; what is known is not run again. A line of JSON per task, so that an interrupted run goes on.
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT } from '../../support/paths.ts';
import type { Judge } from './crew.ts';
import { measureOutcome, type Outcome } from './outcome.ts';
import { type Row, runTask } from './run-task.ts';
import type { RealTask } from './tasks.ts';

export interface WholeOptions {
  readonly judge: Judge;
  /** How many tasks at once. */
  readonly jobs: number;
  /** Where tasks are laid out, and results are kept. */
  readonly work: string;
  /** At most so many tasks. */
  readonly most: number;
  /** Leave out tasks on which all models do the same. */
  readonly differ: boolean;
  readonly tell: (words: string) => void;
}

export interface Whole {
  readonly rows: readonly Row[];
  /** Tasks without a result, and why. */
  readonly skipped: readonly string[];
}

/** Whether some models solve a task and some do not. */
export const differs = ({ alone }: Pick<Row, 'alone'>): boolean => new Set(Object.values(alone)).size > 1;

/** A name for the program as it is: what was found with another one is not taken for its own. */
export function programId(): string {
  const hash = createHash('sha1');
  for (const folder of ['lib', 'recipes'])
    for (const file of readdirSync(join(PROJECT, folder), { recursive: true, encoding: 'utf8' }).sort())
      if (/\.(?:ts|mjs|yaml)$/.test(file)) hash.update(file).update(readFileSync(join(PROJECT, folder, file)));
  return hash.digest('hex').slice(0, 10);
}

/** Runs what is not known yet. */
export async function runWhole(tasks: readonly RealTask[], options: WholeOptions): Promise<Whole> {
  const { judge, jobs, work, most, differ, tell } = options;
  const file = join(work, `${judge}-${programId()}.jsonl`);
  mkdirSync(join(work, 'outcomes'), { recursive: true });
  const known = new Map(readRows(file).map((row) => [row.id, row] as const));
  const rows: Row[] = [];
  const skipped: string[] = [];
  const queue = [...tasks];
  let begun = 0;
  const one = async (task: RealTask): Promise<void> => {
    const outcome = await outcomeOf(task, work);
    if (!outcome.valid) throw new Error('its held-out tests do not tell the base from the upstream fix here');
    const alone = Object.fromEntries(task.team.map((model) => [model, outcome.models[model]!.resolved]));
    if ((differ && !differs({ alone })) || begun >= most) return;
    begun++;
    const row = known.get(task.id) ?? (await runTask(task, outcome, judge, join(work, `room-${task.id}`)));
    if (!known.has(task.id)) appendFileSync(file, `${JSON.stringify(row)}\n`);
    rows.push(row);
    tell(`${row.id} ${row.ours ? 'right' : 'wrong'}, ${row.whole.join(' = ') || 'a mix'}, ${row.seconds} s`);
  };
  const worker = async () => {
    for (let task = queue.shift(); task && begun < most; task = queue.shift())
      await one(task).catch((error: Error) => void skipped.push(`${task!.id}: ${error.message}`));
  };
  await Promise.all(Array.from({ length: jobs }, worker));
  return { rows: rows.sort((a, b) => (a.id < b.id ? -1 : 1)), skipped };
}

/** As it was measured before, here or where the task comes from. */
async function outcomeOf(task: RealTask, work: string): Promise<Outcome> {
  if (task.outcome) return task.outcome;
  const file = join(work, 'outcomes', `${task.id}.json`);
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as Outcome;
  const outcome = await measureOutcome(task, join(work, `alone-${task.id}`));
  writeFileSync(file, `${JSON.stringify(outcome)}\n`);
  return outcome;
}

/** The lines of a file of results; the last one may have been cut off when the run was ended. */
export function readRows(file: string): Row[] {
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : [];
  return lines.map((line) => JSON.parse(line) as Row);
}
