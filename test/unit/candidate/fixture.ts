// A repository with a session's store, and workspaces in it, for the tests of candidates.
import { execFileSync } from 'node:child_process';
import { lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { addWorkspace } from '../../../lib/candidate/add-workspace.ts';
import { keepBaseline } from '../../../lib/candidate/baseline.ts';
import { type Captured, capture } from '../../../lib/candidate/capture-workspace.ts';
import { type CandidateStore, openStore } from '../../../lib/candidate/store.ts';
import {
  planWorkspace,
  type Workspace,
  type WorkspaceKind,
  type WorkspaceSpec,
} from '../../../lib/candidate/workspaces.ts';
import { hello } from '../../../lib/system/remote/host.ts';
import type { FarLane } from '../../../lib/system/remote/run-far.ts';
import { type Repo, type RepoOptions, withRepo } from '../../support/repo.ts';
import { value } from '../../support/result.ts';

export interface Lane {
  readonly repo: Repo;
  readonly store: CandidateStore;
  readonly spec: WorkspaceSpec;
  readonly workspace: Workspace;
  /** What the model does: a shell script that runs in the workspace. */
  sh(script: string): string;
  capture(): Promise<Captured>;
}

export interface StoreOptions extends RepoOptions {
  /** Run on the repository before the session begins. */
  readonly before?: (repo: Repo) => void;
}

export function withStore<T>(
  options: StoreOptions,
  work: (repo: Repo, store: CandidateStore) => Promise<T>,
): Promise<T> {
  return withRepo(options, async (repo) => {
    // This process is the session here, so it sees the room and nothing of the machine's user.
    Object.assign(process.env, {
      HOME: repo.home,
      GIT_CONFIG_NOSYSTEM: '1',
      XDG_CONFIG_HOME: join(repo.home, '.config'),
    });
    options.before?.(repo);
    return work(repo, await open(repo));
  });
}

export function open(repo: Repo, inside = repo.dir): Promise<CandidateStore> {
  const sessionDir = join(repo.sessions, 'one');
  mkdirSync(sessionDir, { recursive: true, mode: 0o700 });
  return openStore({ sessionDir, repository: inside, base: 'HEAD' });
}

export function shell(dir: string, env: Readonly<Record<string, string>>, script: string): string {
  return execFileSync('bash', ['-euc', script], {
    cwd: dir,
    env: { ...env },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

export interface LaneOptions extends StoreOptions {
  readonly kind?: WorkspaceKind;
  /** Run in the workspace before its model starts. */
  readonly prepare?: string;
}

export async function makeLane(repo: Repo, store: CandidateStore, kind: WorkspaceKind, id = 'x'): Promise<Lane> {
  const far = kind === 'remote' ? { far: await farLane(repo) } : {};
  const place = { path: `../lane-${id}`, branch: `mm/${id}/20260101-000000` };
  const spec = value(await planWorkspace(store, { id, kind, ...place, ...far }));
  const workspace = value(await addWorkspace(store, spec));
  return {
    ...{ repo, store, spec, workspace },
    sh: (script) => shell(workspace.path, repo.env, script),
    capture: async () => value(await capture(store, workspace)),
  };
}

/** A lane on another host, without a network: a prefix that takes the environment away. */
async function farLane(repo: Repo): Promise<FarLane> {
  const home = join(repo.root, 'far-home');
  mkdirSync(home);
  const via = ['env', '-i', `HOME=${home}`, 'PATH=/usr/bin:/bin', 'SHELL=/bin/sh'];
  const host = await hello({ name: 'far', via, root: null }, { repository: 'r', programs: [] }, repo.env);
  if (typeof host === 'string') throw new Error(host);
  return { host, id: 'x.1', repository: 'r', set: {}, withhold: [], leaseMs: 120_000, goes: false };
}

/** A repository, a workspace in it, and the beginning of that kept. */
export function withLane<T>(options: LaneOptions, work: (lane: Lane) => Promise<T>): Promise<T> {
  return withStore(options, async (repo, store) => {
    const lane = await makeLane(repo, store, options.kind ?? 'worktree');
    if (options.prepare !== undefined) lane.sh(options.prepare);
    await keepBaseline(store, lane.workspace, { touched: options.prepare !== undefined });
    return work(lane);
  });
}

/** Every file below a folder but `.git`: path (bytes as latin1) → mode and content. */
export function filesBelow(top: string, prefix = ''): Map<string, string> {
  const found = new Map<string, string>();
  for (const name of readdirSync(Buffer.from(join(top, prefix), 'latin1'), { encoding: 'buffer' })) {
    const path = prefix === '' ? name.toString('latin1') : `${prefix}/${name.toString('latin1')}`;
    if (path === '.git') continue;
    const at = Buffer.concat([Buffer.from(`${top}/`), Buffer.from(path, 'latin1')]);
    const entry = lstatSync(at);
    if (entry.isDirectory()) for (const [inner, text] of filesBelow(top, path)) found.set(inner, text);
    else if (entry.isSymbolicLink())
      found.set(path, `link ${Buffer.from(readlinkSync(at, { encoding: 'buffer' })).toString('latin1')}`);
    else if (entry.isFile()) found.set(path, `${entry.mode & 0o100 ? 'x' : '-'} ${readFileSync(at, 'latin1')}`);
  }
  return found;
}

/** What a tree holds, in the same form, as git itself tells it. */
export function filesOfTree(store: CandidateStore, tree: string): Map<string, string> {
  const git = (...args: string[]) =>
    execFileSync('git', args, {
      cwd: store.dir,
      env: { ...process.env, GIT_DIR: store.dir },
      encoding: 'latin1',
      maxBuffer: 1 << 28,
    });
  const found = new Map<string, string>();
  for (const record of git('ls-tree', '-r', '-z', '--full-tree', tree).split('\0')) {
    if (record === '') continue;
    const [mode, kind, oid] = record.slice(0, record.indexOf('\t')).split(' ');
    if (kind !== 'blob') continue;
    const content = git('cat-file', 'blob', oid!);
    found.set(
      record.slice(record.indexOf('\t') + 1),
      `${mode === '120000' ? 'link' : mode === '100755' ? 'x' : '-'} ${content}`,
    );
  }
  return found;
}

/** Deno's `node:fs` can't name a file whose name is not UTF-8. */
export const NAMES_ANY_FILE = !('Deno' in globalThis);
