// Completion really completes: in bash with its own variables, in fish by asking it, in zsh by its Tab key.
import { writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { COMMANDS, OPTIONS } from '../../lib/commands/option-table.ts';
import { mmCommand, which } from '../support/paths.ts';
import { type Repo, withRepo } from '../support/repo.ts';
import { runProcess } from '../support/start-process.ts';
import { withCommandInTerminal } from '../support/terminal.ts';

/** What a shell would offer behind these words, by the script in it. */
async function bashOffers(repo: Repo, words: readonly string[]): Promise<readonly string[]> {
  const script = `source ${join(repo.root, 'mm.bash')}
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

/** A shell that not every machine has; where the tests have to prove something, it is there. */
function installed(shell: string): string | null {
  const file = which(shell);
  if (file === null && process.env.CI) throw new Error(`${shell} is not installed; its completion can't be tested`);
  return file;
}

const FILES = { 'my recipe.yaml': '', 'other.txt': '', 'sub/x': '' };

test('bash, zsh and fish complete commands, options, recipes, files and sessions', () =>
  withRepo({ files: FILES }, async (repo) => {
    installMm(repo);
    writeFileSync(join(repo.root, 'mm.bash'), (await repo.runMm(['completion', 'bash'])).stdout);
    assert.equal(await bashOffers(repo, ['mm', 'show', '']), []);
    repo.installAgent('claude', { implement: 'put a.txt a' });
    const { code, sessionDir } = await repo.runMm(['execute', 'x', '--headless']);
    assert.is(code, 3);
    const session = basename(sessionDir!);
    await inBash(repo, session);
    const zsh = installed('zsh');
    if (zsh !== null) await inZsh(repo, zsh, session);
    const fish = installed('fish');
    if (fish !== null) await inFish(repo, fish, session);
  }));

async function inBash(repo: Repo, session: string): Promise<void> {
  const first = await bashOffers(repo, ['mm', '']);
  for (const word of [...Object.keys(COMMANDS), 'execute', 'isolated', 'demo']) assert.ok(first.includes(word), word);
  for (const [words, offered] of [
    [['mm', 'ch'], ['check']],
    [['mm', 'check', 'iso'], ['isolated']],
    [['mm', 'my'], ['my recipe.yaml']],
    [['mm', 'o'], []],
    [['mm', '--task-file', 'ot'], ['other.txt']],
    [['mm', '-C', 's'], ['sub']],
    [['mm', 'execute', 'do it', '--pa'], ['--passes']],
    [['mm', 'clean', '--ses'], ['--sessions']],
    [['mm', 'undo', '--s'], []],
    [
      ['mm', 'completion', ''],
      ['bash', 'fish', 'zsh'],
    ],
    [['mm', 'show', '2'], [session]],
    [['mm', '-C', repo.dir, 'recover', session.slice(0, 20)], [session]],
  ] as const)
    assert.equal(await bashOffers(repo, words), offered, words.join(' '));
  assert.is((await bashOffers(repo, ['mm', '--'])).length, Object.keys(OPTIONS).length);
}

async function inZsh(repo: Repo, zsh: string, session: string): Promise<void> {
  await withCommandInTerminal(repo, [zsh, '-f', '-i'], { cols: 100, rows: 40 }, async (terminal) => {
    terminal.type("PS1='> '; autoload -U compinit; compinit -D -u; source <(mm completion zsh); print 're''ady'");
    terminal.press('Enter');
    await terminal.waitFor(/^ready$/m);
    for (const [typed, completed] of [
      ['mm che', 'mm check'],
      ['mm check iso', 'mm check isolated'],
      ['mm my', 'mm my\\ recipe.yaml'],
      ['mm su', 'mm sub/'],
      ['mm --task-file ot', 'mm --task-file other.txt'],
      ['mm execute "do it" --pas', 'mm execute "do it" --passes'],
      ['mm clean --ses', 'mm clean --sessions'],
      ['mm completion f', 'mm completion fish'],
      ['mm show 2', `mm show ${session}`],
    ] as const) {
      terminal.press('C-l');
      terminal.type(typed);
      terminal.press('Tab');
      const line = new RegExp(`^> ${completed.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`, 'm');
      await terminal.waitFor(line, 30_000);
      terminal.press('C-u');
    }
    // a file that is no recipe is not offered: the line stays, and so do the options of other commands
    for (const typed of ['mm ot', 'mm undo --se']) {
      terminal.press('C-l');
      terminal.type(typed);
      terminal.press('Tab');
      terminal.type('x');
      await terminal.waitFor(new RegExp(`^> ${typed}x$`, 'm'), 30_000);
      terminal.press('C-u');
    }
  });
}

async function inFish(repo: Repo, fish: string, session: string): Promise<void> {
  const script = join(repo.root, 'mm.fish');
  writeFileSync(script, (await repo.runMm(['completion', 'fish'])).stdout);
  const offers = async (words: string) => {
    const { stdout, stderr } = await runProcess([fish, '-c', `source ${script}; complete -C '${words}'`], {
      env: repo.env,
      cwd: repo.dir,
    });
    assert.is(stderr, '', words);
    const lines = stdout.split('\n').map((line) => line.split('\t')[0]!);
    return lines.filter(Boolean);
  };
  const first = await offers('mm ');
  for (const word of [...Object.keys(COMMANDS), 'execute', 'isolated', 'demo']) assert.ok(first.includes(word), word);
  assert.equal(await offers('mm che'), ['check']);
  assert.equal(await offers('mm check iso'), ['isolated']);
  assert.equal(await offers('mm my'), ['my recipe.yaml']);
  assert.equal(await offers('mm --task-file ot'), ['other.txt']);
  assert.equal(await offers('mm --task-file=ot'), ['--task-file=other.txt']);
  assert.equal(await offers('mm -C su'), ['sub/']);
  assert.equal(await offers('mm clean --ses'), ['--sessions']);
  assert.equal(await offers('mm undo --se'), []);
  assert.equal(await offers('mm execute "do it" --pas'), ['--passes']);
  assert.equal(await offers('mm completion f'), ['fish']);
  assert.equal(await offers('mm show 2'), [session]);
}

test('a shell that there is no completion for', () =>
  withRepo(async (repo) => {
    const unknown = await repo.runMm(['completion', 'tcsh']);
    assert.is(unknown.code, 2);
    assert.match(unknown.stderr, /no completion for "tcsh"[\s\S]*mm completion fish/);
  }));

test.run();
