// The rig: a real git repository in a room of its own, scripted agents on its PATH, and the program run in it.
// Everything a scenario needs hangs on the `Repo` that `withRepo` hands over.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type AgentScript, type Call, installAgent, readCalls } from './agents.ts';
import { type MmOptions, type MmResult, type MmStarted, runMm, startMm } from './mm.ts';
import { type Picture, picture } from './picture.ts';
import { insideRoom, type Room, removeIfThere, withRoom } from './room.ts';
import { waitUntil } from './wait.ts';

/** A file's content; with a mode; a symbolic link; null: not there. */
export type FileSpec =
  | string
  | Uint8Array
  | { readonly text: string; readonly mode: number }
  | { readonly link: string }
  | null;
export type Files = Readonly<Record<string, FileSpec>>;

export interface RepoOptions {
  /** The folder's name. Default `project`. */
  readonly name?: string;
  /** What the first commit holds. Default a README.md; null: no commit. */
  readonly files?: Files | null;
  readonly branch?: string;
  /** How objects are named. Default `sha1`. */
  readonly format?: 'sha1' | 'sha256';
}

export interface Repo extends Room {
  /** The working tree. */
  readonly dir: string;
  write(files: Files): void;
  read(path: string): string;
  has(path: string): boolean;
  /** Runs git in the working tree and returns what it printed, without the last line end; throws when it fails. */
  git(...args: string[]): string;
  /** Adds everything and commits it; the commit's id. */
  commit(message?: string): string;
  /** A byte-exact picture, for comparing before and after. */
  state(): Picture;
  /** Puts a scripted agent on PATH under a real CLI's name (test/agents/agent.sh says what scripts can do). */
  installAgent(name: string, script: AgentScript): void;
  /** What the agents were called with so far, in order. */
  calls(agent?: string): readonly Call[];
  /** Lets go on what waits for `name` (`wait_for name` in a script). */
  release(name: string): void;
  /** Resolves when a script says `mark name`. */
  reached(name: string): Promise<void>;
  /** Runs the program in the repository, to the end. */
  runMm(args: readonly string[], options?: MmOptions): Promise<MmResult>;
  startMm(args: readonly string[], options?: MmOptions): MmStarted;
}

/** Makes a repository, hands it to `work`, and clears everything away. */
export function withRepo<T>(work: (repo: Repo) => T | Promise<T>): Promise<T>;
export function withRepo<T>(options: RepoOptions, work: (repo: Repo) => T | Promise<T>): Promise<T>;
export function withRepo<T>(
  first: RepoOptions | ((repo: Repo) => T | Promise<T>),
  second?: (repo: Repo) => T | Promise<T>,
): Promise<T> {
  const options = typeof first === 'function' ? {} : first;
  const work = typeof first === 'function' ? first : (second as (repo: Repo) => T | Promise<T>);
  return withRoom((room) => work(makeRepo(room, options)));
}

/** Adds a branch with these files; main is checked out after it. @returns its commit */
export function addBranch(repo: Repo, name: string, files: Files, from = 'main'): string {
  repo.git('checkout', '--quiet', '-b', name, from);
  repo.write(files);
  const commit = repo.commit(`the work of ${name}`);
  repo.git('checkout', '--quiet', 'main');
  return commit;
}

/** A repository in a room that exists already (a second one, for tests that need two). */
export function makeRepo(room: Room, options: RepoOptions = {}): Repo {
  const dir = join(room.root, 'work', options.name ?? 'project');
  mkdirSync(dir, { recursive: true });

  const repo: Repo = {
    ...room,
    dir,
    write(files) {
      for (const [path, spec] of Object.entries(files)) writeFile(join(dir, path), spec);
    },
    read: (path) => readFileSync(join(dir, path), 'utf8'),
    has: (path) => existsSync(join(dir, path)),
    git(...args) {
      const done = spawnSync('git', args, {
        cwd: insideRoom(dir),
        env: { ...room.env },
        encoding: 'utf8',
        maxBuffer: 1 << 28,
      });
      if (done.status !== 0)
        throw new Error(`git ${args.join(' ')}: exit ${done.status}\n${done.stdout}${done.stderr}`);
      return done.stdout.replace(/\n$/, '');
    },
    commit(message = 'change') {
      repo.git('add', '--all');
      repo.git('commit', '--quiet', '--allow-empty', '--message', message);
      return repo.git('rev-parse', 'HEAD');
    },
    state: () => picture(dir, room.env),
    installAgent: (name, script) => installAgent(room, name, script),
    calls: (agent) => readCalls(room.log, agent),
    release: (name) => writeFileSync(join(room.log, name), ''),
    reached: async (name) => {
      await waitUntil(`an agent's mark ${name}`, () => existsSync(join(room.log, name)) || null);
    },
    runMm: (args, mmOptions) => runMm(room, dir, args, mmOptions),
    startMm: (args, mmOptions) => startMm(room, dir, args, mmOptions),
  };

  const { branch = 'main', format = 'sha1' } = options;
  repo.git('init', '--quiet', `--initial-branch=${branch}`, `--object-format=${format}`);
  if (options.files !== null) {
    repo.write(options.files ?? { 'README.md': '# Project\n' });
    repo.commit('first');
  }
  return repo;
}

function writeFile(path: string, spec: FileSpec): void {
  insideRoom(path);
  if (spec === null) {
    removeIfThere(path);
    return;
  }
  mkdirSync(dirname(path), { recursive: true });
  if (typeof spec === 'string' || spec instanceof Uint8Array) writeFileSync(path, spec);
  else if ('link' in spec) {
    removeIfThere(path);
    symlinkSync(spec.link, path);
  } else {
    writeFileSync(path, spec.text);
    chmodSync(path, spec.mode);
  }
}
