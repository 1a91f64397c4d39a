// The report in a real browser: what it shows, its keys, and that it can be read without eyes. The README's pictures are
// taken on the way: MM_TEST_PICTURES=$PWD/.pictures npm test -- e2e/report.test
// deadline: 600
// runtime: node
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { quiet, shownText, text, withPage } from '../support/browser.ts';
import { withRepo } from '../support/repo.ts';
import { makeScene } from '../support/report-scene.ts';
import { SCENE_FILES } from '../support/report-scene-files.ts';
import { reportOf } from '../support/report-session.ts';

async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env.MM_TEST_PICTURES;
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`) });
}

test('summary, timeline, gates, plan, versions side by side, prompts, outputs, costs, in light and dark', () =>
  withRepo({ name: 'orders', files: SCENE_FILES }, async (repo) => {
    const file = await reportOf(repo, makeScene(repo));
    await withPage(file, {}, async (browsing) => {
      const { page } = browsing;
      assert.match(await page.title(), /^Limit requests per client/);
      assert.match(await text(page, 'h1'), /^Limit requests per client/);
      assert.is(await text(page, '.status'), 'Completed');
      await picture(page, 'report-light');
      const tiles = await text(page, '.tiles');
      for (const words of ['2 / 2', '5:22', '275 k', '$1.16']) assert.ok(tiles.includes(words), words);

      const bars = await page.locator('.timeline .span title').allTextContents();
      for (const said of ['implement with codex: rate-limit after 0:18', 'tests: fail, 0:17', 'Apply the plan?'])
        assert.ok(bars.includes(said), said);
      assert.is(await page.locator('.timeline').getAttribute('role'), 'img');
      assert.match(await text(page, '#gates .matrix'), /GPT\s+✓ pass\s+✗ fail 14 of 15/);
      assert.match(await text(page, '#gates .matrix >> nth=1'), /Claude\s+✓ pass 17 of 17\s+✗ fail 16 of 17/);
      assert.match(
        await text(page, '#plan .plan'),
        /src\/limit\.ts\s+Claude\s+The others’ versions.*the others’ tests\s+92 %/s,
      );
      assert.match(await text(page, '#remarks'), /the branch main was moved/);
      assert.match(await text(page, '#remarks'), /\.gitignore|Gemini: 2/);
      await page.locator('.attempt', { hasText: 'try 2' }).locator('summary').first().click();
      assert.match(await text(page, '.attempt[open]'), /I corrected the comparison/);

      await page.locator('#files').scrollIntoViewIfNeeded();
      const limit = page.locator('section.file', { hasText: 'limit.ts' }).first();
      await limit.locator('table.diff').waitFor();
      const heads = await Promise.all((await limit.locator('thead th').all()).map(shownText));
      assert.equal(
        heads.map((head) => head.trim().split(/\s/)[0]),
        ['untouched', 'Claude', 'Gemini', 'GPT'],
      );
      assert.match(heads[1]!, /chosen/);
      assert.match(heads[1]!, /judged 5/);
      const changed = limit.locator('tr', { hasText: 'Counts requests of one client' }).locator('.word');
      const words = await Promise.all((await changed.all()).map(shownText));
      assert.is(words.join('|').replaceAll(' |', ' '), 'one|client|the each| in a sliding window|all|clients');
      assert.ok((await limit.locator('.h-keyword').count()) > 20);
      // a version that equals the base stands with it; a new file is compared with the version that was chosen
      const readme = page.locator('section.file', { hasText: 'README.md' }).first();
      assert.match(await shownText(readme.locator('thead')), /untouched base\s+= Claude/);
      assert.match(await text(page, '#file-1-3 thead'), /^\s*Claude\s+chosen/);
      quiet(browsing);
    });
    await withPage(file, { dark: true }, async (browsing) => {
      const { page } = browsing;
      const background = () => page.evaluate('getComputedStyle(document.body).backgroundColor');
      const dark = await background();
      assert.is(dark, 'rgb(13, 17, 23)');
      await page.evaluate("document.querySelector('#files').scrollIntoView()");
      await page.locator('#file-1-1 table.diff').waitFor();
      await picture(page, 'report-dark');
      await page.locator('#theme').click();
      assert.is(await background(), 'rgb(244, 245, 248)');
      await page.emulateMedia({ media: 'print' });
      assert.is(await page.locator('.side').isVisible(), false);
      quiet(browsing);
    });
  }));

test('moves by keys, folds, searches paths and contents, compares with another version', () =>
  withRepo({ name: 'orders', files: SCENE_FILES }, async (repo) => {
    const file = await reportOf(repo, makeScene(repo));
    await withPage(file, {}, async (browsing) => {
      const { page } = browsing;
      const key = (name: string) => page.keyboard.press(name);
      const atTop = () =>
        page.evaluate(
          "[...document.querySelectorAll('section.file')].findLast((s) => s.getBoundingClientRect().top < 12)?.id ?? ''",
        );
      await page.locator('#file-1-0').waitFor();
      await key('j');
      assert.is(await atTop(), 'file-1-0');
      await page.locator('#file-1-1 table.diff').waitFor({ state: 'attached' });
      await key('j');
      await key('j');
      assert.is(await page.evaluate("document.activeElement.closest('section.file').id"), 'file-1-2');
      await key('k');
      assert.is(await page.evaluate("document.activeElement.closest('section.file').id"), 'file-1-1');
      await key('o');
      assert.is(await page.locator('#file-1-1 .file-body').isVisible(), false);
      assert.is(await page.locator('#file-1-1 .fold-file').getAttribute('aria-expanded'), 'false');
      await key('e');
      await key('n');
      await key('?');
      assert.is(await page.locator('#help').isVisible(), true);
      await key('Escape');
      assert.is(await page.locator('#help').isVisible(), false);

      await key('/');
      await page.keyboard.type('sliding');
      await page.locator('#found', { hasText: /^2 files/ }).waitFor();
      assert.is(await page.locator('#file-nav li.hit').count(), 2);
      assert.is(await page.locator('section.file:visible').count(), 2);
      await key('Enter');
      assert.is(await page.evaluate("CSS.highlights.get('found').size > 0"), true);
      await key('Escape');
      assert.is(await page.locator('section.file:visible').count(), 4);

      await page.locator('#file-tools select').selectOption({ label: 'Claude' });
      const limit = page.locator('#file-1-1');
      await limit.locator('thead th', { hasText: 'Claude' }).locator('.plain').waitFor();
      await page.locator('.chip', { hasText: 'GPT' }).click();
      await limit.locator('thead th', { hasText: 'GPT' }).waitFor({ state: 'detached' });
      assert.is(await limit.locator('thead th').count(), 3);
      quiet(browsing);
    });
  }));

test('in a narrow window nothing is cut off or torn; on paper everything that matters is unfolded', () =>
  withRepo({ name: 'orders', files: SCENE_FILES }, async (repo) => {
    const file = await reportOf(repo, makeScene(repo));
    await withPage(file, { width: 420, height: 900 }, async (browsing) => {
      const { page } = browsing;
      await page.locator('#file-1-0').waitFor();
      assert.is(await page.evaluate('document.documentElement.scrollWidth'), 420);
      // a word stands on one line, in every table that can be moved sideways
      const torn =
        await page.evaluate(`[...document.querySelectorAll('.scroll td, .scroll thead th')].filter((cell) => {
        const range = document.createRange();
        range.selectNodeContents(cell);
        const lines = new Set([...range.getClientRects()].map(({ bottom }) => Math.round(bottom / 8)));
        return /^\\w+$/.test(cell.innerText.trim()) && lines.size > 2;
      }).map((cell) => cell.innerText)`);
      assert.equal(torn, []);

      await page.emulateMedia({ media: 'print' });
      await page.evaluate("window.dispatchEvent(new Event('beforeprint'))");
      assert.is(await page.locator('#gates details:not([open])').count(), 0);
      assert.ok((await page.locator('#gates details').count()) > 0);
      // what the models were asked would be most of the paper
      assert.is(await page.locator('#work > details[open]').count(), 0);
      assert.ok(await page.locator('#file-1-1 table.diff').isVisible());
      await page.evaluate("window.dispatchEvent(new Event('afterprint'))");
      assert.is(await page.locator('#gates details[open]').count(), 0);
      quiet(browsing);
    });
  }));

test('can be read without eyes: landmarks, headings in order, names for what can be pressed, heads for what is a table', () =>
  withRepo({ name: 'orders', files: SCENE_FILES }, async (repo) => {
    const file = await reportOf(repo, makeScene(repo));
    await withPage(file, {}, async (browsing) => {
      const { page } = browsing;
      await page.locator('#file-1-0 table.diff').waitFor({ state: 'attached' });
      for (const landmark of ['main', 'aside', 'footer', 'nav[aria-label="Files"]', 'nav[aria-label="Sections"]'])
        assert.is(await page.locator(`body ${landmark}`).count(), 1, landmark);
      assert.is(await page.locator('h1').count(), 1);
      const complaints = await page.evaluate(`(() => {
        const wrong = [];
        const levels = [...document.querySelectorAll('main h1, main h2, main h3, main h4')].map((h) => Number(h.localName[1]));
        levels.forEach((level, i) => { if (i > 0 && level > levels[i - 1] + 1) wrong.push('heading ' + i); });
        for (const table of document.querySelectorAll('table')) {
          if (!table.caption) wrong.push('a table without a caption');
          for (const th of table.querySelectorAll('th')) if (!th.scope) wrong.push('th ' + th.textContent);
        }
        for (const section of document.querySelectorAll('section')) {
          const name = document.getElementById(section.getAttribute('aria-labelledby'));
          if (!name?.textContent.trim()) wrong.push('a section without a name: ' + section.id);
        }
        for (const each of document.querySelectorAll('button, a[href], input, select')) {
          const label = each.getAttribute('aria-labelledby');
          const name = label ? document.getElementById(label)?.textContent : each.textContent || each.labels?.[0]?.textContent;
          if (!name?.trim()) wrong.push('no name: ' + each.outerHTML);
        }
        const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id);
        if (new Set(ids).size !== ids.length) wrong.push('an id twice');
        for (const region of document.querySelectorAll('.scroll')) if (region.tabIndex !== 0) wrong.push('scrolls without keys');
        return wrong;
      })()`);
      assert.equal(complaints, []);
      quiet(browsing);
    });
  }));

test.run();
