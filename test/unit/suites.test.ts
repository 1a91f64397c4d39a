// The test runner fails on everything that uvu lets pass in silence.
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { nodePath, PROJECT } from '../support/paths.ts';
import { withRoom } from '../support/room.ts';
import { runProcess } from '../support/start-process.ts';
import { waitUntil } from '../support/wait.ts';

const HEAD = "import { test } from 'uvu';\nimport * as assert from 'uvu/assert';\n";
const GOOD = `${HEAD}test('good', () => assert.ok(true));\ntest.run();\n`;

/** Runs the runner on a folder with these test files. */
const runOn = (files: Readonly<Record<string, string>>, ...args: string[]) =>
  withRoom(async (room) => {
    const root = join(room.root, 'test');
    mkdirSync(join(root, 'unit'), { recursive: true });
    mkdirSync(join(root, 'bench'), { recursive: true });
    symlinkSync(join(PROJECT, 'node_modules'), join(room.root, 'node_modules'));
    for (const [name, text] of Object.entries(files)) writeFileSync(join(root, name), text);
    const loader = join(PROJECT, 'node_modules/tsx/dist/loader.mjs');
    const command = [nodePath(), '--import', loader, join(PROJECT, 'test/run.ts'), '--root', root, ...args] as const;
    const ended = await runProcess(command as unknown as [string, ...string[]], {
      env: { ...room.env, HOME: room.home },
    });
    return { ...ended, last: ended.stdout.trimEnd().split('\n').at(-1) };
  });

test('good files pass, and the last line counts their tests', async () => {
  const done = await runOn({
    'unit/a.test.ts': GOOD,
    'unit/b.test.ts': GOOD,
    'unit/helper.ts': 'not a test',
    'bench/c.test.ts': 'not run',
  });
  assert.equal([done.code, done.last], [0, '2 passed, 0 failed'], done.stdout);
});

test('a filter runs what it names, and a filter that matches nothing fails', async () => {
  const files = { 'unit/a.test.ts': GOOD, 'unit/b.test.ts': `${HEAD}throw new Error('not to be run');` };
  assert.is((await runOn(files, 'unit/a')).last, '1 passed, 0 failed');
  const none = await runOn(files, 'e2e');
  assert.equal([none.code, none.last], [1, '0 passed, 1 failed']);
});

const bad: Readonly<Record<string, { readonly text: string; readonly says: RegExp }>> = {
  'a failing test': { text: `${HEAD}test('t', () => assert.is(1, 2));\ntest.run();\n`, says: /FAIL {2}"t"/ },
  'a file without .run()': { text: `${HEAD}test('t', () => {});\n`, says: /never calls test\.run\(\)/ },
  'a suite without .run()': {
    text: `import { suite } from 'uvu';\nconst s = suite('s');\ns('t', () => {});\nconst r = suite('r');\nr('u', () => {});\nr.run();\n`,
    says: /never calls s\.run\(\)/,
  },
  'a stray .only': {
    text: `${HEAD}test.only('t', () => {});\ntest('u', () => {});\ntest.run();\n`,
    says: /line 3: a stray test\.only\(/,
  },
  'a stray .skip': {
    text: `${HEAD}test.skip('t', () => {});\ntest('u', () => {});\ntest.run();\n`,
    says: /line 3: a stray test\.skip\(/,
  },
  'no test': { text: `${HEAD}test.run();\n`, says: /ran no test/ },
  'a file that is no test': { text: 'export {};\n', says: /imports no `test`/ },
  'a throwing hook': {
    text: `${HEAD}test.before(() => { throw new Error('x'); });\ntest('t', () => {});\ntest.run();\n`,
    says: /before hook/,
  },
  'a file that throws': {
    text: `${HEAD}test('t', () => {});\ntest.run();\nthrow new Error('at load');\n`,
    says: /at load/,
  },
  'an exit in the middle': {
    text: `${HEAD}test('t', () => process.exit(0));\ntest.run();\n`,
    says: /before uvu's summary/,
  },
  'an exit code of its own': {
    text: `${HEAD}process.on('exit', () => { process.exitCode = 7; });\ntest('t', () => {});\ntest.run();\n`,
    says: /exit code 7, though all passed/,
  },
  'a hang': {
    text: `// deadline: 3\n${HEAD}test('t', () => new Promise(() => setInterval(() => {}, 1000)));\ntest.run();\n`,
    says: /still running after 3 s: killed/,
  },
};

test('each of the ways to prove nothing fails the run, and says what it is', async () => {
  const names = Object.keys(bad);
  const file = (name: string) => `unit/${name.replaceAll(/\W/g, '-')}.test.ts`;
  const files = Object.fromEntries(names.map((name) => [file(name), (bad[name] as { text: string }).text]));
  const done = await runOn({ ...files, 'unit/good.test.ts': GOOD });
  assert.is(done.code, 1, done.stdout);
  assert.match(String(done.last), /^\d+ passed, [1-9]\d* failed$/);
  const said = new Map(done.stdout.split(/^(?=FAIL|ok {3})/m).map((part) => [part.split(/\s+/)[1], part]));
  for (const name of names) {
    const part = String(said.get(file(name)));
    assert.match(part, /^FAIL/, name);
    assert.match(part, (bad[name] as { says: RegExp }).says, name);
  }
  assert.match(String(said.get('unit/good.test.ts')), /^ok/);
});

test('a file that hangs takes what it started with it', () =>
  withRoom(async (room) => {
    const file = join(room.root, 'pid');
    const start = `import { startProcess } from '${join(PROJECT, 'test/support/start-process.ts')}';\nimport { writeFileSync } from 'node:fs';\n`;
    const hang = `${HEAD}${start}test('t', async () => { const child = startProcess(['sleep', '1000'], { deadline: 1e6 }); writeFileSync('${file}', String(child.pid)); await child.exit; });\ntest.run();\n`;
    await runOn({ 'unit/hang.test.ts': hang }, '--deadline', '6');
    const pid = Number(readFileSync(file, 'utf8'));
    await waitUntil('its end', () => {
      try {
        process.kill(pid, 0);
        return null;
      } catch {
        return true;
      }
    });
  }));

test.run();
