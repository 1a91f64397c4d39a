// What a step is: a group, or the step of one executor. A step says so by its keys alone.
import type { ExecutorSpec, Said } from '../core/executor-spec.ts';
import { mistakes } from '../core/messages/recipe-mistakes.ts';
import type { Wording } from '../core/messages/wording.ts';
import { nearest } from '../core/nearest.ts';
import { modifiers } from './schema-steps.ts';
import type { Place } from './source.ts';
import { at, type MapTree, type Tree } from './tree.ts';

export type Executors = ReadonlyMap<string, ExecutorSpec>;

type StepKind =
  | { readonly kind: 'group' }
  | { readonly kind: 'action'; readonly executor: ExecutorSpec }
  /** It says nothing to do. */
  | { readonly kind: 'empty' }
  | { readonly kind: 'faulty'; readonly place: Place; readonly wording: Wording };

export function stepKind(step: MapTree, executors: Executors): StepKind {
  const keys = [...step.entries.keys()];
  const keyPlace = (key: string): Place => step.entries.get(key)!.key ?? step.place;
  const named = keys.filter((key) => executors.has(key));
  if (step.entries.has('steps')) {
    const [extra] = named;
    return extra === undefined
      ? { kind: 'group' }
      : { kind: 'faulty', place: keyPlace(extra), wording: mistakes.groupWithExecutor(extra) };
  }
  // a field of one executor may be called like another executor
  const fieldsOf = (name: string) => executors.get(name)!.schema.fields ?? {};
  const main = named.filter((key) => !named.some((other) => other !== key && Object.hasOwn(fieldsOf(other), key)));
  const [first, second] = main.length > 0 ? main : named;
  if (first !== undefined && second !== undefined)
    return { kind: 'faulty', place: keyPlace(second), wording: mistakes.twoExecutors(first, second) };
  if (first !== undefined) return { kind: 'action', executor: executors.get(first)! };

  const known = [...executors.keys()];
  const words = [...known, 'steps'];
  const strange = keys.filter((key) => !Object.hasOwn(modifiers, key));
  const meant = strange.find((key) => nearest(key, words) !== undefined) ?? strange[0];
  if (meant === undefined) return { kind: 'empty' };
  return { kind: 'faulty', place: keyPlace(meant), wording: mistakes.unknownExecutor(meant, words) };
}

/** What a step says in the fields of its executor. */
export const saidIn =
  (step: Tree, executor: ExecutorSpec): Said =>
  (field) => {
    const scalar = at(step, field === 'value' ? executor.name : field);
    return scalar?.kind === 'scalar' && scalar.value !== null ? String(scalar.value) : undefined;
  };
