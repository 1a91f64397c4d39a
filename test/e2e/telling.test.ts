// What a run tells beside its result: what earlier ones show, what runs just now, and how it ended.
// deadline: 600
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { EXECUTE, eventsOfType, execute, withCrew } from '../support/crew.ts';

const ONE = { gemini: null, codex: null } as const;
const USAGE = `say '{"type":"result","result":"done","total_cost_usd":0.5,"usage":{"input_tokens":900,"output_tokens":100}}'`;
const PAID = { ...ONE, claude: { implement: `put src/a.txt "a, BEST"\n${USAGE}` } } as const;
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

test.run();
