// What a pass gave and left unresolved: what a later one gets of it, and whether there is anything left to do.
import type { CrossGate } from '../core/candidate.ts';
import type { PassRecord } from '../core/session-record.ts';
import { judgesNotes } from '../steps/judgement.ts';
import { unmetTests } from '../steps/mending.ts';
import { codeBlock, markdownTable } from '../view/cell.ts';
import { fileTable } from '../view/plan-tables.ts';
import type { Titles } from '../view/titles.ts';

/** Nothing is left for another pass: all is proven, by gates and by the others' tests, and decided. */
export function isSettled(pass: PassRecord): boolean {
  const { plan } = pass;
  if (!plan?.proven || plan.undecided.length > 0 || plan.proven_by?.length === 0) return false;
  return unmetTests(pass, plan).length === 0;
}

/** What the pass before gave and left open, for the prompt of a later one. */
export function earlierResult(pass: PassRecord | undefined, titles: Titles): string {
  const plan = pass?.plan;
  if (!pass || !plan) return '';
  const own = Object.values(pass.gate_results)
    .flatMap((results) => Object.values(results))
    .filter(({ tree, excerpt }) => tree === plan.tree && excerpt !== '');
  const failing = [...new Map(own.map((result) => [result.gate, result])).values()];
  const judged = judgesNotes(pass.judgements, (id) => titles.get(id) ?? id);
  return [
    markdownTable(fileTable(plan), titles),
    failing.length > 0
      ? ['Gates that failed on it:', ...failing.map(({ gate, excerpt }) => `${gate}:\n\n${codeBlock(excerpt)}`)].join(
          '\n\n',
        )
      : 'All of its gates passed.',
    plan.undecided.length > 0
      ? `Files for which it is undecided which version is best: ${plan.undecided.join(', ')}`
      : '',
    failingTests(unmetTests(pass, plan), titles),
    judged === '' ? '' : `What those who compared the versions noted:\n\n${judged}`,
    plan.notes.length > 0 ? `Notes:\n\n${plan.notes.map((note) => `- ${note}`).join('\n')}` : '',
  ]
    .filter(Boolean)
    .join('\n\n');
}

/** Whose tests fail on what was proposed, with their names. */
function failingTests(cells: readonly CrossGate[], titles: Titles): string {
  const lines = cells.map(({ tests_of, failing }) => {
    const names = failing.length > 0 ? `: ${failing.map((name) => JSON.stringify(name)).join(', ')}` : '';
    return `- of ${titles.get(tests_of) ?? tests_of}${names}`;
  });
  return lines.length > 0 ? `Tests of others that fail on it:\n\n${lines.join('\n')}` : '';
}
