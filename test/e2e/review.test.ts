// The review in a real terminal, with the user's own pager, difftool, editor and browser: what they are shown, and that
// what the user changes goes through the gates again before it is applied.
// deadline: 600
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { EXECUTE, eventsOfType, withCrew } from '../support/crew.ts';
import type { Repo } from '../support/repo.ts';
import { type Terminal, type TerminalOptions, withTerminal } from '../support/terminal.ts';
import { waitUntil } from '../support/wait.ts';

const WINDOW = { cols: 120, rows: 50 };

/** A program of the user's: writes down what it was given and whether it may be written to, and waits for a key. */
const tool = (repo: Repo, name: string) =>
  repo.installTool(
    name,
    `#!/bin/sh
{ for file in "$@"; do
    if [ -f "$file" ]; then printf '%s %s: %s\\n' "$(basename "$(dirname "$file")")" "$(basename "$file")" "$(cat "$file")"
    else printf '%s\\n' "$file"; fi
  done; } >'${join(repo.log, name)}.new'
mv '${join(repo.log, name)}.new' '${join(repo.log, name)}'
if [ -t 0 ]; then echo "${name} is open"; stty -icanon -echo; dd bs=1 count=1 >/dev/null 2>&1; stty sane; fi
`,
  );
const saw = (repo: Repo, name: string) =>
  waitUntil(`${name} to be started`, () => {
    const file = join(repo.log, name);
    return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : null;
  });

/** A run in a terminal, at the question whether to accept the plan. */
const reviewing = (
  repo: Repo,
  options: TerminalOptions,
  work: (terminal: Terminal, choose: (label: string) => Promise<void>) => Promise<void>,
) =>
  withTerminal(repo, [EXECUTE[0], 'timeout:60 Write greetings'], { ...WINDOW, ...options }, async (terminal) => {
    await terminal.waitFor(/1 — single pass \(Recommended\)/);
    terminal.press('Enter');
    await terminal.waitFor(/❯ Accept/);
    await work(terminal, terminal.choose);
  });

/** What a pager that obeys it would hide. */
const HIDING = 'b of claude\x1b[8m';
const CLAUDE = { implement: `put src/a.txt "a, BEST"\nput src/b.txt "${HIDING}"`, compare: 'prefer BEST' };

test('the versions of a file are shown in the pager, the difftool and the editor; the choice is gated again', () =>
  withCrew({ codex: null, claude: CLAUDE }, async (repo) => {
    for (const name of ['meld', 'nano', 'xdg-open']) tool(repo, name);
    repo.installTool('pager', `#!/bin/sh\ncd '${repo.log}' && cat >pager.new && mv pager.new pager\n`);
    const env = { PAGER: 'pager', MM_DIFFTOOL: 'meld --auto', EDITOR: 'nano', DISPLAY: ':1' };
    await reviewing(repo, { env }, async (terminal, choose) => {
      await choose('Open the report');
      await terminal.waitFor(/Opened in your browser:\n\//);
      assert.match((await saw(repo, 'xdg-open'))[0]!, /report\.html: <!doctype html>/i);

      await choose('Look at a file');
      await choose('src/b.txt');
      await choose('Show how the versions differ');
      assert.match(
        (await saw(repo, 'pager')).join('\n'),
        /^--- 0-as-it-was\/b.txt\n\+{3} 1-Claude\/b.txt\n@@ .*\n-b\n\+b of claude␛\[8m\n[\s\S]*\+{3} 2-Gemini/m,
      );
      const versions = ['0-as-it-was b.txt: b', `1-Claude b.txt: ${HIDING}`, '2-Gemini b.txt: b, BEST'];
      for (const [name, given] of [
        ['meld', ['--auto', ...versions]],
        ['nano', versions],
      ] as const) {
        await choose(`Open them in ${name}`);
        await terminal.waitFor(new RegExp(`${name} is open`));
        // meant for that program, not for the run
        terminal.press('C-c');
        await terminal.waitFor(new RegExp(`❯ Open them in ${name}`));
        assert.equal(await saw(repo, name), given);
      }
      await choose("Take Claude's");
      await terminal.waitFor(/your choice[\s\S]*the gates run again when you accept/);
      await choose('Accept');
      const ended = await terminal.exit();
      assert.is(ended.code, 0, terminal.screen({ history: true }));
      const gated = eventsOfType(ended, 'gate_end').map(({ result }) => result.tree);
      assert.ok(gated.includes(ended.session.result.tree), 'the gates have seen what was applied');
      const { decided_by, notes } = ended.session.passes[0].plan;
      assert.equal([decided_by, notes], ['user', ['You changed the plan that was proposed.']]);
    });
    assert.equal([repo.read('src/a.txt'), repo.read('src/b.txt')], ['a, BEST\n', `${HIDING}\n`]);
  }));

test('with no difftool but git’s, a pair after the other; nothing of a repository’s settings is started', () =>
  withCrew({ codex: null, gemini: { implement: 'put src/b.txt "b, BEST BROKEN"' } }, async (repo) => {
    tool(repo, 'mine');
    tool(repo, 'theirs');
    repo.git('config', '--global', 'diff.tool', 'my-tool');
    repo.git('config', '--global', 'difftool.my-tool.cmd', 'mine "$LOCAL" "$REMOTE" </dev/null');
    repo.git('config', 'diff.tool', 'their-tool');
    repo.git('config', 'difftool.their-tool.cmd', 'theirs "$LOCAL" "$REMOTE" </dev/null');
    for (const key of ['core.editor', 'core.pager', 'diff.external']) repo.git('config', key, 'theirs');
    repo.git('config', '--global', 'core.pager', 'pager');
    repo.installTool('pager', `#!/bin/sh\ncd '${repo.log}' && cat >pager.new && mv pager.new pager\n`);
    await reviewing(repo, {}, async (terminal, choose) => {
      await choose('Look at a file');
      await choose('src/b.txt');
      await choose('Show how the versions differ');
      assert.match((await saw(repo, 'pager')).join('\n'), /^\x1b\[32m\+\x1b\[m\x1b\[32mb of claude/m);
      await choose('Open them in my-tool');
      assert.equal(await saw(repo, 'mine'), ['0-as-it-was b.txt: b', '1-Claude b.txt: b of claude']);
      assert.not.match(terminal.screen(), /theirs|their-tool/);
      await terminal.waitFor(/❯ Open them in my-tool/);
      terminal.press('Escape');
      await choose('Take one candidate whole');
      await terminal.waitFor(/❯ Claude +2 files, gates pass\n +Gemini +1 file, fails [Tt]ests/);
      terminal.press('Escape');
      await choose('Decline');
      assert.is((await terminal.exit()).code, 3);
    });
    assert.is(existsSync(join(repo.log, 'theirs')), false);
  }));

test('what was made to fit stays when the user changes another file', () =>
  withCrew(
    {
      codex: null,
      claude: {
        implement: 'put src/a.txt "a, BEST"\nput src/c.txt "c of claude"',
        compare: 'prefer BEST',
        integrate: 'put src/a.txt "a, BEST, made to fit"\nput src/joined.txt "joined"',
      },
      gemini: { implement: 'put src/b.txt "b, BEST"' },
    },
    async (repo) => {
      await reviewing(repo, {}, async (terminal, choose) => {
        await choose('Drop a file');
        await choose('src/c.txt');
        await choose('Accept');
        assert.is((await terminal.exit()).code, 0, terminal.screen({ history: true }));
      });
      assert.equal(
        ['src/a.txt', 'src/b.txt', 'src/joined.txt'].map((path) => repo.read(path)),
        ['a, BEST, made to fit\n', 'b, BEST\n', 'joined\n'],
      );
      assert.is(existsSync(join(repo.dir, 'src/c.txt')), false);
    },
  ));

test.run();
