// Files of the user's repository are replaced in one step, and nothing of an earlier try is left beside them.
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { replaceFile } from '../../../lib/repository/file-operations.ts';
import { withRoom } from '../../support/room.ts';

test('what a killed try left beside a file goes with the next one, and nothing else [Y5]', () =>
  withRoom(async ({ tmp }) => {
    const living = `stash.${process.ppid}-1.tmp`;
    const others = [living, 'stash.tmp', 'stash.99999999-1.tmp.mine', 'other.99999999-1.tmp', 'xstash.99999999-1.tmp'];
    const folder = join(tmp, 'folder');
    mkdirSync(folder);
    for (const name of ['stash', 'stash.99999999-1.tmp', 'stash.99999999-22.tmp', ...others])
      writeFileSync(join(folder, name), 'old\n');
    await replaceFile(join(folder, 'stash'), 'new\n', 0o644);
    assert.equal(readdirSync(folder).sort(), ['stash', ...others].sort());
    assert.equal(
      [readFileSync(join(folder, 'stash'), 'utf8'), statSync(join(folder, 'stash')).mode & 0o777],
      ['new\n', 0o644],
    );
    await replaceFile(join(folder, 'fresh'), 'fresh\n', 0o600);
    assert.is(readFileSync(join(folder, 'fresh'), 'utf8'), 'fresh\n');
  }));

test.run();
