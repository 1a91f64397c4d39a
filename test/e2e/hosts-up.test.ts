// Hosts that have to be made first: whatever cuts a run off, also in the middle of `up`, nothing that it made stays.
// deadline: 600
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readStat } from '../../lib/system/processes-left.ts';
import { eventsOfType, withCrew } from '../support/crew.ts';
import type { Repo } from '../support/repo.ts';
import { waitUntil } from '../support/wait.ts';

const LONG = { deadline: 150_000 };

/** An engine: what it has made under a name is a folder; the first two times it never gets to print an id. */
const engine = (root: string) => `#!/bin/sh
verb=$1 name=$2 made=${root}/made; shift 2
echo "$verb $name" >>${root}/said
case $verb in
  up) mkdir "$made/$name" && echo $$ >${root}/maker && touch ${root}/making; [ ! -e ${root}/slow ] || sleep 600; echo "id of $name" ;;
  in) [ -d "$made/$name" ] || { echo "$name is not there" >&2; exit 255; }
    exec env -i HOME=${root}/pod FAR=${root} PATH=/usr/bin:/bin SHELL=/bin/sh "$@" ;;
  down) rm -rf "$made/$name" ;;
esac
`;

/** A recipe with a host that an engine makes. */
function onPod(repo: Repo, more: string) {
  const path = (name: string) => join(repo.root, name);
  for (const folder of ['made', 'pod']) mkdirSync(path(folder));
  writeFileSync(path('pod/.profile'), `PATH=${repo.bin}\n`);
  repo.installTool('engine', engine(repo.root));
  const file = path('far.yaml');
  writeFileSync(
    file,
    `recipe: 1
name: far
extends: execute
hosts:
  pod:
    up: [engine, up, "\${host.token}"]
    via: [engine, in, "\${host.token}"]
    down: [engine, down, "\${host.token}"]
    wait: 30m
    lease: 2s
prepare: { copy: [], run: [mkdir -p deps && touch deps/here] }
timeout: { grace: 1 }
${more}
`,
  );
  const ended = () => {
    for (const name of readdirSync(path('made'))) rmSync(path(`made/${name}`), { recursive: true });
  };
  const begun = () => readFileSync(path('said'), 'utf8').match(/^up /gm)?.length;
  return { path, file, ended, begun };
}

test('a host whose `up` is cut off is taken down by its name, by recover and by resume', () =>
  withCrew({ codex: null, gemini: { implement: 'put src/new.txt "new BEST"' } }, async (repo) => {
    const { path, file } = onPod(repo, 'set: { slots.gemini.host: pod }');
    writeFileSync(path('slow'), '');
    const cutOff = async () => {
      rmSync(path('making'), { force: true });
      const running = repo.startMm([file, 'Write greetings', '--headless', '--yes'], LONG);
      await waitUntil('it is being made', () => (existsSync(path('making')) ? true : null));
      running.kill('SIGKILL');
      await running.exit;
      assert.is(readdirSync(path('made')).length, 1);
    };
    await cutOff();
    const maker = Number(readFileSync(path('maker'), 'utf8'));
    assert.is((await repo.runMm(['recover'], LONG)).code, 0);
    assert.equal(readdirSync(path('made')), []);
    assert.match(readStat(maker)?.state ?? 'Z', /[ZX]/, 'nor is it made afterwards');
    await cutOff();
    rmSync(path('slow'));
    const result = await repo.runMm(['resume', '--yes', '--headless'], LONG);
    assert.is(result.code, 0, result.stderr);
    assert.is(repo.read('src/new.txt'), 'new BEST\n');
    assert.equal(readdirSync(path('made')), []);
    const said = readFileSync(path('said'), 'utf8')
      .split('\n')
      .filter((line) => /^(up|down) mm-[0-9a-f]{12}$/.test(line));
    const [first, , second] = said.map((line) => line.split(' ')[1]);
    assert.is.not(first, second);
    assert.equal(
      said,
      [['up', first], ['down', first], ...['up', 'down', 'up', 'down'].map((verb) => [verb, second])].map((words) =>
        words.join(' '),
      ),
    );
  }));

/** It is there, and was prepared. */
const CHECK = `[ "$HOME" = "$FAR/pod" ] && [ -e deps/here ] || { echo "not there"; exit 1; }
! grep -rn BROKEN src
`;
const FILES = { '.gitignore': 'deps\n', 'check.sh': CHECK };

test('a made host that its engine ended is made anew for the gates that come: the result is proven there', () =>
  withCrew(
    { codex: null, gemini: { implement: 'mark started\nwait_for on\nput src/new.txt "new BEST"' }, files: FILES },
    async (repo) => {
      const { path, file, ended, begun } = onPod(repo, 'gate_host: pod\nverify: proof');
      const running = repo.startMm([file, 'Write greetings', '--headless', '--yes'], LONG);
      await repo.reached('started');
      await waitUntil('a candidate is tested there', () => (existsSync(path('pod/.cache/mm/lanes')) ? true : null));
      ended();
      repo.release('on');
      const result = await running.exit;
      assert.is(result.code, 0, result.stderr);
      assert.match(result.stderr, /pod is gone \(.* is not there\)\. It is made anew\./);
      assert.is(begun(), 2);
      const measured = eventsOfType(result, 'gate_measured').map(({ host }) => host);
      assert.equal([...new Set(measured)], ['pod']);
      assert.equal([readdirSync(path('made')), readdirSync(path('pod/.cache/mm/lanes'))], [[], []]);
    },
  ));

test('a made host that is gone when a cut-off run goes on is made anew, and its model begins again in a fresh lane', () =>
  withCrew(
    {
      codex: null,
      gemini: {
        implement:
          'if once first; then put src/part.txt x; mark started; wait_for never; fi\nput src/new.txt "new BEST"',
      },
      files: { '.gitignore': 'deps\n' },
    },
    async (repo) => {
      const { path, file, ended, begun } = onPod(repo, 'set: { slots.gemini.host: pod }');
      const running = repo.startMm([file, 'Write greetings', '--headless', '--yes'], LONG);
      await repo.reached('started');
      running.kill('SIGKILL');
      await running.exit;
      ended();
      const result = await repo.runMm(['resume', '--yes', '--headless'], LONG);
      assert.is(result.code, 0, result.stderr);
      assert.is(begun(), 2);
      assert.equal([repo.read('src/new.txt'), repo.has('src/part.txt')], ['new BEST\n', false]);
      assert.is(repo.calls('gemini').length, 2);
      assert.equal([readdirSync(path('made')), readdirSync(path('pod/.cache/mm/lanes'))], [[], []]);
    },
  ));

test.run();
