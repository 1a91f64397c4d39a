// What the engine itself has to say when a run can't go on.
import type { Failure } from '../failure.ts';
import { catalogue } from './catalogue.ts';

export const engineMessages = catalogue({
  /** Everything that stands against a run, found before it began. */
  refused: ({ problems }: { problems: readonly Failure[] }) => ({
    exit: problems[0]?.exit ?? 2,
    what: problems.map(({ what }) => what).join('\n'),
    remedy: [...new Set(problems.flatMap(({ remedy }) => remedy))],
  }),

  fault: ({ error }: { error: unknown }) => ({
    exit: 70,
    what: `A fault of this program's own: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    remedy: 'Your tree was put back. Please report it together with the events.jsonl of the session.',
  }),
});
