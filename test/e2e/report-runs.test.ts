// Every run leaves its report, and `mm report` writes it again.
// deadline: 600
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { quiet, text, withPage } from '../support/browser.ts';
import { EXECUTE, execute, withCrew } from '../support/crew.ts';

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

    // without a name it is the newest run, whatever came of it; `latest` is the newest that was completed
    const desktop = { env: { DISPLAY: null, WAYLAND_DISPLAY: null } };
    const newest = await repo.runMm(['report'], desktop);
    assert.ok(newest.stdout.startsWith(join(declined.sessionDir!, 'report.html')), newest.stdout);
    writeFileSync(file, 'gone'); // a report can be written again
    const again = await repo.runMm(['report', 'latest'], desktop);
    assert.is(again.code, 0, again.stderr);
    assert.ok(again.stdout.startsWith(file));
    assert.ok(existsSync(file) && statSync(file).size > 10_000);
    const nobody = await repo.runMm(['report', 'nosuch']);
    assert.is(nobody.code, 2);
    assert.match(nobody.stderr, /no session "nosuch"/);
  }));

test.run();
