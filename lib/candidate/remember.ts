// Facts about trees, which never change: none is asked of git twice in a row. What was not asked for lately is
// forgotten.
import type { CandidateStore } from './candidate-store.ts';

/** So many answers are kept: those on all candidates of a pass, and on what was put together last. */
const MOST = 40;

/** By `known`, which a store has from the moment in which it is being opened. */
const kept = new WeakMap<CandidateStore['known'], Map<string, Promise<unknown>>>();

/** The answer to a question about trees, worked out once. @param key names the question and the trees */
export function remembered<T>(store: CandidateStore, key: string, ask: () => Promise<T>): Promise<T> {
  const answers = kept.get(store.known) ?? new Map<string, Promise<unknown>>();
  kept.set(store.known, answers);
  const answer = (answers.get(key) as Promise<T> | undefined) ?? ask();
  answers.delete(key); // behind all others: it is the one asked for last
  answers.set(key, answer);
  answer.catch(() => answers.delete(key));
  if (answers.size > MOST) answers.delete(answers.keys().next().value!);
  return answer;
}
