// The review at the terminal: the user looks at the plan, changes it and decides. Everything outside (questions, pager,
// report, gates) comes by callback (review-port.ts); what the user changes is asked for in review-changes.ts.
import { BASE, type Pick, type Plan } from '../core/candidate.ts';
import { one } from '../core/messages/wording.ts';
import type { CancelledBy, Choice, Prompter } from '../core/question.ts';
import type { Decision, ReviewCandidate, ReviewResult } from '../core/review-request.ts';
import { markdownTable } from './cell.ts';
import { changedPicks, isProposed } from './picks.ts';
import { fileTable } from './plan-tables.ts';
import { ReviewChanges, tellCandidate } from './review-changes.ts';
import type { ReviewPort } from './review-port.ts';
import { fromTitle, type Titles } from './titles.ts';

type MenuChoice = 'accept' | 'file' | 'drop' | 'whole' | 'revise' | 'report' | 'another-pass' | 'decline';

/** Asks until there is a decision. What was changed is gated before it can be accepted. */
export async function review(
  proposed: Plan,
  candidates: readonly ReviewCandidate[],
  port: ReviewPort,
): Promise<ReviewResult> {
  const titles = new Map(candidates.map(({ id, title }) => [id, title]));
  const changes = new ReviewChanges(proposed, candidates, port);
  let plan = proposed;
  /** Changed since the gates ran. */
  let picks: readonly Pick[] | null = null;
  const end = (decision: Decision): ReviewResult => ({
    decision,
    plan,
    changed: changedPicks(proposed.files, plan.files),
  });

  if (port.said) {
    port.show(markdownTable(fileTable(plan), titles));
    port.show(port.said);
  }
  for (;;) {
    const answer = await port.prompter.select({
      message: question(plan, picks, titles),
      choices: menu(plan, candidates, port),
      onEscape: 'declines',
      fresh: true,
    });
    const wanted = 'answered' in answer ? answer.answered : await leave(answer.by, port.prompter);
    if (wanted === 'decline' || wanted === 'another-pass' || wanted === 'interrupt') return end(wanted);
    if (wanted === 'report') await port.openReport();
    else if (wanted === 'revise') {
      const told = await tellCandidate(candidates, port);
      if (told === 'interrupt') return end('interrupt');
      if (told !== null) return { ...end('revise'), revision: told };
    } else if (wanted === 'accept' && picks) {
      const gated = await port.regate(picks);
      if (!gated.ok) {
        port.complain(gated.failure);
        continue;
      }
      [plan, picks] = [gated.value.plan, null];
      port.show(gated.value.said);
      if (plan.proven) return end('accept');
    } else if (wanted === 'accept') {
      const decision = plan.proven ? 'accept' : await acceptUnproven(plan, port.prompter);
      if (decision) return end(decision);
    } else if (wanted !== null) {
      const now = picks ?? plan.files;
      const next = await changes.ask(wanted, now);
      if (next === 'interrupt') return end('interrupt');
      if (next === null || changedPicks(now, next).length === 0) continue;
      const asProposed = isProposed(proposed.files, next);
      plan = asProposed ? proposed : withPicks(plan, next, changedPicks(now, next));
      picks = asProposed ? null : next;
      port.chosen(picks);
      port.show(markdownTable(fileTable(plan), titles));
    }
  }
}

/** A plan with other picks, which nothing has proven yet. */
const withPicks = (plan: Plan, files: readonly Pick[], changed: readonly Pick[]): Plan => ({
  ...plan,
  files,
  decided_by: 'user',
  whole: null,
  proven: false,
  undecided: plan.undecided.filter((path) => !changed.some((pick) => pick.path === path)),
});

/** null: not yet. */
async function acceptUnproven(plan: Plan, prompter: Prompter): Promise<'accept' | 'interrupt' | null> {
  const sure = await prompter.confirm({ message: `${unproven(plan)} Apply it all the same?`, fresh: true });
  if ('answered' in sure) return sure.answered ? 'accept' : null;
  return sure.by === 'interrupt' ? 'interrupt' : null;
}

/** Esc is asked about once more; Ctrl-C and a terminal that is gone are not. */
async function leave(by: CancelledBy, prompter: Prompter): Promise<'decline' | 'interrupt' | null> {
  if (by === 'interrupt' || by === 'closed') return 'interrupt';
  if (by === 'end') return 'decline';
  const sure = await prompter.confirm({ message: 'Decline this plan? Your tree stays as it is.', fresh: true });
  if ('answered' in sure) return sure.answered ? 'decline' : null;
  return sure.by === 'interrupt' || sure.by === 'closed' ? 'interrupt' : 'decline';
}

const unmeasured = (plan: Plan): readonly string[] => plan.unmeasured ?? [];

const unproven = (plan: Plan): string =>
  unmeasured(plan).length > 0
    ? `This is not proven: ${unmeasured(plan).join(', ')} could not be run.`
    : 'Not all required gates pass on this.';

function question(plan: Plan, picks: readonly Pick[] | null, titles: Titles): string {
  const from = [
    ...new Set(plan.files.filter((pick) => pick.from !== BASE).map((pick) => fromTitle(pick.from, titles))),
  ];
  const count = plan.files.filter((pick) => pick.from !== BASE).length;
  const gates = picks
    ? 'the gates run again when you accept'
    : plan.proven
      ? 'all required gates pass on it'
      : unmeasured(plan).length > 0
        ? `NOT checked: ${unmeasured(plan).join(', ')} could not be run`
        : 'NOT all required gates pass on it';
  const open = plan.undecided.length > 0 ? `, ${plan.undecided.length} undecided` : '';
  const files = `${one(count, 'file')}${from.length > 0 ? ` from ${from.join(', ')}` : ''}`;
  return `Apply this plan? ${files}${open}; ${gates}.`;
}

const ANOTHER_PASS: Choice<MenuChoice> = {
  value: 'another-pass',
  label: 'Start another pass',
  hint: 'runs all models again, costs tokens',
};

const REVISE: Choice<MenuChoice> = {
  value: 'revise',
  label: 'Tell a candidate what to change',
  hint: 'its model goes on with its work, costs tokens',
};

function menu(
  plan: Plan,
  candidates: readonly ReviewCandidate[],
  { onePass = false, into }: ReviewPort,
): Choice<MenuChoice>[] {
  const files: Choice<MenuChoice>[] =
    plan.files.length === 0
      ? []
      : [
          { value: 'file', label: 'Look at a file, or take another version of it', hint: 'how its versions differ' },
          { value: 'drop', label: 'Drop a file', hint: 'leave it as it was' },
        ];
  return [
    { value: 'accept', label: 'Accept', hint: into ?? 'into your working tree, unstaged' },
    ...files,
    ...(candidates.length > 0 ? [{ value: 'whole', label: 'Take one candidate whole' } as const] : []),
    ...(candidates.some(({ revisable }) => revisable) ? [REVISE] : []),
    { value: 'report', label: 'Open the report', hint: 'in your browser' },
    ...(onePass ? [] : [ANOTHER_PASS]),
    { value: 'decline', label: 'Decline', hint: 'your tree stays as it is' },
  ];
}
