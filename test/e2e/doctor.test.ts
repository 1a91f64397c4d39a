// `mm check` as the doctor: looks at the machine, the repository and the models, and starts no command line.
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Repo, withRepo } from '../support/repo.ts';
import { withTerminal } from '../support/terminal.ts';

const FILES = {
  'package.json': JSON.stringify({ scripts: { test: 'node --test', lint: 'node lint.mjs' } }),
  'AGENTS.md': '# Conventions\n',
  'sub/a.txt': 'a\n',
};
const SILENT = { any: 'say nothing' };

interface Finding {
  readonly subject: string;
  readonly state: string;
  readonly says: string;
  readonly remedy: readonly string[];
}

/** What the doctor says, and how it ends. */
async function doctor(repo: Repo, args: readonly string[] = [], env: Readonly<Record<string, string>> = {}) {
  const done = await repo.runMm(['check', ...args, '--json'], { env });
  const { ready, findings } = JSON.parse(done.stdout) as { ready: boolean; findings: readonly Finding[] };
  const of = (subject: string) => findings.find((finding) => finding.subject === subject);
  return { code: done.code, ready, findings, of };
}

test('the doctor finds what is there, without starting a command line [M1]', () =>
  withRepo({ files: FILES }, async (repo) => {
    for (const name of ['claude', 'gemini', 'codex']) repo.installAgent(name, { any: 'put started yes' });
    mkdirSync(join(repo.home, '.codex'));
    writeFileSync(join(repo.home, '.codex/auth.json'), '{}');
    const { code, ready, of } = await doctor(repo, [], { GEMINI_API_KEY: 'key' });
    assert.equal([code, ready], [0, true]);
    assert.is(of('git')?.state, 'good');
    assert.match(
      of('quality gates')?.says ?? '',
      /linter \(npm run lint, from package\.json: lint\), tests \(npm test, from package\.json: test\)/,
    );
    assert.match(of('GPT')?.says ?? '', /codex; login: ~\/\.codex\/auth\.json/);
    assert.match(of('Gemini')?.says ?? '', /gemini; login: \$GEMINI_API_KEY/);
    assert.is(of('Claude')?.state, 'unknown');
    assert.match(of('Claude')?.remedy.join(' ') ?? '', /\/login/);
    assert.equal(repo.calls(), []);
    assert.is(repo.git('status', '--porcelain'), '');
    const plain = await repo.runMm(['check']);
    assert.match(plain.stdout, /^This machine\n {2}✓ (Node|Deno): /);
    assert.not.match(plain.stdout, /phases/);
    assert.match(plain.stdout, /\n✓ A run of execute can begin here\.\n$/);
  }));

test('the doctor says with its exit code that nothing can run here, and how to mend it', () =>
  withRepo({ files: null }, async (repo) => {
    const { code, ready, of, findings } = await doctor(repo);
    assert.equal([code, ready], [2, false]);
    assert.match(of('repository')?.says ?? '', /no commit yet/);
    assert.match(of('models')?.remedy.join('\n') ?? '', /^mm demo/m);
    assert.is(of('Claude')?.state, 'warning');
    for (const { state, remedy, subject } of findings) {
      if (state === 'bad' || state === 'warning') assert.ok(remedy.length > 0, subject);
    }
    assert.match(
      (await repo.runMm(['check'])).stdout,
      /\n✗ A run of execute can't begin here: mend what is marked ✗ above\.\n$/,
    );
    // a recipe that is right is right, whatever is missing here
    assert.is((await doctor(repo, ['execute'])).code, 0);
    repo.removeTool('git');
    const without = await doctor(repo);
    assert.equal([without.code, without.of('git')?.state], [2, 'bad']);
    repo.installTool('git', '#!/bin/sh\necho git version 2.20.1\n');
    assert.match((await doctor(repo)).of('git')?.says ?? '', /2\.20\.1 is too old/);
  }));

test('the doctor tries what a recipe puts in front of commands, and looks for its notifier', () =>
  withRepo(async (repo) => {
    repo.installAgent('claude', SILENT);
    repo.installTool(
      'box',
      '#!/bin/sh\ncase $1 in */tmp/mm-??????) shift; exec "$@" ;; esac\necho "no such place: $1" >&2\nexit 3\n',
    );
    const recipe = (via: string) =>
      `recipe: 1\nname: boxed\nextends: execute\nset:\n  slots.*.backends.*.via: ${via}\nnotify: [no-such-notifier]\n`;
    repo.write({ 'works.yaml': recipe('[box, "${workspace.path}"]'), 'fails.yaml': recipe('[box, "${home}"]') });
    assert.is((await doctor(repo, ['works.yaml'])).of('via box')?.state, 'good');
    const failing = await doctor(repo, ['fails.yaml']);
    assert.is(failing.of('via box')?.state, 'bad');
    assert.ok(failing.of('via box')?.says.includes(`no such place: ${repo.home}`));
    assert.is(failing.of('notify')?.state, 'warning');
    repo.removeTool('box');
    assert.match((await doctor(repo, ['fails.yaml'])).of('via box')?.says ?? '', /box is not installed/);
  }));

test('the doctor sees where nothing can be written', async () => {
  if (process.getuid?.() === 0) return; // root may write everywhere
  await withRepo(async (repo) => {
    chmodSync(repo.sessions, 0o500);
    assert.is((await doctor(repo)).of('sessions')?.state, 'bad');
    chmodSync(repo.sessions, 0o700);
  });
});

test('the doctor sees where no folder can be made, whoever looks', () =>
  withRepo(async (repo) => {
    writeFileSync(join(repo.home, 'a-file'), '');
    const { of } = await doctor(repo, [], { AI_AIP_ROOT: join(repo.home, 'a-file/sessions') });
    assert.is(of('sessions')?.state, 'bad');
    assert.match(of('sessions')?.remedy.join('\n') ?? '', /export AI_AIP_ROOT=/);
  }));

test('the doctor knows its terminal', () =>
  withRepo({ files: FILES }, (repo) =>
    withTerminal(repo, ['check'], { cols: 200, rows: 60 }, async (terminal) => {
      assert.is((await terminal.exit()).code, 2);
      assert.match(terminal.screen(), /✓ terminal: 200 × 60, colours, in tmux/);
    }),
  ));

test('what would lead gates of a workspace back into this tree is told, and nothing else is', () =>
  withRepo({ files: FILES }, async (repo) => {
    mkdirSync(join(repo.home, 'venv/lib/python3.12/site-packages'), { recursive: true });
    mkdirSync(join(repo.dir, 'node_modules/@own'), { recursive: true });
    mkdirSync(join(repo.dir, 'packages/a'), { recursive: true });
    mkdirSync(join(repo.home, 'elsewhere'));
    symlinkSync('../../packages/a', join(repo.dir, 'node_modules/@own/a'));
    symlinkSync(join(repo.home, 'elsewhere'), join(repo.dir, 'node_modules/other'));
    const pth = join(repo.home, 'venv/lib/python3.12/site-packages/__editable__.x.pth');
    writeFileSync(pth, `${repo.home}/elsewhere\n`);
    const env = { VIRTUAL_ENV: join(repo.home, 'venv') };
    assert.is((await doctor(repo, [], env)).of('workspaces'), undefined);

    repo.write({ 'tool.cfg': `root = ${repo.dir}/src\n` });
    repo.git('add', 'tool.cfg');
    writeFileSync(pth, `${repo.dir}/src\n`);
    symlinkSync(join(repo.dir, 'packages/a'), join(repo.home, 'a'));
    symlinkSync(join(repo.home, 'a'), join(repo.dir, 'node_modules/@own/linked'));
    const { of, code } = await doctor(repo, ['execute'], env);
    const { state, says = '' } = of('workspaces') ?? {};
    assert.is(state, 'warning');
    assert.match(says, /tool\.cfg names this tree by its absolute path/);
    assert.match(says, /__editable__\.x\.pth installs this tree itself/);
    assert.match(says, /node_modules\/@own\/linked leads out of the repository and back/);
    assert.not.match(says, /@own\/a |other/);
    assert.is(code, 0);
  }));

test('a gate is ticked only if it could run: its executable, its packages, its server; else what is missing and how to get it', () => {
  const scripts = {
    test: 'node --test',
    lint: 'eslint . && prettier --check .',
    typecheck: 'CI=1 npm run tsc',
    tsc: 'tsc',
  };
  const files = {
    'package.json': JSON.stringify({ scripts, devDependencies: { eslint: '9' } }),
    'package-lock.json': '{}',
    '.gitignore': 'node_modules/\n',
  };
  return withRepo({ files }, async (repo) => {
    const gates = [
      'unit: { run: vendor/bin/phpunit }',
      'module: { run: [no-such-python, -m, nothing] }',
      'stack: { run: docker compose run tests }',
      'shell: { run: "test -e x && no-such-tool --check" }',
      'fine: { run: "sh -c true" }',
    ];
    const named = join(repo.home, 'named.yaml');
    writeFileSync(
      named,
      ['recipe: 1', 'name: named', 'extends: execute', 'gates:', ...gates.map((gate) => `  ${gate}`), ''].join('\n'),
    );
    repo.installAgent('docker', SILENT);
    const table = join(repo.home, 'table.yaml');
    writeFileSync(
      table,
      'recipe: 1\nname: mine\nextends: gates\ntools:\n  docker: { files: [/no/socket], env: [], install: start it }\n  no-such-tool: { install: get it }\n',
    );
    const shown = await doctor(repo, [named, '--set', `gate_table=${table}`]);
    const lines = shown.findings.filter(({ subject }) => subject === 'quality gates');
    assert.equal(
      lines.map(({ state, says, remedy }) => [state, says, remedy.at(-1)]),
      [
        ['good', 'fine (sh -c true, from the recipe)', undefined],
        ...(
          [
            ['unit (vendor/bin/phpunit)', 'vendor/bin/phpunit', null],
            ['module (no-such-python -m nothing)', 'no-such-python', null],
            ['stack (docker compose run tests)', 'the server of docker', 'start it'],
            ['shell (test -e x && no-such-tool --check)', 'no-such-tool', 'get it'],
          ] as const
        ).map(([gate, what, install]) => [
          'warning',
          `${gate} can't run here: ${what} is not there.`,
          install ?? lines[1]!.remedy.at(-1),
        ]),
      ],
    );

    const found = await doctor(repo);
    const missing = found.findings.filter(({ subject, state }) => subject === 'quality gates' && state === 'warning');
    assert.equal(
      missing.map(({ says, remedy }) => [
        says.replace(/ \(.*/, ''),
        / can't run here: (.*) is not/.exec(says)?.[1],
        remedy.at(-1),
      ]),
      [
        ['formatter', 'node_modules/.bin/prettier', 'npm ci --prefer-offline --no-audit --no-fund'],
        ['linter', 'node_modules/.bin/eslint', 'npm ci --prefer-offline --no-audit --no-fund'],
        ['types', 'node_modules/.bin/tsc', 'npm ci --prefer-offline --no-audit --no-fund'],
      ],
    );
    for (const name of ['eslint', 'prettier', 'tsc']) {
      repo.write({ [`node_modules/.bin/${name}`]: '#!/bin/sh\n' });
      chmodSync(join(repo.dir, 'node_modules/.bin', name), 0o755);
    }
    const whole = await doctor(repo);
    assert.equal(
      whole.findings.filter(({ subject, state }) => subject === 'quality gates' && state !== 'good'),
      [],
    );
  });
});

test('packages that a lock file names and that are not here are told; without any, nothing is', () =>
  withRepo({ files: { ...FILES, 'package-lock.json': '{}' } }, async (repo) => {
    assert.is((await doctor(repo)).of('packages'), undefined);
    repo.write({ 'package.json': JSON.stringify({ scripts: { test: 'node --test' }, dependencies: { x: '1' } }) });
    const { of } = await doctor(repo);
    assert.is(of('packages')?.state, 'unknown');
    assert.is(of('packages')?.remedy.at(-1), 'npm ci --prefer-offline --no-audit --no-fund');
  }));

test.run();
