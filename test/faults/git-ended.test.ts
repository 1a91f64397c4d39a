// Somebody's signal strikes one of the program's own git calls, and the program itself a moment before, after, or never: an
// interrupt is an interrupt whichever of them it reaches first, and git that was ended by something else is told as that.
// deadline: 3600
import { existsSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { removeIfThere } from '../support/room.ts';
import { type Scene, withScene } from './scene.ts';
import { between, chooseSeed, pick, randomFrom } from './seed.ts';
import { FULL } from './sweep.ts';

type Strike = 'git, then the program' | 'the program, then git' | 'git alone';

interface Struck {
  readonly call: number;
  readonly strike: Strike;
  readonly signal: 'TERM' | 'INT' | 'HUP';
}

const seed = chooseSeed();
console.log(`seed: MM_SEED=${seed}`);

const place = (scene: Scene, name: string): string => join(scene.root, `git-${name}`);

/** Shells may stand between the program and its git. */
const PROGRAM = `program=$PPID
while grep -qE '^(ba)?sh$' /proc/$program/comm; do program=$(sed -n 's/^PPid:[[:space:]]*//p' /proc/$program/status); done`;

/** Puts a git on PATH that counts the program's own calls (they bear its name) and is struck at one of them. */
function install(scene: Scene, real: string, at: Struck | null): void {
  for (const name of ['calls', 'struck']) rmSync(place(scene, name), { recursive: true, force: true });
  rmSync(join(scene.bin, 'git'));
  const kill = at && `kill -s ${at.signal}`;
  const strike =
    at &&
    {
      'git, then the program': `{ sleep 0.1; ${kill} $program; } </dev/null >/dev/null 2>&1 & ${kill} $$`,
      'the program, then git': `${kill} $program; ${kill} $$`,
      'git alone': `${kill} $$`,
    }[at.strike];
  writeFileSync(
    join(scene.bin, 'git'),
    `#!/bin/sh
if [ "$GIT_AUTHOR_NAME" = mm ]; then
  echo "$*" >>"${place(scene, 'calls')}"
  ${at === null ? ':' : `if [ $(wc -l <"${place(scene, 'calls')}") -ge ${at.call} ] && mkdir "${place(scene, 'struck')}" 2>/dev/null; then ${PROGRAM}; ${strike}; sleep 5; fi`}
fi
exec ${real} "$@"
`,
    { mode: 0o755 },
  );
}

/** Calls while the session is opened, where an interrupt once ended with 2. */
const WHILE_OPENING = [13, 14];

const SCENE = { files: { 'check.sh': 'true\n' } };

test('a signal at any call of git: an interrupt is one, everything is put back, nothing is a fault of the program [Y5, U1]', () =>
  withScene(SCENE, async (scene) => {
    const words = [...scene.run, '--passes', '1'];
    const before = scene.all();
    const real = realpathSync(join(scene.bin, 'git'));
    install(scene, real, null);
    const whole = await scene.mm(words);
    assert.is(whole.code, 0, whole.stderr);
    const count = readFileSync(place(scene, 'calls'), 'utf8').trimEnd().split('\n').length;
    assert.is((await scene.mm(['undo'])).code, 0);
    removeIfThere(scene.sessions);
    const random = randomFrom(seed);
    const calls = FULL
      ? Array.from({ length: count }, (_, n) => n + 1)
      : [...WHILE_OPENING, ...Array.from({ length: 6 }, () => between(random, 1, count))];
    const wrong: string[] = [];
    for (const [n, call] of calls.entries()) {
      const strike = (['git, then the program', 'the program, then git', 'git alone'] as const)[n % 3]!;
      const at: Struck = { call, strike, signal: pick(random, ['TERM', 'INT', 'HUP'] as const) };
      install(scene, real, at);
      const run = await scene.mm(words);
      const told = `MM_SEED=${seed} ${JSON.stringify(at)} of ${count}, exit ${run.code}\n${run.stderr.slice(-1500)}`;
      await scene.quiet();
      if (!existsSync(place(scene, 'struck'))) continue;
      install(scene, real, null);
      try {
        prove(at, run, told);
        if (run.code !== 0 && run.session?.result === null) assert.equal(scene.all(), before, told);
        const undone = run.code === 0 ? await scene.mm(['undo']) : await scene.mm(['recover']);
        assert.is(undone.code, 0, `${told}\n${undone.stderr}`);
        assert.equal(scene.all(), before, told);
      } catch (error) {
        wrong.push(`${told}\n${(error as Error).message}`);
        console.log(wrong.at(-1));
        await scene.mm(['recover']);
      }
      removeIfThere(scene.sessions);
    }
    console.log(`${calls.length} of ${count} calls, ${wrong.length} wrong`);
    assert.is(wrong.length, 0, wrong.join('\n\n'));
  }));

function prove({ strike }: Struck, run: Awaited<ReturnType<Scene['mm']>>, told: string): void {
  assert.not.match(run.stderr, /fault of this program/i, told);
  // before there is a run the system itself ends the program
  const interrupted = run.code === 130 || (run.sessionDir === null && run.signal !== null);
  // a signal for git alone may strike what nobody needs, or a lane that the others go on without
  if (strike === 'git alone') assert.ok([0, 1, 2].includes(run.code ?? -1), told);
  else assert.ok(interrupted || (run.code === 0 && run.session?.status === 'completed'), told);
}

test.run();
