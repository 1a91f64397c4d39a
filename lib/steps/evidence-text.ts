// What was measured, in words for a judge: they do not tell who a candidate is.
import { join } from 'node:path';
import type { Candidate } from '../core/candidate.ts';
import { isMeasured, passes } from '../core/gate-states.ts';
import { letterOf, type Order } from '../evidence/votes.ts';
import { readText } from '../system/files.ts';
import { evidenceOf } from './evidence-of.ts';
import type { StepContext } from './executor.ts';
import { fenced } from './fenced.ts';
import type { Run } from './run-context.ts';

/** Where a pass keeps the tests that were written to tell candidates apart. */
export const TELL_APART = 'tell-apart';

/** How the gates ended for a candidate. */
export async function evidenceText(
  context: StepContext,
  { id, tree }: Candidate,
  all: readonly Candidate[],
): Promise<string> {
  const { gates, cross } = await evidenceOf(context, id, tree, all);
  const said = gates.map(({ gate, state, counts }) => {
    const how = isMeasured(state) ? state : 'could not be run';
    const many = counts ? ` (${counts.passed} passed, ${counts.failed} failed)` : '';
    return `${context.run.gates[gate]?.title ?? gate}: ${how}${many}`;
  });
  const others = cross.filter(({ testsOf, state }) => testsOf !== id && isMeasured(state));
  const passed = others.filter(({ state }) => passes(state)).length;
  if (others.length > 0) said.push(`passes ${passed} of ${others.length} of the other candidates' test suites`);
  return said.length > 0 ? said.join('; ') : 'nothing was measured';
}

/** The tests that were written to tell the candidates apart, and what each shows; empty where there are none. */
export async function distinguishingText(run: Run, pass: number, order: Order): Promise<string> {
  const { files = [], tests = [] } = run.passRecord(pass)?.distinguishing ?? {};
  if (tests.length === 0) return '';
  const letters = (ids: readonly string[]) =>
    order.flatMap((id, place) => (ids.includes(id) ? [letterOf(place)] : [])).join(', ');
  const dir = join(await run.session.passDir(pass), TELL_APART);
  const shown = await Promise.all(
    files.map(async (path) => `${path}:\n\n${fenced((await readText(join(dir, path))) ?? '')}`),
  );
  const results = tests.map(({ name, fails, passes: passing, base }) => {
    const there = base === null ? '' : `; ${base} on the original`;
    return `- ${name ?? 'these tests together'}: pass on ${letters(passing)}; fail on ${letters(fails)}${there}`;
  });
  return [
    'Tests that were written to tell these candidates apart, by somebody who did not know who is right. A test may ' +
      'itself be wrong: what the task asks for decides.',
    results.join('\n'),
    ...shown,
  ].join('\n\n');
}
