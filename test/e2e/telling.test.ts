// What a run tells beside its result: what earlier ones show, what runs just now and how it ended, and, to somebody who
// looks away, that it waits or is over.
// deadline: 600
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isRunning } from '../../lib/system/processes-left.ts';
import { EXECUTE, eventsOfType, execute, withCrew } from '../support/crew.ts';
import type { Repo } from '../support/repo.ts';
import { withTerminal } from '../support/terminal.ts';
import { waitUntil } from '../support/wait.ts';

const ONE = { gemini: null, codex: null } as const;
const USAGE = `say '{"type":"result","result":"done","total_cost_usd":0.5,"usage":{"input_tokens":900,"output_tokens":100}}'`;
const PAID = { ...ONE, claude: { implement: `put src/a.txt "a, BEST"\n${USAGE}` } } as const;
const TASK = '-rf <b>x</b> & \\033[2J $(id) "\'';

/** A notify-send that writes down what it is given. */
const installNotifier = (repo: Repo, then = ''): void =>
  repo.installTool(
    'notify-send',
    `#!${join(repo.bin, 'bash')}\nprintf '%s\\0' "$@" >>'${join(repo.log, 'told')}'; printf '\\n' >>'${join(repo.log, 'told')}'\n${then}\n`,
  );

/** Title and text of each notification. */
const told = (repo: Repo): readonly (readonly string[])[] => {
  const file = join(repo.log, 'told');
  const calls = existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : [];
  return calls.map((call) => call.split('\0').slice(2, 4));
};

let made = 0;
/** More sessions like one that there is, some minutes at work each. */
function more(like: string, minutes: readonly number[], change: (text: string) => string = (text) => text): void {
  for (const each of minutes) {
    const dir = join(dirname(like), `20200101-000000Z-${++made}-aaaa`);
    mkdirSync(dir);
    const record = JSON.parse(readFileSync(join(like, 'session.json'), 'utf8'));
    writeFileSync(join(dir, 'session.json'), change(JSON.stringify({ ...record, worked_ms: each * 60_000 })));
  }
}

test('stats: a row per slot and backend, of real runs; a forecast from the third on; older and foreign records', () =>
  withCrew(PAID, async (repo) => {
    const none = await repo.runMm(['stats']);
    assert.equal([none.code, none.stderr], [0, '']);
    assert.match(none.stdout, /^There is nothing to count yet in this repository/);
    const first = await execute(repo);
    assert.is(first.code, 0, first.stderr);
    assert.not.match(first.stderr, /Usually/);
    const { stdout } = await repo.runMm(['stats']);
    assert.match(stdout, /^claude +claude +1\/1 +100 % +1 +\+0 -0 +0:0\d +0:0\d +\d[\d.]*k? +\$0\.50$/m);
    assert.ok(
      stdout.split('\n').every((line) => line.length <= 80),
      stdout,
    );

    more(first.sessionDir!, [6]);
    const dry = () => repo.runMm(['execute', 'Write greetings', '--dry-run', '--json']);
    assert.not.match((await dry()).stderr, /Usually/);
    more(first.sessionDir!, [14]);
    const forecast = await dry();
    assert.match(forecast.stderr, /^Usually \d+ s to 14 min and about \$0\.50 here \(3 runs\)\.$/m);
    assert.not.match(forecast.stdout, /Usually/);

    const foreign = join(dirname(first.sessionDir!), '20200101-000000Z-foreign-aaaa');
    mkdirSync(foreign);
    writeFileSync(join(foreign, 'session.json'), '{"somebody":"else"}');
    // an older version's record says less, others nothing at all
    more(first.sessionDir!, [1, 2], (text) => text.replace(/"worked_ms":\d+,/, '').replace(/"step":"implement",/g, ''));
    const json = await repo.runMm(['stats', '--json']);
    assert.is(json.stderr, '1 session could not be read, and did not count.\n');
    const { sessions, slots, forecasts, schema_version } = JSON.parse(json.stdout);
    assert.equal([schema_version, sessions.ended, sessions.unreadable], [1, 5, 1]);
    assert.equal([slots.length, slots[0].runs, slots[0].files.taken], [1, 5, { total: 5, unknown: 0 }]);
    assert.is(forecasts.execute.runs, 3, 'of two of them the time is not known');
    assert.is(JSON.parse((await repo.runMm(['stats', '--json', '--all'])).stdout).sessions.ended, 5);
  }));

test('status tells what runs, what is unusually long and how it ended; it waits, and touches nothing', () =>
  withCrew(
    { ...PAID, claude: { implement: `mark working\nwait_for go\nput src/a.txt "a, BEST"\n${USAGE}` } },
    async (repo) => {
      const nothing = await repo.runMm(['status', '--wait']);
      assert.equal([nothing.code, nothing.stdout], [0, 'No session runs in this repository.\n']);
      repo.release('go');
      const first = await execute(repo);
      more(first.sessionDir!, Array(20).fill(1), (text) => text.replace(/"elapsed_ms":\d+/g, '"elapsed_ms":1'));
      repo.commit('the result');
      repo.installAgent('claude', { implement: `mark again\nwait_for on\nput src/a.txt "once more"\n${USAGE}` });
      const running = repo.startMm([...EXECUTE]);
      await repo.reached('again');
      const before = repo.state();
      const now = JSON.parse((await repo.runMm(['status', '--json'])).stdout).sessions;
      assert.is(now.length, 1);
      const { session_id, state, pid, waits_for, phase, lanes, task } = now[0];
      assert.equal([state, waits_for, phase, task], ['running', null, 'pass', 'Write greetings']);
      assert.ok(pid > 0);
      const [lane] = lanes;
      assert.equal([lane.id, lane.backend, lane.state, lane.doing], ['claude', 'claude', 'running', 'implement']);
      // twenty like it took a moment each
      assert.equal([lane.unusual_ms, lane.unusually_long, lane.limit_ms], [1, true, 1_200_000]);
      const said = await repo.runMm(['status']);
      assert.match(said.stdout, new RegExp(`^${session_id} ${repo.dir}\nprocess ${pid} on .*\nexecute pass`));
      assert.match(said.stdout, /● Claude +claude implement \d:\d\d\/20:00 .* unusually long/);

      const waiting = repo.startMm(['status', '--wait', session_id]);
      const all = repo.startMm(['status', '--wait', '--json', '--all']);
      // another process would write half a line just now
      const journal = join(now[0].session_dir, 'events.jsonl');
      const lines = readFileSync(journal, 'utf8');
      writeFileSync(journal, `${lines}{"seq":99`);
      assert.is(JSON.parse((await repo.runMm(['status', '--json'])).stdout).sessions[0].state, 'running');
      writeFileSync(journal, lines);
      assert.equal(repo.state(), before);
      repo.release('on');
      const [ended, one, both] = [await running.exit, await waiting.exit, await all.exit];
      assert.equal([ended.code, one.code, both.code], [0, 0, 0]);
      assert.is(one.stdout, `${session_id}: completed\n`);
      assert.equal(
        JSON.parse(both.stdout).sessions.map((each: { status: string; exit: number }) => [each.status, each.exit]),
        [['completed', 0]],
      );
      assert.is(eventsOfType(ended, 'attempt_start')[0]?.unusual_ms, lane.unusual_ms);
    },
  ));

test('status of a question that waits, of a session that was killed, and the exit code of one that failed', () =>
  withCrew(ONE, async (repo) => {
    installNotifier(repo);
    const set = ['--set', 'notify.on=all', '--set', 'notify.after=1s'];
    await withTerminal(
      repo,
      ['execute', '--passes', '1', '--timeout', '60', ...set, '--', TASK],
      {},
      async (terminal) => {
        await terminal.waitFor(/Apply this plan\?/, 30_000);
        const { sessions } = JSON.parse((await repo.runMm(['status', '--json'])).stdout);
        assert.equal([sessions[0].state, sessions[0].waits_for.question], ['waiting', 'Apply the plan?']);
        assert.match((await repo.runMm(['status'])).stdout, /^waits for your answer since \d:\d\d: Apply the plan\?$/m);
        const waiting = repo.startMm(['status', '--wait']);
        await waitUntil('a notification', () => told(repo)[0] ?? null);
        terminal.press('Enter');
        assert.is((await terminal.exit()).code, 0);
        assert.is((await waiting.exit).code, 0);
      },
    );
    const text = '“-rf ‹b›x‹/b› ＆ ＼033[2J $(id) "\'” in project';
    assert.equal(told(repo), [
      ['mm execute waits for your answer', text],
      ['mm execute is complete', text],
    ]);

    repo.commit('the result');
    repo.installAgent('claude', { implement: 'mark killed\nwait_for never' });
    const killed = repo.startMm([...EXECUTE]);
    await repo.reached('killed');
    const waiting = repo.startMm(['status', '--wait']);
    const { sessions } = JSON.parse((await repo.runMm(['status', '--json'])).stdout);
    killed.kill('SIGKILL');
    await killed.exit;
    const gone = await waiting.exit;
    assert.equal([gone.code, sessions[0].state], [1, 'running']);
    // a command to type is never broken, however many digits the process number has
    const back = `To put the repository back:\n    mm recover ${sessions[0].session_id}\n`;
    assert.match(gone.stdout, new RegExp(`ended without a record: its process ${sessions[0].pid} is gone\n${back}`));
    assert.match((await repo.runMm(['status'])).stdout, /ended without a record/);
    assert.is((await repo.runMm(['recover'])).code, 0);
    assert.is((await repo.runMm(['status', sessions[0].session_id, '--wait'])).code, 1, 'put back: nothing came of it');
  }));

test('--wait: a run begins when the one that works in the tree has ended; status says who waits for whom', () =>
  withCrew({ ...ONE, claude: { implement: 'mark working\nwait_for go\nput src/a.txt "a, BEST"' } }, async (repo) => {
    const first = repo.startMm([...EXECUTE]);
    await repo.reached('working');
    const second = repo.startMm([...EXECUTE, '--wait']);
    const [, session] = await second.waitFor(/Waiting for session (\S+) \(process \d+\) to end\./);
    const { sessions, queue } = JSON.parse((await repo.runMm(['status', '--json'])).stdout);
    assert.equal([sessions.length, sessions[0].session_id], [1, session]);
    assert.equal(
      queue.map((each: Record<string, unknown>) => [each.command, each.repository, each.pid, each.waits_for]),
      [['execute', repo.dir, queue[0].pid, { session_id: session, pid: sessions[0].pid }]],
    );
    assert.match(
      (await repo.runMm(['status'])).stdout,
      new RegExp(`^process ${queue[0].pid} waits since .* for ${session}$`, 'm'),
    );
    const refused = await execute(repo);
    assert.equal([refused.code, refused.stderr.includes(`Session ${session} is working in this tree`)], [2, true]);
    repo.release('go');
    assert.is((await first.exit).code, 0);
    const after = await second.exit;
    assert.is(after.code, 0, after.stderr);
    assert.equal(JSON.parse((await repo.runMm(['status', '--json'])).stdout).queue, []);
  }));

test('notify: a notifier that hangs or fails holds up nothing; a failure of the run is told, and nothing headless waits', () =>
  withCrew({ ...ONE, claude: { implement: 'exit 3' } }, async (repo) => {
    const pid = join(repo.log, 'pid');
    installNotifier(repo, `trap '' TERM HUP INT\necho $$ >'${pid}'\nexec sleep 1000`);
    const failed = await execute(repo, ['--set', 'notify.on=[failed, question]']);
    assert.is(failed.code, 1);
    const hangs = Number(await waitUntil('the notifier', () => (existsSync(pid) && readFileSync(pid, 'utf8')) || null));
    assert.ok(isRunning(hangs), 'it is still at it: it has its own time');
    process.kill(hangs, 'SIGKILL');
    assert.equal(told(repo), [['mm execute has ended without a complete result', '“Write greetings” in project']]);

    installNotifier(repo, 'echo no display >&2; exit 1');
    const failing = await execute(repo, ['--set', 'notify.on=all']);
    assert.is(failing.code, 1);
    assert.not.match(failing.stderr, /no display/);

    const wrong = await repo.runMm([
      'check',
      'execute',
      '--set',
      'notify.on=[done]',
      '--set',
      'notify.commands=[[x, "${task}"]]',
    ]);
    assert.is(wrong.code, 2);
    assert.match(wrong.stderr, /`question`/);
  }));

test.run();
