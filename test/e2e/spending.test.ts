// A run that reaches its budget: no further call of a model begins, in whatever phase that is; what is there counts.
// deadline: 900
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type CrewOptions, EXECUTE, eventsOfType, execute, inSession, withCrew } from '../support/crew.ts';
import type { Repo } from '../support/repo.ts';
import { withTerminal } from '../support/terminal.ts';

/** Dollars per million tokens, so that a call of these models costs what the crew says below. */
const PRICES = 'prices={gemini: {in: 1, out: 10}, codex: {in: 2, cached: 0, out: 10}}';
/** 1 $ for gemini: 200,000 tokens read and 80,000 written. */
const gemini = (session = 'g-1') =>
  `say '{"session_id":"${session}","response":"done","stats":{"models":{"m":{"tokens":{"prompt":200000,"candidates":80000}}}}}'`;
/** 0.2 $ for codex: of 100,000 tokens read 50,000 from a cache, and 10,000 written. */
const codex = `say '{"type":"turn.completed","usage":{"input_tokens":100000,"cached_input_tokens":50000,"output_tokens":10000}}'`;
/** What claude says that it cost, each time in another session. */
const claude = (usd: number) => `say '{"type":"result","session_id":"c-'$$'","result":"done","total_cost_usd":${usd}}'`;

/** One question less. */
const NO_TESTS = ['--set', 'options.tell_apart=never'];

const CREW: CrewOptions = {
  claude: {
    implement: `put src/a.txt "a, BEST"\nput src/b.txt "b of claude"\n${claude(0.3)}`,
    explore: claude(0),
    compare: `prefer BEST\nsay '{"total_cost_usd":0.4}'`,
    integrate: claude(0.1),
  },
  gemini: { implement: `put src/a.txt "a of gemini"\nput src/b.txt "b, BEST"\n${gemini()}`, repair: gemini() },
  codex: { implement: `put src/c.txt "c of gpt"\n${codex}` },
};
const BROKEN = { ...CREW, gemini: { implement: `put src/b.txt "b, BROKEN"\n${gemini()}`, repair: gemini() } };

const steps = (repo: Repo) =>
  [...new Set(repo.calls().map(({ step }) => step))].filter((step) => step !== 'explore').sort();
const callsOf = (repo: Repo, step: string) => repo.calls().filter((call) => call.step === step);

for (const [phase, crew, budget, asked] of [
  ['repair', BROKEN, '1', ['implement']],
  ['judging', CREW, '1.5', ['implement']],
  ['integrating', CREW, '2', ['compare', 'implement']],
] as const)
  test(`a budget that is reached before ${phase}: the run finishes with what is there, and is complete`, () =>
    withCrew(crew, async (repo) => {
      const result = await execute(repo, ['--budget', budget, '--set', PRICES, '--passes', '2', ...NO_TESTS]);
      assert.is(result.code, 0, result.stderr);
      assert.equal(steps(repo), asked);
      const { spent, passes, budget: limits } = result.session;
      assert.is(spent.usd, phase === 'integrating' ? 2.3 : 1.5);
      assert.equal([limits.usd, limits.over, spent.unknown, passes.length], [Number(budget), 'ask', {}, 1]);
      assert.equal(passes[0].plan.decided_by, phase === 'integrating' ? 'judge' : 'evidence');
      assert.match(result.stderr, /the budget is reached: \$\d\.\d0 of \$/);
      assert.match(result.stdout, /^Spent: \$\d\.\d0 of \$\d\.\d0\.$/m);
      const told = {
        repair: /its candidate stands as it was: not asked, as the budget is reached/,
        judging: /Claude was not asked \(compare\), as/,
        integrating: /Claude was not asked \(integrate\), as/,
      };
      assert.match(result.stderr, told[phase]);
      if (phase === 'judging')
        assert.match(inSession(result, 'pass-0001/synthesis.md'), /No judge was asked, as the budget was reached/);
      assert.is(eventsOfType(result, 'budget_reached').length, 1);
    }));

/** A lane that begins when another one has been paid for. */
const LATER = `prepare={run: ['if [ "$MM_SLOT" = gpt ]; then until grep -q attempt_en[d].*implement "$MM_SESSION_DIR/events.jsonl"; do sleep 0.05; done; fi']}`;

test('lanes that have not begun are out as a budget is reached; one whose only lane that is, ends with exit 1', () =>
  withCrew(CREW, async (repo) => {
    const args = ['--only', 'gemini,gpt', '--set', LATER, '--set', PRICES, '--budget', '1usd,40m'];
    const result = await execute(repo, args);
    assert.is(result.code, 0, result.stderr);
    assert.equal(steps(repo), ['implement']);
    const { models, plan } = result.session.passes[0];
    assert.equal([models.gemini.status, models.gpt.status, models.gpt.failure], ['ok', 'failed', 'budget']);
    assert.equal(models.gpt.attempts, []);
    assert.is(plan.whole, 'gemini');
    assert.match(result.stderr, /GPT: is out of this pass: not asked, as the budget is reached \(\$1\.00 of \$1\.00\)/);
    assert.match(result.stdout, /^Spent: \$1\.00 of \$1\.00, 0(\.\d)? of 40 min\.$/m);
    // now none of them gets to begin
    repo.git('reset', '-q', '--hard');
    const late = await execute(repo, ['--only', 'gpt', '--set', 'prepare={run: ["sleep 0.7"]}', '--budget', '0.01m']);
    assert.is(late.code, 1, late.stderr);
    assert.match(
      late.stderr,
      /No model delivered[\s\S]*GPT: not asked, as the budget is reached[\s\S]*mm resume \S+ --budget 10usd/,
    );
    assert.is(callsOf(repo, 'implement').length, 1);
  }));

test('a cap of a lane: no repair once its dollars are spent, and time that is over ends a call, whose work counts', () =>
  withCrew(BROKEN, async (repo) => {
    const result = await execute(repo, [
      '--set',
      'budget={usd: 9, lane_usd: 1}',
      '--set',
      'prices={gemini: {in: 1, out: 10}}',
      ...NO_TESTS,
    ]);
    assert.is(result.code, 0, result.stderr);
    assert.equal(callsOf(repo, 'repair'), []);
    assert.match(result.stderr, /Gemini: the budget of its lane is reached: \$1\.00 of \$1\.00/);
    // the share of a CLI that caps itself: the lane's, and for one that is in no lane its part of what is left
    const caps = repo
      .calls('claude')
      .map(({ step, argv }) => [step, Number(argv[argv.indexOf('--max-budget-usd') + 1])]);
    assert.equal(
      caps.find(([step]) => step === 'implement'),
      ['implement', 1],
    );
    assert.ok(
      caps.every(([, cap]) => Number(cap) > 0 && Number(cap) < 9),
      JSON.stringify(caps),
    );
    assert.ok(repo.calls('codex').every(({ argv }) => argv.every((word) => !word.includes('budget'))));
    // what one CLI does not tell is unknown
    assert.equal(result.session.spent.unknown, { codex: 1 });
    assert.is(result.session.passes[0].models.gpt.attempts[0].usage.cost_usd, null);
    assert.match(result.stderr, /codex reports tokens only, which have no price in the recipe \(`prices:`\)/);
    assert.match(result.stdout, /^Spent: \$\d\.\d\d \+ unknown of \$9\.00\. What 1 call of codex cost is unknown\.$/m);

    repo.git('reset', '-q', '--hard');
    repo.installAgent('gemini', { implement: 'put src/b.txt "b, in time"\nwait_for never' });
    const slow = await execute(repo, ['--only', 'gemini', '--set', 'budget.lane_minutes=0.02']);
    assert.is(slow.code, 0, slow.stderr);
    assert.is(repo.read('src/b.txt'), 'b, in time\n');
    const { attempts, status } = slow.session.passes[0].models.gemini;
    assert.equal([status, attempts.map(({ failure }: { failure: string }) => failure)], ['ok', ['budget']]);
    assert.match(
      slow.stderr,
      /gemini ran into the time that the budget left its lane \(1\.2s\)\. What it made until then counts\./,
    );
  }));

test('without a budget nobody is told of one, and no CLI is given a cap', () =>
  withCrew(CREW, async (repo) => {
    const result = await execute(repo);
    assert.is(result.code, 0, result.stderr);
    assert.not.match(result.stderr + result.stdout, /budget|Spent/);
    assert.ok(repo.calls().every(({ argv }) => !argv.includes('--max-budget-usd')));
    assert.is(result.session.budget, null);
  }));

test('at a terminal one is asked: with more it goes on, stopped it puts the tree back, and resume begins where it ended', () =>
  withCrew(BROKEN, async (repo) => {
    repo.write({ 'README.md': '# Mine\n' });
    const before = repo.state();
    const args = ['execute', 'Write greetings', '--passes', '1', '--timeout', '600', '--budget', '1', '--set', PRICES];
    const stopped = await withTerminal(repo, args, {}, async (terminal) => {
      await terminal.waitFor(/The budget is reached: \$1\.\d0 of \$1\.00\. What now\?/);
      await terminal.waitFor(/\$1\.50 of \$1\.00 /); // its heading, once all three have ended
      terminal.press('Enter');
      await terminal.waitFor(/How much more\?/);
      terminal.press('C-u');
      terminal.type('0');
      terminal.press('Enter');
      await terminal.waitFor(/That is no amount/);
      terminal.press('C-u');
      terminal.type('0.5usd');
      terminal.press('Enter');
      await terminal.waitFor(/The budget is reached: \$2\.50 of \$2\.00\. What now\?/);
      terminal.press('3', 'Enter');
      return terminal.exit();
    });
    assert.is(stopped.code, 1);
    assert.equal(repo.state(), before);
    assert.equal([steps(repo), callsOf(repo, 'repair').length], [['implement', 'repair'], 1]);
    assert.equal([stopped.session.status, stopped.session.failure.id], ['failed', 'budgetStopped']);
    assert.equal(stopped.session.failure.remedy.at(-1), `mm resume ${stopped.session.session_id} --budget 10usd`);
    const resumed = await repo.runMm(['resume', '--yes', '--headless', '--budget', '10usd'], { deadline: 150_000 });
    assert.is(resumed.code, 0, resumed.stderr);
    assert.equal([callsOf(repo, 'implement').length, callsOf(repo, 'repair').length], [3, 1]);
    assert.equal(
      eventsOfType(resumed, 'budget').map(({ budget }) => [budget.usd, budget.over]),
      [
        [2, 'ask'],
        [10, 'ask'],
      ],
    );
    assert.ok(resumed.session.spent.usd > 3.2, resumed.session.spent.usd); // both orders of the comparison came on top
  }));

test('killed while a model works, a run goes on with `mm resume` within the same budget: what was spent counts once', () =>
  withCrew(
    {
      ...BROKEN,
      gemini: {
        implement: BROKEN.gemini.implement,
        repair: `mark repairing\nonce slow && wait_for go\nput src/b.txt "b, BEST"\n${gemini()}`,
      },
    },
    async (repo) => {
      const started = repo.startMm([...EXECUTE, '--budget', '2.4', '--set', PRICES]);
      await repo.reached('repairing');
      started.killGroup('SIGKILL');
      const killed = await started.exit;
      repo.release('go');
      const paid = eventsOfType(killed, 'attempt_end').filter(({ result }) => result.usage !== null).length;
      const resumed = await repo.runMm(['resume', '--yes', '--headless'], { deadline: 150_000 });
      assert.is(resumed.code, 0, resumed.stderr);
      const ends = eventsOfType(resumed, 'attempt_end');
      assert.ok(ends.length > paid);
      const told = ends.reduce((sum, { result }) => sum + (result.usage?.cost_usd ?? 0), 0);
      assert.is(resumed.session.spent.usd, Number(told.toFixed(9)));
      assert.is(callsOf(repo, 'implement').filter(({ exit }) => exit === 0).length, 3);
      assert.is(resumed.session.spent.unknown.gemini, 1, 'the call that was cut off');
      assert.equal(steps(repo), ['implement', 'repair'], 'no judge: 2.50 of 2.40 are spent');
      assert.match(resumed.stderr, /the budget is reached: \$2\.50 of \$2\.40/);
    },
  ));

test('a budget or a price that is none is refused, with its place and a remedy, and nothing is touched', () =>
  withCrew(CREW, async (repo) => {
    const before = repo.state();
    for (const written of ['abc', '0', '-5', '5,6', '']) {
      const result = await repo.runMm([...EXECUTE, `--budget=${written}`]);
      assert.is(result.code, 2, written);
      assert.match(result.stderr, /--budget.*: an amount above zero, such as 5usd, 40m or 5usd,40m, was expected/);
    }
    const file = join(repo.dir, 'bad.yaml');
    writeFileSync(
      file,
      'recipe: 1\nname: bad\nextends: execute\nbudget: { usd: 0, lane_usd: -1, over: never, euro: 1 }\nprices: { gemini: { in: -1 }, "no model": { in: 1, out: 1 } }\n',
    );
    const bad = await repo.runMm(['bad.yaml', 'x', '--headless']);
    assert.is(bad.code, 2);
    for (const [place, mistake] of [
      ['4:16', '`usd` must be a number of at least 0.01, but is `0`'],
      ['4:29', '`lane_usd` must be a number of at least 0.01, but is `-1`'],
      ['4:39', '`over` must be `ask` or `stop`, but is `never`'],
      ['4:46', 'unknown key `euro`'],
      ['5:11', '`out` is missing'],
      ['5:25', '`in` must be a number'],
      ['5:31', "`no model` can't be a name here"],
    ] as const)
      assert.ok(bad.stderr.includes(`bad.yaml:${place}  ${mistake}`), `${place} ${mistake}\n${bad.stderr}`);
    assert.is(bad.sessionDir, null);
    assert.equal(repo.calls(), []);
    rmSync(file);
    // what is of no use is told, and what can't be counted, before anything is spent
    const check = await repo.runMm([
      'check',
      'execute',
      '--set',
      'budget.usd=5',
      '--set',
      'prices={codex/gpt-9: {in: 1, out: 2}}',
    ]);
    assert.is(check.code, 0, check.stdout);
    assert.match(check.stdout, /prices: `prices:` has codex\/gpt-9, which no slot of this recipe uses\./);
    assert.match(check.stdout, /gemini and codex report tokens only, which have no price in the recipe/);
    const dry = await execute(repo, ['--dry-run', '--budget', '5']);
    assert.match(dry.stdout, /- spend at most \$5\.00\n- Not all calls can be counted in dollars: gemini and codex/);
    assert.equal(repo.state(), before);
  }));

test.run();
