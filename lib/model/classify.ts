// Why an attempt failed, by the recipe's failure rules: the first that matches wins. A run that ended well and did
// something has not failed, whatever its output talks about.
import type { FailureClass, FailureRule } from '../core/backend.ts';

/** How an attempt ended, as far as the rules look at it. */
export interface Ending {
  /** `over`: it had done its work, and was ended since it stayed. */
  readonly ended: 'exit' | 'over' | 'timeout' | 'stalled' | 'interrupted' | 'superseded' | 'not-found' | 'lost';
  readonly exitCode: number | null;
  /** What its output says of its end (see answer.ts): that counts more than an exit code or a limit. */
  readonly said?: 'finished' | 'failed' | null;
  /** It changed its tree; for a step that only asks: it said something. */
  readonly didSomething: boolean;
  /** Both output streams, the ends of them where they are long. */
  readonly output: string;
  /** It was to go on with a session. */
  readonly resumed?: boolean;
  /** What it was asked: some print it again, and the words of a task say nothing about a failure. */
  readonly prompt?: string;
}

export interface Verdict {
  /** null: a success. */
  readonly failure: FailureClass | null;
  readonly rule: FailureRule | null;
}

/** What is known without looking at the output; undefined: an exit code alone tells nothing yet. */
function known(ending: Ending): FailureClass | undefined {
  const { ended } = ending;
  if (ended === 'interrupted' || ended === 'superseded' || ended === 'not-found') return ended;
  if (ended === 'over' || ending.said === 'finished') return undefined;
  if (ended !== 'exit') return ended;
  // a shell or a wrapper says with 127 that there is no such command
  if (ending.exitCode === 127 && !ending.didSomething) return 'not-found';
  return undefined;
}

/** Whether it ended well, as far as it says so itself; whether it did anything is another question. */
function endedWell({ ended, exitCode, said }: Ending): boolean {
  return said !== 'failed' && (said === 'finished' || ended === 'over' || exitCode === 0);
}

/**
 * The class of an ending, with the rule that decided (null: none named it).
 * A rule without `output` and `exit` speaks of the endings that its class itself describes.
 */
export function classify(ending: Ending, rules: readonly FailureRule[]): Verdict {
  const certain = known(ending);
  const output = withoutPrompt(ending);
  const well = endedWell(ending);
  if (certain === undefined && well && ending.didSomething) return { failure: null, rule: null };
  for (const rule of rules) {
    if (rule.class === 'no-session' && ending.resumed !== true) continue;
    if (certain !== undefined ? rule.class === certain : matches(rule, ending, output)) {
      return { failure: rule.class === 'ok' ? null : rule.class, rule };
    }
  }
  return { failure: certain ?? (well ? 'empty' : 'crash'), rule: null };
}

/** The output without the lines of the prompt. */
function withoutPrompt({ output, prompt }: Ending): string {
  if (prompt === undefined) return output;
  const asked = new Set(prompt.split('\n').map((line) => line.trim()));
  return output
    .split('\n')
    .filter((line) => !asked.has(line.trim()))
    .join('\n');
}

function matches(rule: FailureRule, ending: Ending, output: string): boolean {
  if (rule.output === null && rule.exit === null) {
    return rule.class === (endedWell(ending) ? 'empty' : 'crash');
  }
  if (rule.exit !== null && (ending.exitCode === null || !rule.exit.includes(ending.exitCode))) return false;
  return rule.output === null || new RegExp(rule.output, 'im').test(output);
}
