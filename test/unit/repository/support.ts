// What the tests of the user's repository share: a repository with changes of every kind, and its facts.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Failure, Result } from '../../../lib/core/failure.ts';
import { inspectRepository, type RepositoryFacts } from '../../../lib/repository/inspect.ts';
import { type Files, type Repo, withRepo } from '../../support/repo.ts';

/** What a Result holds; throws with the message when it is a Failure. */
export function value<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`${result.failure.id}: ${result.failure.what}`);
  return result.value;
}

/** The Failure of a Result that must be one. */
export function failureOf<T>(result: Result<T>): Failure {
  if (result.ok) throw new Error(`succeeded with ${JSON.stringify(result.value)}`);
  return result.failure;
}

export const factsOf = async (repo: { dir: string }): Promise<RepositoryFacts> =>
  value(await inspectRepository(repo.dir));

/** A folder of a test's own, outside the repository, as a session has one. */
export function sessionFolder(repo: Repo): string {
  const folder = join(repo.sessions, 'session');
  mkdirSync(folder, { recursive: true });
  return folder;
}

const COMMITTED: Files = {
  '.gitignore': 'ignored/\n*.log\n.env\n',
  'plain.txt': 'one\ntwo\nthree\n',
  'staged.txt': 'staged\n',
  'both.txt': 'both\n',
  'deleted.txt': 'deleted\n',
  'deleted-staged.txt': 'deleted-staged\n',
  'renamed.txt': 'a file that is renamed\nwith lines\n',
  'mode.sh': '#!/bin/sh\n',
  'mode-staged.sh': '#!/bin/sh\n',
  'uncached.txt': 'kept on disk, out of the index\n',
  'uncached-same.txt': 'kept as it is\n',
  'binary.bin': new Uint8Array([0, 1, 2, 255, 254]),
  'crlf.txt': 'one\r\ntwo\r\n',
  link: { link: 'plain.txt' },
  'becomes-link': 'a file\n',
  'becomes-folder': 'a file\n',
  'folder-becomes-file/a': 'a\n',
  'folder-becomes-file/b/c': 'c\n',
  'hidden.txt': 'assume-unchanged\n',
  'skipped.txt': 'skip-worktree\n',
  'sub dir/"quoted"\tü\nline': 'odd name\n',
  '-dash': 'dash\n',
  'untouched/deep/file': 'untouched\n',
};

/** A repository with two older stashes and uncommitted changes of every kind. */
export function withZoo<T>(work: (repo: Repo) => T | Promise<T>): Promise<T> {
  return withRepo({ files: COMMITTED }, (repo) => {
    for (const name of ['first', 'second']) {
      repo.write({ 'plain.txt': `${name}\n`, [`${name}-untracked`]: 'x\n' });
      repo.git('stash', 'push', '--quiet', '--include-untracked', '--message', `older ${name}`);
    }
    dirty(repo);
    return work(repo);
  });
}

function dirty(repo: Repo): void {
  repo.git('update-index', '--assume-unchanged', 'hidden.txt');
  repo.git('update-index', '--skip-worktree', 'skipped.txt');
  repo.write({
    'staged.txt': 'staged change\n',
    'both.txt': 'both, staged\n',
    'mode-staged.sh': { text: '#!/bin/sh\n', mode: 0o755 },
    'new-staged.txt': 'new\n',
    'new-staged-then-deleted.txt': 'gone again\n',
  });
  repo.git('add', 'staged.txt', 'both.txt', 'mode-staged.sh', 'new-staged.txt', 'new-staged-then-deleted.txt');
  repo.git('rm', '--quiet', 'deleted-staged.txt');
  repo.git('mv', 'renamed.txt', 'renamed to.txt');
  repo.git('rm', '--quiet', '--cached', 'uncached.txt', 'uncached-same.txt');
  repo.write({
    'plain.txt': 'one\ntwo changed\nthree\n',
    'both.txt': 'both, staged and edited\n',
    'deleted.txt': null,
    'new-staged-then-deleted.txt': null,
    'renamed to.txt': 'a file that is renamed\nand edited\n',
    'mode.sh': { text: '#!/bin/sh\n', mode: 0o755 },
    'uncached.txt': 'edited after it left the index\n',
    'binary.bin': new Uint8Array([9, 0, 9, 0, 200]),
    'crlf.txt': 'one\r\ntwo\nthree\r\n',
    link: { link: 'both.txt' },
    'becomes-link': { link: 'nowhere' },
    'becomes-folder': null,
    'becomes-folder/x/y': 'now a folder\n',
    'folder-becomes-file/a': null,
    'folder-becomes-file/b/c': null,
    'folder-becomes-file/b': null,
    'folder-becomes-file': null,
    'hidden.txt': 'hidden edit\n',
    'skipped.txt': 'skipped edit\n',
    'sub dir/"quoted"\tü\nline': 'odd name, edited\n',
    '-dash': 'dash, edited\n',
    'intent.txt': 'intended\n',
    'untracked.txt': 'untracked\n',
    'untracked dir/deep/ünï\ncode': 'untracked\n',
    'untracked dir/private': { text: 'private\n', mode: 0o600 },
    'untracked-link': { link: '/etc/passwd' },
    'ignored/node_modules/x.js': 'ignored\n',
    '.env': 'SECRET=1\n',
    'debug.log': 'ignored\n',
  });
  repo.write({ 'folder-becomes-file': 'now a file\n' });
  repo.git('add', '--intent-to-add', 'intent.txt');
  mkdirSync(join(repo.dir, 'empty/inner'), { recursive: true });
  mkdirSync(join(repo.dir, 'untouched/empty'), { recursive: true, mode: 0o750 });
}
