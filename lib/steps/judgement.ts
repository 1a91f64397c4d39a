// Judges' answers as plain data: in the journal, and as what the recipe hands on.
import type { Json } from '../core/json.ts';
import type { JudgeAnswer } from '../evidence/judge-answer.ts';

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
