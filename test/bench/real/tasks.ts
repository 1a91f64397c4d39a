// Real tasks, a folder each: `task.json`, `task.md`, a patch of each model, `heldout.patch`, `gold.patch` (the upstream fix)
// and, where it was measured before, `outcome.json`. Says of each folder that can't be run here what it lacks; runs none.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import { which } from '../../support/paths.ts';
import type { Outcome } from './outcome.ts';
import { bash } from './shell.ts';

export interface RealTask {
  readonly id: string;
  readonly folder: string;
  /** The git directory that has the base commit. */
  readonly mirror: string;
  readonly base: string;
  /** The models that work on it, by the names of their patches. */
  readonly team: readonly string[];
  /** How its tests report: which lines name a failing test. */
  readonly kind: 'unittest' | 'sympy';
  /** The command of the gate that the program gets. */
  readonly visible: string;
  /** The command that decides, and the files that `heldout.patch` makes. */
  readonly heldout: string;
  readonly heldoutFiles: readonly string[];
  /** What both commands want to see. */
  readonly env: Readonly<Record<string, string>>;
  /** How each patch does by itself, where that was measured before. */
  readonly outcome: Outcome | null;
}

export interface CommandEnvironment {
  /** Holds `<name>.git` or `<name>` for each repository `owner/<name>`. */
  readonly mirrors: string;
  /** A folder of Python packages that the repositories import. */
  readonly libraries: string;
  /** Holds Pythons as `3.x.y/bin/python`; one of PATH does too. */
  readonly pythons?: string | undefined;
}

export interface Tasks {
  readonly tasks: readonly RealTask[];
  /** Folders that were left out, and why. */
  readonly skipped: readonly string[];
}

/** The three whose work is put together, where there are more. */
const TEAM = 3;

/** @throws Error where there are no task folders at all */
export async function readTasks(data: string, commandEnvironment: CommandEnvironment): Promise<Tasks> {
  const root = join(data, 'tasks');
  if (!existsSync(root)) throw new Error(`There is no ${root}: name the folder that holds tasks/ by --data.`);
  const folders = readdirSync(root).filter((name) => statSync(join(root, name)).isDirectory());
  const tasks: RealTask[] = [];
  const skipped: string[] = [];
  for (const name of folders.sort()) {
    try {
      tasks.push(await readTask(join(root, name), commandEnvironment));
    } catch (error) {
      skipped.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return { tasks, skipped };
}

async function readTask(folder: string, { mirrors, libraries, pythons }: CommandEnvironment): Promise<RealTask> {
  const task = readJson(join(folder, 'task.json'));
  const text = (name: string): string => {
    const value = task[name];
    if (typeof value !== 'string' || value === '') throw new Error(`task.json needs "${name}", a text`);
    return value;
  };
  const kind = text('kind');
  if (kind !== 'unittest' && kind !== 'sympy') throw new Error(`task.json: "kind" is unittest or sympy, not ${kind}`);
  const team = Object.keys((task.models ?? {}) as object).slice(0, TEAM);
  if (team.length < 2) throw new Error('task.json needs "models", two or more');
  const files = task.heldout_files;
  if (!Array.isArray(files) || files.length === 0) throw new Error('task.json needs "heldout_files", a list of paths');
  for (const file of ['task.md', 'heldout.patch', 'gold.patch', ...team.map((model) => `${model}.diff`)])
    if (!existsSync(join(folder, file))) throw new Error(`there is no ${file}`);
  const base = text('base_commit');
  const mirror = await findMirror(mirrors, text('repo'), base);
  const env = { PYTHON: await findPython(text('python'), pythons), PYLIBS: libraries, PYTHONDONTWRITEBYTECODE: '1' };
  const measured = join(folder, 'outcome.json');
  const outcome = existsSync(measured) ? (readJson(measured) as unknown as Outcome) : null;
  if (outcome && (outcome.gold === undefined || team.some((model) => outcome.models?.[model]?.resolved === undefined)))
    throw new Error('outcome.json needs "gold" and, of each model, "resolved": remove it to have it measured again');
  return {
    id: text('id'),
    folder,
    mirror,
    base,
    team,
    kind,
    visible: text('visible'),
    heldout: text('heldout'),
    heldoutFiles: files as string[],
    env,
    outcome,
  };
}

function readJson(file: string): Record<string, unknown> {
  if (!existsSync(file)) throw new Error(`there is no ${basename(file)}`);
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  } catch (error) {
    throw new Error(`${basename(file)} is no JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function findMirror(mirrors: string, repository: string, commit: string): Promise<string> {
  const name = basename(repository);
  const places = [`${name}.git`, name].map((each) => join(mirrors, each));
  const place = places.find((each) => existsSync(each));
  if (place === undefined) throw new Error(`there is no ${places.join(' and no ')}`);
  const found = await bash(place, `git rev-parse --absolute-git-dir && git cat-file -e '${commit}^{tree}'`);
  if (found.code === 0) return found.stdout.trim();
  throw new Error(`${place} ${found.stdout === '' ? 'is no git directory' : `does not have the commit ${commit}`}`);
}

/** A Python of this version that starts: one of pyenv's, or of PATH (where pyenv's own stand-ins may not start). */
async function findPython(version: string, pythons = join(homedir(), '.pyenv/versions')): Promise<string> {
  const installed = existsSync(pythons) ? readdirSync(pythons).filter((name) => name.startsWith(`${version}.`)) : [];
  const found = [...installed.map((name) => join(pythons, name, 'bin/python')), which(`python${version}`)];
  for (const python of found) if (python !== null && (await bash('/', `'${python}' -c ''`)).code === 0) return python;
  throw new Error(`there is no Python ${version} in ${pythons} or on PATH`);
}
