// What an earlier or a running session stands in the way of: said before anything is done, with the way out.
// deadline: 600
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readRecord } from '../../lib/session/find.ts';
import type { AgentScript } from '../support/agents.ts';
import { sessionFolders } from '../support/mm.ts';
import { which } from '../support/paths.ts';
import { runProcess } from '../support/start-process.ts';
import { withTerminal } from '../support/terminal.ts';
import { waitUntil } from '../support/wait.ts';
import { type Scene, withScene } from './scene.ts';

const ONE_PASS = ['--passes', '1'];
const ALONE = { gemini: null, codex: null };
const WAITS: Readonly<Record<string, AgentScript | null>> = {
  claude: {
    implement: 'if once waited; then mark waiting; wait_for go; fi\nput src/a.txt "a of one"\nsay done',
    compare: 'prefer BEST',
  },
  ...ALONE,
};
const QUICK = { files: { 'check.sh': 'true\n' }, models: WAITS };

async function cutOff(scene: Scene): Promise<string> {
  const run = scene.start([...scene.run, ...ONE_PASS]);
  await scene.reached('waiting');
  run.kill('SIGKILL');
  const { sessionDir } = await run.exit;
  await scene.quiet();
  return String(sessionDir).split('/').at(-1) as string;
}

test('what was cut off is named with both ways on, and nothing is done: not by a run, under whatever session root, and not by resume after a commit; recover keeps that commit [Y5, Y6]', () =>
  withScene(QUICK, async (scene) => {
    const before = scene.all();
    const id = await cutOff(scene);
    const left = scene.all();
    const elsewhere = join(scene.root, 'other root');
    for (const { env, words } of [
      { env: {}, words: [id, `mm resume ${id}`, `mm recover ${id}`] },
      { env: { AI_AIP_ROOT: elsewhere }, words: [id, elsewhere, `mm recover ${id}`] },
    ]) {
      const refused = await scene.mm([...scene.run, ...ONE_PASS], { env });
      assert.is(refused.code, 2, refused.stderr);
      for (const said of words) assert.ok(refused.stderr.includes(said), `${said}: ${refused.stderr}`);
      assert.equal(scene.all(), left);
    }
    scene.git('commit', '--quiet', '--allow-empty', '--message', 'meanwhile');
    const commit = scene.git('rev-parse', 'HEAD');
    const moved = scene.all();
    const refused = await scene.mm(['resume', '--headless', '--yes']);
    assert.is(refused.code, 2, refused.stderr);
    assert.ok(refused.stderr.includes(commit.slice(0, 12)), refused.stderr);
    assert.equal(scene.all(), moved);
    scene.write({ '.git/packed-refs.lock': '' }); // a git command was killed, too
    const recovered = await scene.mm(['recover']);
    assert.is(recovered.code, 0, recovered.stderr);
    const kept = /kept as (refs\/mm\/\S+)\./.exec(recovered.stdout)?.[1] as string;
    assert.is(scene.git('rev-parse', kept), commit, recovered.stdout);
    assert.match((await scene.mm(['recover'])).stdout, /Nothing has to be put right/);
    assert.is((await scene.mm(['clean'])).code, 0);
    assert.equal(scene.all(), before);
  }));

test("recover takes no lock away from a commit of the user's that waits for its editor: it says so, and touches nothing [Y5]", () =>
  withScene(QUICK, async (scene) => {
    if (!existsSync('/proc/self/comm')) return; // nobody tells there who holds a lock
    const before = scene.all();
    await cutOff(scene);
    const lock = join(scene.dir, '.git/index.lock');
    const GIT_EDITOR = `until [ -e ${scene.root}/closed ]; do sleep 0.05; done; false`;
    const commit = ['commit', '--all', '--allow-empty'];
    const committing = runProcess([which('git')!, ...commit], { cwd: scene.dir, env: { ...scene.env, GIT_EDITOR } });
    await waitUntil('the lock of the commit', () => existsSync(lock) || null);
    // but for the lock of the session, whose holder is dead
    const seen = () => JSON.stringify(scene.all()).replaceAll(/,?"mm-session\.lock"(:"[^"]*")?/g, '');
    const during = seen();
    const refused = await scene.mm(['recover']);
    assert.is(refused.code, 4, refused.stdout);
    for (const said of [/git command of yours \(process \d+\) is at work/, /waiting for its editor/, /mm recover/])
      assert.match(refused.stderr, said);
    assert.equal(seen(), during);
    assert.ok(existsSync(lock), 'the lock is where it was');

    writeFileSync(join(scene.root, 'closed'), '');
    await committing; // given up: the editor failed
    assert.is((await scene.mm(['recover'])).code, 0);
    assert.is((await scene.mm(['clean'])).code, 0);
    assert.equal(scene.all(), before);
  }));

test('at a terminal it offers to put the repository back, and then begins [Y5]', () =>
  withScene(QUICK, async (scene) => {
    const before = scene.all();
    await cutOff(scene);
    scene.release('go');
    const words = scene.run.filter((word) => word !== '--headless');
    await withTerminal(scene, [...words, '--timeout', '60'], { cols: 120, runtime: 'launch' }, async (terminal) => {
      await terminal.waitFor(/was cut off and has not been put right yet\. What now\?/);
      terminal.press('Enter');
      await terminal.waitFor(/triple pass/);
      terminal.press('Enter');
      assert.is((await terminal.exit()).code, 0);
    });
    assert.is((await scene.mm(['undo'])).code, 0);
    assert.equal(scene.all(), before);
  }));

test('at a terminal it also offers to go on with the session that was cut off', () =>
  withScene(QUICK, async (scene) => {
    const before = scene.all();
    await cutOff(scene);
    scene.release('go');
    const words = scene.run.filter((word) => word !== '--headless');
    await withTerminal(scene, words, { cols: 120, runtime: 'launch' }, async (terminal) => {
      await terminal.waitFor(/Go on with it/);
      terminal.press('Down');
      terminal.press('Enter');
      assert.is((await terminal.exit()).code, 0);
    });
    const [session, ...others] = sessionFolders(scene.sessions);
    assert.equal(others, [], 'no other session was begun');
    assert.is(readRecord(session!)?.status, 'completed');
    assert.is((await scene.mm(['undo'])).code, 0);
    assert.equal(scene.all(), before);
  }));

test('a second run, recover and resume are told who holds the tree and since when, and touch nothing', () =>
  withScene(QUICK, async (scene) => {
    const run = scene.start([...scene.run, ...ONE_PASS]);
    await scene.reached('waiting');
    const holder = JSON.parse(scene.read('.git/mm-session.lock')) as { session: string; pid: number; since: string };
    const during = scene.all();
    for (const words of [[...scene.run, ...ONE_PASS], ['recover'], ['resume'], ['clean'], ['undo']]) {
      const refused = await scene.mm(words);
      if (words[0] === 'clean') assert.match(refused.stdout, /unfinished and was left alone/);
      else assert.is(refused.code, 2, `${words[0]}: ${refused.stdout}${refused.stderr}`);
      if (words[0] !== 'undo' && words[0] !== 'clean')
        for (const said of [holder.session, String(holder.pid), holder.since])
          assert.ok(refused.stderr.includes(said), `${words[0]} names ${said}: ${refused.stderr}`);
    }
    assert.equal(scene.all(), during);
    scene.release('go');
    assert.is((await run.exit).code, 0);
  }));

test('resume refuses what is over, a changed recipe and a moved repository, each with the reason; the tree is put back', () =>
  withScene(QUICK, async (scene) => {
    const before = scene.all();
    const resume = ['resume', '--headless', '--yes'];
    const none = await scene.mm(resume);
    assert.is(none.code, 2);
    assert.match(none.stderr, /no session to go on with/);

    await cutOff(scene);
    const [recipe = ''] = scene.run;
    const text = readFileSync(recipe, 'utf8');
    writeFileSync(recipe, `${text}options: { cross_gates: false }\n`);
    const changed = await scene.mm(resume);
    assert.is(changed.code, 2, changed.stderr);
    assert.ok(changed.stderr.includes(recipe), changed.stderr);
    writeFileSync(recipe, text);
    assert.is((await scene.mm(['recover'])).code, 0);
    assert.equal(scene.all(), before);

    const head = scene.git('rev-parse', 'HEAD');
    scene.git('commit', '--quiet', '--allow-empty', '--message', 'meanwhile', '--only');
    const moved = await scene.mm(resume);
    assert.is(moved.code, 2, moved.stderr);
    assert.ok(moved.stderr.includes(head.slice(0, 12)), moved.stderr);
    scene.git('update-ref', 'refs/heads/main', head);

    scene.release('go');
    const resumed = await scene.mm(resume);
    assert.is(resumed.code, 0, resumed.stderr);
    const over = await scene.mm(resume);
    assert.is(over.code, 2);
    assert.match(over.stderr, /completed: there is nothing to go on with/);
    assert.is((await scene.mm(['undo'])).code, 0);
    assert.equal(scene.all(), before);
  }));

test('a run whose last line the journal had no room for has ended all the same, also when it is looked at again [Y5, Y6]', () =>
  withScene(QUICK, async (scene) => {
    const before = scene.all();
    writeFileSync(join(scene.log, 'go'), '');
    const { code, sessionDir, stderr } = await scene.mm([...scene.run, ...ONE_PASS]);
    assert.is(code, 0, stderr);
    const file = join(String(sessionDir), 'events.jsonl');
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    assert.match(String(lines.pop()), /"session_complete"/);
    writeFileSync(file, lines.map((line) => `${line}\n`).join(''));
    assert.match((await scene.mm(['recover'])).stdout, /Nothing has to be put right/);
    assert.is((await scene.mm(['undo'])).code, 0);
    assert.equal(scene.all(), before);
    assert.is(readRecord(String(sessionDir))?.status, 'completed');
    assert.match((await scene.mm(['recover'])).stdout, /Nothing has to be put right/);
  }));

test.run();
