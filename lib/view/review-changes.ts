// How the user changes a plan in the review: which file, which version of it, whose work. It asks, and gives the picks
// that come of it, null where nothing does. It applies nothing.
import { BASE, type Pick, PLAN, type Plan } from '../core/candidate.ts';
import type { Cancelled, Choice } from '../core/question.ts';
import type { ReviewCandidate, RevisionNote, ShownHunks } from '../core/review-request.ts';
import { plainCell } from './cell.ts';
import { chooseTogether, everyFile, isProposed, takeWhole, withPick } from './picks.ts';
import { reviewHunks } from './review-hunks.ts';
import type { ReviewPort, Version } from './review-port.ts';
import { fromTitle, type Titles } from './titles.ts';

/** The user wants to leave the run, not this question only. */
type Stop = 'interrupt';

type Changed = readonly Pick[] | Stop | null;

const MANY = 30;
/** Among what a file can be taken from: each of its hunks by itself. */
const HUNKS = Symbol('hunks');

const stopped = ({ by }: Cancelled): Stop | null => (by === 'interrupt' || by === 'closed' ? 'interrupt' : null);

export class ReviewChanges {
  readonly #proposed: Plan;
  readonly #candidates: readonly ReviewCandidate[];
  readonly #port: ReviewPort;
  readonly #titles: Titles;

  constructor(proposed: Plan, candidates: readonly ReviewCandidate[], port: ReviewPort) {
    this.#proposed = proposed;
    this.#candidates = candidates;
    this.#port = port;
    this.#titles = new Map(candidates.map(({ id, title }) => [id, title]));
  }

  /** Asks what is changed in these picks: another version of a file, a file less, or one candidate's whole work. */
  ask(what: 'file' | 'drop' | 'whole', picks: readonly Pick[]): Promise<Changed> {
    if (what === 'file') return this.#file(picks);
    return what === 'drop' ? this.#drop(picks) : this.#whole(picks);
  }

  /** Asks which file is left as it was. */
  async #drop(picks: readonly Pick[]): Promise<Changed> {
    const taken = picks.filter(({ from }) => from !== BASE);
    const pick = await this.#pickFile(taken, 'Which file is left as it was?');
    return pick === null || pick === 'interrupt' ? pick : this.#take(picks, pick.path, BASE, []);
  }

  /** Asks whose work is taken as a whole. */
  async #whole(picks: readonly Pick[]): Promise<Changed> {
    const choices = this.#candidates.map((candidate) => ({
      value: candidate,
      label: candidate.title,
      hint: candidate.hint ?? `${Object.keys(candidate.files).length} files`,
    }));
    const answer = await this.#port.prompter.select({ message: 'Which candidate?', choices });
    return 'answered' in answer ? takeWhole(picks, answer.answered) : stopped(answer);
  }

  /** Asks which file, shows its versions as often as wanted, and asks which of them is taken. */
  async #file(picks: readonly Pick[]): Promise<Changed> {
    const pick = await this.#pickFile(everyFile(picks, this.#candidates), 'Which file?');
    if (pick === null || pick === 'interrupt') return pick;
    const { path } = pick;
    const file = await this.#port.hunks(path, pick);
    const [places, why] = 'why' in file ? ['', `not here: ${file.why}`] : [` (${file.hunks.length})`, ''];
    const hint = pick.entry ? pick.why : why;
    const hunks = { value: HUNKS, label: `Choose hunk by hunk${places}`, ...(hint ? { hint } : {}) } as const;
    const choices: Choice<string | ReviewPort['tools'][number] | typeof HUNKS>[] = [
      ...this.#port.tools.map((tool) => ({ value: tool, label: tool.label })),
      hunks,
      ...this.#sources(path).map(({ value, label, note = '' }) => {
        const chosen = value === pick.from && pick.why ? `chosen: ${pick.why}` : '';
        const hint = [chosen, note].filter((part) => part).join('; ');
        return { value, label, ...(hint ? { hint } : {}) };
      }),
    ];
    for (let initial = 0; ; ) {
      const answer = await this.#port.prompter.select({ message: path, choices, initial });
      if (!('answered' in answer)) return stopped(answer);
      const { answered } = answer;
      if (typeof answered === 'string') return this.#take(picks, path, answered, this.#proposed.files);
      if (answered === HUNKS) {
        if ('why' in file) this.#port.show(`${plainCell(path)} is taken or left as a whole: ${plainCell(file.why)}.`);
        else {
          const changed = await this.#hunks(picks, path, file);
          if (changed !== null) return changed;
        }
      } else await answered.open(path, await this.#versions(path));
      // what was looked at stays marked: the next look, or the choice, is a key away
      initial = choices.findIndex(({ value }) => value === answered);
    }
  }

  /** Asks which version of each hunk is taken; null: nothing was changed. Every choice is kept at once. */
  async #hunks(picks: readonly Pick[], path: string, file: ShownHunks): Promise<Changed> {
    let changed: readonly Pick[] | null = null;
    const took = (pick: Pick): void => {
      changed = withPick(picks, pick);
      this.#port.chosen(isProposed(this.#proposed.files, changed) ? null : changed);
    };
    const left = await reviewHunks(file, { path, port: this.#port, titles: this.#titles, took });
    return left === 'done' ? changed : (stopped(left) ?? changed);
  }

  /** The path the user means; null: none after all. */
  async #pickFile(picks: readonly Pick[], message: string): Promise<Pick | Stop | null> {
    const { prompter } = this.#port;
    let some = picks;
    if (picks.length > MANY) {
      const part = await prompter.text({ message: `${message} (${picks.length} files; type part of its path)` });
      if (!('answered' in part)) return stopped(part);
      some = picks.filter(({ path }) => path.toLowerCase().includes(part.answered.toLowerCase()));
      if (some.length === 0) return null;
    }
    const hint = (pick: Pick) => fromTitle(pick.from, this.#titles);
    const choices = some.map((pick) => ({ value: pick, label: pick.path, hint: hint(pick) }));
    const answer = await prompter.select({ message, choices });
    return 'answered' in answer ? answer.answered : stopped(answer);
  }

  /** A choice, with the files that come from one hand with it; says so where that moves any. */
  #take(picks: readonly Pick[], path: string, from: string, proposed: readonly Pick[]): readonly Pick[] {
    const { together, show } = this.#port;
    const { picks: chosen, moved } = chooseTogether(picks, path, from, this.#candidates, { proposed, together });
    const rest = moved.join(', ');
    if (rest !== '')
      show(`${path} belongs together with ${rest}: taken from one hand, since a mix of the two would not fit.`);
    return chosen;
  }

  /** Where a file may be taken from. */
  #sources(path: string): readonly { readonly value: string; readonly label: string; readonly note?: string }[] {
    const made = this.#madeByPlan(path);
    return [
      ...(made ? [{ value: made.from, label: `Take the plan's: ${fromTitle(made.from, this.#titles)}` }] : []),
      ...this.#makers(path).map(({ id, title, files }) => {
        return { value: id, label: `Take ${title}'s`, note: files[path] === 'delete' ? 'deletes it' : '' };
      }),
      { value: BASE, label: 'Leave it as it was' },
    ];
  }

  #makers(path: string): readonly ReviewCandidate[] {
    return this.#candidates.filter(({ files }) => files[path]);
  }

  /** The plan's own version of a file, where that is no candidate's: merged of several, or made to fit. */
  #madeByPlan(path: string): Pick | undefined {
    const isCandidate = (from: string) => from === BASE || this.#candidates.some(({ id }) => id === from);
    return this.#proposed.files.find(
      (pick) => pick.path === path && pick.action === 'write' && !isCandidate(pick.from),
    );
  }

  #versions(path: string): Promise<readonly Version[]> {
    const plan = this.#madeByPlan(path) ? [{ id: PLAN, title: 'the plan' }] : [];
    const wanted = [{ id: BASE, title: 'as it was' }, ...plan, ...this.#makers(path)];
    const versionOf = async (id: string, title: string) => ({ title, ...(await this.#port.version(path, id)) });
    return Promise.all(wanted.map(({ id, title }) => versionOf(id, title)));
  }
}

/** Asks whose work is to be changed, and how: in a line, or in the user's editor. */
export async function tellCandidate(
  candidates: readonly ReviewCandidate[],
  { prompter, write = null }: ReviewPort,
): Promise<RevisionNote | Stop | null> {
  const some = candidates.filter(({ revisable }) => revisable);
  const choices = some.map((each) => ({ value: each, label: each.title, ...(each.hint ? { hint: each.hint } : {}) }));
  const who =
    some.length === 1 ? { answered: some[0]! } : await prompter.select({ message: 'Which candidate?', choices });
  if (!('answered' in who)) return stopped(who);
  const { id, title } = who.answered;
  const more = write === null ? '' : ` (Enter alone opens ${write.title}, for more than a line)`;
  const said = await prompter.text({ message: `What should ${title} change?${more}` });
  if (!('answered' in said)) return stopped(said);
  const note = said.answered.trim() !== '' || write === null ? said.answered : await write.open(title);
  return note.trim() === '' ? null : { slot: id, note: note.trim() };
}
