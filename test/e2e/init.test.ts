// Starting: `mm init` writes a recipe that passes `mm check`, `mm check` is the doctor, completion completes.
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { COMMANDS, OPTIONS } from '../../lib/commands/arguments.ts';
import { mmCommand, which } from '../support/paths.ts';
import { type Repo, withRepo } from '../support/repo.ts';
import { runProcess } from '../support/start-process.ts';
import { withTerminal } from '../support/terminal.ts';

const FILES = {
  'package.json': JSON.stringify({ scripts: { test: 'node --test', lint: 'eslint .' } }),
  'AGENTS.md': '# Conventions\n',
  'sub/a.txt': 'a\n',
};
const SILENT = { any: 'say nothing' };

test('init writes a recipe with the gates and command lines that are here, and it passes the check', () =>
  withRepo({ files: FILES }, async (repo) => {
    repo.installAgent('claude', SILENT);
    repo.installAgent('codex', SILENT);
    const done = await repo.runMm(['init'], { cwd: join(repo.dir, 'sub') });
    assert.is(done.code, 0, done.stderr);
    assert.match(
      done.stdout,
      /Claude \(claude\), GPT \(codex\)[\s\S]*linter, tests[\s\S]*mm check \.mm\/execute\.yaml/,
    );
    const written = repo.read('.mm/execute.yaml');
    assert.match(written, /^extends: execute$/m);
    assert.match(written, /^ {2}gemini: null # looked for gemini, agent$/m);
    assert.match(written, /^ {2}tests: \{ run: \[npm, test\], timeout: 10m \} # from package.json$/m);
    const checked = await repo.runMm(['check', '.mm/execute.yaml', '--json'], { cwd: join(repo.dir, 'sub') });
    assert.is(checked.code, 0, checked.stderr);
    const { slots, name } = JSON.parse(checked.stdout);
    assert.equal([name, slots.map(({ id }: { id: string }) => id)], ['execute', ['claude', 'gpt']]);
    assert.equal(repo.git('status', '--porcelain'), '?? .mm/');
  }));

test('init never overwrites', () =>
  withRepo(async (repo) => {
    repo.write({ '.mm/execute.yaml': 'mine\n' });
    const before = repo.state();
    const again = await repo.runMm(['init']);
    assert.is(again.code, 2);
    assert.match(again.stderr, /\.mm\/execute\.yaml exists already/);
    assert.equal(repo.state(), before);
    repo.write({ '.mm': null });
    repo.write({ '.mm': 'a file\n' });
    const blocked = await repo.runMm(['init']);
    assert.is(blocked.code, 2);
    assert.match(blocked.stderr, /no folder/);
    assert.is(repo.read('.mm'), 'a file\n');
  }));

test('what init writes as a comment is right too, whatever is installed', () =>
  withRepo(async (repo) => {
    for (const [agents, parent] of [
      [[], 'execute'],
      [['codex', 'gemini'], 'isolated'],
      [['claude', 'gemini', 'codex'], 'prompt'],
    ] as const) {
      for (const name of ['claude', 'gemini', 'codex']) repo.removeTool(name);
      for (const name of agents) repo.installAgent(name, SILENT);
      repo.write({ '.mm': null });
      assert.is((await repo.runMm(['init', parent])).code, 0);
      const file = `.mm/${parent}.yaml`;
      const text = repo.read(file);
      const live = text.replace(/^# (?=(slots|gates|timeout|notify|set): ?|( {2}\S+: .*$))/gm, '');
      assert.not.equal(live, text);
      assert.match(live, /^gates:$/m);
      repo.write({ [file]: live });
      const checked = await repo.runMm(['check', file]);
      assert.is(checked.code, 0, `${checked.stderr}\n${live}`);
    }
  }));

test('init makes nothing of a recipe that is none for repositories', () =>
  withRepo(async (repo) => {
    for (const name of ['demo', 'gates', 'exceute']) {
      const done = await repo.runMm(['init', name]);
      assert.is(done.code, 2, name);
      assert.match(done.stderr, /Name one of: ask, execute/);
    }
    assert.not.ok(repo.has('.mm'));
  }));

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
    assert.match(of('quality gates')?.says ?? '', /linter \(npm run lint\), tests \(npm test\), from package\.json/);
    assert.match(of('GPT')?.says ?? '', /codex; login: ~\/\.codex\/auth\.json/);
    assert.match(of('Gemini')?.says ?? '', /gemini; login: \$GEMINI_API_KEY/);
    assert.is(of('Claude')?.state, 'unknown');
    assert.match(of('Claude')?.remedy.join(' ') ?? '', /\/login/);
    assert.equal(repo.calls(), []);
    assert.is(repo.git('status', '--porcelain'), '');
    const plain = await repo.runMm(['check']);
    assert.match(plain.stdout, /^This machine\n {2}✓ (Node|Deno): /);
    assert.not.match(plain.stdout, /phases/);
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

test('the doctor knows its terminal', () =>
  withRepo({ files: FILES }, (repo) =>
    withTerminal(repo, ['check'], { cols: 200, rows: 60 }, async (terminal) => {
      assert.is((await terminal.exit()).code, 2);
      assert.match(terminal.screen(), /✓ terminal: 200 × 60, colours, in tmux/);
    }),
  ));

test('a misspelt command or recipe gets the nearest right word', () =>
  withRepo(async (repo) => {
    for (const [typed, meant] of [
      [['chekc', 'execute'], 'mm check'],
      [['exceute', 'a task'], 'mm execute'],
      [['recipes/isolatd.yaml', 'a task'], 'mm isolated'],
      [['sesions'], 'mm sessions'],
    ] as const) {
      const done = await repo.runMm(typed);
      assert.is(done.code, 2);
      assert.match(done.stderr, new RegExp(`Did you mean this\\?\\n +${meant}\\n`), typed.join(' '));
    }
    assert.match((await repo.runMm(['execute', 'x', '--pases', '2'])).stderr, /Did you mean --passes\?/);
    repo.installAgent('claude', SILENT);
    assert.match((await repo.runMm(['execute', 'x', '--only', 'cluade'])).stderr, /Did you mean 'claude'\?/);
  }));

/** What a shell would offer behind these words, by the script in it. */
async function bashOffers(repo: Repo, words: readonly string[]): Promise<readonly string[]> {
  const script = `source <(mm completion bash)
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _mm; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const done = await runProcess([join(repo.bin, 'bash'), '-c', script, 'bash', ...words], {
    cwd: repo.dir,
    env: repo.env,
  });
  assert.is(done.stderr, '');
  return done.stdout.split('\n').filter(Boolean).sort();
}

/** `mm` as a command in the room. */
function installMm(repo: Repo): void {
  const command = mmCommand()
    .map((word) => `'${word}'`)
    .join(' ');
  repo.installTool('mm', `#!${join(repo.bin, 'sh')}\nexec ${command} "$@"\n`);
}

const ID = '20261101-101112Z-1234-abcd';

test('bash completes commands, options, recipes and sessions', () =>
  withRepo({ files: { 'my recipe.yaml': '', 'other.txt': '', 'sub/x': '' } }, async (repo) => {
    installMm(repo);
    assert.equal(await bashOffers(repo, ['mm', 'ch']), ['check']);
    const first = await bashOffers(repo, ['mm', '']);
    for (const word of [...Object.keys(COMMANDS), 'execute', 'isolated', 'demo']) assert.ok(first.includes(word), word);
    assert.equal(await bashOffers(repo, ['mm', 'check', 'iso']), ['isolated']);
    assert.equal(await bashOffers(repo, ['mm', 'my']), ['my recipe.yaml']);
    assert.equal(await bashOffers(repo, ['mm', 'o']), []);
    assert.equal(await bashOffers(repo, ['mm', '--task-file', 'ot']), ['other.txt']);
    assert.equal(await bashOffers(repo, ['mm', '-C', 's']), ['sub']);
    assert.equal(await bashOffers(repo, ['mm', 'execute', 'do it', '--pa']), ['--passes']);
    assert.equal(await bashOffers(repo, ['mm', 'clean', '--s']), ['--sessions']);
    assert.equal(await bashOffers(repo, ['mm', 'undo', '--s']), []);
    assert.equal((await bashOffers(repo, ['mm', '--'])).length, Object.keys(OPTIONS).length);
    assert.equal(await bashOffers(repo, ['mm', 'completion', '']), ['bash', 'fish', 'zsh']);
    assert.equal(await bashOffers(repo, ['mm', 'show', '']), []);
    repo.installAgent('claude', { implement: 'put a.txt a' });
    await repo.runMm(['execute', 'x', '--headless']);
    const ids = (await bashOffers(repo, ['mm', 'show', '2'])) as readonly string[];
    assert.is(ids.length, 1);
    assert.match(ids[0]!, new RegExp(ID.replace(/[0-9a-f]/g, '[0-9a-f]')));
    assert.equal(await bashOffers(repo, ['mm', '-C', repo.dir, 'recover', ids[0]!.slice(0, 20)]), ids);
  }));

test('completion scripts for the other shells are right for them, where they are installed', () =>
  withRepo(async (repo) => {
    installMm(repo);
    for (const shell of ['zsh', 'fish']) {
      const done = await repo.runMm(['completion', shell]);
      assert.is(done.code, 0);
      for (const name of Object.keys(COMMANDS)) assert.ok(done.stdout.includes(name), `${shell}: ${name}`);
      const file = which(shell);
      if (file === null) continue;
      const script = join(repo.root, `mm.${shell}`);
      writeFileSync(script, done.stdout);
      const checked = await runProcess([file, shell === 'fish' ? '--no-execute' : '-n', script], {
        env: repo.env,
        cwd: repo.dir,
      });
      assert.equal([checked.code, checked.stderr], [0, ''], shell);
      if (shell !== 'fish') continue;
      const offers = async (words: string) => {
        const { stdout } = await runProcess([file, '-c', `source ${script}; complete -C '${words}'`], {
          env: repo.env,
          cwd: repo.dir,
        });
        return stdout
          .split('\n')
          .map((line) => line.split('\t')[0])
          .filter(Boolean);
      };
      assert.ok((await offers('mm che')).includes('check'));
      assert.equal(await offers('mm clean --se'), ['--sessions']);
      assert.equal(await offers('mm execute --ti'), ['--timeout']);
    }
    const unknown = await repo.runMm(['completion', 'tcsh']);
    assert.is(unknown.code, 2);
    assert.match(unknown.stderr, /no completion for "tcsh"[\s\S]*mm completion fish/);
  }));

test.run();
