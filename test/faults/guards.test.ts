// What is done about harm at a terminal, when a model says nothing for too long, and what of the user's own set-up git
// would run by itself: hooks, monitors, GIT_* variables.
// deadline: 600
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { eventsOfType } from '../support/crew.ts';
import { removeIfThere } from '../support/room.ts';
import { withTerminal } from '../support/terminal.ts';
import { type Scene, type Whole, withScene } from './scene.ts';

/** Two models in worktrees, as few steps as there can be. */
const RECIPE = `recipe: 1
name: guards
extends: execute
summary: Two models in worktrees.
timeout: { default: 60s, grace: 200ms }
failures: [{ class: crash }]
set:
  slots.*.workspace: worktree
  slots.gpt: null
  options.cross_gates: false
`;
const HONEST = { implement: 'put src/a.txt "a, BEST"\nput src/ready.txt ready\nsay done', compare: 'prefer BEST' };
const TAGS = { implement: 'git tag evil\ngit tag --delete v1\nput src/b.txt "b"\nsay done' };
const HOSTILE = { recipe: RECIPE, models: { claude: HONEST, gemini: TAGS, codex: null } };

/** Runs at a terminal, and takes the answer with that label when it is asked what to do about the harm. */
async function answering(scene: Scene, downs: number): Promise<{ code: number | null; asked: string; who: string }> {
  const words = [...scene.run.filter((word) => word !== '--headless'), '--timeout', '60'];
  return withTerminal(scene, words, { cols: 140, rows: 50, runtime: 'launch' }, async (terminal) => {
    await terminal.waitFor(/triple pass/);
    terminal.press('Enter');
    const asked = await terminal.waitFor(/What now\?[\s\S]*❯ Put it back/);
    for (let n = 0; n < downs; n++) terminal.press('Down');
    terminal.press('Enter');
    const ended = await terminal.exit();
    return { code: ended.code, asked, who: String(eventsOfType(ended, 'breach')[0]?.who) };
  });
}

const tags = (scene: Scene): string => scene.git('tag', '--list');
const rest = ({ refs: _, names: _names, ...others }: Whole) => others;

for (const { label, downs, code, after, recovered } of [
  { label: 'Put it back', downs: 0, code: 0, after: 'v1', recovered: 'v1' },
  { label: 'Leave it', downs: 1, code: 0, after: 'evil', recovered: 'evil' },
  { label: 'Stop', downs: 2, code: 1, after: 'evil', recovered: 'v1' },
]) {
  test(`harm at a terminal is told with who and what; "${label}" does what it says [W2]`, () =>
    withScene(HOSTILE, async (scene) => {
      const before = scene.all();
      const run = await answering(scene, downs);
      for (const said of [/refs\/tags\/v1 was deleted/, /refs\/tags\/evil was created/]) assert.match(run.asked, said);
      assert.match(run.who, /Gemini/);
      assert.is(run.code, code, run.asked);
      assert.is(tags(scene), after);
      assert.is(existsSync(join(scene.dir, 'src/ready.txt')), code === 0, 'applied');
      if (code === 0) assert.is((await scene.mm(['undo'])).code, 0);
      assert.is((await scene.mm(['recover'])).code, 0);
      assert.is(tags(scene), recovered, 'after recover');
      assert.equal(rest(scene.all()), rest(before));
    }));
}

test('a model that says nothing for too long is stalled: ended, out of the pass, and the others go on [R6]', () =>
  withScene(
    {
      recipe: RECIPE.replace('grace: 200ms', 'grace: 200ms, silence: 1s'),
      models: { claude: HONEST, gemini: { implement: "trap '' TERM\nput src/b.txt b\nwait_for never" }, codex: null },
    },
    async (scene) => {
      const before = scene.all();
      const run = await scene.mm([...scene.run, '--passes', '1']);
      assert.is(run.code, 0, run.stderr);
      const { gemini } = run.session.passes[0].models;
      assert.equal([gemini.status, gemini.attempts.at(-1).failure], ['failed', 'stalled']);
      await scene.quiet();
      assert.is((await scene.mm(['undo'])).code, 0);
      assert.equal(scene.all(), before);
    },
  ));

const HOOKS =
  'applypatch-msg pre-applypatch post-applypatch pre-commit prepare-commit-msg commit-msg post-commit pre-rebase ' +
  'post-checkout post-merge pre-auto-gc post-rewrite reference-transaction post-index-change fsmonitor-watchman';

test("of the user's own hooks, monitor, external diff and GIT_* variables nothing runs, in no command [W2, S3]", () =>
  withScene(
    { recipe: RECIPE, models: { claude: HONEST, gemini: { implement: 'put src/b.txt "b"\nsay done' }, codex: null } },
    async (scene) => {
      const ran = join(scene.log, 'ran');
      mkdirSync(ran);
      const trap = join(scene.root, 'trap');
      writeFileSync(trap, `#!/bin/sh\n: >"${ran}/$(basename "$0").$$"\nexit 0\n`, { mode: 0o755 });
      const hooks = join(scene.dir, '.git/hooks');
      for (const name of HOOKS.split(' ')) {
        writeFileSync(join(hooks, name), `#!/bin/sh\n: >"${ran}/${name}.$$"\nexit 0\n`, { mode: 0o755 });
      }
      for (const [key, value] of Object.entries({
        'core.fsmonitor': trap,
        'core.pager': trap,
        'core.editor': trap,
        'core.askPass': trap,
        'diff.external': trap,
        'gc.auto': '1',
        'alias.status': `!${trap}`,
        'uploadpack.packObjectsHook': trap,
        'credential.helper': trap,
      }))
        scene.git('config', key, value);
      const before = scene.all();
      for (const name of readdirSync(ran)) removeIfThere(join(ran, name)); // what setting up and looking has run
      const env = {
        GIT_DIR: join(scene.root, 'elsewhere'),
        GIT_WORK_TREE: scene.home,
        GIT_INDEX_FILE: join(scene.root, 'index'),
        GIT_OBJECT_DIRECTORY: join(scene.root, 'objects'),
        GIT_EXTERNAL_DIFF: trap,
        GIT_PAGER: trap,
        GIT_EDITOR: trap,
        GIT_SSH_COMMAND: trap,
        GIT_ASKPASS: trap,
        GIT_EXEC_PATH: scene.root,
        GIT_TEMPLATE_DIR: scene.root,
        GIT_TRACE: join(scene.root, 'trace'),
        GIT_CONFIG_GLOBAL: join(scene.root, 'global'),
        GIT_CONFIG_COUNT: '1',
        GIT_CONFIG_KEY_0: 'core.hooksPath',
        GIT_CONFIG_VALUE_0: scene.root,
        GIT_CONFIG_PARAMETERS: `'core.fsmonitor=${trap}'`,
      };
      const run = await scene.mm([...scene.run, '--passes', '1'], { env });
      assert.is(run.code, 0, run.stderr);
      for (const words of [['show', 'latest'], ['undo'], ['recover'], ['clean'], ['sessions'], ['check', 'execute']])
        assert.is((await scene.mm(words, { env })).code, 0, words.join(' '));
      assert.equal(readdirSync(ran), [], 'nothing ran');
      for (const name of ['elsewhere', 'index', 'objects', 'trace', 'global'])
        assert.not(existsSync(join(scene.root, name)), name);
      assert.equal(scene.all(), before);
    },
  ));

test.run();
