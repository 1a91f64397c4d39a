// A result is delivered where that is asked for: as a commit on a new branch, or as a pull request, with a local remote and
// a scripted forge. The user's tree, index and HEAD stay as they are, and what can't be done is refused beforehand.
// deadline: 300
import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { eventsOfType, execute, inSession, withCrew } from '../support/crew.ts';
import { withForge } from '../support/forge.ts';
import type { Repo } from '../support/repo.ts';

/** Tells its version to who asks outside of any step. */
const CLAUDE = {
  implement: 'put src/a.txt "a, BEST"\nput src/b.txt "b of claude"\nsay claude did it',
  compare: 'prefer BEST',
  any: 'if [ -z "${MM_STEP:-}" ]; then say "2.1.9 (Claude Code)"; fi',
};

function hook(repo: Repo, name: string, line: string): void {
  const file = join(repo.dir, '.git/hooks', name);
  writeFileSync(file, `#!/bin/sh\n${line}\n`);
  chmodSync(file, 0o755);
}

test('--branch: one commit on the base, with hooks and trailers; the user’s tree, index and HEAD are as they were', () =>
  withCrew({ claude: CLAUDE }, async (repo) => {
    hook(repo, 'commit-msg', 'sed -i "1s/$/ (checked)/" "$1"');
    hook(repo, 'pre-commit', 'exit 1');
    repo.write({ 'README.md': 'mine, staged\n', 'notes.txt': 'mine\n' });
    repo.git('add', 'README.md');
    repo.write({ 'README.md': 'mine, unstaged\n' });
    const before = repo.state();
    const dry = await execute(repo, ['--dry-run', '--branch', 'feature/x']);
    assert.match(dry.stdout, /commit the result on the new branch feature\/x/);
    assert.not.match(dry.stdout, /put the result into your tree/);
    const result = await execute(repo, ['--branch', 'feature/x']);
    assert.is(result.code, 0, result.stderr);
    assert.match(result.stderr, /Not run.*: your hook pre-commit\./);
    assert.match(result.stdout, /on the new branch `feature\/x`/);
    assert.not.match(result.stdout, /unstaged/);
    assert.equal(repo.git('rev-list', 'main..feature/x').split('\n').length, 1);
    assert.is(repo.git('show', 'feature/x:src/a.txt'), 'a, BEST');
    assert.is(repo.git('diff', '--name-only', 'main', 'feature/x'), 'src/a.txt\nsrc/b.txt\nsrc/c.txt');
    assert.is(repo.git('log', '-1', '--format=%an', 'feature/x'), repo.git('log', '-1', '--format=%an', 'main'));
    const message = repo.git('log', '-1', '--format=%B', 'feature/x');
    assert.match(message, /^Write greetings \(checked\)\n\n- src\/a\.txt: Claude\n- src\/b\.txt: Gemini\n/);
    assert.match(message, /Quality gates: Tests: pass/i);
    const trailers = repo.git('log', '-1', '--format=%(trailers:key=Generated-by,valueonly)', 'feature/x');
    assert.equal(trailers.trim().split('\n'), ['Claude (claude 2.1.9)', 'Gemini (gemini)', 'GPT (codex)']);
    const { delivered } = result.session;
    assert.equal(delivered, {
      commit: repo.git('rev-parse', 'feature/x'),
      branch: 'feature/x',
      remote: null,
      url: null,
    });
    const again = await execute(repo, ['--branch', 'feature/x']);
    assert.is(again.code, 2);
    assert.match(again.stderr, /it is there already/);
    const undone = await repo.runMm(['undo']);
    assert.match(undone.stdout, /is taken back\.\s+The branch feature\/x is gone again/);
    assert.equal(repo.state(), before);
  }));

test('--pr: the new branch is pushed, and one pull request made of it, whatever the task says; `mm undo` tells of both', () =>
  withCrew({ claude: CLAUDE }, async (repo) => {
    const remote = withForge(repo);
    const task = '--repo=evil/x Ask @everyone\nSigned-off-by: Somebody <s@example.com>';
    const refusing = join(remote, 'hooks/pre-receive');
    writeFileSync(refusing, '#!/bin/sh\necho "not today"; exit 1\n', { mode: 0o755 });
    const first = await repo.runMm(['execute', '--task-file', '-', '--headless', '--yes', '--pr'], { input: task });
    assert.is(first.code, 1, first.stderr);
    assert.match(first.stderr, /but was not pushed to origin: .*not today[\s\S]*mm deliver \S+ --pr/s);
    rmSync(refusing);
    const result = await repo.runMm(['deliver', '--pr']);
    assert.is(result.code, 0, result.stderr);
    assert.is(result.session.delivered.commit, first.session.delivered.commit);
    const { branch, url, commit, remote: to } = result.session.delivered;
    assert.match(branch, /^mm\/repo-evil-x-ask-everyone-signed-off-by-[0-9a-f]{4}$/);
    assert.equal([url, to], ['https://forge.test/a/b/pull/7', 'origin']);
    assert.is(repo.git('--git-dir', remote, 'rev-parse', branch), commit);
    const argv = readFileSync(join(repo.root, 'pr.argv'), 'utf8').split('\n');
    assert.equal(argv.slice(0, 5), [
      'pr',
      'create',
      `--head=${branch}`,
      '--base=main',
      '--title=repo=evil/x Ask @everyone',
    ]);
    const body = readFileSync(join(repo.root, 'pr.md'), 'utf8');
    assert.match(body, /src\/a\.txt[^\n]*Claude/);
    assert.not.match(body, /@everyone/);
    assert.is(repo.git('log', '-1', '--format=%(trailers:key=Signed-off-by)', branch), '');
    assert.is(repo.git('status', '--porcelain'), '');
    const undone = await repo.runMm(['undo']);
    assert.match(undone.stdout, /What was pushed to origin stays there\. To remove it: git push origin --delete mm\//);
    assert.is(repo.git('branch', '--list', branch), '');
    assert.is(repo.git('--git-dir', remote, 'rev-parse', branch), commit);
  }));

test('what can not be delivered is refused with exit code 2 before any model is asked, and nothing is touched', () =>
  withCrew({}, async (repo) => {
    const before = repo.state();
    const refused = async (
      args: readonly string[],
      says: RegExp,
      env: Readonly<Record<string, string | null>> = {},
    ) => {
      const result = await execute(repo, args, { env });
      assert.is(result.code, 2, `${args}: ${result.stderr}`);
      assert.match(result.stderr, says);
    };
    await refused(['--branch=-x'], /A branch can't be called "-x": it begins with "-"/);
    await refused(['--branch', 'main'], /it is there already/);
    await refused(['--branch', 'main/x'], /there is a branch main/);
    await refused(['--pr'], /this repository has none/);
    const nobody = { GIT_AUTHOR_NAME: '', GIT_COMMITTER_NAME: '', GIT_AUTHOR_EMAIL: null, GIT_COMMITTER_EMAIL: null };
    await refused(['--commit'], /does not know who makes the commit/, nobody);
    const plain = await repo.runMm(['ask', 'Why?', '--headless', '--branch', 'x']);
    assert.match(plain.stderr, /ask has no step that delivers a result/);
    assert.equal(repo.state(), before);
    const remote = withForge(repo);
    repo.git('push', '--quiet', 'origin', 'main:taken');
    const later = repo.state();
    await refused(['--pr', '--branch', 'taken'], /The branch taken is there already on origin/);
    repo.git('config', 'remote.origin.uploadpack', 'sleep 100; :');
    await refused(
      ['--pr', '--set', 'phases.synthesize.steps.3.timeout=1'],
      /can't be asked for its branches: .*time limit/s,
    );
    repo.git('config', '--unset', 'remote.origin.uploadpack');
    repo.installTool('gh', '#!/bin/sh\necho "not logged in" >&2; exit 4\n');
    await refused(['--pr'], /No pull request can be made here: .*not logged in/s);
    assert.equal(repo.state(), later);
    assert.equal(repo.calls(), []);
    assert.ok(existsSync(remote));
  }));

test('`mm deliver` moves the result of an ended run onto a branch, in the form that the repository keeps', () =>
  withCrew(
    {
      files: { '.gitattributes': 'src/*.txt text eol=crlf\n' },
      claude: {
        ...CLAUDE,
        implement: 'printf "a, BEST\\r\\n" >src/a.txt; chmod +x src/a.txt; rm src/b.txt; ln -s a.txt src/l',
      },
      gemini: null,
      codex: null,
    },
    async (repo) => {
      withForge(repo); // where `origin` is decides where its sessions are
      assert.is((await execute(repo)).code, 0);
      assert.is(repo.read('src/a.txt'), 'a, BEST\r\n');
      hook(repo, 'commit-msg', 'echo too short; exit 1');
      const refused = await repo.runMm(['deliver', 'latest', '--branch', 'later']);
      assert.is(refused.code, 1);
      assert.match(refused.stderr, /Your hook commit-msg refuses the commit:[\s\S]*too short/);
      rmSync(join(repo.dir, '.git/hooks/commit-msg'));
      const result = await repo.runMm(['deliver']); // as it was asked for before
      assert.is(result.code, 0, result.stderr);
      assert.is(repo.git('status', '--porcelain'), '');
      assert.is(repo.git('cat-file', 'blob', 'later:src/a.txt'), 'a, BEST');
      assert.match(repo.git('ls-tree', 'later', 'src/'), /^100755 blob \w+\tsrc\/a\.txt\n120000 blob \w+\tsrc\/l$/);
      assert.is(eventsOfType(result, 'attempt_start').filter(({ step }) => step === 'implement').length, 1);
      const other = await repo.runMm(['deliver', 'latest', '--branch', 'other']);
      assert.is(other.code, 2);
      assert.match(other.stderr, /is on the branch later already/);
      const pushed = await repo.runMm(['deliver', 'latest', '--pr']);
      assert.is(pushed.code, 0, pushed.stderr);
      assert.is(pushed.session.delivered.url, 'https://forge.test/a/b/pull/7');
      assert.is(pushed.session.delivered.commit, repo.git('rev-parse', 'later'));
      assert.match(inSession(pushed, 'deliver/pull-request.md'), /Write greetings/);
      assert.is(repo.read('src/b.txt'), 'b\r\n');
      assert.is(repo.git('status', '--porcelain', '--branch'), '## main');
    },
  ));

test('what fails the gates is not pushed by --yes alone; in a linked worktree all is as elsewhere', () =>
  withCrew({ claude: null, gemini: null, codex: null }, async (repo) => {
    const remote = withForge(repo);
    repo.git('worktree', 'add', '--quiet', '-b', 'broken', '../linked');
    const linked = join(repo.dir, '../linked');
    writeFileSync(join(linked, 'src/a.txt'), 'BROKEN\n');
    repo.git('-C', linked, 'commit', '--quiet', '-am', 'broken');
    repo.git('-C', linked, 'checkout', '--quiet', '--detach', 'main');
    const args = ['combine', 'Break it', '--headless', '--yes', '--from', 'a=branch:broken', '--pr', '--branch', 'red'];
    const result = await repo.runMm(args, { cwd: linked });
    assert.is(result.code, 1, result.stderr);
    assert.match(result.stderr, /red is not pushed: not all gates pass\. [^\n]+:\n +mm deliver \S+ --pr\n/);
    assert.match(result.stderr, /The result is on the branch red, but not complete/);
    assert.is(repo.git('--git-dir', remote, 'branch', '--list', 'red'), '');
    assert.is(repo.git('-C', linked, 'status', '--porcelain'), '');
    const pushed = await repo.runMm(['deliver', '--pr'], { cwd: linked });
    assert.is(pushed.code, 1); // it is no more complete than before
    assert.is(pushed.session.delivered.url, 'https://forge.test/a/b/pull/7');
    assert.is(repo.git('--git-dir', remote, 'rev-parse', 'red'), repo.git('rev-parse', 'red'));
  }));

test.run();
