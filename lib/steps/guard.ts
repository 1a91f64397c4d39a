// Watches what models must not change: refs, stashes, settings, hooks and, where no slot works there, the user's tree.
// Tells what changed and who could have done it; takes nothing back by itself (recover does, of what was told).
import { existsSync, mkdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { FailureError, ok, type Result } from '../core/failure.ts';
import { catchingGitErrors } from '../repository/catching-git-errors.ts';
import { type Fingerprint, takeFingerprint } from '../repository/fingerprint.ts';
import { type JudgedViolations, judgeViolations } from '../repository/harm.ts';
import { planKeepAlive } from '../repository/keep-alive.ts';
import { keepObjects, listObjects, missingObjects, putBackObjects } from '../repository/kept-objects.ts';
import { planMainTree } from '../repository/main-tree.ts';
import { doPrivateRef } from '../repository/private-ref.ts';
import { findViolations, type Violation } from '../repository/violations.ts';
import { stateRoot } from '../session/home.ts';
import { copyIfThere, writeAtomic } from '../system/files.ts';
import { allowedTo, withOthers } from './allowed-changes.ts';
import type { Run } from './run-context.ts';
import { type GuardRecord, type Told, undoViolations } from './undo-violations.ts';

export class Guard {
  readonly #run: Run;
  readonly #record: GuardRecord;
  readonly #dir: string;
  readonly #first: Fingerprint;
  #tree: boolean;
  /** Files of the object store; what is in packs only may vanish where git packs it anew. */
  readonly #objects: readonly string[];
  #gone: readonly Violation[] = [];
  #told: readonly Violation[] = [];
  readonly #running: string[] = [];
  /** Who has run since the last look. */
  #suspects = new Set<string>();
  readonly #accepted = new Set<string>();
  /** What was told and is no harm. */
  readonly #noted = new Set<string>();
  #checking: Promise<unknown> = Promise.resolve();

  private constructor(run: Run, record: GuardRecord, first: Fingerprint) {
    this.#run = run;
    this.#record = record;
    this.#dir = record.dir;
    this.#first = first;
    this.#tree = record.main !== null;
    this.#objects = listObjects(join(record.commonDir, 'objects'));
  }

  /** Looks at the repository before any model runs, and keeps its commits from being cleared away. */
  static async start(run: Run): Promise<Result<Guard>> {
    const dir = run.freshFolder('guard');
    mkdirSync(dir, { mode: 0o700 });
    const tree = ![...run.participants.values()].some(({ slot }) => slot.workspace === 'main');
    const main = tree
      ? await planMainTree(run.repository, run.session.id, join(dir, 'tree'), { aside: false })
      : ok(null);
    if (!main.ok) return main;
    const index = main.value === null ? undefined : join(dir, 'staged');
    if (index !== undefined) await copyIfThere(join(run.repository.gitDir, 'index'), index);
    const [kept, first] = await Promise.all([
      planKeepAlive(run.repository, run.session.id, index),
      takeFingerprint(run.repository, { dir, tree }),
    ]);
    if (!kept.ok) return kept;
    await run.session.effects.perform(kept.value, () => doPrivateRef(kept.value));
    await writeAtomic(join(dir, 'first.json'), JSON.stringify(first));
    const { gitDir, commonDir } = run.repository;
    const { id: session } = run.session;
    const keep = String(kept.value.commit);
    const record: GuardRecord = { kind: 'guard', dir, session, gitDir, commonDir, main: main.value, keep };
    run.session.effects.note(record);
    keepObjects(commonDir, session);
    return ok(new Guard(run, record, first));
  }

  /** Everything that was found so far and still stands. */
  get violations(): readonly Violation[] {
    return this.#told;
  }

  /** The user says that what was found is all right: it is not told again, nor taken back. */
  async accept(): Promise<void> {
    for (const violation of this.#told) this.#accepted.add(keyOf(violation));
    this.#told = [];
    await rm(this.#file, { force: true });
  }

  /** The result has come into the user's tree, where what the user does from now on is theirs. */
  resultIsIn(): void {
    this.#tree = false;
  }

  /** Puts back what was found. */
  async putBack(pass: number): Promise<Result<readonly string[]>> {
    const done = await undoViolations(this.#record);
    await this.check('', pass);
    return done;
  }

  get #file(): string {
    return join(this.#dir, 'told.json');
  }

  began(who: string): void {
    this.#running.push(who);
    this.#suspects.add(who);
  }

  /**
   * Looks again; what is new is told, with all who have run since the last look: it may be the doing of any of them.
   * @param who whose command has just ended
   */
  check(who: string, pass: number): Promise<void> {
    const next = this.#checking.then(() => this.#look(who, pass));
    this.#checking = next.catch(() => undefined); // told by `next` itself
    return next;
  }

  async #look(who: string, pass: number): Promise<void> {
    if (!existsSync(this.#dir)) return this.#noFolder(who, pass);
    this.#journal();
    await this.#lost(); // first of all: what git is asked next needs them
    const after = await this.#fingerprint();
    const { harm, noted } = await this.#judged(after);
    const found = harm.filter((violation) => !this.#accepted.has(keyOf(violation)));
    const suspects = this.#ended(who);
    const known = new Set(this.#told.map(keyOf));
    const fresh = found.filter((violation) => !known.has(keyOf(violation)));
    this.#told = found;
    this.#note(noted, suspects);
    if (found.length > 0) await writeAtomic(this.#file, JSON.stringify({ breaches: found, after } satisfies Told));
    else await rm(this.#file, { force: true });
    if (fresh.length > 0) this.#run.emit({ type: 'breach', pass, who: suspects, what: fresh.map(({ says }) => says) });
  }

  /** @returns all who have run since the last look */
  #ended(who: string): string {
    const suspects = this.#suspects.size > 0 ? [...this.#suspects] : [who];
    if (this.#running.includes(who)) this.#running.splice(this.#running.indexOf(who), 1);
    this.#suspects = new Set(this.#running);
    return suspects.join(' or ');
  }

  /** Recover needs it, so it is put back at once; that it was changed is told all the same. */
  #journal(): void {
    const { journal, dir } = this.#run.session;
    if (!journal.mend()) return;
    const says = `The session's journal in ${dir} was changed, and has been put back.`;
    this.#gone = [...this.#gone, { kind: 'session', name: 'journal', says }];
  }

  /** Without what was written down there, nothing else can be compared, and nothing may be applied. */
  #noFolder(who: string, pass: number): void {
    const { dir } = this.#run.session;
    const known = this.#told.some(({ kind }) => kind === 'session');
    const suspects = this.#ended(who);
    this.#told = [{ kind: 'session', name: dir, says: `The session's folder ${dir} was removed.` }];
    if (!known) this.#run.emit({ type: 'breach', pass, who: suspects, what: this.#told.map(({ says }) => says) });
  }

  /** @throws FailureError when git can't work with the repository any more, whatever is put back */
  async #fingerprint(): Promise<Fingerprint> {
    const options = { dir: this.#dir, tree: this.#tree, first: this.#first };
    const look = () =>
      catchingGitErrors('look at your repository', async () =>
        ok(await takeFingerprint(this.#run.repository, options)),
      );
    const looked = await look();
    if (looked.ok) return looked.value;
    await this.#lost(); // what it needs may have been deleted in this instant
    const again = await look();
    if (!again.ok) throw new FailureError(again.failure);
    return again.value;
  }

  /**
   * Objects that are gone and needed; git may have packed or cleared others away. They are put back at once, since
   * nothing goes on without them; that they were gone is told all the same.
   */
  async #lost(): Promise<void> {
    const { gitDir, commonDir, keep, session } = this.#record;
    const now = new Set(listObjects(join(commonDir, 'objects')));
    if (this.#objects.every((path) => now.has(path))) return;
    const missing = await missingObjects({ gitDir }, keep);
    if (missing === null) return;
    putBackObjects(commonDir, session);
    const still = await missingObjects({ gitDir }, keep);
    const says =
      still === null
        ? `Objects of the repository were deleted, and have been put back: ${missing}`
        : `Objects of the repository are gone: ${still}`;
    this.#gone = [...this.#gone.filter(({ kind }) => kind !== 'objects'), { kind: 'objects', name: '', says }];
  }

  /** What loses nothing and runs nothing (see harm.ts) is told once, and holds nothing up. */
  #note(noted: readonly Violation[], suspects: string): void {
    const fresh = noted.filter((violation) => !this.#noted.has(keyOf(violation)));
    for (const violation of fresh) this.#noted.add(keyOf(violation));
    if (fresh.length === 0) return;
    const what = fresh.map(({ says }) => `  ${says}`).join('\n');
    this.#run.note(
      `Your repository has changed, by a tool of yours or by ${suspects}. Nothing is lost by it, and it ` +
        `stays:\n${what}`,
      'warning',
    );
  }

  async #judged(after: Fingerprint): Promise<JudgedViolations> {
    const before = this.#first;
    const { session, env } = this.#run;
    const allowed = allowedTo(session, !this.#tree);
    const found = findViolations(before, after, allowed);
    if (found.length === 0) return { harm: this.#gone, noted: [] };
    const since = Date.parse(before.takenAt);
    const withTheirs = withOthers(allowed, {
      root: stateRoot(env),
      commonDir: this.#record.commonDir,
      session: session.id,
      since,
    });
    const violations = [...this.#gone, ...findViolations(before, after, withTheirs)];
    return judgeViolations(violations, { repository: this.#run.repository, before, after, allowed: withTheirs });
  }
}

const keyOf = ({ kind, name, says }: Violation): string => `${kind}\n${name}\n${says}`;
