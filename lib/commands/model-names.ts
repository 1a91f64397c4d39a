// What reports and prompts call of models by name: who took part, what they answered, what failed, and what it took.
// Computed from the record, and from what lies in the session's folder, when they are asked for.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { inWords, spentOf, unknownCalls } from '../core/budget.ts';
import type { Named } from '../core/scope.ts';
import type { PassRecord } from '../core/session-record.ts';
import { minutesSpent } from '../core/spent.ts';
import { passFolder } from '../session/home.ts';
import { fenced } from '../steps/fenced.ts';
import type { Run } from '../steps/run-context.ts';
import { beginningOf } from '../system/read-parts.ts';
import { markdownTable, paragraphs, plainCell } from '../view/cell.ts';
import { failureReport, modelsTable, type StartRow, usageTable } from '../view/tables.ts';
import type { Titles } from '../view/titles.ts';
import { unknownUsage, usageByStep } from '../view/usage-by-step.ts';

/** Of one answer, in characters: several must fit into one prompt. */
const LONGEST_ANSWER = 200_000;

export const modelNames = (
  run: Run,
  pass: PassRecord | undefined,
  titles: Titles,
): Readonly<Record<string, Named>> => ({
  timeout_command: run.timeoutCommand ?? 'none',
  names: [...run.participants.values()].map(({ slot }) => slot.title).join(', '),
  table: markdownTable(modelsTable(run.record.models), titles),
  failures: failures(run, titles),
  usage: usageText(run, titles),
  answers: () => answers(run, pass),
});

/** What the models of this pass answered in lanes of their own, in the recipe's order, without their names. */
function answers(run: Run, pass: PassRecord | undefined): string {
  if (!pass || !run.opened) return '';
  const folder = join(run.session.dir, passFolder(pass.number), 'outputs');
  const texts = Object.keys(run.recipe.slots)
    .filter((id) => pass.models[id]?.status === 'ok')
    .map((id) => lastAnswer(folder, id))
    .filter((text) => text.trim() !== '');
  if (texts.length <= 1) return (texts[0] ?? '').trimEnd();
  return texts.map((text, place) => `### Answer ${place + 1}\n\n${fenced(text)}`).join('\n\n');
}

/** The answer of a slot's last attempt; '' where there is none. */
function lastAnswer(folder: string, slot: string): string {
  let text = '';
  for (let number = 1; ; number++) {
    const file = join(folder, `${slot}${number === 1 ? '' : `.${number}`}.md`);
    if (!existsSync(file)) return text;
    text = beginningOf(file, LONGEST_ANSWER);
  }
}

function attempts(run: Run): StartRow[] {
  return run.record.passes.flatMap((pass) => [
    ...Object.entries(pass.models).flatMap(([slot, { attempts }]) =>
      attempts.map((attempt) => ({ slot, step: attempt.step ?? '', backend: attempt.backend, attempt })),
    ),
    ...pass.asked.map(({ slot, step, attempt }) => ({ slot, step, backend: attempt.backend, attempt })),
  ]);
}

/** Every start, and what each step took of all of it. */
function usageText(run: Run, titles: Titles): string {
  const all = attempts(run);
  if (all.length === 0) return ['No model was asked.', spentText(run)].filter(Boolean).join(' ');
  const ended = all.flatMap(({ step, attempt }) => (attempt ? [{ step, attempt }] : []));
  return paragraphs(
    markdownTable(usageTable(all), titles),
    ended.length > 0 ? markdownTable(usageByStep(ended), titles) : '',
    plainCell(unknownUsage(ended)),
    spentText(run),
  );
}

/** What was spent of the budget, and what nobody knows of that; '' where there is none. */
function spentText({ record: { budget, spent } }: Run): string {
  if (!budget || !spent) return '';
  const said = spentOf(budget, { usd: spent.usd, minutes: minutesSpent(spent, Date.now()) }, spent.unknown);
  const open = unknownCalls(spent);
  return [
    said === '' ? `Budget: ${inWords(budget)}.` : `Spent: ${said}.`,
    open === '' ? '' : `What ${open} cost is unknown.`,
  ]
    .filter(Boolean)
    .join(' ');
}

function failures(run: Run, titles: Titles): string {
  const rows = run.record.passes.flatMap((pass) =>
    Object.entries(pass.models).flatMap(([slot, { attempts, why, status }]) =>
      attempts.map((attempt, index) => ({
        slot,
        step: `attempt ${index + 1}`,
        attempt,
        why: attempt.why ?? (status === 'failed' && index === attempts.length - 1 ? why : null),
      })),
    ),
  );
  const report = failureReport(rows, titles);
  const absent = Object.values(run.record.models).filter(({ status }) => status === 'unavailable');
  const missing = absent.map(({ title, why }) => `- **${title}** took no part: ${why ?? 'not available'}`).join('\n');
  const superseded = run.record.passes.flatMap(({ models, number }) =>
    Object.entries(models).flatMap(([slot, { status, why }]) => {
      const when = run.record.passes.length > 1 ? ` in pass ${number}` : '';
      return status === 'superseded' ? [`- **${run.title(slot)}** is superseded${when}: ${why}`] : [];
    }),
  );
  const text = [report, missing, ...superseded].filter((part) => part !== '').join('\n');
  return text === '' ? '' : `## Models That Failed or Took No Part\n\n${text}`;
}
