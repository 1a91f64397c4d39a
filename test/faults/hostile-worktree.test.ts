// Hostile agents in a worktree: every attack of attacks.ts (see README.md and hostile.ts).
// deadline: 3600
import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ATTACKS } from './attacks.ts';
import { attackIn } from './hostile.ts';
import { withTable } from './write-table.ts';

attackIn('worktree', test);

test('the table in README.md is what was seen, of every attack, and it is what must come of it', () => {
  const readme = readFileSync(new URL('./README.md', import.meta.url), 'utf8');
  assert.is(readme, withTable(readme), 'npx tsx test/faults/write-table.ts');
  assert.not.match(readme, /not seen/);
  for (const { id, worktree, clone } of ATTACKS)
    assert.match(readme, new RegExp(`^\\| \`${id}\` \\| .* \\| ${worktree} \\| ${clone} \\|$`, 'm'));
});

test.run();
