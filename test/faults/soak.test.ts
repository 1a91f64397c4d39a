// Soak: many runs in one repository, half of them cut short (killed and recovered, or interrupted): nothing accumulates.
// 4 runs, 100 with `MM_FAULTS=full`.
// deadline: 3600
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { hashes } from '../support/picture.ts';
import { describeFault, type Fault, faulty, type How } from './fault.ts';
import { type Scene, withScene } from './scene.ts';
import { between, chooseSeed, pick, randomFrom } from './seed.ts';
import { FULL } from './sweep.ts';

const RUNS = FULL ? 100 : 4;
const HOWS: readonly How[] = ['runner', 'all', 'orphans', 'SIGINT', 'SIGTERM', 'SIGHUP'];

const seed = chooseSeed();
console.log(`seed: MM_SEED=${seed}`);

/** Files of the git folder that hold objects, and how many bytes. */
function objects(scene: Scene): number {
  return Object.keys(hashes(join(scene.dir, '.git/objects'))).filter((path) => !path.endsWith('/')).length;
}

test(`${RUNS} runs in one repository, half of them cut short: nothing accumulates [Y5, P2]`, () =>
  withScene({ files: { 'check.sh': 'true\n' }, models: FULL ? {} : { codex: null } }, async (scene) => {
    const random = randomFrom(seed);
    const before = scene.all();
    const temporary = readdirSync(scene.tmp).sort();
    const words = [...scene.run, '--passes', '1'];
    const counts: number[] = [];
    let cut = 0;
    for (let n = 0; n < RUNS; n++) {
      const fault: Fault | null =
        n % 2 === 0
          ? null
          : {
              operation: between(random, 1, FULL ? 1100 : 700),
              wait: pick(random, [0, 1, 10]),
              how: pick(random, HOWS),
            };
      const run = await scene.mm(words, fault === null ? {} : { env: faulty(scene, fault) });
      const told = `MM_SEED=${seed} run ${n}${fault === null ? '' : ` ${describeFault(fault)}`}\n${run.stderr.slice(-2000)}`;
      if (fault === null) assert.is(run.code, 0, told);
      else if (run.code !== 0) {
        cut++;
        const recovered = await scene.mm(['recover']);
        assert.is(recovered.code, 0, `${told}\n${recovered.stderr}`);
      }
      if (run.code === 0) assert.is((await scene.mm(['undo'])).code, 0, told);
      await scene.quiet();
      assert.equal(scene.all(), before, told);
      counts.push(objects(scene));
    }
    console.log(`${RUNS} runs, ${cut} of them cut short`);
    assert.ok(cut >= RUNS / 8, `${cut} were cut short`);
    const [first = 0, last = 0] = [counts[1], counts.at(-1)];
    assert.ok(last - first <= RUNS * 40, `objects in the repository: ${first} after two runs, ${last} at the end`);
    assert.equal(readdirSync(scene.tmp).sort(), temporary, 'no temporary files');

    const cleaned = await scene.mm(['clean', '--sessions']);
    assert.is(cleaned.code, 0, cleaned.stderr);
    assert.equal(scene.all(), before);
    const left = Object.keys(hashes(scene.sessions)).filter(
      (path) => !path.endsWith('/') && !path.endsWith('repo.json'),
    );
    assert.equal(
      left.filter((path) => !path.endsWith('/latest')),
      [],
      'mm clean --sessions leaves no files',
    );
    scene.git('gc', '--quiet', '--prune=now');
    assert.ok(objects(scene) < 20, 'nothing that the runs made is referred to');
  }));

test.run();
