// Refs are deleted by one git, each in a transaction of its own.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { GitError } from '../../lib/system/git.ts';
import { deleteRef, refValue } from '../../lib/system/git-refs.ts';
import { withRepo } from '../support/repo.ts';

test('of many refs, those go that may: one that is refused keeps none of the others', () =>
  withRepo({ files: { a: 'a\n' } }, async (repo) => {
    const gitDir = `${repo.dir}/.git`;
    const at = repo.git('rev-parse', 'HEAD');
    const names = Array.from({ length: 20 }, (_, n) => `refs/heads/some/${n}`);
    for (const name of names) repo.git('update-ref', name, at);
    repo.git('pack-refs', '--all');
    repo.git('update-ref', names[3]!, at);
    repo.git('symbolic-ref', 'refs/heads/alias', names[5]!);
    const other = repo.git('rev-parse', 'HEAD^{tree}');
    const wrong = new Set([names[0], names[7], names[19]]);
    const tried = await Promise.allSettled([
      ...names.map((name) => deleteRef(gitDir, name, wrong.has(name) ? other : at)),
      deleteRef(gitDir, 'refs/heads/none'),
    ]);
    const refused = tried.flatMap((each, n) => (each.status === 'rejected' ? [[n, each.reason]] : []));
    assert.equal(
      refused.map(([n]) => n),
      [0, 7, 19],
    );
    for (const [, error] of refused) {
      assert.instance(error, GitError);
      assert.match(error.stderr, /but expected/);
    }
    assert.is(await refValue(gitDir, names[0]!), at);
    assert.is(await refValue(gitDir, names[5]!), null);
    await deleteRef(gitDir, 'refs/heads/alias');
    assert.is(repo.git('for-each-ref', '--format=%(refname)', 'refs/heads/some'), [...wrong].sort().join('\n'));
    assert.is(repo.git('for-each-ref', 'refs/heads/alias'), '');
  }));

test.run();
