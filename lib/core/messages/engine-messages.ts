// What the engine itself has to say when a run can't go on.
import type { Failure } from '../failure.ts';
import { catalogue } from './catalogue.ts';

const told = (error: unknown): string =>
  `A fault of this program's own: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;

export const engineMessages = catalogue({
  /** Everything that stands against a run, found before it began. */
  refused: ({ problems }: { problems: readonly Failure[] }) => ({
    exit: problems[0]?.exit ?? 2,
    what: problems.map(({ what }) => what).join('\n'),
    remedy: [...new Set(problems.flatMap(({ remedy }) => remedy))],
  }),

  /** Within a run, which puts everything back then. */
  fault: ({ error }: { error: unknown }) => ({
    exit: 70,
    what: told(error),
    remedy: 'Your tree was put back. Please report it together with the events.jsonl of the session.',
  }),
  /** In a command that is no run. */
  commandFault: ({ error }: { error: unknown }) => ({
    exit: 70,
    what: told(error),
    remedy: [
      'The command ended there, and did nothing more. Please report it together with the events.jsonl of the session.',
      'What the sessions here are about, and where they lie:',
      'mm sessions --json',
    ],
  }),
});
