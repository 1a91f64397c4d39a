// `mm combine`, cut off after its changes were fetched: what they were then is held in the session, so `mm resume` ends
// as the run would have, though the branch is gone and the command prints something else by now.
// deadline: 600
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { eventsOf, withCrew } from '../support/crew.ts';
import { addBranch } from '../support/repo.ts';
import { faulty, struck } from './fault.ts';

test('what was fetched is held: a run that was killed ends the same when its branch and its patch are gone', () =>
  withCrew({ claude: null, gemini: null, codex: null }, async (repo) => {
    const commit = addBranch(repo, 'feature', { 'src/a.txt': 'a of the branch\n' });
    const patch = join(repo.root, 'b.diff');
    const diff = '--- a/src/b.txt\n+++ b/src/b.txt\n@@ -1 +1 @@\n-b\n+b of the patch\n';
    writeFileSync(patch, diff);
    const args = [
      'combine',
      'Write',
      '--headless',
      '--yes',
      '--from',
      'x=branch:feature',
      '--from',
      `y=patch:${patch}`,
    ];
    const whole = await repo.runMm(args);
    assert.is(whole.code, 0, whole.stderr);
    repo.git('checkout', '--', '.');
    const fetched = eventsOf(whole).findLastIndex((event) => event.type === 'step_end' && event.executor === 'fetch');
    const taken = eventsOf(whole).findIndex((event) => event.type === 'candidate');
    assert.ok(fetched > 0 && taken > fetched);
    for (const event of [fetched + 1, taken + 1]) {
      await repo.runMm(args, { env: faulty(repo, { event, phase: 'after', how: 'all' }) });
      assert.ok(struck(repo));
      repo.git('branch', '-D', 'feature');
      writeFileSync(patch, 'no patch any more\n');
      const resumed = await repo.runMm(['resume', '--headless', '--yes']);
      assert.is(resumed.code, 0, resumed.stderr);
      assert.equal([repo.read('src/a.txt'), repo.read('src/b.txt')], ['a of the branch\n', 'b of the patch\n']);
      assert.is(resumed.session.result.tree, whole.session.result.tree);
      repo.git('checkout', '--', '.');
      repo.git('branch', 'feature', commit);
      writeFileSync(patch, diff);
    }
  }));

test.run();
