// What fails on a candidate goes back to its model: in the session of its CLI, where it lies; the better one counts.
// deadline: 600
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { EXECUTE, eventsOfType, execute, inSession, withCrew } from '../support/crew.ts';
import type { Repo } from '../support/repo.ts';
import { waitUntil } from '../support/wait.ts';

/** What gemini prints as JSON, with the id of its session. */
const answer = (session: string, text = 'done') => `say '{"session_id":"${session}","response":"${text}"}'`;
const callsTo = (repo: Repo, step: string, agent?: string) => repo.calls(agent).filter((call) => call.step === step);
const RESUME = ['-m', 'pro', '-y', '--skip-trust', '-o', 'stream-json', '-r'];
const FAILING = 'Tests (`sh check.sh`) fails:\n\n```\nsrc/b.txt:1:b, BROKEN BEST\nfound what is broken\n```';

/** The project's gate waits where b.txt says HOLD, until the test says so in HOME. */
const HOLDING = [
  'if grep -q HOLD src/b.txt; then : >"$HOME/held"; while [ ! -e "$HOME/go" ]; do sleep 0.05; done; fi',
  'if grep -rn BROKEN src; then echo "found what is broken"; exit 1; fi',
  '',
].join('\n');

test('a repair that makes it worse is dropped: the candidate stands as it was, and the next round begins with it', async () => {
  for (const rounds of [1, 2])
    await withCrew(
      {
        files: {
          'AGENTS.md': '```mm-gates\nlinter: sh lint.sh\ntests: sh check.sh\n```\n',
          'lint.sh': 'if grep -rn UGLY src; then exit 1; fi\n',
        },
        gemini: {
          implement: `put src/b.txt "b, BROKEN BEST"\n${answer('g-1')}`,
          repair: [
            'if once worse; then put src/b.txt "b, BROKEN UGLY"',
            'else cp src/b.txt "$LOG/found"; put src/b.txt "b, BEST"; fi',
            answer('g-1'),
          ].join('\n'),
        },
      },
      async (repo) => {
        const result = await execute(repo, ['--only', 'gemini', '--set', `repair.rounds=${rounds}`]);
        assert.is(callsTo(repo, 'repair').length, rounds);
        assert.match(result.stderr, /dropped, since it made its work worse: `linter` is pass, against fail/);
        const { gates } = result.session.passes[0].models.gemini;
        const candidate = inSession(result, 'pass-0001/files/gemini/src/b.txt');
        if (rounds === 1) {
          assert.is(result.code, 1, result.stderr);
          assert.equal([gates, candidate], [{ linter: 'pass', tests: 'fail' }, 'b, BROKEN BEST\n']);
        } else {
          assert.is(result.code, 0, result.stderr);
          assert.equal([gates, candidate], [{ linter: 'pass', tests: 'pass' }, 'b, BEST\n']);
          assert.is(readFileSync(join(repo.log, 'found'), 'utf8'), 'b, BROKEN BEST\n');
        }
      },
    );
});

test('a CLI without sessions, or with an id that may be no argument, gets the whole prompt again with what it has made', async () => {
  for (const session of ['--model=dear', 'a b', '../../x', 'x'.repeat(200), null])
    await withCrew(
      {
        gemini: {
          implement: `put src/b.txt "b, BROKEN BEST"\nput src/new.txt "new of gemini"\n${session === null ? 'say \'{"response":"done"}\'' : answer(session)}`,
          repair: `put src/b.txt "b, BEST"\nsay '{"response":"mended"}'`,
        },
      },
      async (repo) => {
        const result = await execute(repo, ['--only', 'gemini']);
        assert.is(result.code, 0, result.stderr);
        const [call] = callsTo(repo, 'repair');
        assert.equal(call?.argv, RESUME.slice(0, -1), String(session));
        const text = call?.stdin ?? '';
        assert.match(text, /Task: Write greetings/);
        assert.match(
          text,
          /## What you have made of it so far[\s\S]*```diff\n[\s\S]*\+b, BROKEN BEST\n[\s\S]*\+new of gemini\n/,
        );
        assert.ok(text.includes(FAILING), text);
        assert.is(result.session.passes[0].models.gemini.attempts[1].resumed, undefined);
        assert.is(repo.read('src/b.txt'), 'b, BEST\n');
      },
    );
});

test('a session that is gone falls back to the whole prompt, and that is said; whether the CLI has words for it or none', async () => {
  const gone = {
    words: 'complain "Error resuming session: No previous sessions found for this project."; return 42',
    silence: 'return 0',
  };
  for (const how of Object.values(gone))
    await withCrew(
      {
        gemini: {
          implement: `put src/b.txt "b, BROKEN BEST"\n${answer('g-1')}`,
          repair: `case " $* " in *" -r "*) ${how};; esac\nput src/b.txt "b, BEST"\n${answer('g-2')}`,
        },
      },
      async (repo) => {
        const result = await execute(repo, ['--only', 'gemini']);
        assert.is(result.code, 0, result.stderr);
        const [first, second, ...more] = callsTo(repo, 'repair');
        assert.equal([first?.argv.at(-1), second?.argv.includes('-r'), more.length], ['g-1', false, 0]);
        assert.match(second?.stdin ?? '', /Task: Write greetings[\s\S]*## What you have made of it so far/);
        assert.match(result.stderr, /Gemini: gemini no longer has its session, so it gets the whole prompt again/);
        assert.equal(
          result.session.passes[0].models.gemini.attempts.map(({ failure }: { failure: string }) => failure),
          [null, 'no-session', null],
        );
      },
    );
});

for (const [when, script] of Object.entries({
  during: `mark repairing\nonce slow && wait_for go\nput src/b.txt "b, BEST"\n${answer('g-1')}`,
  after: `put src/b.txt "b, BEST HOLD"\n${answer('g-1')}`,
}))
  test(`killed ${when} a repair, the run goes on with \`mm resume\`, and no answer is paid for twice`, () =>
    withCrew(
      {
        files: { 'check.sh': HOLDING },
        gemini: { implement: `put src/b.txt "b, BROKEN BEST"\n${answer('g-1')}`, repair: script },
      },
      async (repo) => {
        const started = repo.startMm([...EXECUTE]);
        if (when === 'during') await repo.reached('repairing');
        else await waitUntil('the gates of what was mended', () => (existsSync(join(repo.home, 'held')) ? true : null));
        await waitUntil('all models', () => (callsTo(repo, 'implement').length === 3 ? true : null));
        started.killGroup('SIGKILL');
        await started.exit;
        repo.release('go');
        writeFileSync(join(repo.home, 'go'), '');
        const resumed = await repo.runMm(['resume', '--yes', '--headless'], { deadline: 150_000 });
        assert.is(resumed.code, 0, resumed.stderr);
        assert.is(callsTo(repo, 'implement', 'gemini').length, 1);
        const calls = callsTo(repo, 'repair');
        // what was cut short is asked once more: it had given no answer
        assert.is(calls.length, when === 'during' ? 2 : 1);
        for (const { argv } of calls) assert.is(argv.at(-1), 'g-1');
        const ended = eventsOfType(resumed, 'attempt_end').filter(({ step, paid }) => step === 'repair' && paid);
        assert.is(ended.length, 1);
        assert.match(repo.read('src/b.txt'), /^b, BEST/);
        assert.equal(resumed.session.passes[0].models.gemini.gates, { tests: 'pass' });
      },
    ));

test.run();
