// What the user's own tools do while models work is told apart from harm; nothing that can be lost passes as theirs.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { takeFingerprint } from '../../../lib/repository/fingerprint.ts';
import { judgeViolations } from '../../../lib/repository/harm.ts';
import type { RepositoryFacts } from '../../../lib/repository/inspect.ts';
import { putBack } from '../../../lib/repository/put-back.ts';
import { findViolations } from '../../../lib/repository/violations.ts';
import { type Repo, withRepo } from '../../support/repo.ts';
import { value } from '../../support/result.ts';
import { factsOf, sessionFolder } from './support.ts';

const ALLOWED = { ref: () => false, worktree: (name: string) => name === 'lane', tree: false, stashes: [] };
const HUSKY = { 'package.json': '{"scripts":{"prepare":"husky"}}\n', '.husky/pre-commit': 'npm test\n' };
const HANDS_OVER = '#!/usr/bin/env sh\n. "$(dirname "$0")/h"';

/** A branch checked out in another worktree of the user's, one that is checked out nowhere, a remote, a lane. */
function furnish(repo: Repo): void {
  repo.git('tag', 'v1');
  repo.git('branch', 'other');
  repo.git('worktree', 'add', '--quiet', '-b', 'theirs', '../theirs');
  repo.git('worktree', 'add', '--quiet', '--detach', '../lane');
  repo.git('remote', 'add', 'origin', '../away');
}

const inTheirs = (repo: Repo, ...args: string[]) => repo.git('-C', '../theirs', ...args);
const fresh = (repo: Repo) => repo.git('commit-tree', '-m', 'new', '-p', 'HEAD', 'HEAD^{tree}');
const foreign = (repo: Repo) => repo.git('commit-tree', '-m', 'foreign', 'HEAD^{tree}');

const CASES: readonly (readonly [what: string, does: 'noted' | 'harm', act: (repo: Repo) => void, says?: RegExp])[] = [
  ['a new tag', 'noted', (repo) => void repo.git('tag', 'v2'), /refs\/tags\/v2 was created/],
  ['a moved tag', 'harm', (repo) => void repo.git('tag', '-f', 'v1', fresh(repo))],
  ['a deleted tag', 'harm', (repo) => void repo.git('tag', '-d', 'v1')],
  ['a tag called as a branch', 'harm', (repo) => void repo.git('tag', 'other', fresh(repo))],
  ['a remote branch', 'noted', (repo) => void repo.git('update-ref', 'refs/remotes/origin/x', fresh(repo))],
  ['a new branch', 'noted', (repo) => void repo.git('branch', 'made')],
  ['a branch moved forward', 'noted', (repo) => void repo.git('branch', '-f', 'other', fresh(repo)), /other was moved/],
  ['a branch moved aside', 'harm', (repo) => void repo.git('branch', '-f', 'other', foreign(repo))],
  ['a branch deleted', 'harm', (repo) => void repo.git('branch', '-D', 'other')],
  ['the branch here moved forward', 'harm', (repo) => void repo.git('update-ref', 'refs/heads/main', fresh(repo))],
  [
    'a commit in another worktree',
    'noted',
    (repo) => void inTheirs(repo, 'commit', '--quiet', '--allow-empty', '-m', 'x'),
  ],
  ['an amended one there', 'noted', (repo) => void inTheirs(repo, 'commit', '--quiet', '--amend', '-m', 'x')],
  [
    'its branch moved from elsewhere',
    'harm',
    (repo) => void repo.git('update-ref', 'refs/heads/theirs', foreign(repo)),
  ],
  ['a replaced commit', 'harm', (repo) => void repo.git('replace', 'HEAD', foreign(repo))],
  ['a note', 'noted', (repo) => void repo.git('notes', 'add', '-m', 'x')],
  ['a new worktree', 'noted', (repo) => void repo.git('worktree', 'add', '--quiet', '-b', 'more', '../more')],
  [
    'git push -u',
    'noted',
    (repo) => setAll(repo, { 'branch.other.remote': 'origin', 'branch.other.merge': 'refs/heads/other' }),
  ],
  ['a branch that goes elsewhere', 'harm', (repo) => setAll(repo, { 'branch.other.remote': 'https://evil.example' })],
  ['a remote that goes elsewhere', 'harm', (repo) => setAll(repo, { 'remote.origin.url': 'https://evil.example' })],
  [
    'a key that runs a program',
    'harm',
    (repo) => setAll(repo, { 'branch.other.rebase': 'true', 'core.pager': 'evil' }),
    /core\.pager/,
  ],
  [
    'hooks as the project asks for',
    'noted',
    (repo) => setAll(repo, { 'core.hooksPath': '.husky/_' }),
    /core\.hooksPath was set/,
  ],
  ['hooks of another folder', 'harm', (repo) => setAll(repo, { 'core.hooksPath': 'src' })],
  ['hooks outside of the tree', 'harm', (repo) => setAll(repo, { 'core.hooksPath': '.husky/../../evil' })],
  [
    'the hooks that husky makes',
    'noted',
    (repo) => {
      repo.write({ 'node_modules/husky/husky': 'run it\n', '.husky/_/h': 'run it\n', '.husky/_/.gitignore': '*' });
      repo.write({ '.husky/_/pre-commit': { text: HANDS_OVER, mode: 0o755 } });
      setAll(repo, { 'core.hooksPath': '.husky/_' });
    },
  ],
  [
    'a hook in their place',
    'harm',
    (repo) => {
      repo.write({ '.husky/_/.gitignore': '*', '.husky/_/pre-commit': { text: '#!/bin/sh\nevil\n', mode: 0o755 } });
      setAll(repo, { 'core.hooksPath': '.husky/_' });
    },
  ],
  ['a hook', 'harm', (repo) => writeFileSync(join(repo.dir, '.git/hooks/pre-commit'), '#!/bin/sh\n', { mode: 0o755 })],
];

function setAll(repo: Repo, keys: Readonly<Record<string, string>>): void {
  for (const [key, value] of Object.entries(keys)) repo.git('config', key, value);
}

async function begin(repo: Repo) {
  furnish(repo);
  const facts: RepositoryFacts = await factsOf(repo);
  const dir = sessionFolder(repo);
  const before = await takeFingerprint(facts, { dir, tree: false });
  const look = async () => {
    const after = await takeFingerprint(facts, { dir, tree: false, first: before });
    const violations = findViolations(before, after, ALLOWED);
    return { after, ...(await judgeViolations(violations, { repository: facts, before, after, allowed: ALLOWED })) };
  };
  return { facts, dir, before, look };
}

const FILES = { ...HUSKY, 'src/a.txt': 'a\n', '.gitignore': 'node_modules/\n' };

for (const [what, does, act, says] of CASES) {
  test(`${what}: ${does}`, () =>
    withRepo({ files: FILES }, async (repo) => {
      const { look } = await begin(repo);
      act(repo);
      const { harm, noted } = await look();
      assert.is(harm.length > 0, does === 'harm', JSON.stringify({ harm, noted }));
      if (does === 'noted') assert.ok(noted.length > 0);
      if (says) assert.match([...harm, ...noted].map((each) => each.says).join('\n'), says);
    }));
}

test('with harm goes what came along; a branch that another worktree has checked out is never moved back', () =>
  withRepo({ files: FILES }, async (repo) => {
    const { facts, dir, before, look } = await begin(repo);
    repo.git('tag', 'v2');
    repo.git('tag', '-d', 'v1');
    const moved = foreign(repo);
    repo.git('update-ref', 'refs/heads/theirs', moved);
    const { harm, after } = await look();
    const request = { ...facts, session: 's1', dir: join(dir, 'replaced'), before, after, violations: harm };
    const said = value(await putBack(request)).join('\n');
    assert.is(repo.git('tag', '--list'), 'v1');
    assert.is(repo.git('rev-parse', 'theirs'), moved);
    assert.match(
      said,
      /refs\/heads\/theirs is checked out in .*theirs and was left where it is; it was at [0-9a-f]{40}/,
    );
  }));

test.run();
