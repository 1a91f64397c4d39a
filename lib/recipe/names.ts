// Which names `${…}`, `when:` and `for:` know where: scopes of shapes, without any value.
// The tables at the top are the language's own names; what steps save comes on top.
import type { Shape } from '../core/executor-spec.ts';
import type { Json } from '../core/json.ts';

export interface Scope {
  readonly [name: string]: Shape;
}

/** Known in every step, though some have no value at first; `triggers`, `reports`, `options` come from the recipe. */
export const AMBIENT: Scope = {
  task: 'text',
  slots: {
    all: 'slots',
    available: 'slots',
    unavailable: 'slots',
    external: 'slots',
    taken: 'slots',
    in_main: 'safe',
    asked: 'safe',
    several: 'safe',
    single: 'safe',
  },
  models: {
    table: 'text',
    names: 'safe',
    failures: 'text',
    usage: 'text',
    answers: 'text',
    differ: 'safe',
    timeout_command: 'safe',
  },
  gates: { list: 'text', names: 'text', table: 'text', details: 'text' },
  cross: { table: 'text' },
  plan: {
    table: 'text',
    steps: 'text',
    notes: 'text',
    whole: 'safe',
    proven: 'safe',
    needs_integration: 'safe',
    nothing_to_mend: 'safe',
    integrate_after: 'safe',
    settled: 'safe',
    undecided: 'safe',
  },
  captured: 'trees',
  prior: 'text',
  result: { outcome: 'text', table: 'text', gates: 'text', notes: 'text', applied: 'safe' },
  outcome: { failure: 'text', remedy: 'text', complete: 'safe' },
  session: { id: 'safe', dir: 'safe', started: 'safe', passes: 'safe', timeout: 'safe' },
  recipe: { name: 'safe', dir: 'safe', timeout: 'safe', repair: 'safe' },
  delivery: {
    wanted: 'safe',
    subject: 'text',
    files: 'text',
    gates: 'text',
    cost: 'text',
    trailers: 'text',
    branch: 'safe',
    commit: 'safe',
    where: 'text',
  },
};

/** The id of the repeated step that is always known. */
export const ROUND = 'pass';

/** Known below the id of a repeated step. */
export const LOOP: Shape = { number: 'safe', count: 'safe', first: 'safe', later: 'safe', stamp: 'safe' };

/** The item of a list of slots. */
export const SLOT: Shape = { id: 'safe', title: 'safe', workspace: 'safe', backend: 'safe', from: 'safe' };

/** Known in gates and in backends, which know `prompt` too; `repo` comes from the step that saves it. */
export const IN_COMMANDS: Scope = {
  slot: SLOT,
  session: AMBIENT.session!,
  recipe: AMBIENT.recipe!,
  pass: LOOP,
  workspace: { path: 'safe' },
  home: 'safe',
};
/** In backends only. */
export const PROMPT: Scope = { prompt: 'text', settings: 'safe' };
/** In the commands that fetch a pull request. */
export const PULL_REQUEST: Scope = { number: 'safe' };
/** In the commands that make a pull request; made harmless. */
export const NEW_PULL_REQUEST: Scope = {
  branch: 'safe',
  base: 'safe',
  remote: 'safe',
  title: 'safe',
  body: 'safe',
  body_file: 'safe',
};
/** In the commands that go on with a session, beside those of backends. */
export const ATTEMPT: Scope = { attempt: { session: 'safe' } };
/** In the arguments that hold an answer to a schema. */
export const SCHEMA: Scope = { schema: { text: 'safe', file: 'safe', strict_file: 'safe' } };
/** In the arguments that cap what one call spends, beside those of backends. */
export const CAP: Scope = { attempt: { budget_usd: 'safe' } };
/** Known in the question of a failure. */
export const IN_FAILURES: Scope = { slot: SLOT, session: AMBIENT.session!, pass: LOOP, seconds: 'safe' };
export const IN_WRAP: Scope = { seconds: 'safe' };
/** In the commands of `notify`; made harmless. */
export const IN_NOTIFY: Scope = { notice: { title: 'safe', text: 'safe' } };

/** What a step knows at the start: the language's names and those of the recipe's triggers, reports and options. */
export function rootScope(
  triggers: readonly string[],
  reports: readonly string[],
  options: Readonly<Record<string, Json>>,
): Scope {
  return {
    ...AMBIENT,
    [ROUND]: LOOP,
    triggers: Object.fromEntries(triggers.map((name) => [name, 'safe' as const])),
    reports: Object.fromEntries(reports.map((name) => [name, 'text' as const])),
    options: Object.fromEntries(Object.entries(options).map(([name, value]) => [name, shapeOf(value)])),
  };
}

/** A value that is written in the recipe: its mappings can be asked for by key. */
function shapeOf(value: Json): Shape {
  if (Array.isArray(value)) return 'list';
  if (typeof value !== 'object' || value === null) return 'safe';
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, shapeOf(item)]));
}

export type Found =
  | { readonly ok: true; readonly shape: Shape }
  /** `before`: the part of the path that is known, with a dot; `names`: what may follow it. */
  | { readonly ok: false; readonly before: string; readonly rest: string; readonly names: readonly string[] };

/** What a dotted name stands for. */
export function find(scope: Scope, path: string): Found {
  const keys = path.split('.');
  let shape: Shape = scope;
  for (const [i, key] of keys.entries()) {
    const names = typeof shape === 'object' ? Object.keys(shape) : [];
    if (typeof shape !== 'object' || !Object.hasOwn(shape, key)) {
      const before = i === 0 ? '' : `${keys.slice(0, i).join('.')}.`;
      return { ok: false, before, rest: keys.slice(i).join('.'), names };
    }
    shape = shape[key]!;
  }
  return { ok: true, shape };
}

/** A model's words may be in it. Lists are made of captured paths and the like, except those written in the recipe. */
export const isUntrusted = (path: string, shape: Shape): boolean =>
  shape === 'text' || (shape === 'list' && !path.startsWith('options.'));

/** The item's name and shape in a `for:` over a list; null for what is no list. */
export function itemOf(path: string, shape: Shape): Scope | null {
  if (shape === 'slots') return { slot: SLOT };
  if (shape === 'list') return { item: path.startsWith('options.') ? 'safe' : 'text' };
  return null;
}

/** Dotted names of everything in a scope that is of one of these shapes. */
export function namesOf(scope: Scope, shapes: readonly Shape[], before = ''): readonly string[] {
  return Object.entries(scope).flatMap(([name, shape]) => {
    if (typeof shape === 'object') return namesOf(shape, shapes, `${before}${name}.`);
    return shapes.includes(shape) ? [`${before}${name}`] : [];
  });
}

/** What is known when either of two steps may have run. */
export function either(a: Shape | undefined, b: Shape): Shape {
  if (a === undefined || a === b) return b;
  if (typeof a === 'object' && typeof b === 'object') {
    return {
      ...a,
      ...Object.fromEntries(
        Object.entries(b).map(([name, shape]) => [name, either(Object.hasOwn(a, name) ? a[name] : undefined, shape)]),
      ),
    };
  }
  return a === 'text' || b === 'text' ? 'text' : b;
}
