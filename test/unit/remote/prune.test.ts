// What a host says of its lanes, and what it removes of them, with dash, bash and busybox where they are.
// deadline: 600
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { callUntil, type Far } from '../../../lib/system/remote/host.ts';
import { runFar } from '../../../lib/system/remote/run-far.ts';
import { waitUntil } from '../../support/wait.ts';
import { type FarRoom, SHELLS, withFar } from './far.ts';

async function call(far: FarRoom, host: Far, words: readonly string[], input: Uint8Array = new Uint8Array()) {
  const answer = await callUntil(
    host,
    () => words,
    async () => input,
    far,
  );
  if (typeof answer === 'string') throw new Error(answer);
  return answer.values;
}

/** As if nothing had been done there for so many days. */
function age(path: string, days: number): void {
  const then = Date.now() / 1000 - days * 86_400;
  const isFolder = statSync(path).isDirectory();
  const entries = isFolder ? readdirSync(path, { withFileTypes: true, recursive: true }) : [];
  for (const entry of entries) if (!entry.isSymbolicLink()) utimesSync(join(entry.parentPath, entry.name), then, then);
  utimesSync(path, then, then);
}

for (const shell of SHELLS) {
  test(`with ${shell} lanes are told apart by what runs there and when it was last used; only old ones go`, () =>
    withFar(shell, async (far) => {
      const host = await far.meet();
      const root = join(far.home, '.cache/mm');
      const pack = execFileSync('git', ['-C', far.repo, 'pack-objects', '--revs', '--thin', '--stdout', '-q'], {
        input: `${far.base}\n`,
      });
      for (const [repo, lane] of [
        ['r', 'lane.1'],
        ['r', 'new.1.bbb'],
        ['r', 'old.1.ccc'],
        ['gone', 'old.2.ddd'],
      ] as const)
        await call(far, host, ['open', repo, lane, far.base, 'pack', '0'], pack);
      const stop = new AbortController();
      const running = runFar(far.lane(host), far.spec('job', ['sleep', '600'], { signal: stop.signal }));
      await waitUntil('it runs', () => (existsSync(join(root, 'lanes/lane.1/jobs/job/pid')) ? true : null));
      for (const lane of ['old.1.ccc', 'old.2.ddd']) age(join(root, 'lanes', lane), 8);
      for (const half of ['lanes/x.1.eee.4711/git', 'lanes/y.1.fff.4712/git', 'repos/z.git.4713'])
        mkdirSync(join(root, half), { recursive: true });
      writeFileSync(join(root, 'repos/z.git.4713/HEAD'), '');
      for (const half of ['lanes/x.1.eee.4711', 'repos/z.git.4713']) age(join(root, half), 2);
      for (const name of ['tmp_pack_old', 'tmp_pack_new'])
        writeFileSync(join(root, 'repos/r.git/objects/pack', name), '');
      age(join(root, 'repos/r.git/objects/pack/tmp_pack_old'), 1);
      for (const [name, days] of [
        ['lane-0123.sh', 31],
        ['lane-4567.sh', 29],
      ] as const) {
        writeFileSync(join(root, name), '');
        age(join(root, name), days);
      }
      for (const cache of ['r', 'gone']) age(join(root, `repos/${cache}.git/used`), 31);
      for (const cache of ['r', 'gone']) age(join(root, `repos/${cache}.git/HEAD`), 31);

      assert.equal([...(await call(far, host, ['list'])).get('lane')!].sort(), [
        'lane.1 live',
        'new.1.bbb recent',
        'old.1.ccc old',
        'old.2.ddd old',
      ]);
      // a lane that is asked for and is not old stays: it may have been used since it was listed
      const told = await call(far, host, ['prune', 'old.2.ddd', 'lane.1', 'new.1.bbb']);
      assert.equal([...told.get('removed')!].sort(), [
        'the cache gone.git',
        'the lane old.2.ddd',
        'the script lane-0123.sh of another version',
        'tmp_pack_old, half sent',
        'x.1.eee.4711, half made',
        'z.git.4713, half made',
      ]);
      assert.equal(readdirSync(join(root, 'lanes')).sort(), ['lane.1', 'new.1.bbb', 'old.1.ccc', 'y.1.fff.4712']);
      assert.equal(readdirSync(join(root, 'repos')), ['r.git'], 'a lane needs it');
      assert.ok(existsSync(join(root, 'repos/r.git/objects/pack/tmp_pack_new')));
      assert.ok(existsSync(join(root, 'lane-4567.sh')));
      stop.abort();
      await running;
      assert.is((await call(far, host, ['list'])).get('lane')!.includes('lane.1 recent'), true);
    }));
}

test.run();
