// What the judges noted about how the pieces fit, for those who are to make them fit. Judges know letters only, each in
// an order of its own, so every note says who its letters are.
import type { Json } from '../core/json.ts';
import { letterOf } from '../evidence/votes.ts';

export interface Judgement {
  readonly order: readonly string[];
  readonly answer: Json;
}

/**
 * The notes as a Markdown list, empty where there are none.
 * @param nameOf what a candidate is called by those who read the notes
 */
export function judgesNotes(judgements: readonly Judgement[], nameOf: (id: string) => string): string {
  const lines = judgements.flatMap(({ order, answer }) => {
    const note = (answer as { readonly notes?: string } | null)?.notes?.trim();
    if (!note) return [];
    const named = order.flatMap((id, place) => {
      const letter = letterOf(place);
      return new RegExp(`\\b${letter}\\b`).test(note) ? [`${letter} is ${nameOf(id)}`] : [];
    });
    return [`- ${note.replace(/\s*\n\s*/g, ' ')}${named.length > 0 ? ` (${named.join(', ')})` : ''}`];
  });
  return [...new Set(lines)].join('\n');
}
