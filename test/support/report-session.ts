// A session on disk that no run made: its events with times of their own, and candidates that are real git trees. So a
// report can be tested with anything a run could ever leave.
import { spawnSync } from 'node:child_process';
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as assert from 'uvu/assert';
import type { Event, EventBody } from '../../lib/core/events.ts';
import { identify } from '../../lib/repository/identity.ts';
import type { Files, Repo } from './repo.ts';

export interface MadeSession {
  readonly dir: string;
  /** Commit of the base, and tree by candidate. */
  readonly base: string;
  readonly trees: Readonly<Record<string, string>>;
}

/** Seconds after the start, and what happened then. */
export type Happened = readonly [seconds: number, body: EventBody];

export interface SessionSpec {
  readonly id?: string;
  readonly task: string;
  readonly command?: string;
  /** What each candidate changes, against the repository as it is. */
  readonly candidates: Readonly<Record<string, Files>>;
  readonly events: (trees: Readonly<Record<string, string>>, dir: string) => readonly Happened[];
  /** Files of the session's folder. */
  readonly files?: Readonly<Record<string, string>>;
}

/** Writes the session where the program would look for it. */
export function makeSession(repo: Repo, spec: SessionSpec): MadeSession {
  const { id = '20261122-101500Z-4242-c0de', command = 'execute', task } = spec;
  const base = repo.git('rev-parse', 'HEAD');
  const trees = Object.fromEntries(Object.entries(spec.candidates).map(([name, files]) => [name, treeOf(repo, files)]));
  const folder = identify(repo.dir, null, repo.env).folder;
  const dir = join(repo.sessions, 'repos', folder, 'sessions', command, id);
  mkdirSync(dir, { recursive: true });
  const start: EventBody = {
    type: 'session_start',
    session_id: id,
    session_dir: dir,
    command,
    recipe: `recipes/${command}.yaml`,
    recipe_sources: [],
    repository: repo.dir,
    branch: 'main',
    ref: base,
    trunk: 'main',
    prompt_summary: [...task.replace(/\s+/g, ' ').trim()].slice(0, 120).join(''),
    task,
    pass_count: 1,
    timeout: '1200s',
    pid: 1,
  };
  const began = Date.parse('2026-11-22T10:15:00.000Z');
  const events: Event[] = [[0, start] as Happened, ...spec.events(trees, dir)].map(([seconds, body], i) => ({
    seq: i + 1,
    at: new Date(began + seconds * 1000).toISOString(),
    ...body,
  }));
  writeFileSync(join(dir, 'events.jsonl'), events.map((event) => `${JSON.stringify(event)}\n`).join(''));
  for (const [path, text] of Object.entries(spec.files ?? {})) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), text);
  }
  return { dir, base, trees };
}

function treeOf(repo: Repo, files: Files): string {
  if (Object.values(files).every((file) => typeof file === 'string'))
    return imported(repo, files as Record<string, string>);
  repo.write(files);
  repo.git('add', '--all', '--force');
  const tree = repo.git('write-tree');
  repo.git('reset', '--quiet', '--hard');
  return tree;
}

/** Commits these texts on top of the repository's HEAD; nothing is written into the working tree. */
export function importBase(repo: Repo, files: Readonly<Record<string, string>>): void {
  importInto(repo, 'refs/heads/imported', files);
  repo.git('update-ref', 'HEAD', 'refs/heads/imported');
  repo.git('update-ref', '-d', 'refs/heads/imported');
}

/** The same for texts alone, without touching the disk for each of thousands. */
function imported(repo: Repo, files: Readonly<Record<string, string>>): string {
  const ref = 'refs/heads/imported';
  importInto(repo, ref, files);
  const tree = repo.git('rev-parse', `${ref}^{tree}`);
  repo.git('update-ref', '-d', ref);
  return tree;
}

function importInto(repo: Repo, ref: string, files: Readonly<Record<string, string>>): void {
  const text = Object.entries(files).map(
    ([path, content]) => `M 100644 inline ${quoted(path)}\ndata ${Buffer.byteLength(content)}\n${content}\n`,
  );
  const head = `commit ${ref}\ncommitter Tester <tester@example.invalid> 0 +0000\ndata 0\nfrom HEAD^0\n`;
  const done = spawnSync('git', ['fast-import', '--quiet', '--force'], {
    cwd: repo.dir,
    env: { ...repo.env },
    input: head + text.join(''),
    encoding: 'utf8',
  });
  if (done.status !== 0) throw new Error(done.stderr);
}

const quoted = (path: string) => `"${path.replace(/["\\]/g, '\\$&')}"`;

/** Has the program write the report of a session that was made by hand; the path of it. */
export async function reportOf(repo: Repo, { dir }: MadeSession, env: Record<string, string> = {}): Promise<string> {
  const written = await repo.runMm(['report', '--json', dir.split('/').at(-1)!], { deadline: 120_000, env });
  assert.is(written.code, 0, written.stderr);
  const told = JSON.parse(written.stdout);
  assert.is(told.report, join(dir, 'report.html'));
  assert.is(told.bytes, statSync(told.report).size);
  return told.report;
}
