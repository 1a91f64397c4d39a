// The user's own changes around a run, and how the result gets into the tree.
// deadline: 600
import { spawnSync } from 'node:child_process';
import { lstatSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { withOthers } from '../../lib/steps/allowed-changes.ts';
import { EXECUTE, eventsOfType, execute, inSession, withCrew } from '../support/crew.ts';
import type { Picture } from '../support/picture.ts';
import type { Repo } from '../support/repo.ts';
import { waitUntil } from '../support/wait.ts';

const MESSAGE = 'mm-execute: user-changes stash';

/** Every kind of change that a user may have lying about. */
function makeDirty(repo: Repo): void {
  repo.write({ 'README.md': '# Staged\n', 'staged.txt': 'new and staged\n', 'index-only.txt': 'in the index\n' });
  repo.git('add', 'README.md', 'staged.txt', 'index-only.txt');
  repo.git('mv', 'old.txt', 'moved.txt');
  repo.git('rm', '--quiet', '--cached', 'forgotten.txt');
  repo.write({
    'README.md': '# Staged\nand more\n',
    'index-only.txt': 'another version in the tree\n',
    'gone.txt': null,
    'run.sh': { text: '#!/bin/sh\n', mode: 0o755 },
    'notes/untracked ü.txt': 'mine\n',
    'link-of-mine': { link: 'nowhere' },
    '.env': 'SECRET=1\n',
    'build/out.bin': new Uint8Array([0, 255, 10, 13]),
  });
}

const OLD_FILES = {
  '.gitignore': '.env\nbuild/\n',
  'old.txt': 'old, with enough text to be found again after it was moved\n',
  'gone.txt': 'gone\n',
  'forgotten.txt': 'forgotten\n',
  'run.sh': '#!/bin/sh\n',
};

/** What stays as it is, whatever the result's files are. */
const untouched = ({ index, stashes, head, refs, worktrees, gitFolder, neighbours }: Picture) => ({
  index,
  stashes,
  head,
  refs,
  worktrees,
  gitFolder,
  neighbours,
});

const without = (files: Picture['files'], ...paths: readonly string[]) =>
  Object.fromEntries(Object.entries(files).filter(([path]) => !paths.includes(path)));

test('changes of every kind are put aside before a model runs and come back as they were, index included [U1, Y6, Y7]', () =>
  withCrew(
    {
      files: OLD_FILES,
      claude: {
        implement: 'mark started\nwait_for go\nput src/a.txt "a of claude, BEST"\nsay done',
        compare: 'prefer BEST',
      },
    },
    async (repo) => {
      // an old entry that looks like ours, and is the user's
      repo.write({ 'README.md': '# Of old\n' });
      repo.git('stash', 'push', '--quiet', '-m', MESSAGE);
      makeDirty(repo);
      const before = repo.state();
      const started = repo.startMm([...EXECUTE], { deadline: 150_000 });
      await repo.reached('started');

      const during = repo.state();
      assert.is(during.status, '');
      assert.is(during.head, before.head);
      assert.is(repo.has('notes/untracked ü.txt'), false);
      assert.is(repo.read('.env'), 'SECRET=1\n');
      assert.ok('build/out.bin' in during.files);
      const stashes = during.stashes.trim().split('\n');
      assert.is(stashes.length, 2);
      assert.match(stashes[0] ?? '', new RegExp(MESSAGE));

      repo.release('go');
      const result = await started.exit;
      assert.is(result.code, 0, result.stderr);
      assert.is(result.session.stash, (stashes[0] ?? '').split(' ')[0]);
      const after = repo.state();
      assert.equal(untouched(after), untouched(before));
      const made = ['src/a.txt', 'src/b.txt', 'src/c.txt'];
      assert.equal(without(after.files, ...made), without(before.files, ...made));
      assert.equal(
        [repo.read('src/a.txt'), repo.read('src/b.txt'), repo.read('src/c.txt')],
        ['a of claude, BEST\n', 'b, BEST\n', 'c of gpt\n'],
      );
    },
  ));

test("what works in the user's tree is taken out of it again once it is tested, while the others go on [R2, Y1]", () =>
  withCrew(
    {
      claude: { implement: 'put src/a.txt "a of claude"\nput src/new.txt "new"\nmark made\nwait_for seen\nsay done' },
      gemini: { implement: 'wait_for go\nput src/b.txt "b of gemini"\nsay done' },
      codex: null,
    },
    async (repo) => {
      const before = repo.state();
      const started = repo.startMm([...EXECUTE], { deadline: 150_000 });
      await repo.reached('made');
      assert.is(repo.read('src/new.txt'), 'new\n');
      repo.release('seen');
      await waitUntil('the tree to be put back', () => (repo.has('src/new.txt') ? null : true));
      await waitUntil('the old text', () => (repo.read('src/a.txt') === 'a\n' ? true : null));
      repo.release('go');
      const result = await started.exit;
      assert.is(result.code, 0, result.stderr);
      assert.is(repo.read('src/b.txt'), 'b of gemini\n');
      assert.equal(untouched(repo.state()), untouched(before));
    },
  ));

test('where the result and the user change the same lines: exit 4, and the commands that are told work [Y6]', () =>
  withCrew({ gemini: null }, async (repo) => {
    repo.write({ 'src/a.txt': 'mine\n', 'src/b.txt': null, 'src/c.txt': 'mine, untracked\n', 'README.md': '# Mine\n' });
    const before = repo.state();
    const result = await execute(repo);
    assert.is(result.code, 4, result.stderr);
    assert.equal(
      [repo.read('src/a.txt'), repo.read('src/c.txt'), repo.read('README.md')],
      ['a, BEST\n', 'c of gpt\n', '# Mine\n'],
    );
    const after = repo.state();
    assert.equal([after.index, after.head, after.neighbours], [before.index, before.head, before.neighbours]);
    for (const path of ['src/a.txt', 'src/b.txt', 'src/c.txt']) assert.ok(result.stderr.includes(path), path);

    const commands = [...result.stderr.matchAll(/^ *((?:git -C|rm --) .+)$/gm)].map(([, command]) => command as string);
    assert.ok(commands.length >= 3, result.stderr);
    const typed = commands.map((command) => {
      const done = spawnSync('bash', ['-c', command], { cwd: repo.home, env: { ...repo.env }, encoding: 'utf8' });
      assert.is(done.status, 0, `${command}\n${done.stderr}`);
      return done.stdout;
    });
    assert.ok(typed.includes('mine\n'), typed.join('---'));
    assert.equal([repo.read('src/a.txt'), repo.read('src/c.txt')], ['mine\n', 'mine, untracked\n']);
    assert.is(repo.has('src/b.txt'), false);
  }));

test('deletions, renames, modes, links, binary files and odd names are taken over, unstaged and uncommitted [A1, A2, Y2, Y7]', () =>
  withCrew(
    {
      files: OLD_FILES,
      codex: null,
      gemini: {
        implement: [
          'rm gone.txt',
          'git mv old.txt moved.txt',
          'chmod +x run.sh',
          'ln -s a.txt src/link',
          `printf '\\000\\377\\r\\n' >src/data.bin`,
          `put $'src/-odd "n\\'ame"\\n\\xc3\\xbc.txt' "odd"`,
          'mkdir -p deep/er && put deep/er/file.txt "deep"',
          'git add --all && git -c user.name=G -c user.email=g@example.invalid commit --quiet -m mine',
          'put src/b.txt "b, BEST"',
          'say done',
        ].join('\n'),
      },
    },
    async (repo) => {
      const head = repo.git('rev-parse', 'HEAD');
      const index = repo.state().index;
      const result = await execute(repo);
      assert.is(result.code, 0, result.stderr);
      assert.is(repo.git('rev-parse', 'HEAD'), head);
      assert.is(repo.state().index, index);
      assert.equal([repo.has('gone.txt'), repo.has('old.txt')], [false, false]);
      assert.is(repo.read('moved.txt'), OLD_FILES['old.txt']);
      assert.is(lstatSync(join(repo.dir, 'run.sh')).mode & 0o111, 0o111);
      assert.is(readlinkSync(join(repo.dir, 'src/link')), 'a.txt');
      assert.equal([...readFileSync(join(repo.dir, 'src/data.bin'))], [0, 255, 13, 10]);
      assert.is(repo.read('src/-odd "n\'ame"\nü.txt'), 'odd\n');
      assert.is(repo.read('deep/er/file.txt'), 'deep\n');
      assert.equal([repo.read('src/a.txt'), repo.read('src/b.txt')], ['a, BEST\n', 'b, BEST\n']);
      const diff = inSession(result, 'pass-0001/diffs/gemini.diff');
      for (const line of [
        'deleted file mode 100644',
        'rename to moved.txt',
        'new mode 100755',
        'new file mode 120000',
        'GIT binary patch',
      ])
        assert.ok(diff.includes(line), `${line}\n${diff}`);
      assert.is(inSession(result, 'pass-0001/files/gemini/deep/er/file.txt'), 'deep\n');
    },
  ));

for (const recipe of ['execute', 'isolated'])
  test(`files that a filter of the user's makes anew are the same to all, and are theirs to edit meanwhile: ${recipe} [A1, A2, U1, Y2]`, () =>
    withCrew(
      {
        codex: null,
        claude: { implement: 'put src/a.txt "a of claude, BEST"\nsay done', compare: 'prefer BEST' },
        gemini: {
          implement:
            'grep -q plain own.key && grep -q plain its.key || exit 9\ngit reset --hard -q\ngrep -q plain own.key || exit 9\necho "plain of gemini, BEST" >>its.key\nput src/b.txt "b, BEST"\nsay done',
        },
      },
      async (repo) => {
        repo.git('config', 'filter.crypt.clean', 'sed s/plain/stored/');
        repo.git('config', 'filter.crypt.smudge', 'sed s/stored/plain/');
        repo.git('config', 'filter.crypt.required', 'true');
        repo.write({ '.gitattributes': '*.key filter=crypt\n', 'own.key': 'plain\n', 'its.key': 'plain\n' });
        repo.git('add', '.');
        repo.git('commit', '--quiet', '-m', 'keys');
        assert.is(repo.git('cat-file', 'blob', 'HEAD:own.key'), 'stored');
        repo.git('config', 'filter.crypt.smudge', 'is-not-installed');
        const failed = await repo.runMm([recipe, ...EXECUTE.slice(1)], { deadline: 150_000 });
        assert.is(failed.code, 2, failed.stderr);
        assert.match(failed.stderr, /can't check out all files[\s\S]*a filter of yours that is not installed/);
        repo.git('config', 'filter.crypt.smudge', 'sed s/stored/plain/');
        repo.write({ 'own.key': 'plain\nand mine\n', 'pkg/.gitattributes': '*.txt filter=crypt\n' });
        const result = await repo.runMm([recipe, ...EXECUTE.slice(1)], { deadline: 150_000 });
        assert.is(result.code, 0, result.stderr);
        const { plan, models } = result.session.passes[0];
        assert.equal([models.claude.files_changed, models.gemini.files_changed], [1, 2]);
        assert.equal(plan.files.map(({ path }: { path: string }) => path).sort(), [
          'its.key',
          'src/a.txt',
          'src/b.txt',
        ]);
        assert.is(repo.read('own.key'), 'plain\nand mine\n');
        assert.is(repo.read('its.key'), 'plain\nplain of gemini, BEST\n');
        assert.is(repo.git('diff', '--name-only'), ['its.key', 'own.key', 'src/a.txt', 'src/b.txt'].join('\n'));
      },
    ));

test('two sessions in two worktrees of one repository do not take each other for intruders [W1, W2, U1]', () =>
  withCrew(
    {
      codex: null,
      claude: {
        implement:
          'case "$PWD" in *linked*) ;; *) mark first; wait_for go ;; esac\nput src/a.txt "a of claude, BEST"\nsay done',
        compare: 'prefer BEST',
      },
    },
    async (repo) => {
      repo.git('worktree', 'add', '--quiet', '../linked', '-b', 'other');
      const linked = join(repo.dir, '../linked');
      repo.write({ 'mine.txt': 'mine\n', '../linked/theirs.txt': 'theirs\n' });
      const first = repo.startMm([...EXECUTE], { deadline: 150_000 });
      await repo.reached('first');
      const second = await repo.runMm([...EXECUTE], { cwd: linked, deadline: 150_000 });
      assert.is(second.code, 0, second.stderr);
      assert.not.match(second.stderr, /must not be|should change/);
      assert.is(readFileSync(join(linked, 'theirs.txt'), 'utf8'), 'theirs\n');
      const made = eventsOfType(second, 'effect').flatMap(({ undo }) =>
        'branch' in undo && typeof undo.branch === 'string' ? [undo.branch] : [],
      );
      const asking = { root: repo.sessions, commonDir: join(repo.dir, '.git'), session: 'the first', since: 0 };
      const allowed = withOthers({ ref: () => false, worktree: () => false, tree: false, stashes: [] }, asking);
      assert.equal(
        made.map((branch) => allowed.ref(`refs/heads/${branch}`)),
        [true],
      );
      repo.release('go');
      const ended = await first.exit;
      assert.is(ended.code, 0, ended.stderr);
      assert.not.match(ended.stderr, /must not be|should change/);
      assert.is(repo.read('mine.txt'), 'mine\n');
      assert.is(repo.git('stash', 'list'), '');
      assert.is(repo.git('for-each-ref', 'refs/mm', 'refs/heads/mm'), '');
    },
  ));

test('the primary works in the main tree and the others in worktrees of their own, all at once, from the recorded commit [C3, R2, W1, W2, Y5]', () =>
  withCrew(
    {
      claude: { implement: 'mark claude\nwait_for go\nput src/a.txt "a, BEST"\nsay done', compare: 'prefer BEST' },
      gemini: { implement: 'mark gemini\nwait_for go\nput src/b.txt "b, BEST"\nsay done' },
      codex: { implement: 'mark codex\nwait_for go\nput src/c.txt "c of gpt"\nsay done' },
    },
    async (repo) => {
      const before = repo.state();
      const base = repo.git('rev-parse', 'HEAD');
      const started = repo.startMm([...EXECUTE], { deadline: 150_000 });
      for (const each of ['claude', 'gemini', 'codex']) await repo.reached(each);
      const at = Object.fromEntries(
        repo.calls().flatMap(({ step, slot, cwd }) => (step === 'implement' ? [[slot, cwd]] : [])),
      );
      assert.equal(at, { claude: repo.dir, gemini: `${repo.dir}-mm-gemini`, gpt: `${repo.dir}-mm-gpt` });
      for (const slot of ['gemini', 'gpt']) {
        const folder = at[slot] as string;
        assert.match(repo.git('-C', folder, 'branch', '--show-current'), new RegExp(`^mm/${slot}/\\d{8}-\\d{6}$`));
        assert.is(repo.git('-C', folder, 'rev-parse', 'HEAD'), base);
        assert.is(repo.git('-C', folder, 'status', '--porcelain'), '');
      }
      repo.release('go');
      const result = await started.exit;
      assert.is(result.code, 0, result.stderr);
      const after = repo.state();
      assert.equal(untouched(after), untouched(before));
      for (const slot of ['claude', 'gemini', 'gpt'])
        assert.is(result.session.passes[0].models[slot].files_changed, 1, slot);
    },
  ));

for (const [what, args] of [
  ['recipes/isolated.yaml', ['recipes/isolated.yaml', ...EXECUTE.slice(1)]],
  ['worktrees for every slot', [...EXECUTE, '--set', 'slots.*.workspace=worktree']],
] as const) {
  test(`${what}: nothing is stashed, and the tree is untouched while models work and until the plan is accepted [R2, U1]`, () =>
    withCrew(
      {
        files: OLD_FILES,
        codex: null,
        claude: {
          implement: 'mark started\nwait_for go\nput src/a.txt "a, BEST"\nsay "remotes: $(git remote)"',
          compare: 'prefer BEST',
        },
      },
      async (repo) => {
        repo.git('remote', 'add', 'origin', 'https://example.invalid/x.git');
        makeDirty(repo);
        const before = repo.state();
        const tree = ({ files, index, status, stashes, head, gitFolder }: Picture) => ({
          files,
          index,
          status,
          stashes,
          head,
          gitFolder: without(gitFolder, 'mm-session.lock'),
        });
        const started = repo.startMm(
          args.filter((word) => word !== '--yes'),
          { deadline: 150_000 },
        );
        await repo.reached('started');
        assert.equal(tree(repo.state()), tree(before));
        const call = repo.calls('claude').find(({ step }) => step === 'implement');
        assert.is(call?.cwd, `${repo.dir}-mm-claude`);
        repo.release('go');
        const declined = await started.exit;
        assert.is(declined.code, 3, declined.stderr);
        assert.equal(repo.state(), before);
        assert.is(declined.session.stash, null);
        if (what.includes('isolated')) assert.is(inSession(declined, 'pass-0001/outputs/claude.md'), 'remotes: \n');

        const accepted = await repo.runMm(args, { deadline: 150_000 });
        assert.is(accepted.code, 0, accepted.stderr);
        const after = repo.state();
        assert.equal(untouched(after), untouched(before));
        assert.equal(without(after.files, 'src/a.txt', 'src/b.txt'), without(before.files, 'src/a.txt', 'src/b.txt'));
        assert.equal([repo.read('src/a.txt'), repo.read('src/b.txt')], ['a, BEST\n', 'b, BEST\n']);
      },
    ));
}

test.run();
