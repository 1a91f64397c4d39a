// The recipe that is measured: the shipped `execute` without the steps in which a model is asked something besides its
// work. It is made from the shipped file, so that what is measured is what people run.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { PROJECT } from '../support/paths.ts';

// biome-ignore lint/suspicious/noExplicitAny: a recipe as any YAML reader has it
type Step = any;

const ASKING = new Set(['explore', 'tell-apart', 'compare', 'integrate']);

export interface BenchRecipe {
  readonly gate: string;
  /** With the steps in which a model is asked something besides its work. */
  readonly asking?: boolean;
  readonly verify?: 'tree' | 'proof';
  /** Each with its workspace; the first is the primary. */
  readonly slots: Readonly<Record<string, { readonly cli: string; readonly workspace: string }>>;
}

/** Writes the recipe to `file`. */
export function writeBenchRecipe(file: string, { gate, slots, asking = false, verify = 'tree' }: BenchRecipe): string {
  const execute = parse(readFileSync(join(PROJECT, 'recipes/execute.yaml'), 'utf8'));
  const recipe = {
    recipe: 1,
    name: 'bench',
    summary: 'What the measurements run.',
    extends: join(PROJECT, 'recipes/execute.yaml'),
    slots: {
      ...Object.fromEntries(Object.keys(execute.slots).map((id) => [id, null])),
      ...Object.fromEntries(Object.entries(slots).map(([id, slot], n) => [id, slotOf(id, slot, n === 0)])),
    },
    gates: { tests: { run: gate } },
    verify,
    phases: asking ? execute.phases : execute.phases.map((phase: Step) => withoutAsking(phase)),
  };
  writeFileSync(file, stringify(recipe));
  return file;
}

function slotOf(id: string, { cli, workspace }: { cli: string; workspace: string }, primary: boolean): Step {
  return {
    title: id,
    ...(primary ? { primary } : {}),
    workspace,
    backends: [{ cli, run: [cli], stdin: '${prompt}', env: { pass: ['BENCH_*'] } }],
  };
}

/** Without the steps that ask, those that go on with what they gave, and what other steps take of it. */
function withoutAsking(step: Step): Step {
  if (!Array.isArray(step.steps)) return step;
  const kept = step.steps.filter((each: Step) => !ASKING.has(each.id) && !isAnswer(each.keep_if_better));
  const steps = kept.map((each: Step) => withoutAsking(withoutAnswers(each)));
  return { ...step, steps: steps.filter((each: Step) => each.steps === undefined || each.steps.length > 0) };
}

const withoutAnswers = (step: Step): Step =>
  Object.fromEntries(Object.entries(step).filter(([, value]) => !isAnswer(value)));

/** What the steps that ask save. */
const isAnswer = (value: unknown): boolean => value === '${votes}' || value === '${mended}';
