// Judges' answers as plain data: in the journal, and as what the recipe hands on.
import type { Json } from '../core/json.ts';
import type { JudgeAnswer } from '../evidence/judge-answer.ts';
import { letterOf } from '../evidence/votes.ts';

/** One judge's answer, with the order in which it saw the candidates. */
export type Judgement = {
  readonly judge: string;
  readonly order: readonly string[];
  readonly answer: Json;
  /** Files of which it chose what is chosen without it: nobody asked for them again. */
  readonly settled?: readonly string[];
};

/** What judges said of some trees, by the ids under which they saw them. */
export type Votes = { readonly trees: Readonly<Record<string, string>>; readonly judgements: readonly Judgement[] };

export const judgementToJson = ({ files, notes }: JudgeAnswer): Json => ({
  files: files.map(({ path, best, why, ratings }) => ({ path, best, why, ratings: Object.fromEntries(ratings) })),
  notes,
});

type Written = {
  readonly files: readonly (Omit<JudgeAnswer['files'][number], 'ratings'> & {
    readonly ratings: Readonly<Record<string, never>>;
  })[];
  readonly notes: string;
};

/** The inverse; what is in the journal was checked before it was written. */
export function judgementFromJson(written: Json): JudgeAnswer {
  const { files, notes } = written as unknown as Written;
  return { files: files.map((file) => ({ ...file, ratings: new Map(Object.entries(file.ratings)) })), notes };
}

/**
 * What the judges noted about how the pieces fit, for those who are to make them fit, as a Markdown list; empty where
 * they noted nothing. Judges know letters only, each in an order of its own, so every note says who its letters are.
 * @param nameOf what a candidate is called by those who read the notes
 */
export function judgesNotes(
  judgements: readonly Pick<Judgement, 'order' | 'answer'>[],
  nameOf: (id: string) => string,
): string {
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
