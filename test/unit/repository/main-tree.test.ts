// A model works in the user's own tree; afterwards everything is as it was, whatever it did there.
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { noteCaptured, versionOf } from '../../../lib/repository/leftovers.ts';
import {
  type MainTree,
  markResetting,
  planMainTree,
  resetMainTree,
  undoMainTree,
} from '../../../lib/repository/main-tree.ts';
import { planUserChanges, stashUserChanges, undoUserChanges } from '../../../lib/repository/user-changes.ts';
import { objectId } from '../../../lib/system/git-dir.ts';
import { hashes, type Picture } from '../../support/picture.ts';
import { type Repo, withRepo } from '../../support/repo.ts';
import { failureOf, value } from '../../support/result.ts';
import { waitUntil } from '../../support/wait.ts';
import { shell } from '../candidate/fixture.ts';
import { factsOf, sessionFolder, withZoo } from './support.ts';

async function begin(repo: Repo, aside = false): Promise<MainTree> {
  return value(await planMainTree(await factsOf(repo), 's1', join(sessionFolder(repo), 'main'), { aside }));
}

const withoutLost = (picture: Picture): Picture => ({
  ...picture,
  refs: picture.refs
    .split('\n')
    .filter((line) => !line.startsWith('refs/mm/s1/lost/'))
    .join('\n'),
});

/** Ways in which a model leaves a tree. */
const DEEDS: Readonly<Record<string, (repo: Repo) => void>> = {
  nothing: () => {},
  'edits, adds and deletes': (repo) =>
    repo.write({
      'plain.txt': 'model\n',
      'new/file.txt': 'model\n',
      'both.txt': null,
      link: null,
      'mode.sh': 'changed\n',
    }),
  'stages everything': (repo) => {
    repo.write({ 'plain.txt': 'model\n', 'new.txt': 'model\n', 'staged.txt': null });
    repo.git('add', '--all');
  },
  'commits everything': (repo) => {
    repo.write({ 'plain.txt': 'model\n', 'new.txt': 'model\n' });
    repo.commit('a model commits');
  },
  'switches to a branch of its own': (repo) => {
    repo.git('switch', '--quiet', '--create', 'topic');
    repo.write({ 'plain.txt': 'model\n' });
    repo.commit('on topic');
    repo.git('switch', '--quiet', 'main');
    repo.git('branch', '--quiet', '-D', 'topic');
    repo.git('switch', '--quiet', '--detach');
    repo.write({ 'plain.txt': 'detached\n' });
    repo.commit('detached');
  },
  'resets to nothing': (repo) => {
    repo.git('update-ref', '-d', 'refs/heads/main');
    rmSync(join(repo.dir, '.git/index'));
  },
  'empties .gitignore': (repo) =>
    repo.write({ '.gitignore': '', 'sub dir/.gitignore': '*\n', 'sub dir/hidden by it': 'x\n' }),
  'swaps files and folders': (repo) => {
    repo.write({ 'plain.txt': null, 'folder-becomes-file': null });
    repo.write({ 'plain.txt/now/a folder': 'x\n', 'folder-becomes-file': { link: '/tmp' } });
  },
  'makes a folder a link to another place': (repo) => {
    mkdirSync(join(repo.tmp, 'outside'), { recursive: true });
    repo.write({ '../../tmp/outside/deep/file': 'outside\n', untouched: null });
    repo.write({ untouched: { link: join(repo.tmp, 'outside') } });
  },
  'leaves a lock and a merge': (repo) => {
    repo.git('switch', '--quiet', '--create', 'side');
    repo.write({ 'plain.txt': 'side\n' });
    repo.commit('side');
    repo.git('switch', '--quiet', 'main');
    repo.write({ 'plain.txt': 'main\n' });
    repo.commit('main');
    assert.throws(() => repo.git('merge', 'side'));
    repo.git('update-ref', '-d', 'refs/heads/side');
    repo.write({ '.git/index.lock': '', '.git/HEAD.lock': '', '.git/refs/heads/main.lock': '' });
  },
  'changes flags': (repo) => {
    repo.git('update-index', '--no-assume-unchanged', 'hidden.txt');
    repo.git('update-index', '--no-skip-worktree', 'skipped.txt');
    repo.git('update-index', '--assume-unchanged', 'plain.txt');
    repo.write({ 'plain.txt': 'hidden by the model\n', 'hidden.txt': 'model\n', 'skipped.txt': null });
  },
  'makes repositories and empty folders': (repo) => {
    repo.git('init', '--quiet', 'inner');
    repo.write({ 'inner/x': 'x\n' });
    mkdirSync(join(repo.dir, 'empty one/two'), { recursive: true });
    rmSync(join(repo.dir, 'empty'), { recursive: true, force: true });
    rmSync(join(repo.dir, 'untouched/empty'), { recursive: true, force: true });
  },
  'makes files unreadable': (repo) => {
    repo.write({ 'locked/file': 'x\n' });
    chmodSync(join(repo.dir, 'locked/file'), 0o000);
  },
  'a same-size edit that keeps its times': (repo) => {
    execFileSync(
      'sh',
      [
        '-c',
        'touch -r plain.txt ../stamp; printf "ONE\\ntwo\\nthree\\n" > plain.txt; touch -r ../stamp plain.txt; rm ../stamp',
      ],
      { cwd: repo.dir },
    );
  },
};

for (const [deed, act] of Object.entries(DEEDS)) {
  test(`the user's changes aside, a model that ${deed}: all is as before [Y1] [P2] [Y6]`, () =>
    withZoo(async (repo) => {
      const before = repo.state();
      const changes = value(
        await planUserChanges(await factsOf(repo), 's1', join(sessionFolder(repo), 'user'), 'stash'),
      )!.record;
      value(await stashUserChanges(changes));
      const clean = repo.state();
      const record = await begin(repo, true);
      assert.equal(repo.state(), clean, 'planning changes nothing');

      act(repo);
      value(await resetMainTree(record));
      assert.equal(withoutLost(repo.state()), withoutLost(clean), 'between passes');
      act(repo);
      value(await resetMainTree(record));
      value(await undoUserChanges(changes));
      assert.equal(withoutLost(repo.state()), before);
      assert.equal(repo.git('fsck', '--no-dangling', '--no-progress'), '');
    }));

  test(`the user's changes left in place, a model that ${deed}: all is as before [Y1]`, () =>
    withZoo(async (repo) => {
      const before = repo.state();
      const record = await begin(repo);
      act(repo);
      value(await resetMainTree(record));
      assert.equal(withoutLost(repo.state()), before);
    }));
}

test('what a model committed stays reachable [Y1]', () =>
  withRepo(async (repo) => {
    const record = await begin(repo, true);
    repo.write({ 'README.md': 'model\n' });
    const made = repo.commit('a model commits');
    const [said] = value(await resetMainTree(record));
    assert.ok(said?.includes('refs/mm/s1/lost/1'), said);
    assert.equal(repo.git('rev-parse', 'refs/mm/s1/lost/1'), made);
    assert.equal(value(await resetMainTree(record)), []);
  }));

test('a model cannot make the reset run its own commands [Y1]', () =>
  withRepo({ files: { '.gitattributes': '*.txt filter=own\n', 'a.txt': 'a\n' } }, async (repo) => {
    const record = await begin(repo, true);
    const trap = `touch ${join(repo.tmp, 'ran')}; cat`;
    for (const key of ['filter.own.smudge', 'filter.own.clean', 'core.fsmonitor']) repo.git('config', key, trap);
    repo.git('config', '--global', 'filter.own.smudge', trap);
    repo.write({ '.git/hooks/post-checkout': { text: `#!/bin/sh\n${trap}\n`, mode: 0o755 }, 'a.txt': 'model\n' });
    value(await resetMainTree(record));
    assert.equal(repo.read('a.txt'), 'a\n');
    assert.not(existsSync(join(repo.tmp, 'ran')));
  }));

test('the rules of info/exclude are the ones from before [Y1]', () =>
  withRepo(async (repo) => {
    repo.write({ '.git/info/exclude': 'secret\n', secret: 's\n' });
    const record = await begin(repo, true);
    repo.write({ '.git/info/exclude': '', junk: 'x\n' });
    value(await resetMainTree(record));
    assert.equal(repo.read('secret'), 's\n');
    assert.not(repo.has('junk'));
  }));

test('line ends and filters are as git checks them out [Y1]', () =>
  withRepo(
    { files: { '.gitattributes': '*.up filter=up -text\n', 'a.txt': 'one\n', 'x.up': 'text\n' } },
    async (repo) => {
      repo.git('config', 'core.autocrlf', 'true');
      repo.git('config', 'filter.up.smudge', 'tr a-z A-Z');
      repo.git('config', 'filter.up.clean', 'tr A-Z a-z');
      repo.write({ 'a.txt': null, 'x.up': null, '.gitattributes': null });
      repo.git('checkout', '--', '.');
      const before = repo.state();
      const record = await begin(repo, true);
      repo.write({ 'a.txt': 'model\n', 'x.up': null, '.gitattributes': '' });
      value(await resetMainTree(record));
      assert.equal(repo.state(), before);
      assert.equal([repo.read('a.txt'), repo.read('x.up')], ['one\r\n', 'TEXT\n']);
    },
  ));

test('a file whose line ends are not as git would write them is clean again [Y1]', () =>
  withRepo({ files: { 'a.txt': 'one\n', 'b.txt': 'two\n' } }, async (repo) => {
    repo.git('config', 'core.autocrlf', 'true');
    repo.write({ 'b.txt': 'two, by the user\n' });
    const changes = value(
      await planUserChanges(await factsOf(repo), 's1', join(sessionFolder(repo), 'user'), 'stash'),
    )!.record;
    const status = repo.git('status', '--porcelain');
    value(await stashUserChanges(changes));
    const record = await begin(repo, true);
    repo.write({ 'a.txt': 'model\n' });
    value(await resetMainTree(record));
    assert.equal(repo.git('status', '--porcelain'), '');
    value(await undoUserChanges(changes));
    assert.equal(repo.git('status', '--porcelain'), status);
    assert.equal(repo.read('b.txt'), 'two, by the user\n');
  }));

test('a folder that ignores itself (.venv) is kept when a model empties its rules [Y1]', () =>
  withRepo(async (repo) => {
    repo.write({ '.venv/.gitignore': '*\n', '.venv/bin/python': 'x\n' });
    const before = repo.state();
    const record = await begin(repo, true);
    repo.write({
      '.venv/.gitignore': '',
      'made/.gitignore': '*\n',
      'made/by/.gitignore': '*\n',
      'made/by/model': 'x\n',
    });
    value(await resetMainTree(record));
    assert.equal(repo.state(), before);
  }));

test("a user's file whose name reads as a pattern that is ignored stays where it is [Y1] [U1]", () =>
  withRepo({ files: { 'a.txt': 'a\n', '.gitignore': 'hush\n/notes\n' } }, async (repo) => {
    repo.write({ ':hush': 'mine\n', ':(top)notes': 'mine\n', 'hush/x': 'ignored\n', ':!x': 'mine\n' });
    const before = repo.state();
    const record = await begin(repo);
    repo.write({ 'a.txt': 'model\n', ':hush': 'model\n' });
    value(await undoMainTree(record));
    assert.equal(repo.state(), before);
  }));

for (const [what, script] of Object.entries({
  'a repository': 'rm a.txt; git init -q a.txt; cd a.txt; echo f > f; git add .; git commit -qm x',
  'a folder with ignored files': 'rm a.txt; mkdir a.txt; echo 1 > a.txt/x.log',
})) {
  test(`${what} of the user's in the place of a file: no model is let into the tree [Y1] [U1]`, () =>
    withRepo({ files: { 'a.txt': 'a\n', '.gitignore': '*.log\n' } }, async (repo) => {
      shell(repo.dir, repo.env, script);
      const before = repo.state();
      const dir = join(sessionFolder(repo), 'main');
      const failure = failureOf(await planMainTree(await factsOf(repo), 's1', dir, { aside: false }));
      assert.is(failure.id, 'folder-in-place');
      assert.match(failure.what, /a\.txt/);
      assert.equal(repo.state(), before);
    }));
}

test('what the user edits right after git has looked is theirs, too [Y1] [U1]', () =>
  withRepo({ files: { 'a.txt': 'a\n', 'b.txt': 'b\n' } }, async (repo) => {
    const facts = await factsOf(repo);
    repo.write({ 'a.txt': 'mine\n' });
    const before = repo.state();
    const dir = join(sessionFolder(repo), 'main');
    const record = value(await planMainTree(facts, 's1', dir, { aside: false }));
    repo.write({ 'b.txt': 'model\n' });
    value(await undoMainTree(record));
    assert.equal(repo.state(), before);
  }));

test('submodules, with the user edits in them, come back too [Y1] [U1]', () =>
  withRepo({ files: { 'lib.txt': 'lib\n', '.gitignore': 'ignored\n' } }, async (inner) => {
    await withRepo(async (repo) => {
      repo.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', inner.dir, 'sub');
      repo.commit('with a submodule');
      repo.write({
        'sub/lib.txt': 'edited\n',
        'sub/staged.txt': 's\n',
        'sub/new.txt': 'n\n',
        'sub/ignored': 'i\n',
        'README.md': 'edited\n',
      });
      repo.git('-C', 'sub', 'add', 'staged.txt');
      const inSub = () => repo.git('-C', 'sub', 'status', '--porcelain=v2', '--branch');
      const before = repo.state();
      const sub = inSub();
      const changes = value(
        await planUserChanges(await factsOf(repo), 's1', join(sessionFolder(repo), 'user'), 'stash'),
      )!.record;
      value(await stashUserChanges(changes));
      const record = await begin(repo, true);
      repo.write({ 'sub/lib.txt': 'model\n', 'sub/model.txt': 'm\n', 'sub/new.txt': 'model\n' });
      repo.git('-C', 'sub', 'add', '--all');
      repo.git('-C', 'sub', '-c', 'user.name=x', '-c', 'user.email=x@x', 'commit', '--quiet', '-m', 'model');
      repo.git('-C', 'sub', 'switch', '--quiet', '-c', 'other');
      value(await resetMainTree(record));
      value(await undoUserChanges(changes));
      repo.git('-C', 'sub', 'branch', '--quiet', '-D', 'other');
      assert.equal(inSub(), sub);
      assert.equal(repo.state(), before);
      assert.equal(readFileSync(join(repo.dir, 'sub/lib.txt'), 'utf8'), 'edited\n');
    });
  }));

test('a file that git is to skip, and that is there, stays there, whatever a model makes of it [Y6]', () =>
  withRepo({ files: { 'local.conf': 'as committed\n', 'a.txt': 'a\n' } }, async (repo) => {
    repo.git('update-index', '--skip-worktree', 'local.conf');
    const before = repo.state();
    const deeds: Readonly<Record<string, () => void>> = {
      nothing: () => {},
      'deletes it': () => repo.write({ 'local.conf': null }),
      'edits it': () => repo.write({ 'local.conf': 'model\n' }),
      'makes a folder of it': () => repo.write({ 'local.conf': null, 'local.conf/new/f': 'model\n' }),
      'makes an empty folder of it': () => {
        rmSync(join(repo.dir, 'local.conf'));
        mkdirSync(join(repo.dir, 'local.conf/empty'), { recursive: true });
      },
      'makes a repository of it': () => {
        rmSync(join(repo.dir, 'local.conf'));
        shell(repo.dir, repo.env, 'git init -q local.conf; echo 1 >local.conf/f');
      },
    };
    for (const [name, deed] of Object.entries(deeds)) {
      const dir = join(sessionFolder(repo), name);
      const record = value(await planMainTree(await factsOf(repo), 's1', dir, { aside: false }));
      deed();
      value(await undoMainTree(record));
      assert.equal(repo.state(), before, name);
    }
  }));

test('a file that git is to skip and that is not there, does not come to be there [Y6]', () =>
  withRepo({ files: { 'big.bin': 'big\n', 'a.txt': 'a\n' } }, async (repo) => {
    repo.git('update-index', '--skip-worktree', 'big.bin');
    rmSync(join(repo.dir, 'big.bin'));
    const before = repo.state();
    for (const deed of ['true', 'echo 1 >big.bin', 'mkdir -p big.bin/x', 'mkdir big.bin; echo 1 >big.bin/f']) {
      const dir = join(sessionFolder(repo), deed.replaceAll(/\W/g, '-'));
      const record = value(await planMainTree(await factsOf(repo), 's1', dir, { aside: false }));
      shell(repo.dir, repo.env, deed);
      value(await undoMainTree(record));
      assert.equal(repo.state(), before, deed);
    }
  }));

test('what rules ignore that are in the index alone is not touched [Y6]', () =>
  withRepo({ files: { '.gitignore': '*.log\n', 'a/b/c.txt': 'c\n' } }, async (repo) => {
    repo.git('sparse-checkout', 'set', '--no-cone', '/a/');
    repo.write({ 'a/b/user.log': 'log\n' });
    assert.not.ok(repo.has('.gitignore'));
    const before = repo.state();
    const record = await begin(repo);
    repo.write({ 'a/b/model.txt': 'model\n' });
    value(await undoMainTree(record));
    assert.equal(repo.state(), before);
  }));

test("a model's files go from a tracked folder of which it made a repository [Y6]", () =>
  withRepo({ files: { 'sub/x': 'x\n', y: 'y\n' } }, async (repo) => {
    const record = await begin(repo);
    shell(repo.dir, repo.env, 'cd sub; git init -q; mkdir new; echo 1 >new/f; echo "*" >new/.gitignore');
    const { said } = value(await undoMainTree(record));
    assert.equal([repo.has('sub/new'), repo.read('sub/x')], [false, 'x\n']);
    assert.match(said.join('\n'), /sub\/new\/f/);
  }));

test('names that are not UTF-8 are told; rules in such a folder do not keep us for ever [Y6]', () =>
  withRepo({ files: { a: 'a\n' } }, async (repo) => {
    const record = await begin(repo);
    const deed = "mkdir $'n\\xff' $'o\\xff'; echo '*' >$'n\\xff/.gitignore'; echo 1 >$'o\\xff/f'; echo 1 >a; echo 1 >b";
    shell(repo.dir, repo.env, deed);
    const { said } = value(await undoMainTree(record));
    assert.match(said.join('\n'), /not UTF-8, so it was left in .*: .*o\ufffd\//);
    assert.equal([repo.read('a'), repo.has('b')], ['a\n', false]);
  }));

test("while a model's work is half taken out, the user's changes wait [Y6]", () =>
  withZoo(async (repo) => {
    const before = repo.state();
    const changes = value(
      await planUserChanges(await factsOf(repo), 's1', join(sessionFolder(repo), 'user'), 'stash'),
    )!.record;
    value(await stashUserChanges(changes));
    const record = await begin(repo, true);
    renameSync(join(repo.dir, '.git/objects'), join(repo.dir, '.git/away'));
    assert.is(failureOf(await undoMainTree(record)).exit, 4);
    const failure = failureOf(await undoUserChanges(changes));
    assert.equal([failure.id, failure.exit], ['changes-wait', 4]);
    renameSync(join(repo.dir, '.git/away'), join(repo.dir, '.git/objects'));
    value(await undoMainTree(record));
    value(await undoUserChanges(changes));
    value(await undoMainTree(record));
    assert.equal(repo.state(), before);
  }));

test('what was captured goes; what somebody else wrote since is kept byte for byte, and told [Y6]', () =>
  withRepo({ files: { 'a.txt': 'a\n', 'b.txt': 'b\n', 'folder/c.txt': 'c\n' } }, async (repo) => {
    const record = await begin(repo, true);
    repo.write({ 'a.txt': 'model\n', 'new.txt': 'model\n', '.git/.mm-mark-99999999': '' });
    const blob = (text: string) => versionOf({ mode: '100644', oid: objectId('sha1', 'blob', Buffer.from(text)) });
    await noteCaptured(record.dir, join(repo.dir, '.git'), { 'a.txt': blob('model\n'), 'new.txt': blob('model\n') });
    await waitUntil('the clock of the disk to go on', () => Date.now() > statSync(record.dir).ctimeMs + 20 || null);
    repo.write({
      'b.txt': { text: 'theirs\n', mode: 0o755 },
      'folder/c.txt': null,
      'folder/c.txt/inside': 'theirs\n',
      mine: { link: 'a.txt' },
    });
    const { told } = value(await undoMainTree(record));
    assert.is(told?.exit, 4);
    const copies = join(record.trees[0]!.dir, 'found');
    assert.equal(hashes(copies), {
      'b.txt': hashes(copies)['b.txt'],
      'folder/': '755',
      'folder/c.txt/': '755',
      'folder/c.txt/inside': hashes(copies)['folder/c.txt/inside'],
      mine: '-> a.txt',
    });
    assert.is(readFileSync(join(copies, 'b.txt'), 'utf8'), 'theirs\n');
    for (const path of ['b.txt', 'folder/c.txt/inside', 'mine']) assert.ok(told?.what.includes(path), told?.what);
    assert.equal([repo.read('a.txt'), repo.read('b.txt'), repo.read('folder/c.txt')], ['a\n', 'b\n', 'c\n']);
    assert.equal([repo.has('new.txt'), repo.has('mine'), repo.has('.git/.mm-mark-99999999')], [false, false, false]);
    assert.equal(value(await undoMainTree(record)), { said: [], told: null });
  }));

test('what an interrupted reset left half written is nobody else’s doing, but kept [Y6]', () =>
  withRepo({ files: { 'a.txt': 'a whole line\n' } }, async (repo) => {
    const record = await begin(repo, true);
    await noteCaptured(record.dir, join(repo.dir, '.git'), {});
    await markResetting(record.dir);
    await waitUntil('the clock of the disk to go on', () => Date.now() > statSync(record.dir).ctimeMs + 20 || null);
    repo.write({ 'a.txt': 'a wh' });
    const { said, told } = value(await undoMainTree(record));
    assert.is(told, null);
    assert.match(said.join('\n'), /kept in \S+: a\.txt/);
    assert.is(repo.read('a.txt'), 'a whole line\n');
  }));

test('what nobody may read is moved out of the way, and the tree is as it was [Y1]', () =>
  withRepo({ files: { 'a.txt': 'a\n' } }, async (repo) => {
    const before = repo.state();
    const record = await begin(repo, true);
    for (const path of ['a.txt', 'new.txt']) {
      repo.write({ [path]: { text: 'secret\n', mode: 0o600 } });
      chmodSync(join(repo.dir, path), 0);
    }
    value(await undoMainTree(record));
    assert.equal(repo.state(), before);
    const copies = join(record.trees[0]!.dir, 'found');
    assert.equal(readdirSync(copies).sort(), ['a.txt', 'new.txt']);
  }));

test('a repository that a model made is kept, on another disk too [Y6]', () =>
  withRepo({ files: { 'a.txt': 'a\n' } }, async (repo) => {
    const other = '/dev/shm'; // where there is none, this is the same disk
    const far = existsSync(other) ? mkdtempSync(join(other, 'mm-test-')) : sessionFolder(repo);
    try {
      const record = value(await planMainTree(await factsOf(repo), 's1', join(far, 'main'), { aside: true }));
      shell(repo.dir, repo.env, 'git init -q inner; echo 1 >inner/x');
      value(await undoMainTree(record));
      assert.not(repo.has('inner'));
      assert.is(readFileSync(join(record.trees[0]!.dir, 'found/inner/x'), 'utf8'), '1\n');
    } finally {
      rmSync(far, { recursive: true, force: true });
    }
  }));

test('a repository that is gone is said so [Y1]', () =>
  withRepo(async (repo) => {
    const record = await begin(repo, true);
    rmSync(join(repo.dir, '.git'), { recursive: true });
    assert.is(failureOf(await resetMainTree(record)).id, 'repository-gone');
  }));

test.run();
