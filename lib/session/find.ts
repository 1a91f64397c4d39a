// Sessions on the disk: which there are, and which one a word means. Only reads.
import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fail, ok, type Result } from '../core/failure.ts';
import { cliMessages } from '../core/messages/cli-messages.ts';
import { nearest } from '../core/nearest.ts';
import { emptyRecord, type SessionRecord } from '../core/session-record.ts';
import { isMissing } from '../system/file-failure.ts';
import { fold } from './fold.ts';
import { readJournal } from './journal.ts';

export interface FoundSession {
  readonly id: string;
  readonly dir: string;
  readonly command: string;
  readonly record: SessionRecord;
}

const subfolders = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
};

/** Folders of all repositories below the state root. */
export const repositoryFolders = (root: string): readonly string[] =>
  subfolders(join(root, 'repos')).map((name) => join(root, 'repos', name));

/** A session's folder, whatever lies in it. */
export type SessionFolder = Pick<FoundSession, 'id' | 'dir' | 'command'>;

/** The folders of a repository's sessions of all commands. */
export function sessionFolders(repositoryFolder: string): readonly SessionFolder[] {
  const sessions = join(repositoryFolder, 'sessions');
  return subfolders(sessions).flatMap((command) =>
    subfolders(join(sessions, command)).map((id) => ({ id, dir: join(sessions, command, id), command })),
  );
}

export const newestFirst = (folders: readonly SessionFolder[]): readonly SessionFolder[] =>
  [...folders].sort((a, b) => (a.id < b.id ? 1 : -1));

/** A repository's sessions of all commands, newest first. */
export function listSessions(repositoryFolder: string): readonly FoundSession[] {
  const found = newestFirst(sessionFolders(repositoryFolder));
  return found.flatMap((folder) => {
    const record = readRecord(folder.dir);
    return record === null ? [] : [{ ...folder, record }];
  });
}

/**
 * A session's record: as session.json has it, or, where that is missing, torn or tells of no end, made anew from the
 * journal: a run that is killed may have written its end down there only.
 */
export function readRecord(dir: string): SessionRecord | null {
  try {
    const record = JSON.parse(readFileSync(join(dir, 'session.json'), 'utf8')) as SessionRecord;
    return record.status === 'in_progress' ? (recordFromJournal(dir) ?? record) : record;
  } catch {
    return recordFromJournal(dir);
  }
}

/** The record as the journal tells it, null where there is none. */
export function recordFromJournal(dir: string): SessionRecord | null {
  const file = join(dir, 'events.jsonl');
  if (!statSync(file, { throwIfNoEntry: false })?.isFile()) return null;
  return readJournal(file).events.reduce(fold, emptyRecord);
}

/** The session that a word means: an id, a unique beginning of one, or `latest`. */
export function findSession(repositoryFolder: string, word: string): Result<FoundSession> {
  const all = listSessions(repositoryFolder);
  if (word === 'latest') {
    const latest = subfolders(join(repositoryFolder, 'sessions')).flatMap((command) =>
      linked(join(repositoryFolder, 'sessions', command, 'latest')),
    );
    const newest = all.find(({ dir }) => latest.includes(realpathSync(dir)));
    return newest ? ok(newest) : fail(cliMessages.noneCompleted({ some: all.length > 0 }));
  }
  const matches = all.filter(({ id }) => id.startsWith(word));
  const exact = matches.find(({ id }) => id === word) ?? (matches.length === 1 ? matches[0] : undefined);
  if (exact) return ok(exact);
  if (matches.length > 1)
    return fail(cliMessages.ambiguousSession({ name: word, matches: matches.map(({ id }) => id) }));
  const elsewhere = inOtherRepositories(repositoryFolder, word);
  if (elsewhere !== null) return fail(cliMessages.sessionOfOtherRepository({ name: word, repository: elsewhere }));
  const known = all.map(({ id }) => id);
  return fail(cliMessages.noSuchSession({ name: word, near: nearest(word, ['latest', ...known]), known }));
}

/** The repository of a session by its whole id, of whatever repository it is; null: there is none. */
function inOtherRepositories(repositoryFolder: string, id: string): string | null {
  const all = repositoryFolders(join(repositoryFolder, '../..')).flatMap(sessionFolders);
  const found = all.find((each) => each.id === id);
  return (found && readRecord(found.dir)?.repository) || null;
}

function linked(link: string): readonly string[] {
  try {
    return [realpathSync(link)];
  } catch {
    return []; // no session of this command has been completed
  }
}
