// Gates on other hosts: whatever tree they say something about, they say it there, and nothing of them runs at home.
// deadline: 600
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type CrewOptions, eventsOfType, inSession, withCrew } from '../support/crew.ts';
import { type FarHost, farHost, nothingLeft } from '../support/far-host.ts';
import type { MmResult } from '../support/mm.ts';
import type { Repo } from '../support/repo.ts';
import { waitUntil } from '../support/wait.ts';

const LONG = { deadline: 150_000 };
/** It fails wherever there is no host, and where nothing was prepared. */
const ONLY_THERE = `pwd
[ -n "\${FAR:-}" ] || { echo "this is home"; exit 1; }
[ -e deps/here ] || { echo "not prepared"; exit 1; }
if grep -rn BROKEN src; then exit 1; fi
`;
const crew = (check: string, more: CrewOptions = {}): CrewOptions => ({
  codex: null,
  ...{ ...more, files: { '.gitignore': 'deps\n', 'check.sh': check, ...more.files } },
});

/** A recipe of its own, with the host called box, beside one that never answers. */
function recipe(repo: Repo, far: FarHost, more: string): string {
  const file = join(repo.root, 'gates.yaml');
  writeFileSync(
    file,
    `recipe: 1
name: gates-away
extends: execute
hosts:
  box: { via: ${JSON.stringify(far.via)}, lanes: 2 }
  gone: { via: [sh, -c, "echo no route to gone >&2; exit 255"] }
prepare: { copy: [], run: [mkdir -p deps && touch deps/here] }
timeout: { grace: 1 }
${more}`,
  );
  return file;
}

const args = (file: string, more: readonly string[] = []) => [
  ...[file, 'Write greetings', '--headless', '--yes'],
  ...more,
];

const hostsOf = (result: MmResult): readonly (string | undefined)[] => [
  ...new Set(
    eventsOfType(result, 'gate_end')
      .filter((event) => event.result.state !== 'skipped')
      .map((event) => event.result.host),
  ),
];

test('a composite is proven on a named host: every tree is tested there, and nothing of the suite runs at home', () =>
  withCrew(crew(ONLY_THERE), async (repo) => {
    const far = farHost(repo);
    const file = recipe(repo, far, 'gate_host: box\nverify: proof\n');
    const result = await repo.runMm(args(file), LONG);
    assert.is(result.code, 0, result.stderr);
    assert.equal([repo.read('src/a.txt'), repo.read('src/b.txt')], ['a, BEST\n', 'b, BEST\n']);
    assert.equal(hostsOf(result), ['box']);
    const told = eventsOfType(result, 'gate_end').map(({ subject, result: { state } }) => `${subject} ${state}`);
    for (const subject of ['claude', 'gemini', 'composite']) assert.ok(told.includes(`${subject} pass`), told.join());
    assert.match(inSession(result, 'pass-0001/gates/composite/tests.txt'), `${far.home}/.cache/mm/lanes/`);
    assert.match(inSession(result, 'pass-0001/quality-gates.md'), /On box ran tests \(.*Claude, Gemini/);
    await nothingLeft(far);
  }));

test('of several hosts the next one is taken; where none is left the gate could not run, which proves nothing', () =>
  withCrew(crew('if grep -rn BROKEN src; then exit 1; fi\n'), async (repo) => {
    const far = farHost(repo);
    const file = recipe(repo, far, 'gates: { tests: { run: sh check.sh, host: [gone, here] } }\nverify: proof\n');
    const fallen = await repo.runMm(args(file), LONG);
    assert.is(fallen.code, 0, fallen.stderr);
    assert.equal(hostsOf(fallen), [undefined]);
    repo.git('checkout', '-q', '--', '.');
    const nowhere = await repo.runMm(args(file, ['--set', 'gates.tests.host=gone']), LONG);
    assert.is(nowhere.code, 1, nowhere.stderr);
    assert.match(nowhere.stderr, 'tests could not be run: gone (no route to gone)');
    const states = new Set(eventsOfType(nowhere, 'gate_end').map((event) => event.result.state));
    assert.equal([...states], ['missing']);
  }));

test("others' tests run where the code lies that they are run on", () =>
  withCrew(
    {
      codex: null,
      files: { 'check.sh': 'pwd; for each in test/*.sh; do [ ! -e "$each" ] || sh "$each" || exit 1; done\n' },
      claude: { implement: 'put src/a.txt "a, BEST"\nput test/a.sh "[ -e src/a.txt ]"', compare: 'prefer BEST' },
      gemini: { implement: 'put src/b.txt "b, BEST"\nput test/b.sh "[ -e src/b.txt ]"' },
    },
    async (repo) => {
      const far = farHost(repo);
      const result = await repo.runMm(args(recipe(repo, far, 'set: { slots.gemini.host: box }\n')), LONG);
      assert.is(result.code, 0, result.stderr);
      const ran = (subject: string) => inSession(result, `pass-0001/gates/${subject}/tests.txt`);
      assert.match(ran('tests-of-claude-on-gemini'), far.home);
      assert.not.match(ran('tests-of-gemini-on-claude'), far.home);
      assert.is(repo.read('src/b.txt'), 'b, BEST\n');
      await nothingLeft(far);
    },
  ));

test('a runner that is killed while a gate runs there: what it had seen is known, and recover leaves nothing there', () =>
  withCrew(
    crew(
      `${ONLY_THERE}[ "$MM_SLOT" != composite ] || { : >"$FAR/started"; while [ ! -e "$FAR/on" ]; do sleep 0.1; done; }\n`,
    ),
    async (repo) => {
      const far = farHost(repo);
      const file = recipe(repo, far, 'gate_host: box\nverify: proof\n');
      const killed = async (line: readonly string[]) => {
        rmSync(join(repo.root, 'started'), { force: true });
        const started = repo.startMm(line, LONG);
        await waitUntil('the composite is tested', () => (existsSync(join(repo.root, 'started')) ? true : null));
        started.kill('SIGKILL');
        await started.exit;
        assert.ok(far.lanes().length > 0);
      };
      await killed(args(file));
      await killed(['resume', '--yes', '--headless']);
      assert.is((await repo.runMm(['recover'], LONG)).code, 0);
      await nothingLeft(far);
      writeFileSync(join(repo.root, 'on'), '');
      const result = await repo.runMm(['resume', '--yes', '--headless'], LONG);
      assert.is(result.code, 0, result.stderr);
      const before = eventsOfType(result, 'gate_measured').filter(({ host }) => host === 'box');
      assert.is(new Set(before.map(({ key }) => key)).size, before.length);
      assert.is(repo.calls('gemini').length, 1);
      await nothingLeft(far);
    },
  ));

/** The first time that the combination is tested, what watches over it there is gone, as after a restart. */
const LOSES = `if [ -n "\${FAR:-}" ] && [ "$MM_SLOT" = composite ] && mkdir "$FAR/once" 2>/dev/null; then
  for each in /proc/[0-9]*; do
    ! grep -qs "FAR=$FAR" $each/environ || ! tr '\\0' ' ' <$each/cmdline | grep -q ' supervise ' || kill -9 \${each#/proc/}
  done
  sleep 20
fi
`;

test('a gate that its host has lost is run there again when that answers: nothing of it counts', () =>
  withCrew(crew(`${ONLY_THERE}${LOSES}`), async (repo) => {
    const far = farHost(repo);
    const result = await repo.runMm(args(recipe(repo, far, 'gate_host: box\nverify: proof\n')), LONG);
    assert.is(result.code, 0, result.stderr);
    const [composite] = eventsOfType(result, 'gate_end').filter(({ subject }) => subject === 'composite');
    assert.equal(
      [composite?.result.state, composite?.result.output],
      ['pass', 'pass-0001/gates/composite/tests.2.txt'],
    );
    assert.equal(far.lanes(), []);
  }));

test('mm check tries the hosts of gates, and says what is missing there; --dry-run shows where each gate runs', () =>
  withCrew(crew(ONLY_THERE), async (repo) => {
    const file = recipe(
      repo,
      farHost(repo),
      'gates: { tests: { run: sh check.sh }, lint: { run: [no-such-linter, .], host: [gone, box] } }\ngate_host: box\n',
    );
    const { stdout } = await repo.runMm(['check', file], LONG);
    assert.match(
      stdout,
      'host box: box answers, but a login shell there does not find no-such-linter, which lint starts',
    );
    assert.match(stdout, "host gone: gone can't be used: no route to gone");
    const ahead = await repo.runMm(args(file, ['--dry-run']), LONG);
    assert.match(ahead.stdout, 'run the gate tests on Claude: sh check.sh (on box)');
    assert.match(ahead.stdout, 'run the gate lint on the untouched base: no-such-linter . (on gone, or on box)');
  }));

test.run();
