// Hosts that are lost in the middle: the lane is made anew on the next one, and what was lost is nobody's failure.
// deadline: 600
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { eventsOfType, withCrew } from '../support/crew.ts';
import { farHosts } from '../support/far-hosts.ts';
import type { MmResult } from '../support/mm.ts';
import { waitUntil } from '../support/wait.ts';

const LONG = { deadline: 150_000 };
const args = (recipe: string, more: readonly string[] = []) =>
  [recipe, 'Write greetings', '--headless', '--yes', ...more] as const;
const WORK = 'put src/b.txt "b, BEST"\nput src/new.txt "new BEST"\nsay gemini did it';
/** Its first start never ends by itself; the second waits to be let go on. */
const TWICE = `if once first; then put src/part.txt part; mark started; wait_for never; fi
[ -e deps/here ] || complain "not prepared"
mark again; wait_for on; ${WORK}`;
const PREPARE = 'prepare: { copy: [], run: [mkdir -p deps && touch deps/here] }';
const crew = (implement: string, files = {}) => ({
  codex: null,
  gemini: { implement },
  files: { '.gitignore': 'deps\n', ...files },
});
const starts = (result: MmResult) =>
  eventsOfType(result, 'attempt_end')
    .filter(({ slot, step }) => slot === 'gemini' && step === 'implement')
    .map(({ result: { host, failure } }) => [host, failure]);

test('a lane whose host is lost is made anew on the next, and removed there once that can be reached', () =>
  withCrew(crew(TWICE), async (repo) => {
    const far = farHosts(repo, ['full', 'one', 'two'], PREPARE);
    // it answers, and no lane can be opened there
    mkdirSync(join(far.home('full'), '.cache/mm'), { recursive: true });
    writeFileSync(join(far.home('full'), '.cache/mm/lanes'), '');
    const running = repo.startMm(args(far.recipe), LONG);
    await repo.reached('started');
    far.restart('one');
    await repo.reached('again');
    far.cut('one');
    repo.release('on');
    const result = await running.exit;
    assert.is(result.code, 0, result.stderr);
    assert.equal(starts(result), [
      ['one', 'lost'],
      ['two', null],
    ]);
    assert.match(result.stderr, /one is lost .*Its lane is made anew on two\./);
    assert.match(result.stderr, 'could not be removed from one: no route to one');
    assert.is(repo.calls('gemini').length, 2);
    assert.is(repo.read('src/new.txt'), 'new BEST\n');
    assert.not.ok(repo.has('src/part.txt'));
    assert.equal([far.lanes('one').length, far.lanes('two')], [1, []]);
    const early = await repo.runMm(['recover'], LONG);
    assert.match(`${early.code} ${early.stdout}${early.stderr}`, /^[1-9] [\s\S]*could not be removed from one/);
    far.join('one');
    assert.is((await repo.runMm(['recover'], LONG)).code, 0);
    assert.equal([far.lanes('one'), repo.read('src/new.txt')], [[], 'new BEST\n']);
  }));

test('a runner that is killed after that stays on the host to which the lane went, and pays for nothing twice', () =>
  withCrew(crew(TWICE), async (repo) => {
    const far = farHosts(repo, ['one', 'two'], PREPARE);
    const first = repo.startMm(args(far.recipe), LONG);
    await repo.reached('started');
    far.restart('one');
    await repo.reached('again');
    first.kill('SIGKILL');
    await first.exit;
    const resuming = repo.startMm(['resume', '--yes', '--headless'], LONG);
    await waitUntil('its model is at work', () => (far.living('two') > 0 ? true : null));
    repo.release('on');
    const result = await resuming.exit;
    assert.is(result.code, 0, result.stderr);
    assert.equal(starts(result), [
      ['one', 'lost'],
      ['two', null],
    ]);
    assert.is(repo.calls('gemini').length, 2);
    assert.is(repo.read('src/new.txt'), 'new BEST\n');
    assert.equal([far.lanes('one'), far.lanes('two')], [[], []]);
  }));

test('a gate that is lost runs where the lane is made anew, or here, and is not held against the candidate', () =>
  withCrew(
    crew(WORK, {
      'check.sh': `if [ -e "$HOME/gate-waits" ]; then rm "$HOME/gate-waits"; touch "$HOME/gate-runs"; sleep 600; fi
pwd; if grep -rn BROKEN src; then exit 1; fi
`,
    }),
    async (repo) => {
      const far = farHosts(repo, ['one', 'two'], PREPARE);
      for (const hosts of ['[one, two]', 'one']) {
        const runs = join(far.home('one'), 'gate-runs');
        rmSync(runs, { force: true });
        writeFileSync(join(far.home('one'), 'gate-waits'), '');
        const running = repo.startMm(args(far.recipe, ['--set', `slots.gemini.host=${hosts}`]), LONG);
        await waitUntil('the gate runs', () => (existsSync(runs) ? true : null));
        far.restart('one');
        const result = await running.exit;
        assert.is(result.code, 0, result.stderr);
        const gates = eventsOfType(result, 'gate_end').filter(({ subject }) => subject === 'gemini');
        assert.equal(
          gates.map(({ result: { state } }) => state),
          ['pass'],
          hosts,
        );
        assert.match(result.stderr, hosts === 'one' ? 'What it made is here, and is tested here' : 'made anew on two');
        assert.is(repo.read('src/new.txt'), 'new BEST\n');
        assert.equal([far.lanes('one'), far.lanes('two')], [[], []], hosts);
        repo.git('checkout', '-q', '--', '.');
        repo.git('clean', '-fdq');
      }
      assert.is(repo.calls('gemini').length, 2);
    },
  ));

test.run();
