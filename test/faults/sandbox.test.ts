// recipes/sandbox.yaml: behind bubblewrap a lane sees its own workspace, its own CLI's settings, and nothing else of the
// user's. Needs bwrap, and a system that lets it make namespaces; where that is not so, it says so.
// deadline: 600
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { nodePath, which } from '../support/paths.ts';
import { withScene } from './scene.ts';

const NOBODY = 65534;

/** Whether everybody may get to a file. */
function readableByAll(file: string): boolean {
  for (let path = file; path !== '/'; path = dirname(path)) {
    const { mode } = statSync(path);
    if ((mode & (path === file ? 0o4 : 0o1)) === 0) return false;
  }
  return true;
}

/** Why there can be no sandbox here, null: there can. */
function obstacle(): string | null {
  const bwrap = which('bwrap');
  if (bwrap === null) return 'bubblewrap is not installed (apt-get install bubblewrap)';
  const tried = spawnSync(bwrap, ['--ro-bind', '/', '/', '--unshare-pid', '--proc', '/proc', 'true'], {
    encoding: 'utf8',
  });
  return tried.status === 0 ? null : `bubblewrap can't make a sandbox here: ${tried.stderr.trim()}`;
}

/** A CLI that is no part of the test's room, since that can't be seen from within: it writes down what can be. */
const AGENT = `#!/bin/bash
cat >/dev/null
case $MM_STEP in
  implement) ;;
  compare) echo '{"files":[],"notes":""}'; exit ;;
  *) echo nothing; exit ;;
esac
MAIN=\${PWD%-mm-*}
sees() { if [ -e "$2" ]; then echo "$1: yes"; else echo "$1: no"; fi; }
can() { local what=$1; shift; if "$@" >/dev/null 2>&1; then echo "$what: yes"; else echo "$what: no"; fi; }
mkdir -p src
{
  sees "the user's tree" "$MAIN/plain.txt"
  sees "the user's git folder" "$MAIN/.git/config"
  touch "$MAIN/evil" "$MAIN/.git/evil" # there is an empty folder of that name, which goes with the sandbox
  sees "the other worktree" "$MAIN/../theirs"
  sees "another lane" "$MAIN-mm-$([ "$MM_SLOT" = claude ] && echo gemini || echo claude)/src"
  sees "a secret in the home folder" "$HOME/secret"
  sees "its own settings" "$HOME/.$(basename "$0")"
  sees "another CLI's settings" "$HOME/.$([ "$MM_SLOT" = claude ] && echo gemini || echo claude)"
  sees "the session" "$MM_SESSION_DIR/events.jsonl"
  can "write into the shared objects" touch "$MAIN/.git/objects/evil"
  can "write into the system" touch /usr/evil
  can "work with git" git status
  can "see other processes" test "$(ls -d /proc/[0-9]* | wc -l)" -gt 12
  can "read another vendor's key" test -n "$([ "$MM_SLOT" = claude ] && echo "$GEMINI_API_KEY" || echo "$ANTHROPIC_API_KEY")"
  can "read its own key" test -n "$([ "$MM_SLOT" = claude ] && echo "$ANTHROPIC_API_KEY" || echo "$GEMINI_API_KEY")"
} >src/seen.txt
# what no group, session, marker or output tells of
env -i /usr/bin/setsid -f /usr/bin/sleep LONG </dev/null >/dev/null 2>&1
cat /proc/[0-9]*/cmdline | tr '\\0' '\\n' | grep -cx '[8]REST' >src/left.txt
echo done
`;

const EXPECTED = `the user's tree: no
the user's git folder: no
the other worktree: no
another lane: no
a secret in the home folder: no
its own settings: yes
another CLI's settings: no
the session: no
write into the shared objects: no
write into the system: no
work with git: yes
see other processes: no
read another vendor's key: no
read its own key: yes
`;

/** Processes with that word in their command. */
const running = (word: string): readonly string[] =>
  readdirSync('/proc').filter((name) => {
    try {
      return /^\d+$/.test(name) && readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0').includes(word);
    } catch {
      return false; // ended while it was looked at
    }
  });

test('in the shipped sandbox a lane sees its own workspace and nothing else of the user [W2]', () =>
  withScene({ models: { claude: null, gemini: null, codex: null }, files: { 'check.sh': 'true\n' } }, async (scene) => {
    const why = obstacle();
    if (why !== null) {
      console.log(`skipped: ${why}`);
      return;
    }
    const programs = join(scene.home, '.local/bin');
    mkdirSync(programs, { recursive: true });
    const long = `86400.${process.pid}`;
    const agent = AGENT.replace('LONG', long).replace('REST', long.slice(1));
    for (const name of ['claude', 'gemini']) {
      writeFileSync(join(programs, name), agent, { mode: 0o755 });
      mkdirSync(join(scene.home, `.${name}`));
    }
    writeFileSync(join(scene.home, 'secret'), 'secret\n');
    const before = scene.all();
    const env = {
      PATH: [programs, scene.bin, '/usr/bin', '/bin'].join(':'),
      ANTHROPIC_API_KEY: 'one',
      GEMINI_API_KEY: 'two',
    };
    const words = ['sandbox', 'Look around', '--headless', '--yes', '--passes', '1', '--only', 'claude,gemini'];
    const run = await scene.mm(words, { env });
    assert.is(run.code, 0, run.stderr);
    for (const slot of ['claude', 'gemini'])
      assert.is(
        readFileSync(join(run.sessionDir as string, 'pass-0001/files', slot, 'src/seen.txt'), 'utf8'),
        EXPECTED,
        slot,
      );
    const left = readFileSync(join(run.sessionDir as string, 'pass-0001/files/claude/src/left.txt'), 'utf8');
    assert.is(left, '1\n', 'it left a process behind');
    await scene.quiet();
    assert.equal(running(long), [], 'nothing outlives its sandbox');
    const checked = await scene.mm(['check', 'sandbox', '--json'], { env });
    const { findings } = JSON.parse(checked.stdout) as { findings: { subject: string; state: string }[] };
    const prefixes = findings.filter(({ subject }) => subject === 'via bwrap');
    assert.ok(prefixes.length >= 2, checked.stdout);
    assert.ok(
      prefixes.every(({ state }) => state === 'good'),
      checked.stdout,
    );
    assert.is((await scene.mm(['undo'], { env })).code, 0);
    assert.equal(scene.all(), before);
  }));

test('the same for a user who is not root [W2]', () => {
  if (process.geteuid?.() !== 0 || process.env.MM_TEST_AS_USER !== undefined) return; // the test above was that
  const file = fileURLToPath(import.meta.url);
  const read = spawnSync('cat', [file], { uid: NOBODY, gid: NOBODY, cwd: '/' });
  const why = read.status === 0 ? obstacle() : `no other user can read ${file}: it lies in a folder of one's own`;
  if (why !== null) {
    console.log(`skipped: ${why}`);
    return;
  }
  const { MM_TEST_PIDS: _, ...env } = process.env;
  const done = spawnSync(nodePath(), [...process.execArgv, file], {
    uid: NOBODY,
    gid: NOBODY,
    cwd: '/',
    env: { ...env, HOME: '/nonexistent', MM_TEST_AS_USER: 'yes' },
    encoding: 'utf8',
  });
  if (/EACCES|permission denied/i.test(done.stderr) && !readableByAll(file)) {
    console.log('skipped: another user can not read the project where it lies');
    return;
  }
  assert.is(done.status, 0, `${done.stdout}\n${done.stderr}`);
  assert.not.match(done.stdout, /skipped:/);
});

test.run();
