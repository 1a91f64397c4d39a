// What could not be measured, said before anyone decides: a gate that could not be run neither failed nor passed.
import { isMeasured } from '../core/gate-states.ts';
import type { Evidence, MeasuredCandidate } from './evidence.ts';

/** Required gates that showed nothing on a tree. */
export const unmeasuredOn = ({ gates }: Pick<Evidence, 'gates'>): string[] =>
  gates.filter(({ required, state }) => required && !isMeasured(state)).map(({ gate }) => gate);

const list = (words: readonly string[]): string => words.join(', ');

/**
 * Sentences for the plan.
 * @param why why a gate could not be run, in its own words; empty where it said nothing
 * @param title how a gate is called
 */
export function unmeasuredNotes(
  candidates: readonly MeasuredCandidate[],
  chosen: Evidence,
  title: (gate: string) => string,
  why: (gate: string) => string,
): string[] {
  const missing = new Map(candidates.map(({ id, evidence }) => [id, unmeasuredOn(evidence)] as const));
  const gates = [...new Set([...missing.values()].flat())];
  if (gates.length === 0) return [];
  const reason = (gate: string) => `${title(gate)}${why(gate) === '' ? '' : ` (${why(gate)})`}`;
  const measured = candidates.filter(({ evidence }) =>
    evidence.gates.some(({ required, state }) => required && isMeasured(state)),
  );
  if (measured.length === 0)
    return [
      `No candidate could be checked: ${list(gates.map(reason))} could not be run. What is proposed is not proven.`,
    ];
  const everywhere = gates.filter((gate) => [...missing.values()].every((each) => each.includes(gate)));
  const notes =
    everywhere.length > 0
      ? [`Not checked on any candidate, since it could not be run: ${everywhere.map(reason).join(', ')}.`]
      : [];
  const some = [...missing].flatMap(([id, each]) => {
    const own = each.filter((gate) => !everywhere.includes(gate));
    return own.length > 0 ? [`${list(own.map(reason))} could not be run on ${id}`] : [];
  });
  const less = 'that it was measured less speaks against no candidate by itself, but what was seen to pass comes first';
  if (some.length > 0) notes.push(`${some.join('; ')}: ${less}.`);
  const here = unmeasuredOn(chosen).filter((gate) => !everywhere.includes(gate));
  if (here.length > 0) notes.push(`Not checked on what is proposed: ${list(here.map(title))}.`);
  return notes;
}
