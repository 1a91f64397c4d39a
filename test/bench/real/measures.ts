// Recorded outcomes of real systems on real tasks, as numbers: reads the file, and makes from it the triples of candidates
// among which a rule has something to choose. Computes no choice.
import { existsSync, readFileSync } from 'node:fs';

export interface System {
  readonly resolved: boolean;
  readonly no_regression: boolean;
  readonly changed_lines: number;
  /** Files that it changed, tests left out, as numbers within the task. */
  readonly files: readonly number[];
  readonly adds_tests: boolean;
}

interface Alike {
  readonly a: string;
  readonly b: string;
  readonly lines: number;
  readonly words: number;
}

interface Task {
  readonly task: string;
  readonly language?: string;
  readonly systems: Readonly<Record<string, System>>;
  readonly alike: readonly Alike[];
}

export interface Candidate extends System {
  readonly id: string;
  /** How alike it is to the other two in added words, on average. */
  readonly words: number;
}

export interface Triple {
  readonly task: string;
  readonly language: string;
  readonly candidates: readonly Candidate[];
  /** Each task counts once, however many triples it gives. */
  readonly weight: number;
}

export interface Measures {
  readonly triples: readonly Triple[];
  /** Tasks that were left out, and why. */
  readonly skipped: readonly string[];
}

const LANGUAGES: Readonly<Record<string, readonly string[]>> = {
  Java: ['apache', 'apolloconfig', 'google', 'trinodb', 'thingsboard'],
  JavaScript: ['mrdoob', 'prettier', 'serverless', 'sveltejs'],
  Python: ['huggingface', 'keras-team', 'langchain-ai', 'yt-dlp', 'django', 'sympy', 'Significant-Gravitas'],
  TypeScript: ['angular', 'coder', 'microsoft', 'mui', 'tailwindlabs'],
};

function languageOf({ task, language }: Task): string {
  const owner = task.split('__')[0]!;
  return language ?? Object.entries(LANGUAGES).find(([, owners]) => owners.includes(owner))?.[0] ?? 'other';
}

/** @throws Error that says what is wrong with the file */
export function readMeasures(file: string): Measures {
  if (!existsSync(file)) throw new Error(`There is no ${file}: name the folder that holds measures.json by --data.`);
  let tasks: unknown;
  try {
    tasks = (JSON.parse(readFileSync(file, 'utf8')) as { readonly tasks?: unknown }).tasks;
  } catch (error) {
    throw new Error(`${file} is no JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (!Array.isArray(tasks)) throw new Error(`${file} has no list "tasks".`);
  const triples: Triple[] = [];
  const skipped: string[] = [];
  for (const task of tasks as readonly Task[]) {
    const name = task?.task ?? '(without a name)';
    if (typeof task?.task !== 'string' || typeof task.systems !== 'object' || !Array.isArray(task.alike)) {
      skipped.push(`${name}: needs "task", "systems" and "alike"`);
      continue;
    }
    const found = triplesOf(task);
    if (typeof found === 'string') skipped.push(`${name}: ${found}`);
    else triples.push(...found.map((candidates) => ({ ...described(task), candidates, weight: 1 / found.length })));
  }
  return { triples, skipped };
}

const described = (task: Task) => ({ task: task.task, language: languageOf(task) });

/** Every three systems of a task that break nothing and disagree; or why there are none. */
function triplesOf(task: Task): readonly (readonly Candidate[])[] | string {
  const sound = Object.entries(task.systems).filter(([, { no_regression }]) => no_regression);
  if (sound.length < 3) return 'fewer than three systems that break nothing';
  const found: Candidate[][] = [];
  for (let i = 0; i < sound.length; i++)
    for (let j = i + 1; j < sound.length; j++)
      for (let k = j + 1; k < sound.length; k++) {
        const three = [sound[i]!, sound[j]!, sound[k]!];
        const right = three.filter(([, { resolved }]) => resolved).length;
        if (right === 0 || right === 3) continue;
        const ids = three.map(([id]) => id);
        const words = (id: string) => ids.filter((other) => other !== id).map((other) => alike(task, id, other));
        if (ids.some((id) => words(id).includes(undefined))) return 'likeness of some systems is missing';
        found.push(
          three.map(([id, system]) => ({ id, ...system, words: (words(id) as number[]).reduce((a, b) => a + b) / 2 })),
        );
      }
  return found.length > 0 ? found : 'no three systems disagree';
}

const alike = ({ alike: pairs }: Task, a: string, b: string): number | undefined =>
  pairs.find((pair) => (pair.a === a && pair.b === b) || (pair.a === b && pair.b === a))?.words;
