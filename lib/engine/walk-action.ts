// One action of the walk: executed with its retries and journalled, unless an earlier process has finished it. Knows no
// executor by name.
import { type Failure, ok, type Result, resultOf } from '../core/failure.ts';
import type { Json } from '../core/json.ts';
import { messages } from '../core/messages/run-messages.ts';
import type { ActionStep, Step } from '../core/step.ts';
import type { Executor, StepContext } from '../steps/executor.ts';
import { makeContext, type Position, type Walker } from './context.ts';

export type Walked = Result<undefined>;
export const WALKED: Walked = ok(undefined);

/** Executes a step's action, unless an earlier process has. */
export async function walkAction(walker: Walker, step: ActionStep, position: Position): Promise<Walked> {
  const { run } = walker;
  const executor = walker.executors.get(step.executor)!;
  const key = `${step.key}${position.path}`;
  if (executor.nature !== 'again' && executor.nature !== 'effect' && walker.done.has(key)) {
    if (executor.nature === 'setup') position.deferred.add(() => execute(walker, executor, step, key, position));
    else keep(step, position, walker.done.get(key));
    return WALKED;
  }
  if (position.signal.aborted && !run.finishing) return { ok: false, failure: messages.interrupted() };
  if (executor.nature !== 'analysis' && executor.nature !== 'again') {
    const begun = await walker.begin();
    if (!begun.ok) return begun;
    const prepared = await position.deferred.settle();
    if (!prepared.ok) return prepared;
  }
  return execute(walker, executor, step, key, position);
}

async function execute(
  walker: Walker,
  executor: Executor,
  step: ActionStep,
  key: string,
  position: Position,
): Promise<Walked> {
  const { run } = walker;
  const beside: Promise<unknown>[] = [];
  const made = await resultOf(async () =>
    ok(
      makeContext(run, step, position, (work) => {
        work.catch(() => {}); // thrown where it is waited for
        beside.push(work);
      }),
    ),
  );
  if (!made.ok) return made;
  const context = made.value;
  const place = { key, step: context.id, executor: executor.name, pass: position.pass, lane: position.lane };
  const started = performance.now();
  const end = (outcome: 'ok' | 'failed' | 'skipped', rest: { value?: Json; failure?: Failure }) =>
    run.emit({ type: 'step_end', ...place, outcome, elapsed_ms: Math.round(performance.now() - started), ...rest });
  run.emit({ type: 'step_start', ...place, label: executor.label?.(context) ?? '' });
  const result = await attempt(executor, context, step.retry);
  const ended = async (): Promise<Walked> => {
    await Promise.allSettled(beside);
    const rest = await resultOf(async () => ok(await Promise.all(beside)));
    const failed = result.ok ? rest : result;
    if (!failed.ok) {
      const superseded = position.signal.aborted && !run.signal.aborted;
      end(superseded ? 'skipped' : 'failed', superseded ? {} : { failure: failed.failure });
      return failed;
    }
    end('ok', result.ok && result.value !== undefined ? { value: result.value } : {});
    return WALKED;
  };
  if (result.ok) keep(step, position, result.value);
  if (!result.ok || beside.length === 0) return ended();
  const later = ended().then((walked) => (isPassedOver(step, position) ? WALKED : walked));
  later.catch(() => {}); // thrown where the sequence ends
  position.beside.push(later);
  return WALKED;
}

async function attempt(executor: Executor, context: StepContext, retries: number) {
  let result = await resultOf(() => executor.run(context));
  for (let again = 0; again < retries && !result.ok && !context.signal.aborted; again++)
    result = await resultOf(() => executor.run(context));
  return result;
}

/** Whether the walk goes on when this step fails; an interrupt stops it all the same. */
export const isPassedOver = (step: Step, { signal }: Position): boolean => step.optional && !signal.aborted;

function keep(step: Step, position: Position, value: Json | undefined): void {
  if (step.save !== null) position.keep.set(step.save, value ?? null);
}
