// Looking back: sessions, show and clean, for people and as JSON; what is old or large is mentioned and never deleted
// unasked. And a recipe's `notify:`, which announces questions.
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { housekeeping, muchKept } from '../../lib/view/session-rows.ts';
import { execute, withCrew } from '../support/crew.ts';
import { type MmResult, sessionFolders } from '../support/mm.ts';
import { makeRepo, type Repo } from '../support/repo.ts';
import { withTerminal } from '../support/terminal.ts';

const ONE = { gemini: null, codex: null } as const;

/** Makes a session look as if it were some days old. */
function makeOlder(dir: string, days: number): void {
  const file = join(dir, 'session.json');
  const record = JSON.parse(readFileSync(file, 'utf8'));
  writeFileSync(
    file,
    JSON.stringify({ ...record, created_at: new Date(Date.now() - days * 86_400_000).toISOString() }),
  );
}

/** Makes a session look as if its process had been killed at the end. */
function cutOff(dir: string): void {
  const journal = join(dir, 'events.jsonl');
  const lines = readFileSync(journal, 'utf8').trimEnd().split('\n');
  const kept = lines.filter((line) => !line.includes('"type":"session_complete"'));
  assert.is(lines.length - kept.length, 1);
  writeFileSync(journal, `${kept.join('\n')}\n`);
  rmSync(join(dir, 'session.json'));
}

const id = ({ sessionDir }: Pick<MmResult, 'sessionDir'>): string => basename(sessionDir!);

test('sessions are listed, newest first, with sizes, and shown', () =>
  withCrew(ONE, async (repo) => {
    const none = await repo.runMm(['sessions']);
    assert.equal([none.code, none.stdout], [0, 'There are no sessions yet.\n']);
    assert.match((await repo.runMm(['show'])).stderr, /no sessions yet/);
    const first = await execute(repo);
    assert.is(first.code, 0, first.stderr);
    repo.commit('the result');
    repo.installAgent('claude', { implement: 'exit 3' });
    const second = await execute(repo);
    assert.is(second.code, 1);

    const listed = await repo.runMm(['sessions']);
    const [newest = '', older = '', blank, last] = listed.stdout.split('\n');
    assert.match(newest, new RegExp(`^${id(second)} +failed +\\d+ min +[\\d.]+ [KM]iB +claude +Write greetings$`));
    assert.match(older, new RegExp(`^${id(first)} +completed`));
    assert.is(blank, '');
    assert.match(last ?? '', /^2 sessions, [\d.]+ [KM]iB\.$/);

    const rows = JSON.parse((await repo.runMm(['sessions', '--json'])).stdout);
    assert.equal(
      rows.map((row: Record<string, unknown>) => [row.session_id, row.status, row.models, Number(row.bytes) > 4096]),
      [
        [id(second), 'failed', ['claude', 'gemini', 'gpt'], true],
        [id(first), 'completed', ['claude', 'gemini', 'gpt'], true],
      ],
    );

    const latest = await repo.runMm(['show', 'latest']);
    assert.match(latest.stdout, /# Done[\s\S]*src\/a\.txt/);
    assert.match(latest.stdout, new RegExp(`${id(first)}, completed, \\d+ min ago, [\\s\\S]*mm undo ${id(first)}`));
    const failed = await repo.runMm(['show']);
    assert.match(failed.stdout, new RegExp(`${id(second)}, failed[\\s\\S]*mm resume ${id(second)}`));
    const record = JSON.parse((await repo.runMm(['show', id(first), '--json'])).stdout);
    assert.equal(record, first.session);
    const prefix = id(first).slice(0, -1);
    assert.is((await repo.runMm(['show', prefix, '--json'])).code, 0);

    const wrong = await repo.runMm(['show', `${id(first).slice(0, -2)}zz`]);
    assert.is(wrong.code, 2);
    assert.match(wrong.stderr, new RegExp(`Did you mean (${id(first)}|${id(second)})\\?`));
    const both = await repo.runMm(['show', '2']);
    assert.match(both.stderr, /beginning of several sessions/);
  }));

test('clean leaves folders, clean --sessions removes those that ended, and old ones are only mentioned before', () =>
  withCrew(ONE, async (repo) => {
    const first = await execute(repo);
    repo.commit('the result');
    const second = await execute(repo);
    makeOlder(first.sessionDir!, 40);
    const listed = await repo.runMm(['sessions']);
    assert.match(
      listed.stdout,
      /2 sessions, .*; 1 of them older than 30 days \(.*\)\. mm clean --sessions removes those that ended\.\n$/,
    );
    const plain = await repo.runMm(['clean']);
    assert.equal([plain.code, plain.stdout], [0, 'There was nothing to clean.\n']);
    assert.is(sessionFolders(repo.sessions).length, 2);
    const pool = join(first.sessionDir!, '../../../workspaces');
    mkdirSync(join(pool, '0123456789ab/files'), { recursive: true });
    writeFileSync(join(pool, '0123456789ab/files/a.txt'), 'as 0.1.0 kept it\n');
    assert.match((await repo.runMm(['sessions'])).stdout, /^Workspaces that an earlier version kept: .*mm clean/m);
    assert.match((await repo.runMm(['clean'])).stdout, /^Removed the workspaces that an earlier version kept \(/);
    assert.not.ok(existsSync(pool));
    // one that was cut off is the way back, and stays
    cutOff(second.sessionDir!);
    const cleaned = await repo.runMm(['clean', '--sessions', '--json']);
    const { said, sessions_removed, bytes_freed } = JSON.parse(cleaned.stdout);
    assert.equal([cleaned.code, sessions_removed, bytes_freed > 4096], [0, 1, true]);
    assert.match(said.join('\n'), new RegExp(`${id(second)} is unfinished and was left alone`));
    assert.not.ok(existsSync(first.sessionDir!));
    assert.ok(existsSync(second.sessionDir!));
  }));

test('--all looks at every repository, also at those that are gone', () =>
  withCrew(ONE, async (repo) => {
    const here = await execute(repo);
    const second = otherRepo(repo);
    const there = await execute(second);
    assert.is(there.code, 0, there.stderr);
    const listed = await repo.runMm(['sessions', '--all']);
    assert.ok(listed.stdout.includes(repo.dir) && listed.stdout.includes(id(there)));
    assert.is(JSON.parse((await repo.runMm(['sessions', '--json'])).stdout).length, 1);
    assert.is(JSON.parse((await repo.runMm(['sessions', '--all', '--json'])).stdout).length, 2);

    const unfinished = await execute(second, ['--only', 'claude']);
    cutOff(unfinished.sessionDir!);
    renameSync(second.dir, `${second.dir}-moved`);
    const cleaned = await repo.runMm(['clean', '--sessions', '--all', '--json']);
    assert.is(cleaned.code, 0, cleaned.stderr);
    const { said, sessions_removed } = JSON.parse(cleaned.stdout);
    assert.is(sessions_removed, 2);
    // its repository may only be on a disk that is not there just now
    assert.ok(
      said.some((line: string) => line.startsWith(`${id(unfinished)} was left alone`)),
      said.join('\n'),
    );
    assert.ok(existsSync(unfinished.sessionDir!));
    assert.not.ok(existsSync(here.sessionDir!) || existsSync(there.sessionDir!));
    assert.is(repo.read('src/a.txt'), 'a, BEST\n');
    rmSync(`${second.dir}-moved`, { recursive: true });
  }));

/** A second repository of the same room, with the same project. */
const otherRepo = (repo: Repo): Repo =>
  makeRepo(repo, {
    name: 'other',
    files: { 'AGENTS.md': '```mm-gates\ntests: sh check.sh\n```\n', 'check.sh': 'exit 0\n', 'src/a.txt': 'a\n' },
  });

test('what is much or old is said in one line', () => {
  const now = Date.parse('2026-11-22T00:00:00Z');
  const kept = (days: number, bytes: number) => ({
    created_at: new Date(now - days * 86_400_000).toISOString(),
    bytes,
  });
  assert.is(housekeeping([], now), null);
  assert.is(housekeeping([kept(1, 2048)], now), '1 session, 2.0 KiB.');
  assert.match(housekeeping([kept(1, 2 ** 31), kept(2, 0)], now) ?? '', /^2 sessions, 2\.0 GiB\. mm clean --sessions/);
  assert.match(housekeeping([kept(31, 1024), kept(2, 0)], now) ?? '', /; 1 of them older than 30 days \(1\.0 KiB\)/);
  assert.match(housekeeping([kept(31, 1024), kept(32, 0)], now) ?? '', /; all of them older/);
  assert.is(muchKept(2 ** 30), null);
  assert.match(muchKept(2 ** 30 + 1024) ?? '', /take 1\.0 GiB\. .*mm clean --sessions/);
});

test('notify: a command is started when a question waits, with the question, and a bell can be rung instead', () =>
  withCrew(ONE, async (repo) => {
    repo.installTool(
      'tell',
      `#!${join(repo.bin, 'sh')}\nprintf '%s|%s\\n' "$1" "$MM_QUESTION" >>'${join(repo.log, 'told')}'\n`,
    );
    const file = join(dirname(repo.dir), 'told.yaml');
    writeFileSync(file, 'recipe: 1\nname: told\nextends: execute\nnotify: [tell, a b]\n');
    await withTerminal(repo, [file, 'Write greetings'], {}, async (terminal) => {
      await terminal.waitFor(/How many synthesis passes[\s\S]*Enter/);
      terminal.press('C-c');
      assert.is((await terminal.exit()).code, 130);
    });
    assert.match(readFileSync(join(repo.log, 'told'), 'utf8'), /^a b\|How many synthesis passes\?[^\n]*\n$/);

    // headless there is no question, and nothing is announced
    const quiet = await repo.runMm([file, 'Write greetings', '--headless']);
    assert.is(quiet.code, 3);
    assert.is(readFileSync(join(repo.log, 'told'), 'utf8').split('\n').length, 2);
  }));

test('notify: what can not be started is said once, and the question is asked all the same', () =>
  withCrew(ONE, async (repo) => {
    const file = join(dirname(repo.dir), 'told.yaml');
    writeFileSync(file, 'recipe: 1\nname: told\nextends: execute\nnotify: [no-such-notifier]\n');
    await withTerminal(repo, [file, 'Write greetings'], { rows: 40 }, async (terminal) => {
      await terminal.waitFor(/How many synthesis passes[\s\S]*Enter/);
      terminal.press('Enter');
      const screen = await terminal.waitFor(/Timeout for external[\s\S]*Enter takes/);
      assert.is(screen.match(/no-such-notifier is not installed/g)?.length, 1, screen);
      terminal.press('C-c');
      await terminal.exit();
    });
  }));

test.run();
