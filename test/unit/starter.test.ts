// Short commands that are started at little cost: what they are given and what they give is the same as if we had started
// them ourselves, whatever is in it, and whoever is killed.
import { readdirSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type CollectOptions, collect } from '../../lib/system/own-command.ts';

const ODD = `it's "odd" $HOME \`x\` \\ \n\t* é`;
const COMMON = {
  PATH: process.env.PATH!,
  ODD,
  'BASH_FUNC_x%%': '() { exit 7; }',
  UID: 'me',
  SECONDS: 'no',
  BASH_ENV: '/nowhere',
};

const run = (argv: readonly string[], more: Partial<CollectOptions> = {}) =>
  collect(argv, { cwd: '/', env: {}, common: COMMON, ...more });
const sh = (line: string, more?: Partial<CollectOptions>) => run(['/bin/sh', '-c', line], more);
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString();

test('its variables are those that it is given, and no others', async () => {
  const { stdout } = await run(['/usr/bin/env', '-0'], { env: { OWN: ODD, SECONDS: 'own' } });
  const variables = Object.fromEntries(
    text(stdout)
      .split('\0')
      .filter(Boolean)
      .map((each) => [each.slice(0, each.indexOf('=')), each.slice(each.indexOf('=') + 1)]),
  );
  assert.equal(variables, { ...COMMON, OWN: ODD, SECONDS: 'own' });
  const changed = await run(['/usr/bin/env', '-0'], { common: { A: '1' } });
  assert.is(text(changed.stdout), 'A=1\0');
});

test('its arguments, folder, input and output are as they are given', async () => {
  const given = [ODD, '', '-n', "'", '\n', '$(exit 3)'];
  assert.is(
    text((await run(['/usr/bin/printf', '%s\\0', ...given])).stdout),
    given.map((each) => `${each}\0`).join(''),
  );
  assert.is(text((await run(['/bin/pwd'], { cwd: '/usr' })).stdout), '/usr\n');
  const bytes = Uint8Array.from({ length: 300_000 }, (_, n) => n % 256);
  assert.equal(Buffer.from((await run(['/bin/cat'], { input: bytes })).stdout), Buffer.from(bytes));
  assert.is(text((await run(['/bin/cat'], { input: 'less' })).stdout), 'less');
  assert.is(text((await run(['/bin/cat'])).stdout), '');
  const both = await sh('echo out; echo err >&2; exit 3');
  assert.equal([both.exitCode, both.signal, text(both.stdout), both.stderr], [3, null, 'out\n', 'err\n']);
  const long = 'x'.repeat(100_000);
  assert.is(text((await run(['/usr/bin/printf', '%s', long])).stdout), long);
});

test('many at once each get their own answer', async () => {
  const all = await Promise.all(Array.from({ length: 40 }, (_, n) => sh(`cat; echo ${n}`, { input: `${n},` })));
  assert.equal(
    all.map(({ stdout }) => text(stdout)),
    all.map((_, n) => `${n},${n}\n`),
  );
});

test('a signal that ends it is told as one', async () => {
  for (const name of ['TERM', 'KILL', 'HUP', 'SEGV'])
    assert.equal(await sh(`kill -${name} $$`).then(({ exitCode, signal }) => [exitCode, signal]), [null, `SIG${name}`]);
  assert.is((await sh('echo usage >&2; exit 129')).exitCode, 129);
});

test('what can not be started says so', async () => {
  const said = (running: Promise<unknown>) => running.then(String, (error: Error) => error.message);
  assert.match(await said(run(['/bin/true'], { cwd: '/nowhere/at/all' })), /\/nowhere\/at\/all is not there/);
  assert.match(await said(sh('while :; do echo much; done', { maxBytes: 1000 })), /1000|kB|bytes/);
});

test('when somebody kills what starts them, the next is started all the same', async () => {
  const upwards = (steps: number) =>
    `p=$PPID; for n in ${'x '.repeat(steps)}; do p=$(cut -d' ' -f4 /proc/$p/stat); done; kill -9 $p; sleep 0.2; echo done`;
  for (const steps of [0, 1]) {
    const { exitCode, stdout } = await sh(upwards(steps));
    // its own shell: nobody knows how it ends; the one that starts: it is heard to its end
    assert.equal([exitCode, text(stdout)], steps === 0 ? [null, text(stdout)] : [0, 'done\n']);
    assert.is((await sh('exit 4')).exitCode, 4);
  }
});

test('nothing is left behind', async () => {
  const open = () => readdirSync('/proc/self/fd').length;
  await sh('true');
  const before = open();
  for (let n = 0; n < 30; n++) await sh('true');
  assert.is(open(), before);
});

test.run();
