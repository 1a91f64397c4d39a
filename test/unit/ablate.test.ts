// The bench that switches heuristics off makes its edits in a copy, or says that one no longer fits.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { copyWithout } from '../bench/ablate/copy.ts';
import { PROJECT } from '../support/paths.ts';
import { withRoom } from '../support/room.ts';

const FILE = 'lib/evidence/likeness.ts';

test('an edit is made in the copy alone', () =>
  withRoom(({ root }) => {
    const copy = join(root, 'copy');
    const before = readFileSync(join(PROJECT, FILE), 'utf8');
    copyWithout([{ file: FILE, find: 'const SIZE_WEIGHT = 0.5;', replace: 'const SIZE_WEIGHT = 0;' }], copy);
    assert.is(readFileSync(join(copy, FILE), 'utf8'), before.replace('SIZE_WEIGHT = 0.5', 'SIZE_WEIGHT = 0'));
    assert.is(readFileSync(join(PROJECT, FILE), 'utf8'), before);
  }));

test('an edit that does not fit exactly once is refused', () =>
  withRoom(({ root }) => {
    const copy = join(root, 'copy');
    const refused = (find: string, times: number) =>
      assert.throws(
        () => copyWithout([{ file: FILE, find, replace: '' }], copy),
        `${FILE} has "${find}" ${times} times: mend test/bench/ablate/switches.ts`,
      );
    refused('no such words', 0);
    refused('the middle one', 2);
  }));

test.run();
