// Enough is enough: when so many lanes pass, the others have the grace and are then ended; a slot may make several lanes,
// or one more only while none passes; lanes of one vendor start apart.
// deadline: 600
import { existsSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Event } from '../../lib/core/events.ts';
import { EXECUTE, eventsOf, eventsOfType, execute, inSession, withCrew } from '../support/crew.ts';
import type { Repo } from '../support/repo.ts';

const callsTo = (repo: Repo, step: string, agent?: string) => repo.calls(agent).filter((call) => call.step === step);
const set = (...settings: readonly string[]) => settings.flatMap((setting) => ['--set', setting]);
/** The place of the first event of which this holds. */
const placeOf = (events: readonly Event[], is: (event: Event) => boolean): number => {
  const place = events.findIndex(is);
  assert.ok(place >= 0, String(is));
  return place;
};

test('when two lanes pass, the third has the grace, is ended with its tree put back, and still judges as the primary', () =>
  withCrew(
    {
      claude: {
        implement: 'put src/a.txt half\nput src/new.txt half\ngrandchild never\nwait_for never',
        compare: 'prefer BEST',
      },
      codex: { implement: 'put src/a.txt "a, BEST"\nput src/c.txt "c of gpt"\nsay c' },
    },
    async (repo) => {
      const result = await execute(repo, set('enough={ passing: 2, grace: 1s }'));
      assert.is(result.code, 0, result.stderr);
      const events = eventsOf(result);
      const enough = placeOf(events, ({ type }) => type === 'enough');
      const superseded = placeOf(events, ({ type }) => type === 'superseded');
      const ended = placeOf(events, (e) => e.type === 'attempt_end' && e.slot === 'claude' && e.step === 'implement');
      const compared = placeOf(events, (e) => e.type === 'step_start' && e.executor === 'judge');
      assert.ok(enough < superseded && superseded < ended && ended < compared, [enough, superseded, ended].join());
      assert.ok(Date.parse(events[superseded]!.at) - Date.parse(events[enough]!.at) >= 1000);
      const { claude, gemini, gpt } = result.session.passes[0].models;
      assert.equal([claude.status, claude.tree, gemini.status, gpt.status], ['superseded', null, 'ok', 'ok']);
      assert.equal(
        claude.attempts.map(({ failure }: { failure: string }) => failure),
        ['superseded'],
      );
      assert.is(callsTo(repo, 'implement', 'claude').length, 1, 'it is not tried again');
      assert.is(callsTo(repo, 'compare', 'claude').length, 2);
      assert.equal(['src/a.txt', 'src/b.txt'].map(repo.read), ['a, BEST\n', 'b, BEST\n']);
      assert.not.ok(repo.has('src/new.txt'));
      assert.match(result.stderr, /2 pass all gates: Gemini, GPT\. Claude: 0:01 left/);
      assert.match(result.stderr, /Claude: superseded: ended, since enough others pass/);
      assert.not.match(result.stderr, /Claude is out of this pass|takes its place/);
      const summary = inSession(result, 'summary.md');
      assert.match(summary, /- \*\*Claude\*\* is superseded: it was ended, since enough others had passed/);
      assert.match(inSession(result, 'pass-0001/quality-gates.md'), /^\| Claude \| — \| superseded \|$/m);
      assert.not.match(summary, /superseded after/);
    },
  ));

test('a slot with a count makes lanes with places, outputs and branches of their own, which start apart and can be told what to change', () =>
  withCrew(
    {
      claude: null,
      codex: null,
      gemini: {
        implement: 'put src/a.txt "a of $MM_SLOT"\nput "src/$MM_SLOT.txt" "BEST"\nsay "$MM_SLOT did it"',
        revise: 'put src/a.txt "a of gemini.3, revised"\nsay done',
        compare: 'prefer "a of gemini.3"',
      },
    },
    async (repo) => {
      const count = set('slots.gemini.count=3', 'stagger=500ms');
      const result = await execute(repo, count);
      assert.is(result.code, 0, result.stderr);
      const ids = ['gemini.1', 'gemini.2', 'gemini.3'];
      assert.equal(Object.keys(result.session.passes[0].models).sort(), ids);
      const calls = callsTo(repo, 'implement');
      assert.equal(calls.map(({ slot }) => slot).sort(), ids);
      for (const { slot, cwd } of calls) assert.ok(cwd.endsWith(`-mm-${slot}`), cwd);
      const starts = eventsOfType(result, 'attempt_start').filter(({ step }) => step === 'implement');
      const times = starts.map(({ at }) => Date.parse(at));
      assert.ok(times[1]! - times[0]! >= 500 && times[2]! - times[1]! >= 500, times.join());
      for (const id of ids) {
        assert.is(inSession(result, `pass-0001/outputs/${id}.md`), `${id} did it\n`);
        assert.match(inSession(result, `pass-0001/diffs/${id}.diff`), new RegExp(`a of ${id}`));
      }
      for (const { stdin } of callsTo(repo, 'compare')) assert.match(stdin, /^## Candidate C$/m);
      assert.is(repo.read('src/a.txt'), 'a of gemini.3\n');

      const revised = await repo.runMm(['revise', 'latest', 'gemini.3', 'Change it', '--yes']);
      assert.is(revised.code, 0, revised.stderr);
      assert.is(repo.read('src/a.txt'), 'a of gemini.3, revised\n');
      assert.equal(
        callsTo(repo, 'revise').map(({ slot }) => slot),
        ['gemini.3'],
      );

      for (const [only, lanes] of [
        ['gemini', ids],
        ['gemini.2', ['gemini.2']],
      ] as const) {
        const dry = await repo.runMm([...EXECUTE, ...count, '--dry-run', '--only', only]);
        const shown = [...dry.stdout.matchAll(/- lanes (\S+)/g)].map(([, id]) => id);
        assert.equal(shown, [...lanes], dry.stdout + dry.stderr);
      }
    },
  ));

test('with `until: passing` one more lane begins only while none has passed; what is not needed has not failed', () =>
  withCrew(
    {
      claude: null,
      codex: null,
      gemini: { implement: '[ "$MM_SLOT" = gemini.1 ] && put src/a.txt BROKEN || put src/a.txt "a of $MM_SLOT"' },
    },
    async (repo) => {
      const count = set('slots.gemini.count={ most: 3, until: passing }', 'repair.rounds=0', 'stagger=none');
      const result = await execute(repo, count);
      assert.is(result.code, 0, result.stderr);
      assert.equal(
        callsTo(repo, 'implement').map(({ slot }) => slot),
        ['gemini.1', 'gemini.2'],
      );
      const events = eventsOf(result);
      const lastOfFirst = events.findLastIndex((event) => event.type === 'step_end' && event.lane === 'gemini.1');
      const second = placeOf(events, (event) => event.type === 'step_start' && event.lane === 'gemini.2');
      assert.ok(lastOfFirst < second, 'the second waits for the end of the first');
      assert.equal(
        eventsOfType(result, 'not_needed').map(({ lane }) => lane),
        ['gemini.3'],
      );
      assert.equal(Object.keys(result.session.passes[0].models), ['gemini.1', 'gemini.2']);
      assert.is(repo.read('src/a.txt'), 'a of gemini.2\n');
      assert.match(result.stderr, /Gemini \(3\): not needed, and not begun/);
      assert.not.match(inSession(result, 'summary.md'), /Gemini \(3\)/);
    },
  ));

test('the look ahead and `mm check` say in plain words who begins when, and when lanes are ended', () =>
  withCrew({}, async (repo) => {
    const settings = set('enough.passing=2', 'slots.gemini.count={ start: 2, most: 3, until: passing }');
    const dry = await repo.runMm([...EXECUTE, ...settings, '--dry-run']);
    assert.is(dry.code, 0, dry.stderr);
    assert.match(dry.stdout, /- lanes gemini\.2 \(in parallel, its model 3s after that of gemini\.1\)\n/);
    assert.match(dry.stdout, /- lanes gemini\.3 \(only where no lane of gemini before it passes\)\n/);
    assert.match(dry.stdout, /- when 2 of them pass, the others have 300s and are then ended\n/);
    const check = await repo.runMm(['check', 'execute', ...settings]);
    assert.match(check.stdout, /gemini\.3 \(worktree, begins only where no lane of gemini before it passes\)/);
    assert.match(check.stdout, /enough: 2 that pass; the others then have 300s, and are ended/);

    const few = await repo.runMm([...EXECUTE, ...set('enough.passing=2'), '--only', 'gemini', '--dry-run']);
    assert.match(few.stderr, /`enough` waits for 2 lanes that pass, and only 1 can take part here/);
    const many = await execute(repo, set('enough.passing=4'));
    assert.is(many.code, 2);
    assert.match(many.stderr, /--set.*:1:16.*`enough` waits for 4 lanes that pass, and the recipe has 3/s);
    assert.not.ok(existsSync(repo.sessions) && many.sessionDir !== null, 'nothing was begun');
  }));

test.run();
