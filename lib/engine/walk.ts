// Walks a recipe's steps: conditions, loops, lanes, retries, and what is kept over a resume. Knows no executor by name.
import { isTree, type NamedTree } from '../core/candidate.ts';
import { fail } from '../core/failure.ts';
import type { Json } from '../core/json.ts';
import { anotherRound, endRounds, notWanted } from '../core/messages/control.ts';
import { messages } from '../core/messages/run-messages.ts';
import { holds, Scope } from '../core/scope.ts';
import type { GroupStep, Step } from '../core/step.ts';
import { MOST_ROUNDS } from '../recipe/schema-steps.ts';
import { asText } from '../recipe/template.ts';
import { refusal } from '../steps/within-budget.ts';
import { stamp } from '../system/clock.ts';
import type { Position, Walker } from './context.ts';
import { Deferred } from './deferred.ts';
import { Lanes } from './lane-group.ts';
import { isPassedOver, WALKED, type Walked, walkAction } from './walk-action.ts';

/**
 * Walks steps one after the other until one fails.
 * @param hoists setup that a resumed run has not needed here may be needed by what follows
 */
export async function walkSequence(
  walker: Walker,
  steps: readonly Step[],
  position: Position,
  hoists = true,
): Promise<Walked> {
  const inside: Position = { ...position, deferred: new Deferred(position.deferred), beside: [] };
  try {
    const walked = await walkOneByOne(walker, steps, inside);
    const failed = [walked, ...(await Promise.all(inside.beside))].find((each) => !each.ok);
    if (failed !== undefined) return failed;
  } finally {
    await Promise.allSettled(inside.beside); // nothing may be at work while a run is put back
  }
  if (hoists) position.deferred.adopt(inside.deferred);
  return WALKED;
}

async function walkOneByOne(walker: Walker, steps: readonly Step[], position: Position): Promise<Walked> {
  let { pass } = position;
  for (let at = 0; at < steps.length; at++) {
    const step = steps[at]!;
    const isOver = steps.slice(at + 1).some((later) => hasBegun(walker, later, position.path));
    const walked = await walkStep(walker, step, { ...position, pass }, isOver);
    if (walked.ok) {
      // what follows the rounds goes on with what the last one gave
      if (step === walker.rounds) pass = walker.run.record.passes.at(-1)?.number ?? pass;
      continue;
    }
    const rounds = walked.failure === anotherRound && walker.rounds ? steps.indexOf(walker.rounds) : -1;
    if (rounds === -1) return walked;
    at = rounds - 1;
  }
  return WALKED;
}

/**
 * The first phase that is repeated: each of its rounds has a record and a folder of its own, which the next can read.
 * Loops after it, or within it, are a way to do one thing.
 */
export const roundsIn = (phases: readonly Step[]): Step | null => phases.find(({ repeat }) => repeat !== null) ?? null;

/**
 * @param isOver an earlier process has finished something after the step: what that did not begin of it is not caught
 * up on, whatever the conditions say by now
 */
async function walkStep(walker: Walker, step: Step, position: Position, isOver = false): Promise<Walked> {
  const isOpen = applies(step, position.scope) && !(isOver && (step.when !== null || step.unless !== null));
  if (!isOpen && !hasBegun(walker, step, position.path)) return WALKED;
  const walked =
    step.for === null
      ? await walkRounds(walker, step, position, isOver)
      : await walkItems(walker, step, step.for, position);
  if (walked.ok || !isPassedOver(step, position)) return walked;
  if (step.for === null) walker.run.leaveOut(position.lane, position.pass, walked.failure);
  return WALKED;
}

/**
 * Whether an earlier process has finished the step, or something within it, at this place. Then it is gone through
 * again for what it saved: names in its condition may have got other values since.
 */
function hasBegun({ done }: Walker, step: Step, path: string): boolean {
  for (const key of done.keys()) {
    const at = key.indexOf('/');
    const [own, place] = at === -1 ? [key, ''] : [key.slice(0, at), key.slice(at)];
    const isWithin = own === step.key || own.startsWith(`${step.key}.`);
    if (isWithin && (place === path || place.startsWith(`${path}/`))) return true;
  }
  return false;
}

function applies(step: Step, scope: Scope): boolean {
  if (step.when !== null && !holds(scope.lookup(step.when))) return false;
  return step.unless === null || !holds(scope.lookup(step.unless));
}

/** A group's lanes give what trees they saved, in the order of the list, under the group's id. */
function keepTrees(step: Step, { keep: scope }: Position, trees: readonly NamedTree[]): void {
  if (step.id === null) return;
  // none from this round: those of an earlier one are no longer meant
  if (trees.length > 0 || Array.isArray(scope.lookup(step.id))) scope.set(step.id, trees);
}

/** Of what a lane saved of one owner, what stands under the name that was saved first: others are what was tried. */
const firstOfEach = (trees: readonly NamedTree[]): readonly NamedTree[] =>
  trees.filter(({ id }, place) => trees.findIndex((each) => each.id === id) === place);

/** Once per item of a list; in lanes that do not wait for one another where the step says `parallel`. */
async function walkItems(walker: Walker, step: Step, list: string, position: Position): Promise<Walked> {
  const items = position.scope.lookup(list);
  const all = (Array.isArray(items) ? (items as readonly Json[]) : []).filter(
    (item) => !walker.out.has(`${position.pass}/${laneOf(item).id}`),
  );
  const lanes = lanesIn(walker, step, position, all);
  const walkItem = async (item: Json): Promise<Walked> => {
    const { root, id } = laneOf(item);
    const scope = new Scope(position.scope, { [root]: item });
    const inLane = { ...position, scope, keep: scope, lane: id, path: `${position.path}/${id}` };
    const walk = (signal: AbortSignal) => walkRounds(walker, step, { ...inLane, signal });
    const walked = await (lanes?.walk(id, { scope, begun: hasBegun(walker, step, inLane.path) }, walk) ??
      walk(position.signal));
    if (walked.ok) given.set(item, firstOfEach(scope.own().filter(isTree)));
    else if (walked.failure === notWanted) return WALKED;
    else if (isPassedOver(step, position)) walker.run.leaveOut(id, position.pass, walked.failure);
    return walked;
  };
  const given = new Map<Json, readonly NamedTree[]>();
  const walked: Walked[] = [];
  if (step.parallel) walked.push(...(await together(walker, [...all.map(walkItem), lanes?.watch() ?? WALKED])));
  else for (const item of all) walked.push(await walkItem(item));
  keepTrees(
    step,
    position,
    all.flatMap((item) => given.get(item) ?? []),
  );
  return walked.find((each) => !each.ok && !isPassedOver(step, position)) ?? WALKED;
}

/** What ends lanes early, or begins them late, where the group says which of them pass; null: nothing does. */
function lanesIn(walker: Walker, step: Step, { path, pass }: Position, items: readonly Json[]): Lanes | null {
  if (step.passing === null || !step.parallel) return null;
  const { run, lanes: earlier } = walker;
  const ids = items.map((item) => laneOf(item).id);
  return new Lanes({ run, earlier, key: `${step.key}${path}`, pass, passing: step.passing, ids });
}

export function laneOf(item: Json): { readonly root: 'slot' | 'item'; readonly id: string } {
  const id = typeof item === 'object' && item !== null ? (item as { readonly id?: Json }).id : undefined;
  return typeof id === 'string' ? { root: 'slot', id } : { root: 'item', id: String(item) };
}

/** As often as `repeat` says, until `until` holds. */
async function walkRounds(walker: Walker, step: Step, position: Position, isOver = false): Promise<Walked> {
  if (step.repeat === null) return walkBody(walker, step, position);
  const isRecorded = step === walker.rounds;
  // they go on counting when the user asks for one more
  const done = isRecorded ? walker.run.roundsDone : 0;
  const rounds = roundsOf(step.repeat, position.scope);
  if (typeof rounds !== 'number') return fail(messages.notCount({ step: step.id ?? 'steps', value: rounds.wrong }));
  const count = Math.max(rounds, done > 0 ? done + 1 : 0);
  const isBegun = (number: number) => hasBegun(walker, step, `${position.path}/${number}`);
  for (let number = done + 1; number <= count || isBegun(number); number++) {
    const pass = isRecorded ? number : position.pass;
    if (isRecorded && number > 1 && !isBegun(number)) {
      const what = `${capitalised(step.id ?? 'round')} ${number} of ${count} is not started`;
      const refused = await refusal({ ...position, run: walker.run, pass }, what);
      if (refused !== null) {
        if (walker.run.signal.aborted) return fail(refused.failure);
        walker.run.note(refused.failure.what, 'warning');
        break;
      }
    }
    if (isRecorded) walker.run.roundNow = number;
    if (step.id !== null) walker.run.emit({ type: 'phase_start', phase: step.id, pass, round: number, rounds: count });
    const counter = {
      number,
      count,
      first: number === 1,
      later: number > 1,
      stamp: isRecorded ? walker.run.roundStamp(number) : stamp(),
    };
    const scope = step.id === null ? position.scope : new Scope(position.scope, { [step.id]: counter });
    const walked = await walkBody(walker, step, { ...position, scope, pass, path: `${position.path}/${number}` });
    if (!walked.ok) return walked.failure === endRounds ? WALKED : walked;
    if (isRecorded) walker.run.roundsDone = number;
    if (isBegun(number + 1)) continue;
    if (isOver) break;
    if (step.until === null || !holds(scope.lookup(step.until))) continue;
    if (isRecorded && number < count)
      walker.run.note(
        `${capitalised(step.id ?? 'round')} ${number + 1} of ${count} is not started: nothing is left that it could ` +
          'resolve.',
      );
    break;
  }
  return WALKED;
}

/** How often `repeat` says; once where its name has no value (yet); `wrong`: that value, which is no such number. */
export function roundsOf(repeat: number | string, scope: Scope): number | { readonly wrong: string } {
  const written = typeof repeat === 'number' ? repeat : scope.lookup(repeat.replace(/^\$\{|\}$/g, ''));
  if (written === undefined || written === null) return 1;
  const count = Number(written);
  return Number.isInteger(count) && count >= 1 && count <= MOST_ROUNDS ? count : { wrong: asText(written) };
}

const walkBody = (walker: Walker, step: Step, position: Position): Promise<Walked> =>
  step.kind === 'action' ? walkAction(walker, step, position) : walkGroup(walker, step, position);

async function walkGroup(walker: Walker, group: GroupStep, position: Position): Promise<Walked> {
  if (/^phases\.\d+$/.test(group.key) && group.id !== null && group.repeat === null)
    walker.run.emit({ type: 'phase_start', phase: group.id!, pass: position.pass, round: 1, rounds: 1 });
  const sideBySide = group.parallel && group.for === null;
  // a lane's ground is its own, and that of an earlier round is gone
  if (!sideBySide) return walkSequence(walker, group.steps, position, group.for === null && group.repeat === null);
  const walked = await together(
    walker,
    group.steps.map((step) => walkStep(walker, step, position)),
  );
  return walked.find((each) => !each.ok) ?? WALKED;
}

/** Waits for all; when one throws, the others are stopped: nothing may be at work while a run is put back. */
async function together(walker: Walker, lanes: readonly (Walked | Promise<Walked>)[]): Promise<readonly Walked[]> {
  const thrown: unknown[] = [];
  const settled = await Promise.all(
    lanes.map((lane) =>
      Promise.resolve(lane).catch((error: unknown): Walked => {
        thrown.push(error);
        walker.run.stop();
        return WALKED;
      }),
    ),
  );
  if (thrown.length > 0) throw thrown[0];
  return settled;
}

const capitalised = (word: string): string => `${word.charAt(0).toUpperCase()}${word.slice(1)}`;
