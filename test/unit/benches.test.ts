// Test benches: handed out one by one, and laid out only where that is needed.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Workspace } from '../../lib/candidate/workspaces.ts';
import { Benches } from '../../lib/steps/run-places.ts';

const place = (id: string): Workspace => ({ id, kind: 'scratch', path: `/${id}`, branch: null });

/** Benches whose layings out are written down. */
function scene(ids: readonly string[]) {
  const benches = new Benches();
  const log: string[] = [];
  const craft = {
    make: async () => {
      await new Promise(setImmediate);
      for (const id of ids) benches.add(place(id), 'base');
    },
    layOut: async ({ id }: Workspace, tree: string) => void log.push(`${id}: ${tree}`),
  };
  const use = (tree: string, leavesChanged = false) =>
    benches.use(
      craft,
      tree,
      async ({ id }) => {
        await new Promise(setImmediate); // long enough for others to come
        log.push(`${id} tests ${tree}`);
      },
      leavesChanged,
    );
  return { log, use };
}

test('one gate after the other runs on the same bench, as they do in a lane', async () => {
  const { log, use } = scene(['x', 'y']);
  await use('one');
  await use('one');
  await use('one');
  assert.equal(log, ['x: one', 'x tests one', 'x tests one', 'x tests one']);
});

test('who waits gets the bench when it is free, and it is laid out anew where its files were changed', async () => {
  const { log, use } = scene(['x']);
  await use('base');
  await Promise.all([use('one', true), use('one')]);
  assert.equal(log, ['x tests base', 'x: one', 'x tests one', 'x: one', 'x tests one']);
});

test('for whom a bench is made, has it first: what it holds is not laid out anew for others before', async () => {
  const { log, use } = scene(['x']);
  await Promise.all([use('base'), use('one')]);
  assert.equal(log, ['x tests base', 'x: one', 'x tests one']);
});

test('a bench that holds the tree is taken first', async () => {
  const { log, use } = scene(['x', 'y']);
  await use('one');
  await use('base');
  await use('one');
  assert.equal(log, ['x: one', 'x tests one', 'y tests base', 'x tests one']);
});

test('where a model works no tree is tried any more: who waits gets a new bench', async () => {
  const benches = new Benches();
  const log: string[] = [];
  let made = 0;
  const craft = {
    make: async () => benches.add(place(`new${++made}`), 'base'),
    layOut: async () => {},
  };
  benches.add(place('x'), 'base');
  let end = () => {};
  const first = benches.use(craft, 'base', ({ id }) => {
    log.push(`${id} first`);
    return new Promise<void>((resolve) => (end = resolve));
  });
  const second = benches.use(craft, 'base', async ({ id }) => void log.push(`${id} second`));
  await new Promise(setImmediate);
  const leaving = benches.withdraw(place('x')).then((was) => log.push(`x is free: ${was}`));
  await new Promise(setImmediate);
  assert.equal(log, ['x first']);
  end();
  await Promise.all([first, second, leaving]);
  assert.equal(log.sort(), ['new1 second', 'x first', 'x is free: true']);
  // a free one goes at once, and nobody gets it again
  assert.is(await benches.withdraw(place('new1')), true);
  assert.is(await benches.withdraw(place('new1')), false);
  await benches.use(craft, 'base', async ({ id }) => assert.is(id, 'new2'));
});

test.run();
