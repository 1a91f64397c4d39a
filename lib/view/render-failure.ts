// What went wrong, and what is being undone, for people. The words are the catalogue's; here they get their shape.
import type { Failure } from '../core/failure.ts';
import { loadPaint, type Paint, wantsColour } from './paint.ts';
import { harmless, wrapPrinted } from './text.ts';

/** A remedy that is a command: begins with a small letter, a path or a variable, as no sentence of ours does. */
const COMMAND = /^(?:[A-Z_][A-Z0-9_]*=|[a-z0-9./~$])/;

/**
 * Ended lines: what happened, then what to do, each command alone on its line and never broken, so that it can be
 * copied.
 * @param columns where sentences wrap; null: nowhere
 */
export function renderFailure(failure: Failure, columns: number | null, paint: Paint): string {
  const [first = '', ...more] = sentence(failure.what, columns);
  const lines = [`${paint.red('✗')} ${paint.bold(first)}`, ...more.map((line) => (line ? `  ${line}` : ''))];
  if (failure.remedy.length > 0)
    lines.push('', ...failure.remedy.flatMap((line) => renderRemedy(line, columns, paint)));
  return ended(lines);
}

/** What a first Ctrl-C says. `command` takes back what a second one would leave behind. */
export function renderInterrupt(
  pending: readonly string[],
  command: string,
  columns: number | null,
  paint: Paint,
): string {
  const what = pending.length > 0 ? ` Putting back: ${pending.join(', ')}.` : ' Nothing has to be put back.';
  const lines = sentence(`Interrupted.${what}`, columns).map((line, i) =>
    i === 0 ? `${paint.yellow('!')} ${paint.bold(line)}` : `  ${line}`,
  );
  if (pending.length === 0) return ended(lines);
  return ended([
    ...lines,
    ...renderRemedy('Ctrl-C again leaves at once; this then puts everything back:', columns, paint),
    ...renderRemedy(command, columns, paint),
  ]);
}

/** What a second Ctrl-C leaves behind on the screen. */
export function renderLeaving(command: string, columns: number | null, paint: Paint): string {
  return ended([
    `${paint.yellow('!')} ${paint.bold('Left at once. To put everything back, type:')}`,
    ...renderRemedy(command, columns, paint),
  ]);
}

/** A line of a remedy: a command stands alone and deeper, a sentence wraps. */
export function renderRemedy(line: string, columns: number | null, paint: Paint): string[] {
  if (COMMAND.test(line)) return [`    ${paint.cyan(harmless(line))}`];
  return sentence(line, columns).map((each) => (each ? `  ${each}` : ''));
}

const sentence = (text: string, columns: number | null): string[] => {
  const lines = harmless(text).trimEnd().split('\n');
  return columns === null
    ? lines
    : lines.flatMap((line) => (/^\s/.test(line) ? [line] : wrapPrinted(line, Math.max(20, columns - 3))));
};

const ended = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');

/** To standard error, for commands that need no view beyond that. */
export async function printFailure(failure: Failure, noColour: boolean): Promise<void> {
  const { stderr } = process;
  const paint = await loadPaint(wantsColour(stderr, process.env, noColour));
  stderr.write(renderFailure(failure, stderr.isTTY ? stderr.columns || 80 : null, paint));
}
