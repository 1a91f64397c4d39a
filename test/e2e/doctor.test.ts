// `mm check` as the doctor: looks at the machine, the repository and the models, and starts no command line.
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Repo, withRepo } from '../support/repo.ts';
import { withTerminal } from '../support/terminal.ts';

const FILES = {
  'package.json': JSON.stringify({ scripts: { test: 'node --test', lint: 'eslint .' } }),
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
      '#!/bin/sh\ncase $1 in */mm-via-*) shift; exec "$@" ;; esac\necho "no such place: $1" >&2\nexit 3\n',
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

test.run();
