// Runs a composite action as the forge's runner would, as far as ours needs it: the `run` steps with inputs, outputs,
// conditions and the runner's commands; `uses` steps are written down. What it does not know it refuses.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import { mmEnvironment } from './mm.ts';
import type { Room } from './room.ts';
import { runProcess } from './start-process.ts';

interface Step {
  readonly id?: string;
  readonly if?: string;
  readonly run?: string;
  readonly shell?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
}

interface Action {
  readonly inputs: Readonly<Record<string, { readonly default?: string }>>;
  readonly outputs: Readonly<Record<string, { readonly value: string }>>;
  readonly runs: { readonly using: 'composite'; readonly steps: readonly Step[] };
}

type Values = Readonly<Record<string, unknown>>;

export interface ActionRun {
  readonly failed: boolean;
  readonly outputs: Readonly<Record<string, string>>;
  /** `uses` steps that came to their turn. */
  readonly used: readonly { readonly uses: string; readonly with: Readonly<Record<string, string>> }[];
  /** What the runner took for errors. */
  readonly errors: readonly string[];
  readonly summary: string;
  readonly log: string;
}

/** @param inputs what a workflow says in `with:` */
export async function runAction(
  room: Room,
  cwd: string,
  file: string,
  inputs: Readonly<Record<string, string>>,
): Promise<ActionRun> {
  const action: Action = parse(readFileSync(file, 'utf8'));
  for (const name of Object.keys(inputs)) if (!(name in action.inputs)) throw new Error(`there is no input ${name}`);
  const temp = join(room.root, 'runner');
  mkdirSync(temp, { recursive: true });
  const github = { token: 'TOKEN-OF-THE-WORKFLOW' };
  const defaults = Object.entries(action.inputs).map(([name, each]) => [
    name,
    inserted(each.default ?? '', { github }),
  ]);
  const steps: Record<string, { outputs: Record<string, string> }> = {};
  const context = { github, steps, inputs: { ...Object.fromEntries(defaults), ...inputs } };
  const [summary, used, errors]: [string, ActionRun['used'][number][], string[]] = [join(temp, 'summary'), [], []];
  writeFileSync(summary, '');
  let failed = false;
  let log = '';
  for (const step of action.runs.steps) {
    const state = { ...context, failed };
    if (!truth(evaluated(step.if ?? 'success()', state))) continue;
    if (step.uses !== undefined) {
      used.push({ uses: step.uses, with: insertedAll(step.with ?? {}, context) });
      continue;
    }
    if (step.shell !== 'bash') throw new Error(`the shell ${step.shell} is not known`);
    const [script, output] = [join(temp, 'step.sh'), join(temp, 'output')];
    writeFileSync(script, inserted(step.run ?? '', context));
    writeFileSync(output, '');
    const env = mmEnvironment(room, {
      ...insertedAll(step.env ?? {}, context),
      GITHUB_ACTION_PATH: dirname(file),
      GITHUB_WORKSPACE: cwd,
      GITHUB_OUTPUT: output,
      GITHUB_ENV: join(temp, 'env'),
      GITHUB_STEP_SUMMARY: summary,
      RUNNER_TEMP: temp,
    });
    const done = await runProcess(['bash', '--noprofile', '--norc', '-eo', 'pipefail', script], { cwd, env });
    log += done.stdout + done.stderr;
    const said = commandsIn(done.stdout, done.stderr);
    errors.push(...said.errors);
    if (step.id) steps[step.id] = { outputs: { ...said.outputs, ...fileOutputs(output) } };
    failed ||= done.code !== 0;
  }
  const outputs = Object.entries(action.outputs).map(([name, { value }]) => [name, inserted(value, context)]);
  return {
    failed,
    outputs: Object.fromEntries(outputs),
    used,
    errors,
    summary: existsSync(summary) ? readFileSync(summary, 'utf8') : '',
    log,
  };
}

/** Lines `::name …::` are commands until they are stopped; they may be indented. */
function commandsIn(...streams: readonly string[]): { outputs: Record<string, string>; errors: string[] } {
  const outputs: Record<string, string> = {};
  const errors: string[] = [];
  for (const stream of streams) {
    let resumes: string | null = null;
    for (const line of stream.split('\n')) {
      const [, name = '', key = '', text = ''] = /^\s*::([\w-]+)(?: (?:name|title)=([^:]*))?::(.*)$/.exec(line) ?? [];
      if (resumes !== null) {
        if (name === resumes) resumes = null;
      } else if (name === 'stop-commands') resumes = text;
      else if (name === 'set-output') outputs[key] = text;
      else if (name === 'error') errors.push(text);
    }
  }
  return { outputs, errors };
}

const fileOutputs = (file: string): Record<string, string> =>
  Object.fromEntries(
    readFileSync(file, 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );

const insertedAll = (texts: Readonly<Record<string, string>>, values: Values): Record<string, string> =>
  Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, inserted(String(text), values)]));

/** A text with its `${{ … }}` put in, as text. */
const inserted = (text: string, values: Values): string =>
  text.replace(/\$\{\{(.*?)\}\}/g, (_, expression: string) => String(evaluated(expression, values) ?? ''));

const truth = (value: unknown): boolean => value !== '' && value !== false && value !== null && value !== undefined;

/** Names, texts, `!`, `==`, `!=`, `&&`, `||` and the functions of a condition; `||` binds weakest. */
function evaluated(expression: string, values: Values): unknown {
  const text = expression.replace(/^\s*\$\{\{|\}\}\s*$/g, '').trim();
  for (const [operator, join] of [
    ['||', (a: unknown, b: () => unknown) => (truth(a) ? a : b())],
    ['&&', (a: unknown, b: () => unknown) => (truth(a) ? b() : a)],
    ['!=', (a: unknown, b: () => unknown) => String(a ?? '') !== String(b() ?? '')],
    ['==', (a: unknown, b: () => unknown) => String(a ?? '') === String(b() ?? '')],
  ] as const) {
    const at = text.lastIndexOf(operator);
    if (at > 0) {
      const [left, right] = [text.slice(0, at), text.slice(at + operator.length)];
      return join(evaluated(left, values), () => evaluated(right, values));
    }
  }
  if (text.startsWith('!')) return !truth(evaluated(text.slice(1), values));
  if (/^'[^']*'$/.test(text)) return text.slice(1, -1);
  if (text === 'cancelled()') return false;
  if (text === 'success()') return values.failed !== true;
  if (text === 'always()') return true;
  if (!/^[\w.-]+$/.test(text)) throw new Error(`an expression that this runner does not know: ${text}`);
  return text.split('.').reduce<unknown>((value, key) => (value as Values | undefined)?.[key], values);
}
