// One session at a time in a working tree, and a lock that survives crashes correctly.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { lockTree } from '../../../lib/repository/lock.ts';
import { type Holder, ownHolder, stateOf } from '../../../lib/repository/lock-holder.ts';
import { nodePath, PROJECT } from '../../support/paths.ts';
import { failureOf, value } from '../../support/result.ts';
import { type Room, withRoom } from '../../support/room.ts';
import { runProcess, startProcess } from '../../support/start-process.ts';

const tree = (room: Room) => ({ gitDir: room.tmp });
const file = (room: Room) => join(room.tmp, 'mm-session.lock');
const me = ownHolder('older', 'nonce-of-older');
/** A process that has ended. */
const DEAD: Partial<Holder> = me.start === null ? { pid: 2 ** 22 - 1 } : { start: me.start + 1 };

const child = (room: Room, ...args: string[]) =>
  [
    [
      nodePath(),
      '--import',
      import.meta.resolve('tsx'),
      join(PROJECT, 'test/unit/repository/take-lock.ts'),
      room.tmp,
      ...args,
    ] as const,
    { cwd: room.root, env: { ...room.env, TSX_TSCONFIG_PATH: join(PROJECT, 'tsconfig.json') } },
  ] as const;

test('a second session is told who holds the lock and since when; after the first it may', () =>
  withRoom(async (room) => {
    const unlock = value(await lockTree(tree(room), 'first'));
    const failure = failureOf(await lockTree(tree(room), 'second'));
    assert.is(failure.id, 'session-running');
    assert.is(failure.exit, 2);
    const holder = JSON.parse(readFileSync(file(room), 'utf8')) as Holder;
    for (const word of ['first', String(process.pid), holder.since, holder.host])
      assert.ok(failure.what.includes(word), word);
    await unlock();
    assert.equal(
      readdirSync(room.tmp).filter((name) => name.startsWith('mm-')),
      [],
    );
    await value(await lockTree(tree(room), 'second'))();
  }));

test('a killed holder does not hold the lock', () =>
  withRoom(async (room) => {
    const started = startProcess(...child(room, 'stay'));
    await started.waitFor(/won/);
    assert.is(failureOf(await lockTree(tree(room), 'mine')).id, 'session-running');
    started.kill('SIGKILL');
    await started.exit;
    await value(await lockTree(tree(room), 'mine'))();
    assert.not(existsSync(file(room)));
  }));

test('the number of a dead holder that another process has now, and another boot, hold nothing', () =>
  withRoom(async (room) => {
    for (const stale of [DEAD, { boot: 'another boot' }, { pid: 2 ** 22 - 1 }]) {
      writeFileSync(file(room), JSON.stringify({ ...me, ...stale }));
      await value(await lockTree(tree(room), 'mine'))();
    }
  }));

test('what runs on another machine or in another container can not be seen, so it counts as running', () =>
  withRoom(async (room) => {
    for (const other of [
      { host: 'elsewhere', boot: 'x' },
      { namespace: 'pid:[1]', pid: 2 ** 22 - 1 },
    ]) {
      writeFileSync(file(room), JSON.stringify({ ...me, ...other }));
      const failure = failureOf(await lockTree(tree(room), 'mine'));
      assert.is(failure.id, 'session-running');
      assert.ok(failure.remedy.includes(`rm ${file(room)}`));
    }
  }));

test('a lock that is no lock is not taken for a dead one', () =>
  withRoom(async (room) => {
    writeFileSync(file(room), '');
    assert.ok(failureOf(await lockTree(tree(room), 'mine')).remedy.includes(`rm ${file(room)}`));
  }));

test('letting go twice does not take the lock from the next one', () =>
  withRoom(async (room) => {
    const first = value(await lockTree(tree(room), 'first'));
    await first();
    const second = value(await lockTree(tree(room), 'second'));
    await first();
    assert.is((JSON.parse(readFileSync(file(room), 'utf8')) as Holder).session, 'second');
    await second();
  }));

test('of many who find the same dead holder at once, exactly one wins; a dead claim is no hindrance', () =>
  withRoom(async (room) => {
    for (const claimed of [false, true]) {
      writeFileSync(file(room), JSON.stringify({ ...me, ...DEAD }));
      if (claimed) writeFileSync(`${file(room)}.claim`, JSON.stringify({ ...me, ...DEAD, nonce: 'claim' }));
      const results = await Promise.all(Array.from({ length: 12 }, (_, n) => lockTree(tree(room), `session-${n}`)));
      const winners = results.flatMap((result) => (result.ok ? [result.value] : []));
      assert.is(winners.length, 1);
      for (const unlock of winners) await unlock();
      assert.equal(
        readdirSync(room.tmp).filter((name) => name.startsWith('mm-')),
        [],
      );
    }
  }));

test('so it is with processes', () =>
  withRoom(async (room) => {
    writeFileSync(file(room), JSON.stringify({ ...me, ...DEAD }));
    const started = Array.from({ length: 4 }, () => startProcess(...child(room, 'stay')));
    const said = await Promise.all(started.map((each) => each.waitFor(/won|lost/).then((match) => match[0])));
    assert.equal(said.sort(), ['lost', 'lost', 'lost', 'won']);
    for (const each of started) each.killGroup('SIGKILL');
    const after = await runProcess(...child(room));
    assert.match(after.stdout, /won/);
  }));

test('a holder is alive as long as it is the same process', () => {
  assert.is(stateOf(me), 'alive');
  assert.is(stateOf({ ...me, ...DEAD }), 'dead');
});

test.run();
