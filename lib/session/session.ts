// One session: its folder, journal, record and effects. Opened when a run first acts; what happened before that is
// written into it then. Decides nothing about what is to be done.
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Event, EventBody } from '../core/events.ts';
import { emptyRecord, type SessionRecord } from '../core/session-record.ts';
import { stamp } from '../system/clock.ts';
import { writeAtomic } from '../system/files.ts';
import { Effects, type UndoHandlers } from './effects.ts';
import { fold } from './fold.ts';
import { linkForCompatibility, makePrivate, passFolder, pointLink, stateRoot } from './home.ts';
import type { Journal } from './journal.ts';

/** Events after which session.json is written at once, not only when things calm down. */
const TELLING = new Set<EventBody['type']>([
  'session_start',
  'session_resume',
  'reopened',
  'models',
  'candidate',
  'plan',
  'pass_complete',
  'result',
  'result_undone',
  'delivered',
  'session_complete',
]);

interface NewSession {
  readonly command: string;
  /** `<slug>--<id12>`. */
  readonly repositoryFolder: string;
  /** Written to repo.json when it is missing. */
  readonly repo: {
    readonly slug: string;
    readonly id: string;
    readonly toplevel: string;
    readonly origin: string | null;
  };
  readonly env: NodeJS.ProcessEnv;
}

/** `YYYYMMDD-HHMMSSZ-<pid>-<4 hex>`. */
export const newSessionId = (): string => `${stamp()}Z-${process.pid}-${randomBytes(2).toString('hex')}`;

export class Session {
  readonly id: string;
  readonly dir: string;
  readonly journal: Journal;
  readonly effects: Effects;
  #record: SessionRecord;
  #writing: Promise<void> = Promise.resolve();
  #dirty = false;
  #refused: unknown = null;

  private constructor(dir: string, journal: Journal, handlers: UndoHandlers, events: readonly Event[] = []) {
    this.id = basename(dir);
    this.dir = dir;
    this.journal = journal;
    this.effects = new Effects(journal, handlers, events);
    this.#record = events.reduce(fold, emptyRecord);
  }

  /** Makes a new session's folder (mode 700), repo.json and journal. Throws when the disk refuses. */
  static async create(request: NewSession, id: string, journal: Journal, handlers: UndoHandlers): Promise<Session> {
    const root = stateRoot(request.env);
    const repository = join(root, 'repos', request.repositoryFolder);
    const sessions = join(repository, 'sessions', request.command);
    const [dir, repoJson] = [join(sessions, id), join(repository, 'repo.json')];
    await makePrivate(sessions);
    await mkdir(dir, { mode: 0o700 });
    const link = request.env.AI_AIP_LINK ?? '/tmp/ai-aip';
    const why = link === 'none' ? null : await linkForCompatibility(link, root);
    if (why) journal.append({ type: 'note', level: 'info', text: why });
    if (!existsSync(repoJson)) await writeAtomic(repoJson, json({ schema_version: 1, ...request.repo }));
    return new Session(dir, journal, handlers);
  }

  /** Opens a session that exists, to go on with it or to take its effects back. */
  static reopen(dir: string, journal: Journal, handlers: UndoHandlers): Session {
    const events = journal.reopen(join(dir, 'events.jsonl'));
    const session = new Session(dir, journal, handlers, events);
    session.#dirty = isStale(dir, session.#record);
    session.#follow();
    return session;
  }

  /** Begins the journal on disk; call once, after `session_start` was appended. */
  begin(waited: readonly Event[]): void {
    this.#record = waited.reduce(fold, this.#record);
    this.#follow();
    this.journal.create(join(this.dir, 'events.jsonl'));
    this.#dirty = true;
    void this.#save();
  }

  get record(): SessionRecord {
    return this.#record;
  }

  /** Makes and names the folder of a pass. */
  async passDir(pass: number): Promise<string> {
    const dir = join(this.dir, passFolder(pass));
    for (const each of ['', 'outputs', 'stderr', 'diffs', 'files', 'gates']) await makePrivate(join(dir, each));
    return dir;
  }

  /** Waits until session.json says what the journal says; throws what the disk refused. */
  async settled(): Promise<void> {
    await this.#save();
    await this.#writing;
    const refused = this.#refused ?? this.journal.refused;
    if (refused) throw refused;
  }

  /** This session is the newest completed one. */
  async becomeLatest(): Promise<void> {
    await pointLink(join(dirname(this.dir), 'latest'), this.id);
  }

  #follow(): void {
    this.journal.listen((event) => {
      const next = fold(this.#record, event);
      if (next === this.#record) return;
      this.#record = next;
      this.#dirty = true;
      if (TELLING.has(event.type)) void this.#save();
    });
  }

  /** One write at a time; what changed meanwhile is written by the next. */
  #save(): Promise<void> {
    this.#writing = this.#writing.then(async () => {
      if (!this.#dirty) return;
      this.#dirty = false;
      try {
        await writeAtomic(join(this.dir, 'session.json'), json(this.#record));
        this.#refused = null;
      } catch (error) {
        // told by `settled`: the record can be made anew from the journal at any time
        [this.#refused, this.#dirty] = [error, true];
      }
    });
    return this.#writing;
  }
}

/** Whether session.json does not tell of the end that the journal tells of: its process was killed in between. */
function isStale(dir: string, record: SessionRecord): boolean {
  try {
    return (JSON.parse(readFileSync(join(dir, 'session.json'), 'utf8')) as SessionRecord).status !== record.status;
  } catch {
    return true; // missing or torn
  }
}

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
