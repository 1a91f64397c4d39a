// How the user changes a plan in the review: which file, which version of it, whose work. Each function asks, and gives
// the picks that come of it, null where nothing does. It applies nothing.
import type { Pick, Plan } from '../core/candidate.ts';
import type { Cancelled, Choice } from '../core/question.ts';
import { chooseTogether, everyFile, type ReviewCandidate, takeWhole } from './picks.ts';
import type { ReviewPort, Version } from './review-port.ts';
import { fromTitle, type Titles } from './titles.ts';

/** The user wants to leave the run, not this question only. */
export type Stop = 'interrupt';

const MANY = 30;

/** The path the user means; null: none after all. */
async function pickFile(
  picks: readonly Pick[],
  titles: Titles,
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

/** Asks which file is left as it was. */
export async function dropFile(
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
  return pick === null || pick === 'interrupt' ? pick : taken(picks, pick.path, 'base', candidates, [], port);
}

/** A choice, with the files that come from one hand with it; says so where that moves any. */
function taken(
  picks: readonly Pick[],
  path: string,
  from: string,
  candidates: readonly ReviewCandidate[],
  proposed: readonly Pick[],
  { together, show }: ReviewPort,
): readonly Pick[] {
  const { picks: chosen, moved } = chooseTogether(picks, path, from, candidates, { proposed, together });
  if (moved.length > 0)
    show(
      `${path} belongs together with ${moved.join(', ')}: taken from one hand, since a mix of the two would not fit.`,
    );
  return chosen;
}

/** Asks whose work is taken as a whole. */
export async function wholeCandidate(
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

/** Asks which file, shows its versions as often as wanted, and asks which of them is taken. */
export async function changeFile(
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
  const choices: Choice<string | ReviewPort['tools'][number]>[] = [
    ...port.tools.map((tool) => ({ value: tool, label: tool.label })),
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
    if (typeof answered === 'string') return taken(picks, path, answered, candidates, proposed.files, port);
    await answered.open(path, await versionsOf(path, makers, made !== undefined, port));
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
