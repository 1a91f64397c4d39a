// The review at the terminal: the user looks at the plan, changes it and decides. Everything outside (questions, pager,
// report, gates) comes by callback; what the plan becomes is decided by the pure functions of picks.ts.
import type { Pick, Plan } from '../core/candidate.ts';
import type { Failure, Result } from '../core/failure.ts';
import type { Cancelled, CancelledBy, Choice, Prompter } from '../core/question.ts';
import { changedPicks, choose, everyFile, type ReviewCandidate, takeWhole } from './picks.ts';
import { sideBySide, type Version } from './side-by-side.ts';
import { fileTable, fromTitle } from './tables.ts';

export interface ReviewPort {
  readonly prompter: Prompter;
  /** Shows Markdown above the question. */
  show(markdown: string): void;
  /** A file of a candidate, of the `base`, or of the `plan` as it was proposed. */
  version(path: string, id: string): Promise<Omit<Version, 'title'>>;
  /** Shows text in the user's pager and waits until it is closed. */
  openPager(text: string): Promise<void>;
  /** The user's difftool and editor, where there are such. The first version is what the others came from. */
  readonly tools: readonly {
    readonly title: string;
    open(path: string, versions: readonly Version[]): Promise<void>;
  }[];
  openReport(): Promise<void>;
  /** Puts the changed picks together and runs the gates on them. `said`: Markdown about how they ended. */
  regate(picks: readonly Pick[]): Promise<Result<{ readonly plan: Plan; readonly said: string }>>;
  /** Says why something could not be done; the review goes on. */
  complain(failure: Failure): void;
  readonly columns: () => number;
}

export type Decision = 'accept' | 'decline' | 'another-pass' | 'interrupt';

export interface ReviewResult {
  readonly decision: Decision;
  /** The plan that was decided on, with what the user changed. */
  readonly plan: Plan;
  /** The picks that differ from the plan that was proposed. */
  readonly changed: readonly Pick[];
}

type MenuChoice = 'accept' | 'file' | 'drop' | 'whole' | 'report' | 'another-pass' | 'decline';

/** Asks until there is a decision. What was changed is gated before it can be accepted. */
export async function review(
  proposed: Plan,
  candidates: readonly ReviewCandidate[],
  port: ReviewPort,
): Promise<ReviewResult> {
  const titles = new Map(candidates.map(({ id, title }) => [id, title]));
  let plan = proposed;
  /** Changed since the gates ran. */
  let picks: readonly Pick[] | null = null;
  const end = (decision: Decision): ReviewResult => ({
    decision,
    plan,
    changed: changedPicks(proposed.files, plan.files),
  });

  for (;;) {
    const answer = await port.prompter.select({
      message: question(plan, picks, titles),
      choices: menu(plan, candidates),
      onEscape: 'declines',
      fresh: true,
    });
    if (!('answered' in answer)) {
      const decision = await leave(answer.by, port.prompter);
      if (decision) return end(decision);
      continue;
    }
    let next: readonly Pick[] | Stop | null = null;
    const now = picks ?? plan.files;
    switch (answer.answered) {
      case 'decline':
      case 'another-pass':
        return end(answer.answered);
      case 'report':
        await port.openReport();
        break;
      case 'accept': {
        if (picks) {
          const gated = await port.regate(picks);
          if (!gated.ok) {
            port.complain(gated.failure);
            break;
          }
          [plan, picks] = [gated.value.plan, null];
          port.show(gated.value.said);
          if (plan.proven) return end('accept');
          break;
        }
        if (plan.proven) return end('accept');
        const sure = await port.prompter.confirm({
          message: 'Not all required gates pass on this. Apply it all the same?',
          fresh: true,
        });
        if ('answered' in sure ? sure.answered : sure.by === 'interrupt')
          return end('answered' in sure ? 'accept' : 'interrupt');
        break;
      }
      case 'file':
        next = await changeFile(now, proposed, candidates, port);
        break;
      case 'drop':
        next = await dropFile(now, candidates, port);
        break;
      case 'whole':
        next = await wholeCandidate(now, candidates, port);
        break;
    }
    if (next === 'interrupt') return end('interrupt');
    const changed = next ? changedPicks(now, next) : [];
    if (next && changed.length > 0) {
      const asProposed = changedPicks(proposed.files, next).length === 0 && next.length === proposed.files.length;
      picks = asProposed ? null : next;
      plan = asProposed
        ? proposed
        : {
            ...plan,
            files: next,
            decided_by: 'user',
            whole: null,
            proven: false,
            undecided: plan.undecided.filter((path) => !changed.some((pick) => pick.path === path)),
          };
      port.show(fileTable(plan, titles));
    }
  }
}

type Stop = 'interrupt';

/** Esc is asked about once more; Ctrl-C and a terminal that is gone are not. */
async function leave(by: CancelledBy, prompter: Prompter): Promise<Decision | null> {
  if (by === 'interrupt' || by === 'closed') return 'interrupt';
  if (by === 'end') return 'decline';
  const sure = await prompter.confirm({ message: 'Decline this plan? Your tree stays as it is.', fresh: true });
  if ('answered' in sure) return sure.answered ? 'decline' : null;
  return sure.by === 'interrupt' || sure.by === 'closed' ? 'interrupt' : 'decline';
}

function question(plan: Plan, picks: readonly Pick[] | null, titles: ReadonlyMap<string, string>): string {
  const from = [
    ...new Set(plan.files.filter((pick) => pick.from !== 'base').map((pick) => fromTitle(pick.from, titles))),
  ];
  const count = plan.files.filter((pick) => pick.from !== 'base').length;
  const gates = picks
    ? 'the gates run again when you accept'
    : plan.proven
      ? 'all required gates pass on it'
      : 'NOT all required gates pass on it';
  const open = plan.undecided.length > 0 ? `, ${plan.undecided.length} undecided` : '';
  return `Apply this plan? ${count} ${count === 1 ? 'file' : 'files'}${from.length > 0 ? ` from ${from.join(', ')}` : ''}${open}; ${gates}.`;
}

function menu(plan: Plan, candidates: readonly ReviewCandidate[]): Choice<MenuChoice>[] {
  const files: Choice<MenuChoice>[] =
    plan.files.length === 0
      ? []
      : [
          { value: 'file', label: 'Look at a file, or take another version of it', hint: 'versions side by side' },
          { value: 'drop', label: 'Drop a file', hint: 'leave it as it was' },
        ];
  return [
    { value: 'accept', label: 'Accept', hint: 'into your working tree, unstaged' },
    ...files,
    ...(candidates.length > 0 ? [{ value: 'whole', label: 'Take one candidate whole' } as const] : []),
    { value: 'report', label: 'Open the report', hint: 'in your browser' },
    { value: 'another-pass', label: 'Start another pass', hint: 'runs all models again, costs tokens' },
    { value: 'decline', label: 'Decline', hint: 'your tree stays as it is' },
  ];
}

const MANY = 30;

/** The path the user means; null: none after all. */
async function pickFile(
  picks: readonly Pick[],
  titles: ReadonlyMap<string, string>,
  message: string,
  { prompter }: ReviewPort,
): Promise<Pick | Stop | null> {
  let some = picks;
  if (picks.length > MANY) {
    const part = await prompter.text({ message: `${message} (${picks.length} files; type part of its path)` });
    if (!('answered' in part)) return stopped(part);
    some = picks.filter(({ path }) => path.toLowerCase().includes(part.answered.toLowerCase()));
    if (some.length === 0) return null;
  }
  const answer = await prompter.select({
    message,
    choices: some.map((pick) => ({ value: pick, label: pick.path, hint: fromTitle(pick.from, titles) })),
  });
  return 'answered' in answer ? answer.answered : stopped(answer);
}

const stopped = ({ by }: Cancelled): Stop | null => (by === 'interrupt' || by === 'closed' ? 'interrupt' : null);

const titlesOf = (candidates: readonly ReviewCandidate[]) => new Map(candidates.map(({ id, title }) => [id, title]));

async function dropFile(
  picks: readonly Pick[],
  candidates: readonly ReviewCandidate[],
  port: ReviewPort,
): Promise<readonly Pick[] | Stop | null> {
  const pick = await pickFile(
    picks.filter(({ from }) => from !== 'base'),
    titlesOf(candidates),
    'Which file is left as it was?',
    port,
  );
  return pick === null || pick === 'interrupt' ? pick : choose(picks, pick.path, 'base', candidates);
}

async function wholeCandidate(
  picks: readonly Pick[],
  candidates: readonly ReviewCandidate[],
  port: ReviewPort,
): Promise<readonly Pick[] | Stop | null> {
  const choices = candidates.map((candidate) => ({
    value: candidate,
    label: candidate.title,
    hint: candidate.hint ?? `${Object.keys(candidate.files).length} files`,
  }));
  const answer = await port.prompter.select({ message: 'Which candidate?', choices });
  return 'answered' in answer ? takeWhole(picks, answer.answered) : stopped(answer);
}

async function changeFile(
  picks: readonly Pick[],
  proposed: Plan,
  candidates: readonly ReviewCandidate[],
  port: ReviewPort,
): Promise<readonly Pick[] | Stop | null> {
  const titles = titlesOf(candidates);
  const pick = await pickFile(everyFile(picks, candidates), titles, 'Which file?', port);
  if (pick === null || pick === 'interrupt') return pick;
  const { path } = pick;
  const makers = candidates.filter(({ files }) => files[path]);
  const made = madeByPlan(path, proposed, candidates);
  const sources = [
    ...(made ? [{ value: made.from, label: `Take the plan's: ${fromTitle(made.from, titles)}` }] : []),
    ...makers.map(({ id, title, files }) => ({
      value: id,
      label: `Take ${title}'s`,
      note: files[path] === 'delete' ? 'deletes it' : '',
    })),
    { value: 'base', label: 'Leave it as it was' },
  ];
  const choices: Choice<string | ReviewPort['tools'][number] | null>[] = [
    { value: null, label: 'Show the versions side by side' },
    ...port.tools.map((tool) => ({ value: tool, label: `Open them in ${tool.title}` })),
    ...sources.map(({ value, label, note = '' }: { value: string; label: string; note?: string }) => {
      const hint = [value === pick.from && pick.why ? `chosen: ${pick.why}` : '', note]
        .filter((part) => part)
        .join('; ');
      return { value, label, ...(hint ? { hint } : {}) };
    }),
  ];
  for (let initial = 0; ; ) {
    const answer = await port.prompter.select({ message: path, choices, initial });
    if (!('answered' in answer)) return stopped(answer);
    const { answered } = answer;
    if (typeof answered === 'string') return choose(picks, path, answered, candidates, proposed.files);
    const versions = await versionsOf(path, makers, made !== undefined, port);
    if (answered === null) await port.openPager(sideBySide(path, versions[0]!, versions.slice(1), port.columns()));
    else await answered.open(path, versions);
    // what was looked at stays marked: the next look, or the choice, is a key away
    initial = choices.findIndex(({ value }) => value === answered);
  }
}

/** The plan's own version of a file, where that is no candidate's: merged of several, or made to fit. */
const madeByPlan = (path: string, { files }: Plan, candidates: readonly ReviewCandidate[]): Pick | undefined =>
  files.find(
    (pick) =>
      pick.path === path &&
      pick.from !== 'base' &&
      pick.action === 'write' &&
      !candidates.some(({ id }) => id === pick.from),
  );

function versionsOf(
  path: string,
  makers: readonly ReviewCandidate[],
  made: boolean,
  { version }: ReviewPort,
): Promise<readonly Version[]> {
  const wanted = [{ id: 'base', title: 'as it was' }, ...(made ? [{ id: 'plan', title: 'the plan' }] : []), ...makers];
  return Promise.all(wanted.map(async ({ id, title }) => ({ title, ...(await version(path, id)) })));
}
