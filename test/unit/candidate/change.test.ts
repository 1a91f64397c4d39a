// Changes from elsewhere: hostile patches, trees, checkouts and names do no harm, and what comes of a change is what git
// itself makes of it.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { carried, changeOfFolder, changeOfPatch, changeOfRef } from '../../../lib/candidate/change.ts';
import { makeRepo, type Repo } from '../../support/repo.ts';
import { value } from '../../support/result.ts';
import { withStore } from './fixture.ts';

const added = (path: string, header = `diff --git a/${path} b/${path}\nnew file mode 100755\n`): string =>
  `${header}--- /dev/null\n+++ b/${path}\n@@ -0,0 +1 @@\n+harm\n`;
const patchOf = (text: string): Uint8Array => Buffer.from(text);

/** What a patch may not write to, and what it is called in the refusal. */
const HOSTILE: Readonly<Record<string, readonly [patch: string, says: RegExp]>> = {
  'out of the repository': [added('../x'), /would write out of .*: "\.\.\/x"/],
  'deeper out': [added('src/../../x'), /would write out of .*: "src\/\.\.\/\.\.\/x"/],
  'a hook': [added('.git/hooks/post-checkout'), /into its \.git: "\.git\/hooks\/post-checkout"/],
  'in capitals': [added('.GIT/config'), /into its \.git: "\.GIT\/config"/],
  'as NTFS shortens it': [added('GIT~1/config'), /into its \.git: "GIT~1\/config"/],
  'with what HFS+ leaves out': [added('.g\u200cit/config'), /into its \.git: /],
  'below a submodule': [added('sub/.git/hooks/x'), /into its \.git: "sub\/\.git\/hooks\/x"/],
  'by a quoted name': [
    added('x').replaceAll('b/x', '"b/\\056git/x"').replace('a/x', '"a/\\056git/x"'),
    /into its \.git/,
  ],
  absolute: ['--- /dev/null\n+++ /tmp/evil\n@@ -0,0 +1 @@\n+harm\n', /would write out of .*: "\/tmp\/evil"/],
  'through a link of its own': [
    `diff --git a/l b/l\nnew file mode 120000\n--- /dev/null\n+++ b/l\n@@ -0,0 +1 @@\n+/tmp\n\\ No newline at end of file\n${added('l/evil')}`,
    /'l\/evil' is beyond a symbolic link/,
  ],
  'through a link of the base': [added('link/evil'), /'link\/evil' is beyond a symbolic link/],
  'renamed from outside': [
    'diff --git a/../x b/y\nsimilarity index 100%\nrename from ../x\nrename to y\n',
    /does not apply|no patch that git can read/,
  ],
};

test('a patch that would write where nobody may is refused by name, in every spelling', () =>
  withStore({ files: { 'src/a.txt': 'a\n', link: { link: '/tmp' } } }, async (repo, store) => {
    const before = repo.state();
    for (const [what, [patch, says]] of Object.entries(HOSTILE)) {
      const made = await changeOfPatch(store, patchOf(patch));
      assert.not.ok(made.ok, what);
      if (!made.ok) assert.match(made.failure.what, says, what);
    }
    assert.equal(repo.state(), before);
    assert.not.ok(existsSync('/tmp/evil'));
  }));

test('a patch that does not apply names the place; one that is none, or empty, says so; an older one is merged', () =>
  withStore({ files: { 'a.txt': '1\n2\n3\n4\n5\n6\n7\n8\n' } }, async (repo, store) => {
    const says = async (patch: string): Promise<string> => {
      const made = await changeOfPatch(store, patchOf(patch));
      return made.ok ? 'applies' : made.failure.what;
    };
    assert.match(await says('--- a/a.txt\n+++ b/a.txt\n@@ -3,1 +3,1 @@\n-x\n+y\n'), /patch failed: a\.txt:3/);
    assert.match(await says('hello\n'), /no patch that git can read/);
    assert.match(await says('--- a/a.txt\n+++ b/a.txt\n@@ -1,5 +1,5 @@\n 1\n'), /corrupt patch/);
    assert.match(await says(' \n'), /changes nothing/);
    // made on a version whose surroundings have changed since: git finds the three sides by their ids
    repo.git('checkout', '--quiet', '-b', 'older');
    repo.write({ 'a.txt': '1\n2\n3\n4\n5\n6\n7\nZ\n' });
    repo.commit();
    repo.write({ 'a.txt': '1\n2\n3\n4\nfive\n6\n7\nZ\n' });
    const older = repo.git('diff', '--full-index', '-U3');
    const made = value(
      await changeOfPatch(store, patchOf(`From: Ada <ada@example.org>\n\nGenerated-by: Zorg 9\n---\n${older}\n`)),
    );
    assert.is(repo.git('--git-dir', store.dir, 'show', `${made.after}:a.txt`), '1\n2\n3\n4\nfive\n6\n7\n8');
    assert.is(made.author, 'Ada <ada@example.org>');
    assert.equal(made.credits, ['Zorg 9']);
  }));

test('no name of a ref is an option, a path or a command; one without common history is refused', () =>
  withStore({ files: { 'a.txt': 'a\n' } }, async (repo, store) => {
    repo.git('checkout', '--quiet', '--orphan', 'apart');
    repo.commit('apart');
    repo.git('update-ref', 'refs/heads/x;touch$IFS"pwned"', 'apart');
    const before = repo.state();
    for (const ref of [
      '--help',
      '--output=pwned',
      '-x',
      '../../etc',
      'a.txt',
      '',
      'HEAD:a.txt',
      '$(touch pwned)',
      'no\nname',
    ])
      assert.not.ok((await changeOfRef(store, ref)).ok, ref);
    for (const ref of ['apart', 'x;touch$IFS"pwned"']) {
      const made = await changeOfRef(store, ref);
      assert.match(made.ok ? '' : made.failure.what, /no history in common/);
    }
    assert.equal(repo.state(), before);
  }));

/** A commit whose tree holds what git itself would never put there. */
function forged(repo: Repo, name: string): string {
  const blob = repo.git('rev-parse', 'HEAD:a.txt');
  const file = join(repo.root, 'tree');
  writeFileSync(file, Buffer.concat([Buffer.from(`100644 ${name}\0`), Buffer.from(blob, 'hex')]));
  const tree = repo.git('hash-object', '-t', 'tree', '--literally', '-w', file);
  return repo.git('commit-tree', tree, '-p', 'HEAD', '-m', 'forged');
}

test('a forged commit with a .git in its tree is refused by name', () =>
  withStore({ files: { 'a.txt': 'a\n' } }, async (repo, store) => {
    for (const name of ['.git', '.GIT', '..', 'git~1']) {
      const made = await changeOfRef(store, forged(repo, name));
      assert.match(
        made.ok ? `${name} is taken` : made.failure.what,
        /would write out of the repository or into its \.git/,
      );
    }
  }));

test('another checkout is read as files: its hooks, filters, monitors and settings never run; a repository within stays out', () =>
  withStore({ files: { 'a.txt': 'a\n' } }, async (repo, store) => {
    const other = makeRepo(repo, { name: 'other', files: null });
    other.git('pull', '--quiet', repo.dir, 'main');
    const harm = `touch ${join(repo.root, 'pwned')}`;
    for (const [name, said] of [
      ['core.fsmonitor', harm],
      ['core.hooksPath', join(other.dir, 'hooks')],
      ['filter.x.clean', harm],
      ['diff.external', harm],
      ['core.sshCommand', harm],
    ] as const)
      other.git('config', name, said);
    other.write({
      '.gitattributes': '* filter=x diff=x\n',
      'b.txt': 'b\n',
      'a.txt': 'changed\n',
      'hooks/post-index-change': { text: `#!/bin/sh\n${harm}\n`, mode: 0o755 },
    });
    mkdirSync(join(other.dir, 'within'));
    other.git('init', '--quiet', 'within');
    other.git('-C', 'within', 'commit', '--quiet', '--allow-empty', '-m', 'x');
    const made = value(await changeOfFolder(store, other.dir));
    const names = repo
      .git('--git-dir', store.dir, 'diff-tree', '-r', '--name-only', made.before, made.after)
      .split('\n');
    assert.equal(names, ['.gitattributes', 'a.txt', 'b.txt', 'hooks/post-index-change']);
    assert.not.ok(existsSync(join(repo.root, 'pwned')));
  }));

test('carried onto a base that went on; where both changed the same place the files are named', () =>
  withStore(
    {
      files: { 'a.txt': '1\n2\n3\n4\n5\n', 'b.txt': 'b\n' },
      before: (repo) => {
        repo.git('checkout', '--quiet', '-b', 'feature');
        repo.write({ 'a.txt': 'one\n2\n3\n4\n5\n' });
        repo.commit('feature');
        repo.git('checkout', '--quiet', '-b', 'clashing');
        repo.write({ 'b.txt': 'b of clashing\n' });
        repo.commit('clashing');
        repo.git('checkout', '--quiet', 'main');
        repo.write({ 'a.txt': '1\n2\n3\n4\nfive\n', 'b.txt': 'b of main\n' });
        repo.commit('main');
      },
    },
    async (repo, store) => {
      const tree = value(await carried(store, value(await changeOfRef(store, 'feature'))));
      assert.is(repo.git('--git-dir', store.dir, 'show', `${tree}:a.txt`), 'one\n2\n3\n4\nfive');
      assert.is(repo.git('--git-dir', store.dir, 'show', `${tree}:b.txt`), 'b of main');
      const clash = await carried(store, value(await changeOfRef(store, 'clashing')));
      assert.equal(clash.ok ? [] : clash.failure, ['b.txt']);
    },
  ));

test.run();
