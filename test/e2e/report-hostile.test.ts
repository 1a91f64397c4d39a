// A report of a run that left nothing but attempts to be taken for markup, in a real browser.
// deadline: 600
// runtime: node
import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Plan } from '../../lib/core/candidate.ts';
import type { EventBody } from '../../lib/core/events.ts';
import { text, withPage } from '../support/browser.ts';
import { type Files, withRepo } from '../support/repo.ts';
import { makeSession, reportOf } from '../support/report-session.ts';

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
      assert.is(await page.locator('[onerror], [onload], [onclick], [style]:not(table.diff)').count(), 0);
      const ours = await page
        .locator('table.diff[style]')
        .evaluateAll((all) => all.map((each) => each.getAttribute('style')));
      assert.ok(
        ours.every((style) => /^--least: \d+rem;$/.test(String(style))),
        ours.join(', '),
      );
      // read as what it is, and nothing in it hides
      assert.match(await text(page, '#file-1-0 .diff'), /<\/script><script>document\.title/);
      assert.match(await text(page, '#file-1-0 .diff'), /<U\+202E>dlrow<U\+202C> ␇␛\[31mred/);
      assert.match(await text(page, '#file-nav'), /it's & <U\+202E>back\.html/);
      assert.match(await text(page, '.callout'), /<img src=x onerror/);
      const hidden = await page.evaluate(`(() => {
        const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT, (node) => node.parentElement.closest('script') ? 2 : 1);
        const found = [];
        while (texts.nextNode()) if (/[\\u202a-\\u202e\\u0000\\u0007\\u001b]/.test(texts.currentNode.data)) found.push(texts.currentNode.parentElement.outerHTML);
        return found;
      })()`);
      assert.equal(hidden, []);
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

test.run();
