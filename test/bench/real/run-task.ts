// One real task: the base laid out, the program run on it with scripted models, held-out tests on what it left.
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isTestPath } from '../../../lib/evidence/test-names.ts';
import { mmCommand } from '../../support/paths.ts';
import { runProcess } from '../../support/start-process.ts';
import { type Judge, slotOf, writeCrew } from './crew.ts';
import { isResolved, layOut, type Outcome, runHeldOut } from './outcome.ts';
import { must } from './shell.ts';
import type { RealTask } from './tasks.ts';

/** What became of a task; a line in the file of results. */
export interface Row {
  readonly id: string;
  /** Which models' patches solve it by themselves. */
  readonly alone: Readonly<Record<string, boolean>>;
  /** Whether what the program left does. */
  readonly ours: boolean;
  /** Tests that fail then and should not. */
  readonly missed: readonly string[];
  /** Models whose whole tree was taken; empty: a mix. */
  readonly whole: readonly string[];
  /** Some candidate wrote tests that passed on another's code. */
  readonly trusted: boolean;
  /** How many test files the result brings. */
  readonly tests: number;
  readonly cells: number;
  readonly files: readonly { readonly path: string; readonly from: string; readonly why: string }[];
  readonly exit: number | null;
  /** A gate ran into its time limit: on a machine that is busy this says nothing of the code. */
  readonly late: boolean;
  readonly seconds: number;
}

const LIMIT = 1_500_000;

/**
 * Runs a task in a folder of its own, which it removes.
 * @throws Error where it can't be said how the program did
 */
export async function runTask(task: RealTask, outcome: Outcome, judge: Judge, room: string): Promise<Row> {
  const started = Date.now();
  rmSync(room, { recursive: true, force: true });
  for (const name of ['home', 'tmp']) mkdirSync(join(room, name), { recursive: true });
  const repository = join(room, 'repository');
  await layOut(task, repository);
  const recipe = writeCrew(task, outcome, judge, room);
  const ended = await runProcess(
    [...mmCommand('tsx'), recipe, '--yes', '--headless', '--json', '--task-file', join(task.folder, 'task.md')],
    { cwd: repository, env: environment(task, room), deadline: LIMIT, atDeadline: () => {} },
  );
  const session = parsed(ended.stdout);
  if (session === null) throw new Error(`the program left no record (exit ${ended.code}): ${ended.stderr.slice(-400)}`);
  const pass = session.passes?.at(-1);
  const status = await must(repository, 'git status --porcelain --untracked-files=all');
  const after = await runHeldOut(task, repository);
  const resolved = isResolved(outcome.gold, after);
  if (!resolved && after.ran === null) await provesToRun(task, outcome, repository);
  if (process.env.MM_KEEP === '1') console.error(`kept: ${room}`);
  else rmSync(room, { recursive: true, force: true });
  const cells: Any[] = pass?.cross_gates ?? [];
  const gates = Object.values(pass?.gate_results ?? {}).flatMap((each) => Object.values(each as object));
  const others = cells.filter(({ tests_of, code_of }) => tests_of !== code_of && code_of in (pass?.models ?? {}));
  const isWhole = (model: string) => pass?.models?.[slotOf(model)]?.tree === session.result?.tree;
  return {
    id: task.id,
    alone: Object.fromEntries(task.team.map((model) => [model, outcome.models[model]!.resolved])),
    ours: resolved,
    missed: after.fails.filter((name) => !outcome.gold.fails.includes(name)).slice(0, 9),
    whole: session.result?.tree ? task.team.filter(isWhole) : [],
    trusted: others.some(({ state, counts }) => state === 'pass' || counts?.passed > 0),
    tests: status.split('\n').filter((line) => isTestPath(line.slice(3)) && !line.startsWith(' D')).length,
    cells: cells.length,
    files: (pass?.plan?.files ?? []).map(({ path, from, why }: Any) => ({ path, from, why })),
    exit: ended.code,
    late: [...cells, ...gates].some(({ state }) => state === 'timeout'),
    seconds: Math.round((Date.now() - started) / 1000),
  };
}

/** Where nothing ran on the result: the held-out tests must run here on the upstream fix, or this says nothing of the program. */
async function provesToRun(task: RealTask, { gold }: Outcome, dir: string): Promise<void> {
  await layOut(task, dir);
  await must(dir, `git apply --whitespace=nowarn '${join(task.folder, 'gold.patch')}'`);
  if (!isResolved(gold, await runHeldOut(task, dir))) throw new Error('the held-out tests do not run here');
}

function environment({ env }: RealTask, room: string): Record<string, string> {
  return {
    ...env,
    PATH: `${join(room, 'bin')}:${process.env.PATH}`,
    HOME: join(room, 'home'),
    TMPDIR: join(room, 'tmp'),
    AI_AIP_ROOT: join(room, 'state'),
    AI_AIP_LINK: 'none',
    GIT_CONFIG_NOSYSTEM: '1',
    LANG: 'C.UTF-8',
    NO_COLOR: '1',
  };
}

// biome-ignore lint/suspicious/noExplicitAny: the record is read as any JSON reader would
type Any = any;

function parsed(text: string): Any {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
