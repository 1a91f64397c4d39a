// What most scenarios start from: a small project with a gate, and the three models of execute.yaml as scripted agents
// under the real CLIs' names. Reads what a run left.
import { type Dirent, lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { REMOVED } from '../../lib/candidate/remove-workspace.ts';
import type { Event } from '../../lib/core/events.ts';
import type { AgentScript } from './agents.ts';
import type { MmOptions, MmResult } from './mm.ts';
import { type Files, type Repo, withRepo } from './repo.ts';

/** The project: its gate fails on every file below src/ that says BROKEN. */
export const PROJECT_FILES: Files = {
  'README.md': '# Project\n',
  'AGENTS.md': '# Conventions\n\nWrite in lower case.\n\n```mm-gates\ntests: sh check.sh\n```\n',
  'check.sh': 'if grep -rn BROKEN src; then echo "found what is broken"; exit 1; fi\n',
  'src/a.txt': 'a\n',
  'src/b.txt': 'b\n',
};

/** The recipe as people name it, without anybody to ask. */
export const EXECUTE = ['recipes/execute.yaml', 'Write greetings', '--headless', '--yes'] as const;

export interface CrewOptions {
  readonly name?: string;
  /** Added to the project's files. */
  readonly files?: Files;
  readonly claude?: AgentScript | null;
  readonly gemini?: AgentScript | null;
  readonly codex?: AgentScript | null;
  readonly agent?: AgentScript | null;
}

/** Each model is best in a file of its own, and the judge knows by the word BEST. */
const SCRIPTS = {
  claude: {
    implement: 'put src/a.txt "a, BEST"\nput src/b.txt "b of claude"\nsay claude did it',
    compare: 'prefer BEST',
  },
  gemini: { implement: 'put src/a.txt "a of gemini"\nput src/b.txt "b, BEST"\nsay gemini did it' },
  codex: { implement: 'put src/c.txt "c of gpt"\nsay gpt did it' },
} as const;

/** Hands over a repository with the project and its agents; one that is null is not installed. */
export function withCrew<T>(options: CrewOptions, work: (repo: Repo) => T | Promise<T>): Promise<T> {
  const files = { ...PROJECT_FILES, ...options.files };
  return withRepo({ files, ...(options.name === undefined ? {} : { name: options.name }) }, (repo) => {
    for (const name of ['claude', 'gemini', 'codex', 'agent'] as const) {
      const own = options[name];
      const script = own === undefined && name !== 'agent' ? SCRIPTS[name] : own;
      if (script) repo.installAgent(name, script);
    }
    return work(repo);
  });
}

/** Runs execute.yaml to its end; a machine with much to do is given time. */
export const execute = (repo: Repo, args: readonly string[] = [], options: MmOptions = {}): Promise<MmResult> =>
  repo.runMm([...EXECUTE, ...args], { deadline: 150_000, ...options });

/** The journal of a run. */
export function eventsOf(result: Pick<MmResult, 'sessionDir'>): readonly Event[] {
  return inSession(result, 'events.jsonl')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Event);
}

/** The events of one type. */
export function eventsOfType<T extends Event['type']>(
  result: Pick<MmResult, 'sessionDir'>,
  type: T,
): readonly Extract<Event, { type: T }>[] {
  return eventsOf(result).filter((event): event is Extract<Event, { type: T }> => event.type === type);
}

/** A file of the session, as text. */
export function inSession({ sessionDir }: Pick<MmResult, 'sessionDir'>, path: string): string {
  if (sessionDir === null) throw new Error('there is no session');
  return readFileSync(join(sessionDir, path), 'utf8');
}

export interface Entry {
  /** Permissions, as `ls` would count them: `700`. */
  readonly mode: string;
  readonly text: string | null;
}

/**
 * Everything below a folder, kept in memory, so that it can be looked at after the room is gone; folders end in `/`.
 * Without what a run has removed: it goes while the run has ended already.
 */
export function readAll(folder: string): Readonly<Record<string, Entry>> {
  const found: Record<string, Entry> = {};
  const visit = (entry: Dirent, below: string): void => {
    if (entry.name === REMOVED) return;
    const path = join(below, entry.name);
    const mode = (lstatSync(join(folder, path)).mode & 0o777).toString(8);
    if (entry.isDirectory()) {
      found[`${path}/`] = { mode, text: null };
      for (const inner of readdirSync(join(folder, path), { withFileTypes: true })) visit(inner, path);
    } else if (entry.isSymbolicLink()) found[path] = { mode, text: `-> ${readlinkSync(join(folder, path))}` };
    else if (entry.isFile()) found[path] = { mode, text: readFileSync(join(folder, path), 'utf8') };
  };
  for (const entry of readdirSync(folder, { withFileTypes: true })) visit(entry, '');
  return found;
}

/** Calls `make` once, however often it is asked for: several tests look at one run. */
export function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}
