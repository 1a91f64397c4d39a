// Lanes on other hosts: their models and gates run there, behind a prefix that here only takes the environment away.
// deadline: 600
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type CrewOptions, eventsOfType, inSession, withCrew } from '../support/crew.ts';
import { farHost, nothingLeft } from '../support/far-host.ts';
import type { MmResult } from '../support/mm.ts';
import type { Repo } from '../support/repo.ts';
import { waitUntil } from '../support/wait.ts';

const LONG = { deadline: 150_000 };
const crew = (implement: string, more: CrewOptions = {}): CrewOptions => ({
  codex: null,
  gemini: { implement },
  ...more,
});
const args = (recipe: string) => [recipe, 'Write greetings', '--headless', '--yes'] as const;
const run = (repo: Repo, recipe: string, more: readonly string[] = []): Promise<MmResult> =>
  repo.runMm([...args(recipe), ...more], LONG);
const WORK = 'put src/b.txt "b, BEST"\nput src/new.txt "new BEST"\nsay gemini did it';

test('a lane works on its host, its gates beside it, with what was prepared there; its part is in the result', () =>
  withCrew(
    crew(
      `[ "$HOME" = "\${LOG%/*}/far-home" ] || complain "home: $HOME"
[ -z "\${MM_SESSION_DIR:-}" ] || complain "told of a folder that is not here"
[ "$MM_SLOT $MM_PASS $MM_STEP $COLOUR" = "gemini 1 implement blue" ] || complain "$MM_SLOT $MM_PASS $MM_STEP $COLOUR"
[ "$(git log -1 --format=%s)" = first ] || complain "no history"
[ -e deps/here ] || complain "not prepared"
${WORK}
echo "BROKEN, and ignored" >deps/more`,
      { files: { '.gitignore': 'deps\n', 'check.sh': 'pwd; if grep -rn BROKEN src; then exit 1; fi\n' } },
    ),
    async (repo) => {
      const far = farHost(repo, 'prepare: { copy: [], run: [mkdir -p deps && touch deps/here] }');
      change(far.recipe, '"] }', '"], env: { COLOUR: blue } }');
      const result = await run(repo, far.recipe);
      assert.is(result.code, 0, result.stderr);
      assert.is(inSession(result, 'pass-0001/stderr/gemini.txt'), '');
      assert.match(inSession(result, 'pass-0001/gates/gemini/tests.txt'), `${far.home}/.cache/mm/lanes/`);
      assert.is(repo.read('src/b.txt'), 'b, BEST\n');
      assert.is(repo.read('src/new.txt'), 'new BEST\n');
      assert.match(result.stderr, 'Gemini: gemini (on box)');
      await nothingLeft(far);
    },
  ));

test('a runner that is killed finds its model again at the same work, and pays for nothing twice', () =>
  withCrew(crew(`say before\nmark started\nwait_for on\n${WORK}`), async (repo) => {
    const far = farHost(repo);
    const first = repo.startMm(args(far.recipe), LONG);
    await repo.reached('started');
    first.kill('SIGKILL');
    await first.exit;
    await waitUntil('its connection is gone', () => (far.connections() === 0 ? true : null));
    const resuming = repo.startMm(['resume', '--yes', '--headless'], LONG);
    await waitUntil('it is attached again', () => (far.connections() > 0 ? true : null));
    repo.release('on');
    const result = await resuming.exit;
    assert.is(result.code, 0, result.stderr);
    assert.is(repo.calls('gemini').length, 1);
    assert.is(inSession(result, 'pass-0001/outputs/gemini.md'), 'before\ngemini did it\n');
    assert.is(repo.read('src/new.txt'), 'new BEST\n');
    assert.is(
      eventsOfType(result, 'attempt_end').filter(({ slot, step }) => slot === 'gemini' && step === 'implement').length,
      1,
    );
    await nothingLeft(far);
  }));

test('an interrupt, and a recovery after a kill, leave no process and no lane there', () =>
  withCrew(crew(`escape never\nmark started\nwait_for never`), async (repo) => {
    const far = farHost(repo);
    for (const signal of ['SIGINT', 'SIGKILL'] as const) {
      rmSync(join(repo.log, 'started'), { force: true });
      const started = repo.startMm(args(far.recipe), LONG);
      await repo.reached('started');
      started.kill(signal);
      const ended = await started.exit;
      if (signal === 'SIGINT') assert.is(ended.code, 130, ended.stderr);
      else assert.is((await repo.runMm(['recover'], LONG)).code, 0);
      await nothingLeft(far, `after ${signal}`);
    }
  }));

test('of several hosts the first that can be used is; a slot without any is told why', () =>
  withCrew(crew(WORK), async (repo) => {
    const far = farHost(repo);
    const gone =
      '  gone: { via: [sh, -c, "echo no route to gone >&2; exit 255"] }\n  bare: { via: [env, -i, HOME=/tmp/x, PATH=/nowhere] }\n';
    change(far.recipe, 'hosts:\n', `hosts:\n${gone}`);
    const fallen = await run(repo, far.recipe, ['--set', 'slots.gemini.host=[gone, box]']);
    assert.is(fallen.code, 0, fallen.stderr);
    assert.is(repo.read('src/new.txt'), 'new BEST\n');
    repo.git('checkout', '-q', '--', '.');
    const alone = await run(repo, far.recipe, ['--set', 'slots.gemini.host=gone']);
    assert.is(alone.code, 0, alone.stderr);
    assert.match(alone.stderr, 'Gemini: unavailable: gone: no route to gone');
  }));

function change(file: string, from: string, to: string): void {
  writeFileSync(file, readFileSync(file, 'utf8').replace(from, to));
}

test.run();
