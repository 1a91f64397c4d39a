// Completion really completes: in bash with its own variables, in fish by asking it, in zsh as far as it parses.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { COMMANDS, OPTIONS } from '../../lib/commands/arguments.ts';
import { mmCommand, which } from '../support/paths.ts';
import { type Repo, withRepo } from '../support/repo.ts';
import { runProcess } from '../support/start-process.ts';

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
    assert.is((await repo.runMm(['execute', 'x', '--headless'])).code, 3);
    const ids = (await bashOffers(repo, ['mm', 'show', '2'])) as readonly string[];
    assert.is(ids.length, 1);
    assert.match(ids[0]!, /^\d{8}-\d{6}Z-\d+-[0-9a-f]{4}$/);
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
