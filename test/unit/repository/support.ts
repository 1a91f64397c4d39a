// What the tests of the user's repository share: a repository with changes of every kind, and its facts.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { inspectRepository, type RepositoryFacts } from '../../../lib/repository/inspect.ts';
import { COMMITTED, makeDirty, pushOlderStashes } from '../../support/dirty.ts';
import { type Files, type Repo, withRepo } from '../../support/repo.ts';
import { value } from '../../support/result.ts';

export const factsOf = async (repo: { dir: string }): Promise<RepositoryFacts> =>
  value(await inspectRepository(repo.dir));

/** A folder of a test's own, outside the repository, as a session has one. */
export function sessionFolder(repo: Repo): string {
  const folder = join(repo.sessions, 'session');
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** A repository with two older stashes and uncommitted changes of every kind, also such as only some have. */
export function withZoo<T>(work: (repo: Repo) => T | Promise<T>): Promise<T> {
  const files: Files = {
    ...COMMITTED,
    'uncached-same.txt': 'kept as it is\n',
    'crlf.txt': 'one\r\ntwo\r\n',
    'becomes-link': 'a file\n',
    'folder-becomes-file/a': 'a\n',
    'folder-becomes-file/b/c': 'c\n',
    'hidden.txt': 'assume-unchanged\n',
    'skipped.txt': 'skip-worktree\n',
    '-dash': 'dash\n',
    'untouched/deep/file': 'untouched\n',
  };
  return withRepo({ files }, (repo) => {
    pushOlderStashes(repo);
    makeDirty(repo);
    makeOdder(repo);
    return work(repo);
  });
}

function makeOdder(repo: Repo): void {
  repo.git('update-index', '--assume-unchanged', 'hidden.txt');
  repo.git('update-index', '--skip-worktree', 'skipped.txt');
  repo.write({ 'new-staged-then-deleted.txt': 'gone again\n' });
  repo.git('add', 'new-staged-then-deleted.txt');
  repo.git('rm', '--quiet', '--cached', 'uncached-same.txt');
  repo.write({
    'new-staged-then-deleted.txt': null,
    'renamed to.txt': 'a file that is renamed\nand edited\n',
    'uncached.txt': 'edited after it left the index\n',
    'crlf.txt': 'one\r\ntwo\nthree\r\n',
    'becomes-link': { link: 'nowhere' },
    'folder-becomes-file': null,
    'hidden.txt': 'hidden edit\n',
    'skipped.txt': 'skipped edit\n',
    '-dash': 'dash, edited\n',
  });
  repo.write({ 'folder-becomes-file': 'now a file\n' });
  mkdirSync(join(repo.dir, 'empty/inner'), { recursive: true });
  mkdirSync(join(repo.dir, 'untouched/empty'), { recursive: true, mode: 0o750 });
}
