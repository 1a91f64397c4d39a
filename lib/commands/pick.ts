// `mm pick <session> <file[#hunk]=candidate…>`: takes other versions of files, or of hunks in them, in the plan of an
// ended session. What is chosen is put together, proven by the gates, and reviewed; a result that lies in the tree is
// taken out first, as `mm undo` does it.
import { BASE, type Candidate, EARLIER, type Pick, PLAN, type Plan } from '../core/candidate.ts';
import { type Failure, fail, ok, type Result } from '../core/failure.ts';
import { cliMessages } from '../core/messages/cli-messages.ts';
import { nearest } from '../core/nearest.ts';
import type { Recipe } from '../core/recipe.ts';
import type { ReviewCandidate } from '../core/review-request.ts';
import type { FoundSession } from '../session/find.ts';
import { actionsOf, candidateOf } from '../steps/candidates.ts';
import { pickOf, type Splitting, splitFile, takenOf } from '../steps/file-hunks.ts';
import { composePicks, type Ground, groupingOf } from '../steps/proposing.ts';
import { chooseTogether, withPick } from '../view/picks.ts';
import type { CommandLine } from './arguments.ts';
import { type Here, here } from './here.ts';
import { findHere } from './past-session.ts';
import { pastStore } from './past-store.ts';
import { goOnWith } from './resume.ts';
import { lastReview, reopen } from './revise.ts';

export async function pick(line: CommandLine): Promise<Result<number, Failure>> {
  const [session, ...words] = line.operands;
  if (session === undefined || words.length === 0) return fail(cliMessages.pickWhat());
  const unread = words.find((word) => !/^.+=./.test(word));
  if (unread !== undefined) return fail(cliMessages.pickNotRead({ word: unread }));
  const place = await here(line);
  if (!place.ok) return place;
  const found = findHere(place.value, session, 'pick');
  if (!found.ok) return found;
  const { id, record } = found.value;
  if (record.status === 'in_progress') return fail(cliMessages.pickUnfinished({ session: id }));
  const reviewed = lastReview(found.value);
  if (reviewed === null) return fail(cliMessages.pickNoPlan({ session: id }));
  const { key, pass, plan } = reviewed;
  return goOnWith(line, place.value, found.value, async (recipe) => {
    const chosen = await new Choosing(place.value, found.value, plan).choose(recipe, words);
    if (!chosen.ok) return chosen;
    const edited = cliMessages.pickEdited({ session: id });
    return reopen(place.value, found.value, {
      edited,
      events: [
        { type: 'chosen', pass: pass.number, files: chosen.value },
        { type: 'reopened', key },
      ],
    });
  });
}

/** What was said of a file, or a hunk of it. */
interface Wish {
  /** As it was said, without whose. */
  readonly what: string;
  readonly path: string;
  readonly hunk: number | null;
  readonly from: string;
}

/** Makes picks of what the user wrote, and refuses what can't be. */
class Choosing {
  readonly #place: Here;
  readonly #session: FoundSession;
  readonly #plan: Plan;

  constructor(place: Here, session: FoundSession, plan: Plan) {
    this.#place = place;
    this.#session = session;
    this.#plan = plan;
  }

  async choose(recipe: Recipe, words: readonly string[]): Promise<Result<readonly Pick[]>> {
    const { id } = this.#session;
    const store = await pastStore(this.#place.repository, this.#session);
    const run = { store, baseTree: store.baseTree, recipe };
    const all = await this.#candidates(run);
    const { together } = await groupingOf({ run }, all);
    const splitting = { ...run, all, plan: this.#plan, together };
    const paths = [...new Set([...all.flatMap(({ changes: of }) => [...of.keys()]), ...this.#plan.files.map(pathOf)])];
    let picks: readonly Pick[] = this.#plan.files;
    const said = new Set<string>();
    for (const word of words) {
      const wish = wishOf(word, paths);
      const { path, what } = wish;
      if (!paths.includes(path)) return fail(cliMessages.pickNoFile({ session: id, path, near: nearest(path, paths) }));
      if (said.has(what)) return fail(cliMessages.pickTwice({ what }));
      said.add(what);
      const next = wish.hunk === null ? this.#file(splitting, picks, wish) : await this.#hunk(splitting, picks, wish);
      if (!next.ok) return next;
      picks = next.value;
    }
    const composed = await composePicks({ run }, all, picks, { planned: this.#plan.tree });
    return composed.ok ? ok(picks) : composed;
  }

  /** The candidates of the last pass, and what the pass before gave. */
  async #candidates(run: Ground['run']): Promise<readonly Candidate[]> {
    const { passes } = this.#session.record;
    const models = Object.entries(passes.at(-1)?.models ?? {});
    const trees = models.flatMap(([id, { status, tree }]) => (status === 'ok' && tree !== null ? [{ id, tree }] : []));
    const earlier = passes.at(-2)?.plan?.tree;
    const more = earlier === undefined ? [] : [{ id: EARLIER, tree: earlier }];
    return Promise.all([...trees, ...more].map((named) => candidateOf(run, named)));
  }

  /** A whole file, with those that come from one hand with it. */
  #file({ all, together }: Splitting, picks: readonly Pick[], { path, what, from }: Wish): Result<readonly Pick[]> {
    const candidates = all.map(
      (each): ReviewCandidate => ({ id: each.id, title: this.#title(each.id), files: actionsOf(each) }),
    );
    const known = [...candidates.filter(({ files }) => files[path]).map(({ id }) => id), BASE];
    if (!known.includes(from)) return noVersion(what, from, known);
    return ok(chooseTogether(picks, path, from, candidates, { proposed: this.#plan.files, together }).picks);
  }

  async #hunk(splitting: Splitting, picks: readonly Pick[], wish: Wish): Promise<Result<readonly Pick[]>> {
    const { path, what, hunk, from } = wish;
    const file = await splitFile(splitting, path);
    if ('why' in file) return fail(cliMessages.pickWhole({ session: this.#session.id, path, why: file.why }));
    const versions = file.hunks[hunk! - 1]?.versions;
    if (!versions) return fail(cliMessages.pickNoHunk({ path, hunk: hunk!, count: file.hunks.length }));
    const known = [...versions.flatMap(({ by }) => by), BASE];
    if (!known.includes(from)) return noVersion(what, from, known);
    const version = from === BASE ? 0 : versions.findIndex(({ by }) => by.includes(from));
    const now = picks.find((each) => each.path === path) ?? { ...NOTHING, path };
    const taken = await takenOf(splitting, file, now);
    const next = taken.map((each, i) => (i === hunk! - 1 ? version : each));
    return ok(withPick(picks, await pickOf(splitting, file, next, (id) => this.#title(id))));
  }

  #title(id: string): string {
    if (id === PLAN) return 'the plan';
    return id === EARLIER ? 'the earlier result' : (this.#session.record.models[id]?.title ?? id);
  }
}

const NOTHING = { from: BASE, action: 'write', why: '', by: 'user', confidence: 1 } as const;

const pathOf = ({ path }: Pick): string => path;

const noVersion = (what: string, from: string, known: readonly string[]): Result<never> =>
  fail(cliMessages.pickNoVersion({ what, from, known: [...new Set(known)], near: nearest(from, known) }));

/** `src/a.ts#2=…`; a file may itself be called `a#2`. */
function wishOf(word: string, paths: readonly string[]): Wish {
  const at = word.lastIndexOf('=');
  const [what, from] = [word.slice(0, at), word.slice(at + 1)];
  const [, path = '', hunk] = /^(.*)#(\d+)$/s.exec(what) ?? [];
  if (hunk === undefined || paths.includes(what)) return { what, path: what, hunk: null, from };
  return { what, path, hunk: Number(hunk), from };
}
