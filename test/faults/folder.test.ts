// recipes/folder.yaml, killed while a result comes into a plain folder: `recover` gives everything back.
// deadline: 600
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { beside, documents, RUN, withFolder } from '../support/plain-folder.ts';
import type { Files } from '../support/repo.ts';
import { counted, type Fault, faulty, struck } from './fault.ts';

/** Many files, so that applying them takes more than an instant. */
const MANY = Array.from({ length: 40 }, (_, n) => n);
const manyWriters = {
  claude: {
    implement: `for n in ${MANY.join(' ')}; do put "d$n/$n.md" "new $n"; put "old$n.md" "changed $n"; done\nrm STYLE.md`,
  },
};
const manyFiles: Files = {
  'STYLE.md': { text: 'x\n', mode: 0o600 },
  ...Object.fromEntries(MANY.map((n) => [`old${n}.md`, { text: `old ${n}\n`, mode: n % 2 === 0 ? 0o600 : 0o644 }])),
};

test('killed while the result comes in, recover gives every byte and mode back; a later run refuses to begin before [F3]', () =>
  withFolder({ files: manyFiles, writers: manyWriters }, async (repo) => {
    const before = documents(repo);
    const run = (fault: Fault) => repo.runMm(RUN, { env: faulty(repo, fault), deadline: 150_000 });
    const whole = await run({});
    assert.is(whole.code, 0, whole.stderr);
    const { operations, events } = counted(repo);
    const after = documents(repo);
    assert.is((await repo.runMm(['undo'])).code, 0);
    assert.equal(documents(repo), before);

    const applying = events.indexOf('effect.apply') + 1;
    assert.ok(applying > 0);
    const faults: Fault[] = [
      { event: applying, phase: 'torn', how: 'all' },
      { event: applying, phase: 'after', how: 'runner' },
      ...[60, 120, 180, 240].map((back): Fault => ({ operation: operations - back, how: 'all' })),
    ];
    let half = 0;
    for (const fault of faults) {
      const killed = await run(fault);
      assert.ok(struck(repo), JSON.stringify(fault));
      const left = JSON.stringify(documents(repo));
      if (left !== JSON.stringify(before) && left !== JSON.stringify(after)) half++;
      if (killed.session.status === 'in_progress') {
        const refused = await repo.runMm(RUN);
        assert.is(refused.code, 2, refused.stderr);
        assert.match(refused.stderr, /mm recover/);
      }
      const recovered = await repo.runMm(['recover']);
      assert.is(recovered.code, 0, recovered.stderr);
      if ((await repo.runMm(['show', 'latest'])).session.status === 'completed') await repo.runMm(['undo']);
      assert.equal(documents(repo), before, JSON.stringify(fault));
      assert.equal(beside(repo), ['essays']);
      assert.is((await repo.runMm(['recover'])).code, 0); // safe to run twice
    }
    assert.ok(half > 0, 'none of the kills came while files were being written');
  }));

test.run();
