// Lines of a file that grows: each once, whatever is beyond all measure passed over.
import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Follower } from '../../lib/system/follow.ts';
import { withRoom } from '../support/room.ts';

const following = (work: (file: string, follower: Follower, lines: string[]) => Promise<void>) =>
  withRoom(async (room) => {
    const file = join(room.home, 'printed');
    const lines: string[] = [];
    await work(file, new Follower(file, (line) => lines.push(line)), lines);
  });

test('lines come once, whole, as they are finished; the last one also without an end', () =>
  following(async (file, follower, lines) => {
    assert.is(await follower.read(), 0, 'not there yet');
    writeFileSync(file, 'one\ntw');
    await follower.read();
    assert.equal(lines, ['one']);
    appendFileSync(file, `o\n\n${'ü'.repeat(100_000)}\nlast`);
    await Promise.all([follower.read(), follower.read()]);
    await follower.end();
    assert.equal(lines, ['one', 'two', 'ü'.repeat(100_000), 'last']);
    await follower.end();
    assert.is(lines.length, 4);
  }));

test('a line without measure is passed over, and of a flood only the end is read', () =>
  following(async (file, follower, lines) => {
    writeFileSync(file, `first\n${'x'.repeat(5 * 2 ** 20)}\nsecond\n`);
    await follower.read();
    assert.equal(lines, ['first', 'second']);
    appendFileSync(file, `lost\n${'y'.repeat(17 * 2 ** 20)}\nfound\n`);
    await follower.end();
    assert.equal(lines, ['first', 'second', 'found']);
  }));

test.run();
