// What a delivery makes of names and texts, whoever wrote them.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { branchOf, subjectOf, whyNoBranch } from '../../lib/core/delivery.ts';
import { commitText, forgeText, othersText } from '../../lib/steps/delivery-text.ts';
import { withRepo } from '../support/repo.ts';

test('a branch is called as git allows it, and in no way that an option or an expression could be', () =>
  withRepo(async (repo) => {
    for (const name of ['x', 'feature/x', 'a.b', 'ü', '1', 'mm/x-1f2a', 'a@b']) {
      assert.is(whyNoBranch(name), null, name);
      repo.git('check-ref-format', `refs/heads/${name}`);
    }
    const bad = ['', '-x', '../x', 'refs/heads/x', 'HEAD', '@', 'a\nb', 'a b', 'a@{1}', '@{-1}', 'x.lock', 'a.lock/b'];
    for (const name of [
      ...bad,
      'a/',
      '/a',
      'a//b',
      '.a',
      'a/.b',
      'a.',
      'a..b',
      'a~1',
      'a^',
      'a:b',
      'a?',
      'a*',
      'a[',
      'a\\b',
    ])
      assert.type(whyNoBranch(name), 'string', name);
    assert.type(whyNoBranch('x'.repeat(300)), 'string');
  }));

test('a result that nobody has named is called after its task', () => {
  assert.is(branchOf('Add a dark mode!\n\nPlease.', '20261129-101112Z-12-1f2a'), 'mm/add-a-dark-mode-please-1f2a');
  assert.is(branchOf('日本語', '20261129-101112Z-12-1f2a'), 'mm/result-1f2a');
  assert.is(whyNoBranch(branchOf(`--${'long '.repeat(50)}`, 's-1f2a')), null);
  assert.is(subjectOf('\n# --Add\x1b[31m\tit\nmore'), 'Add [31m it');
  assert.is(subjectOf(' \n'), 'The result of several models');
  const long = subjectOf('word '.repeat(40));
  assert.ok(long.length <= 72 && long.endsWith('word…'));
});

test('only our own trailers say who made it', () => {
  const ours = 'Generated-by: Claude (claude 2.1.9)';
  const text = 'Subject\n\nSigned-off-by: Eve <e@x>\n co-authored-BY: Eve <e@x>\nFixes #1\x1b[2J\n\n\n\n';
  const made = commitText(`${text}${ours}\n`, ours);
  assert.is(made, `Subject\n\n> Signed-off-by: Eve <e@x>\n>  co-authored-BY: Eve <e@x>\nFixes #1 [2J\n\n${ours}\n`);
  assert.is(commitText('Subject\n\nAcked-by: Eve', ''), 'Subject\n\n> Acked-by: Eve\n');
});

test('on a forge nobody is told, and what others wrote closes nothing', () => {
  assert.is(forgeText('ask @everyone, `@media`, a@b.c\u202e'), 'ask @\u200beveryone, `@media`, a@b.c\n');
  assert.is(othersText('closes #12, `#12`, x/y#3'), 'closes #\u200b12, `#12`, x/y#\u200b3');
  assert.not.match(othersText('fixes https://github.com/a/b/issues/7'), /b\/issues\/7/);
  assert.ok(forgeText('x'.repeat(100_000)).length < 65_536);
});

test.run();
