// A lane, gates and a comparison on another host through a real sshd, on the loopback of this machine: one connection for
// all calls, which is cut while something is at work there. Skipped, with the reason, where no sshd can be started.
// deadline: 600
// runtime: node
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type CrewOptions, eventsOfType, inSession, withCrew } from '../support/crew.ts';
import { type FarHost, farHost, nothingLeft } from '../support/far-host.ts';
import type { Repo } from '../support/repo.ts';
import { startSshd } from '../support/sshd.ts';
import { waitUntil } from '../support/wait.ts';

const LONG = { deadline: 150_000 };

/** Does something in a repository with a sshd of its own, and with a host that is reached through it. */
const throughSsh = (
  options: CrewOptions,
  work: (repo: Repo, far: FarHost, cut: () => Promise<void>) => Promise<void>,
) =>
  withCrew({ codex: null, ...options }, async (repo) => {
    const server = await startSshd(join(repo.root, 'sshd'));
    if (typeof server === 'string') {
      console.log(`skipped: ${server}`);
      return;
    }
    try {
      const far = farHost(repo, '', server.prefix());
      await work(repo, far, async () => {
        await waitUntil('its output is followed', () => (far.connections() > 0 ? true : null));
        server.cut();
        await waitUntil('its connection is gone', () => (far.connections() === 0 ? true : null));
      });
      await nothingLeft(far);
    } finally {
      server.stop();
    }
  });

test('through ssh: a connection that is cut while the model works is made again, and nothing is lost or doubled', () => {
  const implement = 'say before\nmark started\nwait_for on\nput src/new.txt "new BEST"\nsay after';
  return throughSsh({ gemini: { implement } }, async (repo, far, cut) => {
    const running = repo.startMm([far.recipe, 'Write greetings', '--headless', '--yes'], LONG);
    await repo.reached('started');
    await cut();
    repo.release('on');
    const result = await running.exit;
    assert.is(result.code, 0, result.stderr);
    assert.is(inSession(result, 'pass-0001/outputs/gemini.md'), 'before\nafter\n');
    assert.is(repo.calls('gemini').length, 1);
    assert.is(repo.read('src/new.txt'), 'new BEST\n');
  });
});

/** Its first turn on the combination, and only there, waits to be cut. */
const CHECK = `[ -n "\${FAR:-}" ] || { echo "this is home"; exit 1; }
if [ "$MM_SLOT" = composite ]; then
  echo before
  : >"$FAR/log/proving"
  while [ ! -e "$FAR/log/prove" ]; do [ -d "$FAR/log" ] || exit 99; sleep 0.05; done
  echo after
fi
! grep -rn BROKEN src
`;

test('through ssh: gates and a comparison there live on when their connection is cut, and each has run once', () => {
  const compare = 'mark asked\nwait_for answer\nprefer BEST';
  const claude = { implement: 'put src/a.txt "a, BEST"\nput src/b.txt "b of claude"', compare };
  return throughSsh({ files: { 'check.sh': CHECK }, claude }, async (repo, far, cut) => {
    const settings = ['gate_host=box', 'slots.claude.ask_host=box', 'verify=proof'].flatMap((each) => ['--set', each]);
    const running = repo.startMm([far.recipe, 'Write greetings', '--headless', '--yes', ...settings], LONG);
    for (const [mark, word] of [
      ['asked', 'answer'],
      ['proving', 'prove'],
    ] as const) {
      await repo.reached(mark);
      await cut();
      repo.release(word);
    }
    const result = await running.exit;
    assert.is(result.code, 0, result.stderr);
    assert.equal([repo.read('src/a.txt'), repo.read('src/b.txt')], ['a, BEST\n', 'b, BEST\n']);
    assert.match(inSession(result, 'pass-0001/gates/composite/tests.txt'), /^before\nafter$/m);
    const measured = eventsOfType(result, 'gate_measured').map(({ host }) => host);
    assert.equal([...new Set(measured)], ['box']);
    const asked = eventsOfType(result, 'attempt_end').filter(({ slot }) => slot === 'claude');
    assert.ok(asked.every((each) => !each.result.failure));
    assert.is(repo.calls('claude').length, asked.length, 'it was asked again');
    for (const { step, cwd } of repo.calls('claude')) if (step === 'compare') assert.match(cwd, far.home);
  });
});

test.run();
