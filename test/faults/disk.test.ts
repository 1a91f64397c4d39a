// A disk that is full (a small one of its own, where this machine lets us have it, and by refusals at every kind of
// place), a session root that can't be written, and too few open files: a clear message, and the tree as it was or
// recoverable.
// deadline: 1200
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { mmCommand } from '../support/paths.ts';
import { runProcess } from '../support/start-process.ts';
import { type Fault, faulty, struck } from './fault.ts';
import { type Scene, type Whole, withScene } from './scene.ts';
import { between, chooseSeed, randomFrom } from './seed.ts';
import { FULL } from './sweep.ts';

const ONE_PASS = ['--passes', '1'];
/** One pass is enough for a complete result. */
const QUICK = { files: { 'check.sh': 'true\n' }, models: FULL ? {} : { codex: null } };
const seed = chooseSeed();
console.log(`seed: MM_SEED=${seed}`);

/** Everything is as it was, at once or after recover; said is why. */
async function asItWas(
  scene: Scene,
  before: Whole,
  run: { code: number | null; stderr: string },
  says: RegExp,
  told: string,
) {
  await scene.quiet();
  assert.is.not(run.code, 0, told);
  assert.is.not(run.code, null, told);
  assert.is.not(run.code, 70, `it is an expected failure: ${told}\n${run.stderr}`);
  assert.match(run.stderr, says, told);
  const recovered = await scene.mm(['recover']);
  assert.is(recovered.code, 0, `${told}\n${run.stderr}\n${recovered.stderr}`);
  assert.equal(scene.all(), before, `${told}\n${run.stderr}\n${recovered.stdout}`);
}

/** Where writing fails, and from which operation on. */
const PLACES: Readonly<Record<string, { readonly only: string; readonly least: number }>> = {
  'putting changes aside': { only: 'user-changes-1', least: 1 },
  capturing: { only: '/candidates', least: 200 },
  applying: { only: '/apply-1', least: 1 },
  'the journal': { only: 'events.jsonl', least: 1 },
  'anything in the session': { only: '/sessions/', least: 1 },
  'anything in the tree': { only: '/work/project/', least: 1 },
};

for (const [what, { only, least }] of Object.entries(PLACES)) {
  test(`the disk is full while writing ${what}: said, and put back [U1, Y6]`, () =>
    withScene(QUICK, async (scene) => {
      const random = randomFrom(seed);
      for (let n = 0; n < (FULL ? 10 : 1); n++) {
        const fault: Fault = {
          fail: 'ENOSPC',
          only,
          operation: n === 0 && (FULL || random() < 0.5) ? least : between(random, least, 1200),
        };
        const before = scene.all();
        const run = await scene.mm([...scene.run, ...ONE_PASS], { env: faulty(scene, fault) });
        const told = `MM_SEED=${seed} ${JSON.stringify(fault)} exit ${run.code}`;
        if (run.code === 0) {
          // what failed was not needed for the result, or came too late to matter
          await scene.quiet();
          assert.is((await scene.mm(['undo'])).code, 0, told);
          assert.equal(scene.all(), before, told);
          assert.match((await scene.mm(['recover'])).stdout, /Nothing has to be put right/, told);
          continue;
        }
        assert.ok(struck(scene), told);
        await asItWas(scene, before, run, /full|no space|space left/i, told);
      }
    }));
}

test('a small disk that fills up while a model writes: said, and put back [U1, Y6]', () =>
  withScene(
    {
      models: {
        claude: {
          implement:
            'head -c 40000000 /dev/zero >src/large 2>/dev/null\nput src/a.txt a\nput src/ready.txt r\nsay done',
        },
      },
    },
    async (scene) => {
      const small = join(scene.root, 'small');
      mkdirSync(small);
      const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', small], { encoding: 'utf8' });
      if (mounted.status !== 0) {
        console.log(`skipped: no small disk can be mounted here (${(mounted.stderr || String(mounted.error)).trim()})`);
        return;
      }
      try {
        assert.ok(statfsSync(small).blocks > 0);
        const before = scene.all();
        for (const filled of [0, 7_000_000]) {
          if (filled > 0) writeFileSync(join(small, 'filled'), Buffer.alloc(filled));
          const env = { AI_AIP_ROOT: join(small, 'sessions') };
          const run = await scene.mm([...scene.run, ...ONE_PASS], { env });
          await scene.quiet();
          const told = `${filled} bytes taken: exit ${run.code}\n${run.stderr}`;
          assert.is.not(run.code, 70, told);
          if (run.code === 0) {
            assert.match(run.stderr, /full|space/i, told);
            assert.is((await scene.mm(['undo'], { env })).code, 0, told);
          } else {
            assert.match(run.stderr, /full|space/i, told);
            const recovered = await scene.mm(['recover'], { env });
            assert.is(recovered.code, 0, `${told}\n${recovered.stderr}`);
          }
          assert.equal({ ...scene.all(), neighbours: [] }, { ...before, neighbours: [] }, told);
        }
      } finally {
        assert.is(spawnSync('umount', [small]).status, 0);
      }
    },
  ));

test('a session root that cannot be written: refused before anything is touched [D4]', () =>
  withScene(QUICK, async (scene) => {
    const before = scene.all();
    const closed = join(scene.root, 'closed');
    writeFileSync(closed, 'a file stands where the folder should be\n');
    const file = await scene.mm([...scene.run, ...ONE_PASS], { env: { AI_AIP_ROOT: join(closed, 'sessions') } });
    assert.is(file.code, 2, file.stderr);
    assert.match(file.stderr, /closed/);
    assert.equal(scene.all(), before);

    chmodSync(scene.sessions, 0o500);
    if (process.geteuid?.() === 0) {
      console.log('a folder without write permission: refused by the fault injector, as root is never refused');
      const refused = await scene.mm([...scene.run, ...ONE_PASS], {
        env: faulty(scene, { fail: 'EROFS', only: '/sessions/', operation: 1 }),
      });
      assert.is.not(refused.code, 70, refused.stderr);
      assert.match(refused.stderr, /permission|read-only/i);
    } else {
      const refused = await scene.mm([...scene.run, ...ONE_PASS]);
      assert.is(refused.code, 2, refused.stderr);
      assert.match(refused.stderr, /permission/i);
    }
    chmodSync(scene.sessions, 0o700);
    assert.is((await scene.mm(['recover'])).code, 0);
    assert.equal(scene.all(), before);
  }));

test('too few open files: said, and put back [U1, Y6]', () =>
  withScene(QUICK, async (scene) => {
    const before = scene.all();
    for (const limit of [40, 60]) {
      const words = [...mmCommand('launch', process.env.MM_TEST_PROJECT), ...scene.run, ...ONE_PASS];
      const run = await runProcess([join(scene.bin, 'bash'), '-c', `ulimit -n ${limit}; exec "$@"`, 'bash', ...words], {
        cwd: scene.dir,
        env: scene.env,
        deadline: 170_000,
      });
      const told = `ulimit -n ${limit}: exit ${run.code}\n${run.stderr}`;
      await scene.quiet();
      const recovered = await scene.mm(['recover']);
      assert.is(recovered.code, 0, `${told}\n${recovered.stderr}`);
      if (run.code === 0) assert.is((await scene.mm(['undo'])).code, 0, told);
      else assert.match(run.stderr, /open files|EMFILE|too many|processes|memory/i, told);
      assert.equal(scene.all(), before, told);
    }
  }));

test.run();
