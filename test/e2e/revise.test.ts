// What the user tells a model to change: in the review, or with `mm revise` when the session has ended. It goes on with
// its own work, in the session of its CLI; what comes of it is tested, compared and put together anew.
// deadline: 600
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { EXECUTE, eventsOfType, execute, inSession, withCrew } from '../support/crew.ts';
import type { Repo } from '../support/repo.ts';
import { type Terminal, withTerminal } from '../support/terminal.ts';

const answer = (session: string) => `say '{"session_id":"${session}","response":"done"}'`;
const callsTo = (repo: Repo, step: string, agent?: string) => repo.calls(agent).filter((call) => call.step === step);
const RESUME = ['-m', 'pro', '-y', '--skip-trust', '-o', 'stream-json', '-r'];
const NOTE = 'keep the old name, $HOME and `id` as they are';

/** Gemini is best in b.txt, and makes it better when it is told. */
const GEMINI = {
  implement: `put src/b.txt "b, BEST"\n${answer('g-1')}`,
  revise: `cp src/b.txt "$LOG/found"; put src/b.txt "b, BEST, revised"\n${answer('g-1')}`,
};

/** A run in a terminal, at the question whether to accept the plan; `choose` takes the entry that begins so. */
const reviewing = (
  repo: Repo,
  env: Readonly<Record<string, string>>,
  work: (terminal: Terminal, choose: (label: string) => Promise<void>) => Promise<void>,
) =>
  withTerminal(repo, [EXECUTE[0], 'timeout:60 Write greetings'], { cols: 120, rows: 60, env }, async (terminal) => {
    await terminal.waitFor(/1 — single pass \(Recommended\)/);
    terminal.press('Enter');
    await terminal.waitFor(/❯ Accept/);
    await work(terminal, terminal.choose);
  });

test('in the review a candidate is told what to change, in a line or in the editor; the plan comes up again with what changed', () =>
  withCrew(
    { gemini: { ...GEMINI, revise: `put src/b.txt "b, BEST, revised $(once r && echo 1)"\n${answer('g-1')}` } },
    async (repo) => {
      repo.installTool('nano', '#!/bin/sh\nprintf "two\\nlines\\n" | cat - "$1" >"$1.new" && cp "$1.new" "$1"\n');
      await reviewing(repo, { EDITOR: 'nano' }, async (terminal, choose) => {
        await choose('Tell a candidate what to change');
        await choose('Gemini');
        await terminal.waitFor(/What should Gemini change\? \(Enter alone opens nano/);
        terminal.type('keep the name');
        terminal.press('Enter');
        await terminal.waitFor(/You told Gemini: “keep the name” Changed since: src\/b\.txt \(Gemini\)/);
        await terminal.waitFor(/❯ Accept/);
        await choose('Tell a candidate what to change');
        await choose('Gemini');
        await terminal.waitFor(/Enter alone opens nano/);
        terminal.press('Enter');
        await terminal.waitFor(/You told Gemini: “two lines”/);
        await terminal.waitFor(/❯ Accept/);
        terminal.press('Enter');
        const ended = await terminal.exit();
        assert.is(ended.code, 0);
        const [implement, ...revised] = repo.calls('gemini');
        assert.equal(
          revised.map(({ step, cwd, argv }) => [step, cwd, argv.at(-1)]),
          [
            ['revise', implement?.cwd, 'g-1'],
            ['revise', implement?.cwd, 'g-1'],
          ],
        );
        assert.match(revised[1]?.stdin ?? '', /\n\ntwo\nlines\n\n/);
        assert.is(repo.read('src/b.txt'), 'b, BEST, revised \n');
      });
    },
  ));

test('what was chosen in the review before a candidate is told what to change holds for the plan that comes of it', () =>
  withCrew({ gemini: GEMINI }, async (repo) => {
    await reviewing(repo, {}, async (terminal, choose) => {
      await choose('Drop a file');
      await choose('src/c.txt');
      await terminal.waitFor(/Apply this plan\? 2 files/);
      await choose('Tell a candidate what to change');
      await choose('Gemini');
      await terminal.waitFor(/What should Gemini change\?/);
      terminal.type('keep the name');
      terminal.press('Enter');
      await terminal.waitFor(/src\/c\.txt: left as it was \(chosen by you\)/);
      await terminal.waitFor(/Apply this plan\? 2 files from Claude, Gemini; all required gates pass on it/);
      await choose('Accept');
      assert.is((await terminal.exit()).code, 0);
    });
    assert.equal([repo.read('src/b.txt'), repo.has('src/c.txt')], ['b, BEST, revised\n', false]);
  }));

test('`mm revise` goes on with an ended session: its result is taken out, the model told, and the new plan applied', () =>
  withCrew({ gemini: GEMINI }, async (repo) => {
    const first = await execute(repo);
    assert.is(first.code, 0, first.stderr);
    assert.is(repo.read('src/b.txt'), 'b, BEST\n');
    const { cwd } = callsTo(repo, 'implement', 'gemini')[0]!;
    const judged = callsTo(repo, 'compare').length;

    const revised = await repo.runMm(['revise', 'latest', 'gemini', NOTE, '--yes', '--json'], { deadline: 150_000 });
    assert.is(revised.code, 0, revised.stderr);
    const [call, ...more] = callsTo(repo, 'revise');
    assert.equal([call?.argv, call?.cwd, more.length], [[...RESUME, 'g-1'], cwd, 0]);
    assert.ok(call?.stdin.includes(NOTE), call?.stdin);
    assert.equal([callsTo(repo, 'implement').length, callsTo(repo, 'compare').length - judged], [3, 2]);
    assert.equal([repo.read('src/a.txt'), repo.read('src/b.txt')], ['a, BEST\n', 'b, BEST, revised\n']);
    const document = JSON.parse(revised.stdout);
    assert.is(document.session_id, first.session.session_id);
    const [pass] = document.passes;
    assert.equal(
      pass.revisions.map(({ slot, note, tree }: Record<string, unknown>) => [slot, note, tree]),
      [['gemini', NOTE, pass.models.gemini.tree]],
    );
    assert.equal(pass.models.gemini.gates, { tests: 'pass' });
    assert.match(
      pass.plan.notes[0],
      /^You told Gemini: “keep the old name.*” Changed since: src\/b\.txt \(Gemini\)\.$/,
    );
    assert.match(inSession(revised, 'pass-0001/synthesis.md'), /You told Gemini: “keep the old name/);
    assert.is(inSession(revised, 'pass-0001/files/gemini/src/b.txt'), 'b, BEST, revised\n');
    const undone = await repo.runMm(['undo']);
    assert.is(undone.code, 0, undone.stderr);
    assert.is(repo.git('status', '--porcelain'), '');
  }));

test('the recipes that pick one winner, and that work in clones, take it too', async () => {
  for (const recipe of ['prompt', 'isolated'])
    await withCrew({ codex: null, gemini: GEMINI }, async (repo) => {
      const declined = await repo.runMm([recipe, 'Write greetings', '--headless'], { deadline: 150_000 });
      assert.is(declined.code, 3, declined.stderr);
      const args = ['revise', declined.session.session_id, 'gemini', NOTE, '--yes'];
      const revised = await repo.runMm(args, { deadline: 150_000 });
      assert.is(revised.code, 0, revised.stderr);
      const [call] = callsTo(repo, 'revise');
      assert.equal([call?.argv.at(-1), call?.cwd], ['g-1', callsTo(repo, 'implement', 'gemini')[0]?.cwd], recipe);
      assert.is(inSession(revised, 'pass-0001/files/gemini/src/b.txt'), 'b, BEST, revised\n');
    });
});

test('what can not be revised is refused before anything is touched', () =>
  withCrew({}, async (repo) => {
    const refused = async (args: readonly string[], says: RegExp) => {
      const { code, stderr } = await repo.runMm(['revise', ...args]);
      assert.is(code, 2, stderr);
      assert.match(stderr, says);
    };
    await refused(['latest', 'gemini'], /what that is/);
    await refused(['latest', 'gemini', 'x'], /no session/i);
    const run = await execute(repo);
    await refused(['latest', 'gemin', 'x'], /"gemin" has made no candidate[\s\S]*Did you mean gemini\?/);
    const before = repo.read('src/b.txt');
    writeFileSync(join(repo.dir, 'src/b.txt'), 'edited since\n');
    const edited = await repo.runMm(['revise', 'latest', 'gemini', 'x', '--yes']);
    assert.is(edited.code, 2, edited.stderr);
    assert.match(edited.stderr, /have been edited since[\s\S]*mm undo/);
    assert.equal([repo.read('src/b.txt'), before], ['edited since\n', 'b, BEST\n']);
    assert.equal(callsTo(repo, 'revise'), []);
    assert.ok(existsSync(run.sessionDir ?? ''));
  }));

test('killed while a model revises, the session is gone on with, and no other answer is paid for again', () =>
  withCrew(
    { gemini: { ...GEMINI, revise: `mark revising\nonce slow && wait_for go\n${GEMINI.revise}` } },
    async (repo) => {
      assert.is((await execute(repo)).code, 0);
      const calls = repo.calls().length;
      const started = repo.startMm(['revise', 'latest', 'gemini', NOTE, '--yes']);
      await repo.reached('revising');
      started.killGroup('SIGKILL');
      await started.exit;
      repo.release('go');
      const resumed = await repo.runMm(['resume', '--yes', '--headless'], { deadline: 150_000 });
      assert.is(resumed.code, 0, resumed.stderr);
      assert.equal(
        repo
          .calls()
          .slice(calls)
          .map(({ step }) => step),
        ['revise', 'revise', 'compare', 'compare', 'integrate'],
      );
      assert.is(repo.read('src/b.txt'), 'b, BEST, revised\n');
      assert.is(eventsOfType(resumed, 'attempt_end').filter(({ step, paid }) => step === 'revise' && paid).length, 1);
    },
  ));

test.run();
