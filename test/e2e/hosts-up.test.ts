// Hosts that have to be made first: whatever cuts a run off, also in the middle of `up`, nothing that it made stays.
// deadline: 600
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readStat } from '../../lib/system/processes-left.ts';
import { withCrew } from '../support/crew.ts';
import { waitUntil } from '../support/wait.ts';

const LONG = { deadline: 150_000 };

/** An engine: what it has made under a name is a folder; the first two times it never gets to print an id. */
const engine = (root: string) => `#!/bin/sh
verb=$1 name=$2 made=${root}/made; shift 2
echo "$verb $name" >>${root}/said
case $verb in
  up) mkdir "$made/$name" && echo $$ >${root}/maker && touch ${root}/making; [ ! -e ${root}/slow ] || sleep 600; echo "id of $name" ;;
  in) [ -d "$made/$name" ] || { echo "$name is not there" >&2; exit 255; }
    exec env -i HOME=${root}/pod PATH=/usr/bin:/bin SHELL=/bin/sh "$@" ;;
  down) rm -rf "$made/$name" ;;
esac
`;

test('a host whose `up` is cut off is taken down by its name, by recover and by resume', () =>
  withCrew({ codex: null, gemini: { implement: 'put src/new.txt "new BEST"' } }, async (repo) => {
    const path = (name: string) => join(repo.root, name);
    for (const folder of ['made', 'pod']) mkdirSync(path(folder));
    writeFileSync(path('pod/.profile'), `PATH=${repo.bin}\n`);
    repo.installTool('engine', engine(repo.root));
    writeFileSync(
      path('far.yaml'),
      `recipe: 1
name: far
extends: execute
hosts:
  pod:
    up: [engine, up, "\${host.token}"]
    via: [engine, in, "\${host.token}"]
    down: [engine, down, "\${host.token}"]
set: { slots.gemini.host: pod, timeout.grace: 1 }
`,
    );
    writeFileSync(path('slow'), '');
    const cutOff = async () => {
      rmSync(path('making'), { force: true });
      const running = repo.startMm([path('far.yaml'), 'Write greetings', '--headless', '--yes'], LONG);
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

test.run();
