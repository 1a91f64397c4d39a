// A report of a great deal, and of all kinds of files, in a real browser.
// deadline: 600
// runtime: node
import { statSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Plan } from '../../lib/core/candidate.ts';
import { quiet, shownText, text, withPage } from '../support/browser.ts';
import { withRepo } from '../support/repo.ts';
import { importBase, makeSession, reportOf } from '../support/report-session.ts';

test('5,000 changed files and 20 MB of differences: opens, jumps, searches; written with a small heap', () => {
  const line = (i: number, k: number) =>
    `export const value${k} = ${(i * 7919 + k * 104_729) % 1_000_003}; // ${'entry '.repeat(4)}${i}\n`;
  const content = (i: number, from: number) => Array.from({ length: 40 }, (_, k) => line(i, from + k)).join('');
  const path = (i: number) => `src/part-${Math.floor(i / 50)}/file-${i}.ts`;
  const all = (from: number): Record<string, string> =>
    Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [path(i), content(i, from)]));
  return withRepo(async (repo) => {
    importBase(repo, all(0));
    const made = makeSession(repo, {
      task: 'change everything',
      candidates: {
        one: { ...all(100), 'src/part-78/file-3900.ts': `${content(3900, 100)}// a needle here\n` },
        two: all(200),
      },
      events: (trees) => {
        const files = Array.from({ length: 5000 }, (_, i) => path(i)).sort();
        const plan: Plan = {
          ...{
            decided_by: 'evidence',
            tree: trees.one!,
            whole: 'one',
            notes: [],
            undecided: [],
            integrated: false,
            proven: true,
          },
          files: files.map((each) => ({
            path: each,
            from: 'one',
            action: 'write',
            why: 'better',
            by: 'gates',
            confidence: 1,
          })),
        };
        const model = (title: string) =>
          ({ status: 'available', title, primary: false, backend: 'x', workspace: 'clone', why: null }) as const;
        return [
          [1, { type: 'models', models: { one: model('One'), two: model('Two') } }],
          [2, { type: 'candidate', pass: 1, id: 'one', tree: trees.one!, files_changed: 5000, side: [] }],
          [3, { type: 'candidate', pass: 1, id: 'two', tree: trees.two!, files_changed: 5000, side: [] }],
          [4, { type: 'plan', pass: 1, plan }],
          [5, { type: 'session_complete', status: 'declined', exit: 3, failure: null }],
        ];
      },
    });
    const file = await reportOf(repo, made, { NODE_OPTIONS: '--max-old-space-size=64' });
    const { size } = statSync(file);
    assert.ok(size < 20e6, `${size} bytes`);
    await withPage(file, {}, async (browsing) => {
      const { page } = browsing;
      assert.is(await page.locator('#found').innerText(), '5,000 files');
      assert.is(await page.locator('section.file').count(), 5000);
      assert.match(await text(page, '#plan'), /and 4,700 more files/);
      // folded at first: nothing is unpacked that nobody looks at
      assert.is(await page.locator('table.diff').count(), 0);
      await page.keyboard.press('/');
      await page.keyboard.type('a needle here');
      await page.locator('#found', { hasText: /^1 file, 1 places$/ }).waitFor({ timeout: 60_000 });
      await page.keyboard.press('Enter');
      await page.locator('tr', { hasText: 'a needle here' }).waitFor();
      await page.keyboard.press('Escape');
      await page.keyboard.press('e');
      await page.locator('#file-1-4990').scrollIntoViewIfNeeded();
      await page.locator('#file-1-4990 table.diff').waitFor();
      assert.ok((await page.locator('table.diff').count()) < 200, 'only what is near is made');
      quiet(browsing);
    });
  });
});

test('large outputs are cut where one sees it; binary files, pictures, links and modes are told', () => {
  const pixel = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  );
  return withRepo(
    { files: { 'a.txt': 'a\r\nb\r\n', 'old name.txt': 'one\ntwo\nthree\nfour\n', 'gone.txt': 'gone\n' } },
    async (repo) => {
      const made = makeSession(repo, {
        task: 'all kinds',
        candidates: {
          one: {
            ...{
              'a.txt': 'a\r\nB\r\n',
              'old name.txt': null,
              'new name.txt': 'one\ntwo\nthree\nfour\n',
              'gone.txt': null,
            },
            ...{
              'dot.png': pixel,
              'blob.bin': Buffer.from([0, 1, 2, 255]),
              link: { link: '/etc/passwd' },
              'empty.txt': '',
            },
            ...{ 'run.sh': { text: 'echo hi', mode: 0o755 }, 'huge.txt': 'x'.repeat(3 * 2 ** 20) },
          },
        },
        files: { 'pass-0001/outputs/one.md': `BEGIN ${'middle '.repeat(40_000)} END` },
        events: (trees, dir) => {
          const who = { pass: 1, lane: 'one', slot: 'one', step: 'implement', attempt: 1 };
          return [
            [
              1,
              {
                type: 'models',
                models: {
                  one: {
                    status: 'available',
                    title: 'One',
                    primary: true,
                    backend: 'x',
                    workspace: 'clone',
                    why: null,
                  },
                },
              },
            ],
            [
              2,
              {
                type: 'attempt_start',
                ...who,
                backend: 'x',
                limit_ms: null,
                output: `${dir}/pass-0001/outputs/one.md`,
                stderr: '',
                command: ['x'],
              },
            ],
            [3, { type: 'candidate', pass: 1, id: 'one', tree: trees.one!, files_changed: 9, side: [] }],
          ];
        },
      });
      const file = await reportOf(repo, made);
      await withPage(file, {}, async (browsing) => {
        const { page } = browsing;
        assert.is(await text(page, '.status'), 'Not ended');
        const section = (name: string) =>
          page.locator('section.file').filter({ has: page.locator('h3', { hasText: name }) });
        const said = async (name: string) => {
          await section(name).scrollIntoViewIfNeeded();
          await section(name).locator('.file-body:not([aria-busy])').waitFor();
          await page.waitForFunction(
            `!!document.querySelector('#' + ${JSON.stringify(await section(name).getAttribute('id'))} + '.made')`,
          );
          return shownText(section(name));
        };
        assert.match(await said('dot.png'), /New file/);
        assert.is(
          await section('dot.png')
            .locator('img')
            .evaluate((img) => (img as { naturalWidth?: number }).naturalWidth),
          1,
        );
        assert.match(await said('blob.bin'), /not text, 4 B/);
        assert.match(await said('link'), /symbolic link/);
        assert.match(await said('link'), /\/etc\/passwd/);
        assert.match(await said('run.sh'), /executable/);
        assert.match(await said('run.sh'), /No newline at end of file/);
        assert.match(await said('huge.txt'), /3\.0 MiB: too large for this page/);
        assert.match(await said('new name.txt'), /One renamed it from old name\.txt/);
        assert.match(await said('gone.txt'), /Deleted by One/);
        assert.not.match(await said('a.txt'), /␍/);
        await page.locator('.attempt summary').first().click();
        const output = await text(page, '.attempt[open]');
        assert.match(output, /BEGIN middle/);
        assert.match(output, /225 KiB left out here; all of it: pass-0001\/outputs\/one\.md/);
        assert.match(output, /middle {1,2}END/);
        quiet(browsing);
      });
    },
  );
});

test.run();
