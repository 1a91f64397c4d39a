// The report in a real browser: what it shows, its keys, that it stays quiet whatever a run left, and that it copes
// with a great deal. With MM_PICTURES=DIR the pictures for the README are taken on the way.
// deadline: 600
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Plan } from '../../lib/core/candidate.ts';
import type { EventBody } from '../../lib/core/event.ts';
import { type Browsing, withPage } from '../support/browser.ts';
import { EXECUTE, execute, withCrew } from '../support/crew.ts';
import { type Files, type Repo, withRepo } from '../support/repo.ts';
import { makeScene, SCENE_FILES } from '../support/report-scene.ts';
import { type MadeSession, makeSession } from '../support/report-session.ts';

/** Has the program write the report of a session that was made by hand; the path of it. */
async function reportOf(repo: Repo, { dir }: MadeSession, env: Record<string, string> = {}): Promise<string> {
  const written = await repo.runMm(['report', '--json', dir.split('/').at(-1)!], { deadline: 120_000, env });
  assert.is(written.code, 0, written.stderr);
  const told = JSON.parse(written.stdout);
  assert.is(told.report, join(dir, 'report.html'));
  assert.is(told.bytes, statSync(told.report).size);
  return told.report;
}

const quiet = ({ trouble }: Browsing) => assert.equal(trouble, []);

const text = (page: Page, selector: string) => page.locator(selector).first().innerText();

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
      await picture(page, 'report-light');

      await page.locator('#files').scrollIntoViewIfNeeded();
      const limit = page.locator('section.file', { hasText: 'limit.ts' }).first();
      await limit.locator('table.diff').waitFor();
      const heads = await limit.locator('thead th').allInnerTexts();
      assert.equal(
        heads.map((head) => head.split(/\s/)[0]),
        ['untouched', 'Claude', 'Gemini', 'GPT'],
      );
      assert.match(heads[1]!, /chosen/);
      assert.match(heads[1]!, /judged 5/);
      assert.equal(
        await limit.locator('tr', { hasText: 'Counts requests of one client' }).locator('.word').allInnerTexts(),
        [...['one', 'client'], ...['the ', 'each', ' in a sliding window'], ...['all', 'clients']],
      );
      assert.ok((await limit.locator('.h-keyword').count()) > 20);
      // a version that equals the base stands with it; a new file is compared with the version that was chosen
      const readme = page.locator('section.file', { hasText: 'README.md' }).first();
      assert.match(await readme.locator('thead').innerText(), /untouched base = Claude/);
      assert.match(await text(page, '#file-1-3 thead'), /^Claude chosen/);
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

/** What would run, load or mislead if any of it were taken for markup. */
const EVIL = [
  '</script><script>document.title = "HACKED"</script>',
  '<!--<script>',
  '<img src=x onerror="document.title=\'HACKED\'">',
  '"><svg onload=alert(1)>',
  "javascript:alert(1)' style='background:url(http://127.0.0.1:9/x)",
  '\u2028\u2029 ${7*7} {{7*7}} \u202edlrow\u202c \u0000\u0007\u001b[31mred',
].join('\n');

test('nothing that a run left ever becomes markup, script or request, wherever it stands', () =>
  withRepo({ files: { 'a.js': 'let a = 1;\n', 'page.html': '<p>hello</p>\n' } }, async (repo) => {
    const paths = ['<img src=x onerror=alert(1)>.js', '"><script>alert(1)<', "it's & \u202eback.html", 'page.html'];
    // with a NUL in it git would call it binary
    const inFile = EVIL.replace('\0', '');
    const evil: Files = Object.fromEntries(paths.map((path) => [path, inFile]));
    const made = makeSession(repo, {
      task: EVIL,
      candidates: {
        one: { ...evil, 'a.js': `let a = "${inFile}";\n` },
        two: { ...evil, 'page.html': `<p>hello</p>\n${inFile}\n` },
      },
      files: { 'pass-0001/prompt.md': EVIL, 'pass-0001/outputs/one.md': EVIL, 'pass-0001/stderr/one.txt': EVIL },
      events: (trees, dir) => {
        const plan: Plan = {
          ...{ decided_by: 'judge', tree: trees.one!, whole: null, notes: [EVIL], integrated: false, proven: false },
          undecided: [],
          files: ['a.js', ...paths].map((path) => ({
            path,
            from: 'one',
            action: 'write',
            why: EVIL,
            by: 'judge',
            confidence: 1,
          })),
        };
        const result = {
          gate: EVIL,
          state: 'fail' as const,
          tree: trees.one!,
          exitCode: 1,
          elapsedMs: 5,
          output: EVIL,
        };
        const who = { pass: 1, lane: 'one', slot: 'one', step: EVIL, attempt: 1 };
        const model = { status: 'available' as const, title: EVIL, primary: true, backend: EVIL, why: EVIL };
        const attempt = {
          backend: EVIL,
          exit_code: 1,
          signal: EVIL,
          elapsed_ms: 5,
          failure: 'crash' as const,
          usage: null,
        };
        const bodies: EventBody[] = [
          {
            type: 'models',
            models: {
              one: { ...model, workspace: 'main' },
              two: { ...model, workspace: 'clone', status: 'unavailable' },
            },
          },
          {
            ...{ type: 'attempt_start', ...who, backend: EVIL, limit_ms: 1, command: [EVIL] },
            ...{ output: `${dir}/pass-0001/outputs/one.md`, stderr: `${dir}/pass-0001/stderr/one.txt` },
          },
          { type: 'attempt_end', ...who, result: attempt, why: EVIL },
          ...['one', 'two'].map(
            (id): EventBody => ({
              ...{ type: 'candidate', pass: 1, id, tree: trees[id]!, files_changed: 1 },
              side: [{ path: EVIL, what: 'ignored' }],
            }),
          ),
          { type: 'gate_start', pass: 1, subject: 'one', gate: EVIL, limit_ms: null },
          {
            type: 'gate_end',
            pass: 1,
            subject: 'one',
            cached: false,
            result: { ...result, counts: null, excerpt: EVIL },
          },
          {
            ...{ type: 'judgement', pass: 1, judge: 'one', order: ['one', 'two'], mistakes: [EVIL] },
            answer: {
              files: [{ path: 'a.js', best: 'A', why: EVIL, ratings: { A: { [EVIL]: 5 }, __proto__: { x: 1 } } }],
            },
          },
          { type: 'plan', pass: 1, plan },
          { type: 'breach', pass: 1, who: EVIL, what: [EVIL] },
          { type: 'note', level: 'warning', text: EVIL },
          { type: 'answer', text: EVIL, answer: EVIL, by: 'user' },
          {
            type: 'session_complete',
            status: 'failed',
            exit: 1,
            failure: { id: 'x', exit: 1, what: EVIL, remedy: [EVIL] },
          },
        ];
        return bodies.map((body, i) => [i, body] as const);
      },
    });
    const file = await reportOf(repo, made);
    const source = readFileSync(file, 'utf8');
    assert.is(source.match(/<script/g)?.length, 3, 'data, one chunk and one script');
    assert.match(source, /script-src &#39;sha256-[^;]*;/);
    assert.not.match(source, /unsafe-inline|unsafe-eval/);
    await withPage(file, {}, async (browsing) => {
      const { page } = browsing;
      await page.locator('details').evaluateAll((all) => {
        for (const each of all) each.setAttribute('open', '');
      });
      for (const i of [0, 1, 2, 3, 4]) {
        await page.locator(`#file-1-${i}`).scrollIntoViewIfNeeded();
        await page.locator(`#file-1-${i} table.diff`).waitFor();
      }
      assert.not.match(await page.title(), /^HACKED/);
      assert.is(await page.locator('img, iframe, object, embed, main script, main style, svg[onload]').count(), 0);
      assert.is(await page.locator('[onerror], [onload], [onclick], [style]').count(), 0);
      // read as what it is, and nothing in it hides
      assert.match(await text(page, '#file-1-0 .diff'), /<\/script><script>document\.title/);
      assert.match(await text(page, '#file-1-0 .diff'), /<U\+202E>dlrow<U\+202C> ␇␛\[31mred/);
      assert.match(await page.locator('#file-nav').innerText(), /it's & <U\+202E>back\.html/);
      assert.match(await text(page, '.callout'), /<img src=x onerror/);
      assert.not.match(await page.locator('body').innerText(), /[\u202a-\u202e\u0000\u001b]/);
      // the policy would stop what got through, and text can't be turned into markup at all
      const stopped = await page.evaluate(`(() => {
        try { document.body.insertAdjacentHTML('beforeend', '<b>x</b>'); return 'let through'; } catch { return 'stopped'; }
      })()`);
      assert.is(stopped, 'stopped');
      assert.is(await page.evaluate("fetch('http://127.0.0.1:9/').then(() => 'fetched', () => 'stopped')"), 'stopped');
      assert.ok(
        browsing.trouble.every((line) => /Trusted|Content Security Policy|127\.0\.0\.1:9/.test(line)),
        browsing.trouble.join('\n'),
      );
    });
  }));

test('5,000 changed files and 20 MB of differences: opens, jumps, searches; written with a small heap', () => {
  const line = (i: number, k: number) =>
    `export const value${k} = ${(i * 7919 + k * 104_729) % 1_000_003}; // ${'entry '.repeat(4)}${i}\n`;
  const content = (i: number, from: number) => Array.from({ length: 40 }, (_, k) => line(i, from + k)).join('');
  const path = (i: number) => `src/part-${Math.floor(i / 50)}/file-${i}.ts`;
  const all = (from: number): Files =>
    Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [path(i), content(i, from)]));
  return withRepo({ files: all(0) }, async (repo) => {
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
          return section(name).innerText();
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

test('every run that ended leaves its report, also one that failed or was declined; it changes no exit code', () =>
  withCrew({ gemini: { implement: 'complain no luck\nexit 3' } }, async (repo) => {
    const done = await execute(repo);
    assert.is(done.code, 0, done.stderr);
    const file = join(done.sessionDir!, 'report.html');
    assert.match(done.stderr, /Report: .*report\.html \(/);
    assert.is(statSync(file).mode & 0o777, 0o600);
    await withPage(file, {}, async (browsing) => {
      assert.is(await text(browsing.page, '.status'), 'Completed');
      assert.match(await text(browsing.page, '#work'), /no luck|crash/);
      quiet(browsing);
    });

    const declined = await repo.runMm(EXECUTE.slice(0, 3), { deadline: 150_000 });
    assert.is(declined.code, 3, declined.stderr);
    assert.match(readFileSync(join(declined.sessionDir!, 'report.html'), 'utf8'), /class="status declined"/);

    // the latest is the completed one; a report can be written again
    writeFileSync(file, 'gone');
    const again = await repo.runMm(['report'], { env: { DISPLAY: null, WAYLAND_DISPLAY: null } });
    assert.is(again.code, 0, again.stderr);
    assert.ok(again.stdout.startsWith(file));
    assert.ok(existsSync(file) && statSync(file).size > 10_000);
    const nobody = await repo.runMm(['report', 'nosuch']);
    assert.is(nobody.code, 2);
    assert.match(nobody.stderr, /no session "nosuch"/);
  }));

test.run();
