// How the held-out tests end on a tree: lays the base out, applies patches, runs the tests, and says which patches solve the
// task. Reads test runners by itself: a fault in how the program reads them must not decide what is right.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bash, must, quoted } from './shell.ts';
import type { RealTask } from './tasks.ts';

/** A run of the held-out tests. */
export interface HeldOut {
  /** How many tests ran; null: that can't be told, since the run broke off. */
  readonly ran: number | null;
  /** Names of those that failed. */
  readonly fails: readonly string[];
}

/** How each model's patch does by itself. */
export interface Outcome {
  /** The run on the upstream fix. */
  readonly gold: HeldOut;
  /** Whether the tests run here and see the difference between the base and the upstream fix. */
  readonly valid: boolean;
  readonly models: Readonly<Record<string, { readonly resolved: boolean }>>;
}

const LIMIT = 420_000;

/** The base tree as a repository of one commit; objects are borrowed from the mirror. */
export async function layOut({ mirror, base }: RealTask, dir: string): Promise<void> {
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(dir, { recursive: true });
  await must(dir, 'git init -q -b main . && git config gc.auto 0');
  writeFileSync(join(dir, '.git/objects/info/alternates'), `${join(mirror, 'objects')}\n`);
  await must(dir, `git update-ref refs/heads/main $(git commit-tree ${base}^{tree} -m base) && git reset -q --hard`);
}

/** Ways to apply a patch, the strictest first: published patches may have lost some of their context. */
export const APPLY = [
  'git apply --whitespace=nowarn',
  'git apply --whitespace=nowarn --recount',
  'patch -p1 -s --batch --fuzz=5 --no-backup-if-mismatch -i',
];

/** Whether a patch could be applied to the work tree. */
export async function applyPatch(dir: string, file: string): Promise<boolean> {
  for (const how of APPLY) {
    if ((await bash(dir, `${how} ${quoted(file)}`)).code === 0) return true;
  }
  await bash(dir, 'git reset -q --hard && git clean -fdq');
  return false;
}

/** Runs the held-out tests on a work tree, whose own versions of these files give way. */
export async function runHeldOut(task: RealTask, dir: string): Promise<HeldOut> {
  for (const file of task.heldoutFiles.map(quoted))
    await bash(dir, `git checkout -q HEAD -- ${file} || { git rm -q --cached -f ${file}; rm -f ${file}; }`);
  if (!(await applyPatch(dir, join(task.folder, 'heldout.patch'))))
    return { ran: null, fails: ['the held-out tests do not apply'] };
  const { code, stdout, stderr } = await bash(dir, task.heldout, { env: task.env, limit: LIMIT });
  const { ran, fails } = readRun(task.kind, `${stdout}\n${stderr}`);
  return code === null ? { ran: null, fails: [...fails, 'the time is over'] } : { ran, fails };
}

/** How many tests ran, and the names of those that failed. */
export function readRun(kind: RealTask['kind'], output: string): HeldOut {
  const fails = new Set<string>();
  let ran: number | null = null;
  for (const line of output.split('\n')) {
    const name = (kind === 'unittest' ? /^(?:FAIL|ERROR): (.+)$/ : /^_+ (\S+\.py(?::\w+)?) _+$/).exec(line)?.[1];
    if (name !== undefined) fails.add(name.trim());
    const total = (kind === 'unittest' ? /^Ran (\d+) tests?\b/ : /^=* ?tests finished: (.*)$/).exec(line)?.[1];
    if (total === undefined) continue;
    const counts =
      kind === 'unittest'
        ? [total]
        : [...total.matchAll(/(\d+) (?:passed|failed|exceptions?)/g)].map((each) => each[1]);
    ran = counts.reduce((sum, count) => sum + Number(count), ran ?? 0);
  }
  return { ran, fails: [...fails].sort() };
}

/** Whether all tests that pass with the upstream fix pass in a run. */
export const isResolved = (gold: HeldOut, { ran, fails }: HeldOut): boolean =>
  ran !== null && ran >= (gold.ran ?? 0) && fails.every((name) => gold.fails.includes(name));

/** Measures each model's patch by itself. */
export async function measureOutcome(task: RealTask, dir: string): Promise<Outcome> {
  const runOn = async (patch: string | null): Promise<HeldOut> => {
    await layOut(task, dir);
    if (patch !== null && !(await applyPatch(dir, join(task.folder, patch))))
      return { ran: null, fails: ['the patch does not apply'] };
    return runHeldOut(task, dir);
  };
  const gold = await runOn('gold.patch');
  const valid = gold.ran !== null && !isResolved(gold, await runOn(null));
  const models: Record<string, { resolved: boolean }> = {};
  for (const model of valid ? task.team : [])
    models[model] = { resolved: isResolved(gold, await runOn(`${model}.diff`)) };
  rmSync(dir, { recursive: true, force: true });
  return { gold, valid, models };
}
