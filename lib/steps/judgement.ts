// A judge's answer on its way through the journal, which holds plain data only.
import type { Json } from '../core/json.ts';
import type { JudgeAnswer } from '../evidence/judge-answer.ts';

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
