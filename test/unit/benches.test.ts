// Test benches: handed out one by one, laid out only where that is needed, and tidied while nobody waits.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Workspace } from '../../lib/candidate/workspace.ts';
import { Benches } from '../../lib/steps/benches.ts';

const place = (id: string): Workspace => ({ id, kind: 'scratch', path: `/${id}`, branch: null });

/** Time in which nothing comes: what waits for that happens when `pass` says so. */
function idleTime() {
  const works = new Set<() => void>();
  return {
    whenIdle: (work: () => void) => {
      works.add(work);
      return () => works.delete(work);
    },
    pass: async () => {
      for (const work of works) work();
      works.clear();
      await new Promise(setImmediate);
    },
  };
}

/** Benches whose layings out are written down; `hold` keeps them from ending. */
function scene(ids: readonly string[]) {
  const { whenIdle, pass } = idleTime();
  const benches = new Benches(whenIdle);
  const log: string[] = [];
  let held: Promise<void> = Promise.resolve();
  const craft = {
    make: async () => {
      for (const id of ids) benches.add(place(id), { tree: 'base' });
    },
    layOut: async ({ id }: Workspace, tree: string, untouched: boolean) => {
      log.push(`${id}: ${tree}${untouched ? ' quickly' : ''}`);
      await held;
    },
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
  return { benches, craft, log, use, pass, hold: (until: Promise<void>) => (held = until) };
}

test('what the work left is taken away while nobody waits, and the next tree is laid out quickly', async () => {
  const { log, use, pass } = scene(['x']);
  await use('base');
  await pass();
  await use('one');
  await pass();
  assert.equal(log, ['x tests base', 'x: base', 'x: one quickly', 'x tests one', 'x: one']);
});

test('one gate after the other runs on the same bench, as they do in a lane', async () => {
  const { log, use, pass } = scene(['x', 'y']);
  await use('one');
  await use('one');
  await use('one');
  await pass();
  assert.equal(log, ['x: one', 'x tests one', 'x tests one', 'x tests one', 'x: one']);
});

test('who waits gets the bench as it is', async () => {
  const { log, use, benches, craft } = scene(['x']);
  await craft.make();
  await Promise.all([use('one'), use('two')]);
  await benches.clear();
  assert.equal(log, ['x: one', 'x tests one', 'x: two', 'x tests two']);
});

test('a bench that holds the tree is taken first, then one that is tidy', async () => {
  const { log, use, pass } = scene(['x', 'y']);
  await use('one');
  await pass();
  await use('one');
  await pass();
  await use('two');
  await pass();
  assert.equal(log, [
    'x: one',
    'x tests one',
    'x: one',
    'x tests one',
    'x: one',
    'x: two quickly',
    'x tests two',
    'x: two',
  ]);
});

test('a bench that was found as it was laid out serves quickly', async () => {
  const { log, use, benches, pass } = scene([]);
  benches.add(place('x'), { tree: 'base', untouched: true });
  await use('one');
  await pass();
  assert.equal(log, ['x: one quickly', 'x tests one', 'x: one']);
});

test('where a model works no tree is tried any more: who waits gets a new bench', async () => {
  const { whenIdle } = idleTime();
  const benches = new Benches(whenIdle);
  const log: string[] = [];
  let made = 0;
  const craft = {
    make: async () => benches.add(place(`new${++made}`), { tree: 'base' }),
    layOut: async () => {},
  };
  benches.add(place('x'), { tree: 'base' });
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

test('a bench that could not be tidied is laid out anew, and told of only to who needs it', async () => {
  const { whenIdle, pass } = idleTime();
  const benches = new Benches(whenIdle);
  let failing = false;
  const trees: string[] = [];
  const craft = {
    make: async () => benches.add(place('x'), { tree: 'base' }),
    layOut: async (_: Workspace, tree: string) => {
      trees.push(tree);
      if (failing) throw new Error('gone');
    },
  };
  await benches.use(craft, 'base', async () => {
    failing = true;
  });
  await pass();
  await assertRejects(() => benches.use(craft, 'base', async () => assert.unreachable()));
  assert.equal(trees, ['base', 'base']);
});

test('clearing waits for what is still being tidied', async () => {
  const { use, benches, hold, pass } = scene(['x']);
  let ready = false;
  let release = () => {};
  hold(
    new Promise((resolve) => {
      release = () => {
        ready = true;
        resolve();
      };
    }),
  );
  await use('base');
  await pass();
  setImmediate(() => release());
  await benches.clear();
  assert.ok(ready);
});

test('clearing calls off what was to be tidied', async () => {
  const { log, use, benches, pass } = scene(['x']);
  await use('base');
  await benches.clear();
  await pass();
  assert.equal(log, ['x tests base']);
});

async function assertRejects(work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch {
    return;
  }
  assert.unreachable('it should have failed');
}

test.run();
