// `mm clean --hosts`: what is left on hosts goes, and nothing that is still needed.
// deadline: 600
import { cpSync, readdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { withCrew } from '../support/crew.ts';
import { nothingLeft } from '../support/far-host.ts';
import { farHosts } from '../support/far-hosts.ts';

const LONG = { deadline: 150_000 };

test('mm clean --hosts removes the lanes of ended sessions and old ones that nobody here knows, host by host', () =>
  withCrew(
    { codex: null, gemini: { implement: 'mark started; wait_for on; put src/new.txt "new BEST"' } },
    async (repo) => {
      const far = farHosts(repo, ['one', 'two'], '');
      const lanes = join(far.home('one'), '.cache/mm/lanes');
      const clean = (...more: readonly string[]) => repo.runMm(['clean', '--hosts', far.recipe, ...more], LONG);
      const running = repo.startMm([far.recipe, 'Write greetings', '--headless', '--yes'], LONG);
      await repo.reached('started');
      const [mine = ''] = far.lanes('one');
      const other = join(lanes, 'gemini.1.0123456789ab');
      cpSync(join(lanes, mine), other, { recursive: true, filter: (path) => !path.endsWith('/jobs') });
      // killed, so that it is unfinished; what runs there runs on
      running.kill('SIGKILL');
      await running.exit;
      far.cut('two');
      const early = await clean();
      assert.is(early.code, 2, early.stderr);
      assert.match(early.stdout, `one: left ${mine} (its session is unfinished) alone.`);
      assert.match(early.stdout, 'one: left gemini.1.0123456789ab (of a session that is not known here');
      assert.match(early.stdout, "two: nothing was removed; two can't be used: no route to two");
      assert.match(early.stderr, "two can't be used");
      assert.is(far.living('one') > 0, true);

      far.join('two');
      repo.release('on');
      cpSync(join(lanes, mine), join(repo.root, 'kept'), { recursive: true });
      assert.is((await repo.runMm(['recover'], LONG)).code, 0);
      cpSync(join(repo.root, 'kept'), join(lanes, mine), { recursive: true }); // as if it had not been reached
      const old = Date.now() / 1000 - 8 * 86_400;
      for (const entry of readdirSync(other, { withFileTypes: true, recursive: true }))
        if (!entry.isSymbolicLink()) utimesSync(join(entry.parentPath, entry.name), old, old);
      const done = await clean('--json');
      assert.is(done.code, 0, done.stderr);
      assert.equal(JSON.parse(done.stdout).hosts, [
        {
          ...{ host: 'one', made: false },
          ...{ removed: [`the lane ${mine}`, 'the lane gemini.1.0123456789ab'], kept: [], failure: null },
        },
        { host: 'two', made: false, removed: [], kept: [], failure: null },
      ]);
      await nothingLeft(far.at('one'));

      // what an allocation left that was lost lies in a home that this machine sees, too (recipes/hosts/slurm.yaml)
      const shared = join(repo.home, '.cache/mm/lanes');
      cpSync(join(repo.root, 'kept'), join(shared, mine), { recursive: true });
      assert.equal((await repo.runMm(['clean', '--hosts', 'hosts/slurm'], LONG)).stdout.split('\n'), [
        'node: made for each run and taken down after it; there is none to look at.',
        `login: removed the lane ${mine}.`,
        '',
      ]);
      assert.equal(readdirSync(shared), []);
      const refused = await repo.runMm(['clean', '--hosts']);
      assert.match(`${refused.code} ${refused.stderr}`, /^2 [\s\S]*The recipe execute has no hosts/);
      assert.is((await repo.runMm(['clean', far.recipe])).code, 2);
    },
  ));

test.run();
