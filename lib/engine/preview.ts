// Looks ahead over a whole recipe without touching anything: what each step would do, for --dry-run, and what already
// stands against it, so that a run that can be refused is refused before it begins.
import { formatLimit } from '../core/duration.ts';
import type { Failure } from '../core/failure.ts';
import type { Json } from '../core/json.ts';
import { messages } from '../core/messages/run-messages.ts';
import { holds, Scope } from '../core/scope.ts';
import type { Step } from '../core/step.ts';
import type { Run } from '../steps/run-context.ts';
import { makeContext, type Position, type Walker } from './context.ts';
import { laneOf, roundsOf } from './walk.ts';

/** A line of the look ahead, at a depth of nesting. */
export interface Previewed {
  readonly depth: number;
  readonly text: string;
}

interface Outlook {
  readonly lines: readonly Previewed[];
  readonly problems: readonly Failure[];
}

/** Nothing is done when one only looks ahead. */
const nothing = (): void => {};

/** Names without a value yet are shown as themselves. */
const unknown = (path: string): Json => `‹${path}›`;

export async function preview(walker: Walker, steps: readonly Step[], position: Position): Promise<Outlook> {
  const ahead = new LookAhead(walker);
  for (const step of steps) ahead.look(step, position, 0);
  const outlooks = await Promise.all(ahead.parts);
  const problems = outlooks.flatMap((outlook) => outlook.problems);
  const told = new Map(problems.map((problem) => [`${problem.id}\n${problem.what}`, problem]));
  return { lines: outlooks.flatMap(({ lines }) => lines), problems: [...told.values()] };
}

/** Walks as a run would, and notes what it meets, in order. */
class LookAhead {
  readonly parts: (Outlook | Promise<Outlook>)[] = [];
  readonly #walker: Walker;

  constructor(walker: Walker) {
    this.#walker = walker;
  }

  #tell(depth: number, text: string): void {
    this.parts.push({ lines: [{ depth, text }], problems: [] });
  }

  look(step: Step, at: Position, depth: number): void {
    const condition = conditionOf(step, at.scope);
    if (condition === 'never') return;
    if (step.for !== null) {
      this.#lanes(step, step.for, at, depth);
      return;
    }
    const named = step.kind === 'group' && (step.id !== null || condition !== 'always');
    if (named)
      this.#tell(depth, [step.id ?? 'steps', condition === 'always' ? '' : condition].filter(Boolean).join(' — '));
    this.#rounds(step, at, named ? depth + 1 : depth, condition);
  }

  #lanes(step: Step, list: string, at: Position, depth: number): void {
    const { run } = this.#walker;
    const items = at.scope.lookup(list);
    const all = Array.isArray(items) ? (items as readonly Json[]) : [];
    const ids = all.map((item) => laneOf(item).id);
    for (const item of all) {
      const { root, id } = laneOf(item);
      this.#tell(depth, `${step.id ?? 'lane'} ${id}${step.parallel ? ` (${beginning(run, step, ids, id)})` : ''}`);
      const scope = new Scope(at.scope, { [root]: item });
      this.#rounds(step, { ...at, scope, keep: scope, lane: id }, depth + 1);
    }
    const { enough } = run.recipe;
    if (step.passing === null || enough === null) return;
    const grace = formatLimit(enough.graceMs);
    this.#tell(depth, `when ${enough.passing} of them pass, the others have ${grace} and are then ended`);
  }

  #rounds(step: Step, at: Position, depth: number, condition = 'always'): void {
    const { run, rounds } = this.#walker;
    const said = step.repeat === null ? 1 : roundsOf(step.repeat, at.scope);
    if (typeof said !== 'number')
      this.parts.push({ lines: [], problems: [messages.notCount({ step: step.id ?? 'steps', value: said.wrong })] });
    const count = typeof said === 'number' ? said : 1;
    for (let number = 1; number <= count; number++) {
      const counter = { number, count, first: number === 1, later: number > 1, stamp: run.roundStamp(number) };
      const scope = step.repeat === null || step.id === null ? at.scope : new Scope(at.scope, { [step.id]: counter });
      const pass = step === rounds ? number : at.pass;
      if (count > 1 && step.id !== null) this.#tell(depth, `${step.id} ${number} of ${count}`);
      this.#body(step, { ...at, scope, pass }, count > 1 ? depth + 1 : depth, condition);
      // what is tried until it holds is shown once: nobody knows yet how often it will be needed
      if (step.until !== null && step.id === null) break;
    }
  }

  #body(step: Step, at: Position, depth: number, condition: string): void {
    if (step.kind === 'group') {
      for (const inner of step.steps) this.look(inner, at, depth);
      return;
    }
    const { run, executors } = this.#walker;
    const executor = executors.get(step.executor)!;
    if (executor.nature === 'again' || !executor.preview) return;
    const suffix = condition === 'always' ? '' : ` — ${condition}`;
    const soon = executor.preview(makeContext(run, step, at, nothing, unknown));
    this.parts.push(
      soon.then(({ says, problems = [] }) => ({
        lines: says.map((text) => ({ depth, text: `${text}${suffix}` })),
        problems,
      })),
    );
  }
}

/** When a lane begins. */
function beginning({ recipe, participants }: Run, step: Step, ids: readonly string[], id: string): string {
  const slot = recipe.slots[id];
  if (slot?.spare && step.passing !== null) return `only where no lane of ${slot.of} before it passes`;
  const vendorOf = (lane: string) => participants.get(lane)?.backends[0]?.vendor;
  const before = ids
    .slice(0, ids.indexOf(id))
    .findLast((other) => vendorOf(id) !== undefined && vendorOf(other) === vendorOf(id));
  if (before === undefined || recipe.staggerMs === null) return 'in parallel';
  return `in parallel, its model ${formatLimit(recipe.staggerMs)} after that of ${before}`;
}

/** Whether a step will run, as far as that is known: `when x` stands for a condition whose value is not known yet. */
function conditionOf(step: Step, scope: Scope): string {
  const conditions: string[] = [];
  for (const [name, wanted] of [
    [step.when, true],
    [step.unless, false],
  ] as const) {
    if (name === null) continue;
    const value = scope.lookup(name);
    if (value === undefined) conditions.push(`${wanted ? 'when' : 'unless'} ${name}`);
    else if (holds(value) !== wanted) return 'never';
  }
  return conditions.length > 0 ? conditions.join(', ') : 'always';
}
