// A lane on another host through a real sshd, on the loopback of this machine: one connection for all calls, which is
// cut while the model is at work. Skipped, with the reason, where no sshd can be started.
// deadline: 600
// runtime: node
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { inSession, withCrew } from '../support/crew.ts';
import { farHost } from '../support/far-host.ts';
import { startSshd } from '../support/sshd.ts';
import { waitUntil } from '../support/wait.ts';

const LONG = { deadline: 150_000 };

test('through ssh: a connection that is cut while the model works is made again, and nothing is lost or doubled', () => {
  const implement = 'say before\nmark started\nwait_for on\nput src/new.txt "new BEST"\nsay after';
  return withCrew({ codex: null, gemini: { implement } }, async (repo) => {
    const server = await startSshd(join(repo.root, 'sshd'));
    if (typeof server === 'string') {
      console.log(`skipped: ${server}`);
      return;
    }
    try {
      const far = farHost(repo, '', server.prefix());
      const running = repo.startMm([far.recipe, 'Write greetings', '--headless', '--yes'], LONG);
      await repo.reached('started');
      await waitUntil('its beginning is here', () => (far.connections() > 0 ? true : null));
      server.cut();
      await waitUntil('its connection is gone', () => (far.connections() === 0 ? true : null));
      repo.release('on');
      const result = await running.exit;
      assert.is(result.code, 0, result.stderr);
      assert.is(inSession(result, 'pass-0001/outputs/gemini.md'), 'before\nafter\n');
      assert.is(repo.calls('gemini').length, 1);
      assert.is(repo.read('src/new.txt'), 'new BEST\n');
      assert.equal([far.lanes(), far.living()], [[], 0]);
    } finally {
      server.stop();
    }
  });
});

test.run();
