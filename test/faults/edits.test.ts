// The user goes on working while models do, in the very tree in which one of them works: none of their edits is lost,
// whether the run goes on, is killed, or is taken out again later.
// deadline: 600
import { spawnSync } from 'node:child_process';
import { readFileSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readJournal } from '../../lib/session/journal.ts';
import { newestSession } from '../support/mm.ts';
import { waitUntil } from '../support/wait.ts';
import { type Scene, type Whole, withScene } from './scene.ts';

const ONE_PASS = ['--passes', '1'];
/** One pass is enough for a complete result. */
const QUICK = { files: { 'check.sh': 'true\n' }, models: { codex: null } };
const SLOW = { codex: null, gemini: { implement: 'mark waiting\nwait_for go\nput src/b.txt "b, BEST"\nsay done' } };

/** Until the model in the user's own tree has ended, and its work has been captured, tested and taken out again. */
async function afterThePrimary(scene: Scene) {
  const run = scene.start([...scene.run, ...ONE_PASS]);
  await scene.reached('waiting');
  await waitUntil('the tree to be put back', () => {
    const { sessionDir } = newestSession(scene.sessions);
    const { events } = readJournal(`${sessionDir}/events.jsonl`);
    const made = events.find((e) => e.type === 'effect' && e.undo.kind === 'main-tree');
    return events.some((e) => e.type === 'effect_undone' && made?.type === 'effect' && e.id === made.id) || null;
  });
  return run;
}

test('what the user edits while models run is never overwritten: nothing is applied, and resume goes on [Y6, U1]', () =>
  withScene({ ...QUICK, models: SLOW }, async (scene) => {
    const before = scene.all();
    const run = await afterThePrimary(scene);
    scene.write({ 'src/a.txt': 'over the model\n', 'notes/today.txt': 'a note\n' });
    scene.release('go');
    const ended = await run.exit;
    assert.is(ended.code, 1, ended.stderr);
    assert.match(ended.stderr, /The result was not applied:[\s\S]*src\/a\.txt/);
    assert.equal([scene.read('src/a.txt'), scene.read('notes/today.txt')], ['over the model\n', 'a note\n']);
    scene.git('checkout', '--', 'src/a.txt');
    scene.write({ 'notes/today.txt': null });
    rmdirSync(join(scene.dir, 'notes'));
    assert.equal(scene.all(), before, 'all else is as it was');
    assert.match((await scene.mm(['recover'])).stdout, /Nothing has to be put right/);
    const calls = scene.calls().length;
    const resumed = await scene.mm(['resume', '--headless', '--yes']);
    assert.is(resumed.code, 0, resumed.stderr);
    assert.is(scene.calls().length, calls, 'no model was asked again');
    assert.is(scene.read('src/b.txt'), 'b, BEST\n');
    assert.is((await scene.mm(['undo'])).code, 0);
    assert.equal(scene.all(), before);
  }));

test('an edit in the place of a change that was put aside stays: exit 4, with the commands for that change [Y6, U1]', () =>
  withScene({ ...QUICK, models: SLOW }, async (scene) => {
    const before = scene.all();
    const run = await afterThePrimary(scene);
    scene.write({ 'plain.txt': 'the user goes on\n' });
    scene.release('go');
    const ended = await run.exit;
    assert.is(ended.code, 4, ended.stderr);
    assert.is(scene.read('plain.txt'), 'the user goes on\n');
    const command = /^ *(git -C \S+ restore \S+ --worktree -- plain\.txt)$/m.exec(ended.stderr)?.[1] as string;
    const typed = spawnSync('bash', ['-c', command], { cwd: scene.home, env: { ...scene.env }, encoding: 'utf8' });
    assert.is(typed.status, 0, `${ended.stderr}\n${typed.stderr}`);
    assert.is((await scene.mm(['recover'])).code, 0);
    assert.equal(scene.all(), before);
  }));

test("edits between a crash and recover are kept, and half of a model's work too [Y6, U1]", () =>
  withScene(
    {
      ...QUICK,
      models: {
        claude: { implement: 'put src/half.txt half\nmark waiting\nwait_for never' },
        gemini: null,
        codex: null,
      },
    },
    async (scene) => {
      const before = scene.all();
      const run = scene.start([...scene.run, ...ONE_PASS]);
      await scene.reached('waiting');
      run.kill('SIGKILL');
      await run.exit;
      await scene.quiet();
      scene.write({ 'plain.txt': 'after the crash\n', 'inner/file': 'x\n' });
      scene.git('init', '--quiet', 'inner');
      const recovered = await scene.mm(['recover']);
      assert.is(recovered.code, 0, recovered.stderr);
      assert.equal(scene.all(), before);
      const folder = /kept in (\S+):/.exec(recovered.stdout)?.[1] as string;
      assert.is(readFileSync(join(folder, 'plain.txt'), 'utf8'), 'after the crash\n', recovered.stdout);
      assert.is(readFileSync(join(folder, 'src/half.txt'), 'utf8'), 'half\n');
    },
  ));

test('undo leaves alone what was edited after the result was applied, and says so [Y7]', () =>
  withScene(QUICK, async (scene) => {
    const before = scene.all();
    const run = await scene.mm([...scene.run, ...ONE_PASS]);
    assert.is(run.code, 0, run.stderr);
    scene.write({ 'src/a.txt': 'edited since\n', 'plain.txt': 'edited too\n' });
    const undone = await scene.mm(['undo']);
    assert.is(undone.code, 0, undone.stderr);
    assert.match(undone.stdout, /src\/a\.txt has been edited since/);
    assert.equal([scene.read('src/a.txt'), scene.read('plain.txt')], ['edited since\n', 'edited too\n']);
    const again = await scene.mm(['undo']);
    assert.is(again.code, 2, again.stdout);
    scene.git('checkout', '--', 'src/a.txt');
    scene.write({ 'plain.txt': 'one\ntwo changed\nthree\n' });
    assert.equal({ ...scene.all(), names: [] }, { ...before, names: [] });
  }));

test("the session's folder is removed while the user's changes are aside: exit 4, and the commands that are told bring all back [Y6, U1]", () =>
  withScene(
    {
      ...QUICK,
      models: { codex: null, gemini: { implement: 'mark waiting\nwait_for go\nrm -rf "$MM_SESSION_DIR"\nsay done' } },
    },
    async (scene) => {
      const before = scene.all();
      const started = await afterThePrimary(scene);
      await started.waitFor(/untouched base: tests/);
      scene.release('go');
      const run = await started.exit;
      assert.is(run.code, 4, run.stderr);
      assert.match(run.stderr, /session's folder \S+ was removed/);
      const recovered = await scene.mm(['recover']);
      assert.is(recovered.code, 4, recovered.stdout);
      for (const { stderr } of [run, recovered]) assert.match(stderr, /git -C \S+ stash apply --index [0-9a-f]{40}/);
      const commands = [...recovered.stderr.matchAll(/^ *(git -C .+)$/gm)].map(([, command]) => command as string);
      for (const command of commands) {
        const done = spawnSync('bash', ['-c', command], { cwd: scene.home, env: { ...scene.env }, encoding: 'utf8' });
        assert.is(done.status, 0, `${command}\n${done.stderr}`);
      }
      const after = scene.all();
      // a commit holds no permissions beyond the executable bit
      const asCommitted = ({ files }: Whole) =>
        Object.entries(files).map(([path, version]) => [path, version.replace(/^600 /, '644 ')]);
      assert.equal(asCommitted(after), asCommitted(before));
      // nor an intent to add
      const lines = (status: string) => status.split('\n').sort();
      assert.equal(lines(after.status), lines(before.status.replace(' A intent.txt', '?? intent.txt')));
    },
  ));

test.run();
