// The place in which things are broken: a repository with changes of every kind, stashes, hooks and a worktree of the
// user's own, and three models that take every kind of workspace. Says exactly what is there, and what is left over.
import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AgentScript } from '../support/agents.ts';
import { COMMITTED, makeDirty, pushOlderStashes } from '../support/dirty.ts';
import type { MmOptions, MmResult } from '../support/mm.ts';
import { hashes, type Picture } from '../support/picture.ts';
import { type Files, type Repo, withRepo } from '../support/repo.ts';
import { waitUntil } from '../support/wait.ts';

const FILES: Files = {
  ...COMMITTED,
  'AGENTS.md': '# Conventions\n\n```mm-gates\ntests: sh check.sh\n```\n',
  'check.sh': 'test -f src/ready.txt\n',
  'src/a.txt': 'a\n',
  'src/b.txt': 'b\n',
  'src/gone.txt': 'goes\n',
  'src/tool.sh': '#!/bin/sh\n',
};

const ONE =
  'put src/a.txt "a of one, BEST"\nrm src/gone.txt\nput src/new/deep.txt "new"\nchmod +x src/tool.sh\nsay done';
const TWO = 'put src/a.txt "a of two"\nput src/b.txt "b of two, BEST"\ngit add -A\ngit commit -qm mine\nsay done';
const THREE = 'put src/b.txt "b of three"\nput src/c.txt "c of three"\nsay done';
const READY = 'put src/ready.txt "ready"';

/**
 * What three models do when nothing goes wrong: each in its way, none in the user's. Only in the second pass do they
 * satisfy the gate, so that there is one; the outcome is always the same.
 */
const MODELS: Readonly<Record<string, AgentScript>> = {
  claude: { implement: ONE, implement_2: `${READY}\n${ONE}`, compare: 'prefer BEST' },
  gemini: { implement: TWO, implement_2: `${READY}\n${TWO}` },
  codex: { implement: THREE, implement_2: `${READY}\n${THREE}` },
};

/** execute.yaml with a workspace of every kind, ended quickly. */
const RECIPE = `recipe: 1
name: faults
extends: execute
summary: Every kind of workspace.
timeout: { default: 60s, grace: 1s }
set:
  slots.gpt.workspace: clone
`;

export interface Scene extends Repo {
  /** The words of a run; how many passes it has is added. */
  readonly run: readonly string[];
  /** Everything there is: compared with assert.equal. */
  all(): Whole;
  /** Processes of this room that still run, as command lines. */
  processes(): readonly string[];
  /** Resolves when none does any more: the guardian, and those that it ends, outlive a killed runner by a moment. */
  quiet(): Promise<void>;
  mm(args: readonly string[], options?: MmOptions): Promise<MmResult>;
  start(args: readonly string[], options?: MmOptions): ReturnType<Repo['startMm']>;
}

export interface Whole extends Picture {
  /** What is in the git folder, objects and logs of HEAD apart, by name. */
  readonly names: readonly string[];
  /** The user's other worktree and home. */
  readonly beside: Readonly<Record<string, string>>;
}

export interface SceneOptions {
  readonly models?: Readonly<Record<string, AgentScript | null>>;
  /** Without changes of the user's. */
  readonly clean?: boolean;
  readonly recipe?: string;
  readonly files?: Files;
}

/** A program under test other than this one (a copy that nobody edits meanwhile). */
const PROJECT = process.env.MM_TEST_PROJECT;
const OPTIONS: MmOptions = {
  deadline: 170_000,
  runtime: 'launch',
  ...(PROJECT === undefined ? {} : { project: PROJECT }),
};

/** Makes the place, hands it over, and clears it away. */
export function withScene<T>(options: SceneOptions, work: (scene: Scene) => T | Promise<T>): Promise<T> {
  return withRepo({ files: { ...FILES, ...options.files } }, (repo) => {
    pushOlderStashes(repo);
    repo.git('branch', 'other');
    repo.git('tag', 'v1');
    repo.git('config', 'user.note', 'mine');
    repo.git('worktree', 'add', '--quiet', '-b', 'theirs', '../theirs');
    const hook = join(repo.dir, '.git/hooks/pre-commit');
    writeFileSync(hook, '#!/bin/sh\nexit 0\n');
    chmodSync(hook, 0o755);
    if (options.clean !== true) makeDirty(repo);
    for (const [name, script] of Object.entries({ ...MODELS, ...options.models }))
      if (script !== null) repo.installAgent(name, script);
    const recipe = join(repo.root, 'faults.yaml');
    writeFileSync(recipe, options.recipe ?? RECIPE);
    const scene: Scene = {
      ...repo,
      run: [recipe, 'Write greetings', '--headless', '--yes'],
      all: () => whole(repo),
      processes: () => processesOf(repo.root),
      quiet: async () => {
        await waitUntil(
          'all processes to be gone',
          () => (processesOf(repo.root).length === 0 ? true : null),
          15_000,
        ).catch((error: Error) => {
          throw new Error(`${error.message}\n${processesOf(repo.root).join('\n')}`);
        });
      },
      mm: (args, more) => repo.runMm(args, { ...OPTIONS, ...more }),
      start: (args, more) => repo.startMm(args, { ...OPTIONS, ...more }),
    };
    return work(scene);
  });
}

function whole(repo: Repo): Whole {
  const git = join(repo.dir, '.git');
  const names = Object.keys(hashes(git, (path, entry) => !(entry.isDirectory() && path === 'objects')))
    .filter((path) => !/^(ORIG_HEAD|FETCH_HEAD|COMMIT_EDITMSG|AUTO_MERGE|index)$/.test(path))
    .sort();
  const theirs = join(repo.dir, '../theirs');
  const beside = { ...(existsSync(theirs) ? hashes(theirs) : {}), ...hashes(repo.home) };
  return { ...repo.state(), names, beside };
}

/** By their environment, which all that is started in the room inherits; empty where there is no /proc. */
function processesOf(root: string): readonly string[] {
  if (!existsSync('/proc/self/environ')) return [];
  const text = (path: string) => {
    try {
      return readFileSync(path, 'utf8');
    } catch {
      return ''; // ended while it was looked at, or another user's
    }
  };
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((name) => text(`/proc/${name}/environ`).includes(`${root}/`))
    .map((name) => `${name}: ${text(`/proc/${name}/cmdline`).replaceAll('\0', ' ')}`)
    .filter((line) => !/^\d+: $/.test(line)); // a dead one that its parent has not taken note of yet
}
