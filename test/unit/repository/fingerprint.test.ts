// What a model must not change in the repository is noticed, named, and can be put back.
import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Fingerprint, takeFingerprint } from '../../../lib/repository/fingerprint.ts';
import type { RepositoryFacts } from '../../../lib/repository/inspect.ts';
import { planKeepAlive } from '../../../lib/repository/keep-alive.ts';
import { doPrivateRef, undoPrivateRef } from '../../../lib/repository/private-ref.ts';
import { putBack } from '../../../lib/repository/put-back.ts';
import { type Allowed, findViolations } from '../../../lib/repository/violations.ts';
import type { Picture } from '../../support/picture.ts';
import type { Repo } from '../../support/repo.ts';
import { value } from '../../support/result.ts';
import { factsOf, sessionFolder, withZoo } from './support.ts';

const sayings = (...compared: Parameters<typeof findViolations>) => findViolations(...compared).map(({ says }) => says);

const ALLOWED: Allowed = {
  ref: (name) => name.startsWith('refs/mm/s1/') || name.startsWith('refs/heads/mm/lane/'),
  worktree: (name) => name === 'lane',
  tree: false,
  stashes: [],
};

/** A test runs in this process, whose HOME is not the repository's: settings of the user are then another file. */
async function withHome<T>(repo: Repo, work: () => Promise<T>): Promise<T> {
  const { HOME, XDG_CONFIG_HOME } = process.env;
  process.env.HOME = repo.home;
  delete process.env.XDG_CONFIG_HOME;
  try {
    return await work();
  } finally {
    if (HOME !== undefined) process.env.HOME = HOME;
    if (XDG_CONFIG_HOME !== undefined) process.env.XDG_CONFIG_HOME = XDG_CONFIG_HOME;
  }
}

const ran = (repo: Repo) => join(repo.tmp, 'ran');
const trap = (repo: Repo) => `touch '${ran(repo)}'; cat`;

/** The harm, what is said of it, and whether `putBack` mends it. */
const HARMS: Readonly<Record<string, readonly [act: (repo: Repo) => void, says: RegExp, mended: boolean]>> = {
  'a branch deleted': [(repo) => void repo.git('branch', '-D', 'other'), /refs\/heads\/other was deleted/, true],
  'the branch moved': [
    (repo) => void repo.git('update-ref', 'refs/heads/main', repo.git('commit-tree', '-m', 'x', 'HEAD^{tree}')),
    /refs\/heads\/main was moved/,
    true,
  ],
  'a branch made': [(repo) => void repo.git('branch', 'made'), /refs\/heads\/made was created/, true],
  'a tag moved': [(repo) => void repo.git('tag', '-f', 'v1', 'stash@{0}'), /refs\/tags\/v1 was moved/, true],
  'HEAD switched': [(repo) => void repo.git('symbolic-ref', 'HEAD', 'refs/heads/other'), /HEAD: .*was changed/, true],
  'stashes dropped': [
    (repo) => void repo.git('stash', 'drop', '--quiet', 'stash@{1}'),
    /The stash "On main: older first" was dropped/,
    true,
  ],
  'all logs expired': [
    (repo) => void repo.git('reflog', 'expire', '--expire=now', '--all'),
    /The log of HEAD was rewritten.*The log of refs\/heads\/main was rewritten/s,
    true,
  ],
  "the log of another worktree's HEAD removed": [
    (repo) => rmSync(join(repo.dir, '.git/worktrees/theirs/logs/HEAD')),
    /The log of worktrees\/theirs\/HEAD was rewritten/,
    true,
  ],
  'stashes cleared, branch deleted, garbage collected': [
    (repo) => {
      repo.git('stash', 'clear');
      repo.git('branch', '-D', 'other');
      repo.git('reflog', 'expire', '--expire=now', '--all');
      repo.git('gc', '--quiet', '--prune=now');
    },
    /was dropped/,
    true,
  ],
  'a hook planted': [
    (repo) => repo.write({ '.git/hooks/post-commit': { text: '#!/bin/sh\n', mode: 0o755 } }),
    /The hook .*post-commit was added/,
    true,
  ],
  'a hook changed': [
    (repo) => repo.write({ '.git/hooks/pre-commit': { text: '#!/bin/sh\nexit 1\n', mode: 0o755 } }),
    /The hook .*pre-commit was changed/,
    true,
  ],
  'settings that run a command': [
    (repo) => {
      for (const key of ['core.fsmonitor', 'filter.x.clean', 'filter.x.process', 'diff.external', 'core.sshCommand'])
        repo.git('config', key, trap(repo));
      repo.write({ '.git/info/attributes': '* filter=x\n' });
      rmSync(ran(repo), { force: true });
    },
    /The settings file .*config was changed/,
    true,
  ],
  'the user settings changed': [
    (repo) => appendFileSync(join(repo.home, '.gitconfig'), '[core]\n\thooksPath = /tmp\n'),
    /\.gitconfig was changed/,
    true,
  ],
  'included settings changed': [
    (repo) => appendFileSync(join(repo.home, 'included'), '[core]\n\tpager = x\n'),
    /included was changed/,
    true,
  ],
  'info/exclude changed': [
    (repo) => writeFileSync(join(repo.dir, '.git/info/exclude'), '*\n'),
    /info\/exclude was changed/,
    true,
  ],
  'a remote removed': [(repo) => void repo.git('remote', 'remove', 'origin'), /config was changed/, true],
  'a worktree removed': [
    (repo) => void repo.git('worktree', 'remove', '--force', '../theirs'),
    /worktree theirs was removed/i,
    false,
  ],
  'a worktree added': [
    (repo) => void repo.git('worktree', 'add', '--quiet', '--detach', '../more'),
    /A worktree more was added/,
    false,
  ],
  'the log of HEAD rewritten': [
    (repo) => writeFileSync(join(repo.dir, '.git/logs/HEAD'), ''),
    /log of HEAD was rewritten/,
    false,
  ],
  'the index locked': [(repo) => repo.write({ '.git/index.lock': '' }), /index was locked/, false],
  'something staged': [
    (repo) => void repo.git('add', 'untracked.txt'),
    /index of your working tree was changed/,
    false,
  ],
  'a file edited': [
    (repo) => repo.write({ 'untouched/deep/file': 'model\n' }),
    /Files of your working tree were changed/,
    false,
  ],
  'a same-size edit': [
    (repo) => repo.write({ 'untouched/deep/file': 'UNTOUCHED\n' }),
    /Files of your working tree were changed/,
    false,
  ],
};

async function begin(
  repo: Repo,
): Promise<{ facts: RepositoryFacts; first: Fingerprint; again: () => Promise<Fingerprint> }> {
  repo.git('branch', 'other');
  repo.git('tag', '-a', 'v1', '-m', 'v1');
  repo.git('remote', 'add', 'origin', 'https://example.invalid/x.git');
  repo.git('update-ref', 'refs/remotes/origin/main', 'HEAD');
  repo.git('symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/main');
  repo.git('worktree', 'add', '--quiet', '--detach', '../theirs');
  repo.git('pack-refs', '--all');
  repo.write({
    '.git/hooks/pre-commit': { text: '#!/bin/sh\n', mode: 0o755 },
    '../../home/included': '[alias]\n\tx = y\n',
  });
  appendFileSync(join(repo.home, '.gitconfig'), '[include]\n\tpath = included\n');
  const facts = await factsOf(repo);
  const dir = join(sessionFolder(repo), 'fingerprint');
  const first = await takeFingerprint(facts, { dir, tree: true });
  return { facts, first, again: () => takeFingerprint(facts, { dir, tree: true, first }) };
}

const mendable = (picture: Picture): unknown => ({
  ...picture,
  refs: picture.refs
    .split('\n')
    .filter((line) => !line.startsWith('refs/mm/'))
    .join('\n'),
});

for (const [harm, [act, says, mended]] of Object.entries(HARMS)) {
  test(`${harm}: noticed, named${mended ? ', put back' : ''}`, () =>
    withZoo((repo) =>
      withHome(repo, async () => {
        const { facts, first, again } = await begin(repo);
        const keep = value(await planKeepAlive(facts, 's1'));
        await doPrivateRef(keep);
        const before = repo.state();
        assert.equal(sayings(first, await again(), ALLOWED), [], 'nothing yet');

        act(repo);
        const second = await again();
        assert.not(existsSync(ran(repo)), 'nothing planted was run');
        const violations = findViolations(first, second, ALLOWED);
        assert.match(violations.map((violation) => violation.says).join('\n'), says);
        const request = {
          ...facts,
          session: 's1',
          dir: join(sessionFolder(repo), 'theirs'),
          before: first,
          after: second,
          violations,
        };
        const said = value(await putBack(request));
        assert.is(said.length > 0, true);
        if (mended) {
          assert.equal(mendable(repo.state()), mendable(before));
          assert.equal(findViolations(first, await again(), ALLOWED), []);
        }
        value(await undoPrivateRef(keep));
      }),
    ));
}

test('a log that was emptied holds its bytes again, and after them what came since', () =>
  withZoo((repo) =>
    withHome(repo, async () => {
      const log = join(repo.dir, '.git/logs/HEAD');
      appendFileSync(log, Buffer.from(`${'0'.repeat(40)} ${'0'.repeat(40)} x <x> 99 +0000\tcaf\xe9\n`, 'latin1'));
      const old = readFileSync(log);
      const { facts, first, again } = await begin(repo);
      writeFileSync(log, '');
      const second = await again();
      repo.git('commit', '--quiet', '--allow-empty', '-m', 'since');
      const since = readFileSync(log);
      const violations = findViolations(first, second, ALLOWED);
      const dir = join(sessionFolder(repo), 'theirs');
      const said = value(await putBack({ ...facts, session: 's1', dir, before: first, after: second, violations }));
      assert.equal(said, ['The log of HEAD holds again what it held.']);
      assert.ok(readFileSync(log).equals(Buffer.concat([old, since])));
    }),
  ));

test('what git clears from logs by itself after a month or more is no breach', () =>
  withZoo((repo) =>
    withHome(repo, async () => {
      const log = join(repo.dir, '.git/logs/refs/heads/main');
      const before = readFileSync(log, 'utf8');
      const line = (days: number) => {
        const seconds = Math.floor(Date.now() / 1000) - days * 86_400;
        return `${'0'.repeat(40)} ${'1'.repeat(40)} A <a@b> ${seconds} +0000\tof ${days} days ago\n`;
      };
      const recent = line(29);
      writeFileSync(log, line(100) + line(31) + recent + before);
      const { first, again } = await begin(repo);
      writeFileSync(log, recent + before);
      assert.equal(sayings(first, await again(), ALLOWED), []);
      writeFileSync(log, before);
      assert.equal(sayings(first, await again(), ALLOWED), ['The log of refs/heads/main was rewritten.']);
    }),
  ));

test('what the session itself does is no breach', () =>
  withZoo((repo) =>
    withHome(repo, async () => {
      const { first, again } = await begin(repo);
      repo.git('worktree', 'add', '--quiet', '-b', 'mm/lane/20260101-000000', '../lane');
      repo.write({ '../lane/plain.txt': 'model\n' });
      repo.git('-C', '../lane', 'commit', '--quiet', '--all', '-m', 'model');
      repo.git('update-ref', 'refs/mm/s1/base', 'HEAD');
      repo.git('status');
      assert.equal(sayings(first, await again(), ALLOWED), []);
    }),
  ));

test('where a slot works in the tree, its work there is no breach, all else is', () =>
  withZoo((repo) =>
    withHome(repo, async () => {
      const { first, again } = await begin(repo);
      repo.write({ 'plain.txt': 'model\n' });
      repo.git('commit', '--quiet', '--all', '--no-verify', '-m', 'model');
      repo.git('branch', 'made');
      assert.equal(sayings(first, await again(), { ...ALLOWED, tree: true }), [
        `refs/heads/made was created at ${repo.git('rev-parse', 'HEAD').slice(0, 12)}.`,
      ]);
    }),
  ));

test.run();
