// Proven before proposed: whatever is chosen, the proposal does no worse than the best whole candidate.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Pick } from '../../../lib/core/candidate.ts';
import type { Evidence } from '../../../lib/evidence/evidence.ts';
import { type ProposeInput, propose } from '../../../lib/evidence/propose.ts';
import { seededRandom } from '../../../lib/evidence/random.ts';
import { contentKey } from '../../../lib/evidence/selection.ts';
import { generated, open, type Tree, vote, type World } from './worlds.ts';

const from = (files: readonly Pick[]): Record<string, string> =>
  Object.fromEntries(files.map((pick) => [pick.path, pick.from]));
const is = (path: string, text: string) => ({ passes: (tree: Tree) => tree.get(path) === text, mentions: [path] });
const base = { 'x.js': '0', 'y.js': '0' };

test('takes from each candidate what the others’ tests find right, and proves it [A4]', async () => {
  const good = (path: string) => ({ passes: (tree: Tree) => tree.get(path)!.startsWith('good'), mentions: [path] });
  const { input, proven } = open({
    base: { ...base, 'z.js': '0' },
    files: {
      a: { 'x.js': 'good a', 'y.js': 'bad a', 'z.js': 'good a' },
      b: { 'x.js': 'bad b', 'y.js': 'good b', 'z.js': 'good b' },
      c: { 'x.js': 'good c', 'y.js': 'good c', 'z.js': 'bad c' },
    },
    tests: {
      gate: {},
      a: { 'z works': good('z.js') },
      b: { 'x works': good('x.js') },
      c: { 'y works': good('y.js'), 'c odd': { passes: (tree) => tree.get('x.js') === 'good c' } },
    },
  });
  const { plan } = await propose(input);
  const { 'x.js': x, 'y.js': y, 'z.js': z } = from(plan.files);
  assert.ok(x !== 'b' && y !== 'a' && z !== 'c');
  assert.is(plan.whole, null);
  assert.is(plan.proven, true);
  assert.is(plan.decided_by, 'evidence');
  assert.ok(plan.files.every(({ by }) => by === 'cross-gates'));
  assert.is(proven.length, 1);
  assert.match(plan.notes.join(), /The mix does better than/);
});

test('repairs a mix that does not fit together with the smallest change', async () => {
  const { input } = open({
    base: { ...base, 'z.js': '0' },
    files: {
      a: { 'x.js': 'a', 'y.js': 'a', 'z.js': 'a' },
      b: { 'x.js': 'b', 'y.js': 'b', 'z.js': 'b' },
      c: { 'x.js': 'c', 'y.js': 'b', 'z.js': 'c' },
    },
    tests: {
      // a's x does not go with b's y; c's x goes with everything.
      gate: { fit: { passes: (tree) => !(tree.get('x.js') === 'a' && tree.get('y.js') === 'b'), mentions: ['x.js'] } },
      a: { 'x is not b': { passes: (tree) => !['0', 'b'].includes(tree.get('x.js')!), mentions: ['x.js'] } },
      b: { 'y is b': is('y.js', 'b') },
      c: { 'z is not c': { passes: (tree) => !['0', 'c'].includes(tree.get('z.js')!), mentions: ['z.js'] } },
    },
  });
  const { plan, evidence } = await propose(input);
  assert.equal(from(plan.files)['x.js'], 'c');
  assert.is(evidence.gates[0]?.state, 'pass');
  assert.ok(evidence.cross.every(({ state }) => state === 'pass'));
});

test('takes the best candidate whole when no mix does better, and says why', async () => {
  const { input } = open(
    {
      base,
      files: { a: { 'x.js': 'a', 'y.js': 'a' }, b: { 'x.js': 'b', 'y.js': 'b' } },
      tests: { gate: { fit: { passes: (tree) => tree.get('x.js') === tree.get('y.js'), mentions: ['x.js'] } } },
    },
    { votes: new Map([vote('x.js', 'a', 'b'), vote('y.js', 'b', 'a')]) },
  );
  const { plan } = await propose(input);
  assert.ok(plan.whole === 'a' || plan.whole === 'b');
  assert.is(plan.proven, true);
  assert.match(plan.notes.join(), /does worse than . alone \(`tests` is pass, against fail\), so . is taken whole/);
});

test('a mix that is merely as good is proposed only when judges or the user want it', async () => {
  const world: World = {
    base,
    files: { a: { 'x.js': 'a', 'y.js': 'a' }, b: { 'x.js': 'b', 'y.js': 'b' } },
    tests: { gate: {} },
  };
  const alone = open(world);
  assert.is((await propose(alone.input)).plan.whole, 'a');
  assert.is(alone.proven.length, 0);
  const judged = await propose(open(world, { votes: new Map([vote('x.js', 'b', 'a'), vote('y.js', 'a', 'b')]) }).input);
  assert.equal(from(judged.plan.files), { 'x.js': 'b', 'y.js': 'a' });
  assert.is(judged.plan.decided_by, 'judge');
  const chosen = await propose(open(world, { fixed: new Map([['x.js', 'b']]) }).input);
  assert.is(from(chosen.plan.files)['x.js'], 'b');
  assert.is(chosen.plan.decided_by, 'user');
});

test('votes never overrule evidence', async () => {
  const world: World = {
    base,
    files: { a: { 'x.js': 'good' }, b: { 'x.js': 'bad' }, c: { 'x.js': 'worse' } },
    tests: { gate: { x: is('x.js', 'good') } },
  };
  const { plan } = await propose(open(world, { votes: new Map([vote('x.js', 'b', 'c', 'a')]) }).input);
  assert.equal(from(plan.files), { 'x.js': 'a' });
});

test('candidates that changed different files are put together when nothing got worse', async () => {
  const { plan } = await propose(
    open({ base, files: { a: { 'x.js': 'a' }, b: { 'y.js': 'b' } }, tests: { gate: {} } }).input,
  );
  assert.equal(from(plan.files), { 'x.js': 'a', 'y.js': 'b' });
  const { plan: whole } = await propose(
    open({
      base,
      files: { a: { 'x.js': 'a' }, b: { 'y.js': 'b' } },
      tests: { gate: { one: { passes: (tree) => !(tree.get('x.js') === 'a' && tree.get('y.js') === 'b') } } },
    }).input,
  );
  assert.ok(whole.whole !== null);
});

test('grain: candidate takes one whole candidate, the judges’ favourite of equals', async () => {
  const world: World = {
    base,
    files: { a: { 'x.js': 'a', 'y.js': 'a' }, b: { 'x.js': 'b', 'y.js': 'b' } },
    tests: { gate: {} },
  };
  const { input, proven } = open(world, {
    grain: 'candidate',
    votes: new Map([vote('x.js', 'b', 'a'), vote('y.js', 'b', 'a')]),
  });
  const { plan } = await propose(input);
  assert.is(plan.whole, 'b');
  assert.is(plan.decided_by, 'judge');
  assert.is(proven.length, 0);
});

test('grain: hunk joins changes in different places of a file, where they merge', async () => {
  const world: World = {
    base,
    files: { a: { 'x.js': 'a', 'y.js': 'a' }, b: { 'x.js': 'b', 'y.js': 'b' } },
    tests: { gate: {} },
  };
  const asked: string[] = [];
  const mergeFile = async (path: string, ids: readonly string[]) => {
    asked.push(`${path} ${ids.join('+')}`);
    return path === 'x.js';
  };
  const { plan } = await propose(open(world, { grain: 'hunk', mergeFile }).input);
  assert.equal(from(plan.files), { 'x.js': 'a+b', 'y.js': 'a' });
  assert.equal(asked, ['x.js a+b', 'y.js a+b']);
  assert.is((await propose(open(world, { mergeFile }).input)).plan.whole, 'a');
});

test('files that belong together come from one candidate', async () => {
  const files = { 'src/a.js': '1', 'test/a.test.js': '1', 'src/b.js': '1' };
  const other = { 'src/a.js': '2', 'test/a.test.js': '2', 'src/b.js': '2' };
  const world: World = {
    base: { 'src/a.js': '0', 'test/a.test.js': '0', 'src/b.js': '0' },
    files: { a: files, b: other },
    tests: { gate: {} },
  };
  const { plan } = await propose(
    open(world, { votes: new Map([vote('src/a.js', 'b', 'a'), vote('src/b.js', 'a', 'b')]) }).input,
  );
  assert.equal(from(plan.files), { 'src/a.js': 'b', 'src/b.js': 'a', 'test/a.test.js': 'b' });
});

test('tests that the judges want come apart from the code they were written with only where they were seen to pass on the chosen code', async () => {
  // a's code is right; b wrote the tests that one would wish for, and code that fails them
  const good = (tree: Tree) => tree.get('src/a.js')!.startsWith('good');
  const gate = (passesOnA: boolean) => (tree: Tree) =>
    ({ few: true, many: good(tree) && passesOnA, odd: tree.get('src/a.js') === 'bad too' })[
      tree.get('test/a.test.js') as 'few'
    ];
  const world = (passesOnA: boolean): World => ({
    base: { 'src/a.js': '0' },
    files: {
      a: { 'src/a.js': 'good', 'test/a.test.js': 'few' },
      b: { 'src/a.js': 'bad', 'test/a.test.js': 'many' },
      c: { 'src/a.js': 'bad too', 'test/a.test.js': 'odd' },
      d: { 'src/a.js': 'good, but long', 'test/a.test.js': 'few' },
    },
    tests: {
      gate: { own: { passes: gate(passesOnA), mentions: ['test/a.test.js'] } },
      a: { easy: { passes: (tree) => !['0', 'bad too'].includes(tree.get('src/a.js')!) } },
      b: { hard: { passes: (tree) => good(tree) && passesOnA, mentions: ['test/a.test.js'] } },
      c: {
        plain: { passes: () => true },
        odd: { passes: (tree) => tree.get('src/a.js') === 'bad too', mentions: ['test/a.test.js'] },
      },
    },
  });
  const votes = (...ranking: string[]) => new Map([vote('test/a.test.js', ...ranking)]);
  const { plan } = await propose(open(world(true), { votes: votes('b', 'a', 'c') }).input);
  assert.equal(from(plan.files), { 'src/a.js': 'a', 'test/a.test.js': 'b' });
  assert.equal(plan.files.map(({ by, why }) => [by, why])[1], [
    'judge',
    'preferred by the judges, and passes on the code of a',
  ]);
  // without a wish for them, or where they fail on that code, they stay together
  assert.is((await propose(open(world(true)).input)).plan.whole, 'a');
  assert.is((await propose(open(world(true), { votes: votes('c', 'a', 'b') }).input)).plan.whole, 'a');
  assert.is((await propose(open(world(false), { votes: votes('b', 'a', 'c') }).input)).plan.files[1]?.from, 'a');
  // c's test is one that only c's own code passes
  assert.equal(plan.doubtful, [{ tests_of: 'c', test: 'odd' }]);
});

test('every trusted test that passes on the chosen code comes with it, whoever wrote it, and is told [A4]', async () => {
  const good = (tree: Tree) => tree.get('src/a.js')!.startsWith('good');
  const easy = { passes: () => true };
  const world = (gate: World['tests'][string] = {}): World => ({
    base: { 'src/a.js': '0', 'test/old.test.js': 'old' },
    files: {
      a: { 'src/a.js': 'good', 'test/a.test.js': 'of a' },
      b: { 'src/a.js': 'bad', 'test/b.test.js': 'hard', 'test/odd.test.js': 'odd', 'test/same.test.js': 'of a' },
      c: { 'src/a.js': 'good too', 'test/b.test.js': 'b of c', 'test/c.test.js': 'c of c', 'test/old.test.js': 'less' },
    },
    tests: {
      gate,
      a: { easy },
      b: {
        hard: { passes: good, mentions: ['test/b.test.js'] },
        odd: { passes: (tree) => !good(tree), mentions: ['test/odd.test.js'] },
        easy,
      },
      c: { easy },
    },
  });
  const taken = async (input: ProposeInput) => {
    const { plan } = await propose(input);
    const tests = plan.files.filter((pick) => pick.path.startsWith('test/') && pick.from !== 'base');
    return { plan, tests: from(tests) };
  };
  // a test that its author's own code fails comes, too, where the chosen code passes it
  const { files, tests: suites } = world();
  const strict = {
    ...world(),
    files: { ...files, b: { ...files.b, 'test/strict.test.js': 'strict' } },
    tests: { ...suites, b: { ...suites.b, strict: { passes: good, mentions: ['test/strict.test.js'] } } },
  };
  assert.is((await taken(open(strict).input)).tests['test/strict.test.js'], 'b');

  const { input, proven } = open(world());
  const { plan, tests } = await taken(input);
  // b's `hard` fails on the code of b itself: that of c comes before it; what a and b have in common comes once
  assert.equal(tests, { 'test/a.test.js': 'a', 'test/b.test.js': 'c', 'test/c.test.js': 'c' });
  assert.equal([plan.whole, plan.proven, proven.length], [null, true, 1]);
  const [pick] = plan.files.filter(({ from }) => from === 'c');
  assert.equal([pick!.by, pick!.why], ['cross-gates', 'tests of c that pass on the chosen code']);
  assert.match(
    plan.notes.join('\n'),
    /Tests of others come with it.*: test\/b\.test\.js \(c\), test\/c\.test\.js \(c\)\.$/m,
  );

  // the user's word counts, whole candidates stay whole, and nothing gets worse by a test that does not go with the rest
  const fixed = new Map([['test/b.test.js', 'base']]);
  assert.equal((await taken(open(world(), { fixed }).input)).tests, { 'test/a.test.js': 'a', 'test/c.test.js': 'c' });
  const whole = (await taken(open(world(), { grain: 'candidate' }).input)).plan;
  assert.is(whole.whole, 'a');
  assert.match(whole.notes.join('\n'), /Whole candidates are not mixed \(grain: candidate\).*test\/b\.test\.js \(c\)/);
  const alone = { passes: (tree: Tree) => tree.get('src/a.js') !== 'good' || !tree.has('test/b.test.js') };
  const apart = (await taken(open(world({ alone })).input)).plan;
  assert.is(apart.whole, 'a');
  assert.match(
    apart.notes.join('\n'),
    /do not hold together with it: test\/b\.test\.js \(c\), test\/c\.test\.js \(c\)\.$/m,
  );
});

test('once nothing speaks against a mix, what the judges wanted besides is tried once more, and nothing else', async () => {
  const { input, proven } = open(
    {
      base: { ...base, 'w.md': '0', 'z.js': '0' },
      files: {
        a: { 'w.md': 'a', 'x.js': 'a', 'y.js': 'a', 'z.js': 'a' },
        b: { 'w.md': 'b', 'x.js': 'b', 'y.js': 'b', 'z.js': 'b' },
      },
      // that z of b is at fault nothing tells but a trial
      tests: { gate: { y: is('y.js', 'b'), z: { passes: (tree) => tree.get('z.js') !== 'b' } } },
    },
    { votes: new Map(['w.md', 'x.js', 'z.js'].map((path) => vote(path, 'b', 'a'))) },
  );
  const { plan } = await propose(input);
  assert.equal(from(plan.files), { 'w.md': 'b', 'x.js': 'b', 'y.js': 'b', 'z.js': 'a' });
  assert.ok(proven.length <= 3, `${proven.length} proofs`);
});

test('one candidate, or candidates that changed nothing, need no proof', async () => {
  const one = open({ base, files: { a: { 'x.js': 'a' } }, tests: { gate: { x: is('x.js', 'good') } } });
  const { plan } = await propose(one.input);
  assert.equal([plan.whole, plan.proven, from(plan.files)], ['a', false, { 'x.js': 'a' }]);
  const none = open({ base, files: { a: {}, b: {} }, tests: { gate: {} } });
  assert.equal((await propose(none.input)).plan.files, []);
  assert.is(one.proven.length + none.proven.length, 0);
});

/** On a gate: 0 passes, 2 fails. */
const worse = (mine: Evidence, theirs: Evidence): string | null => {
  for (const gate of theirs.gates) {
    const same = mine.gates.find((each) => each.gate === gate.gate)!;
    if (gate.state === 'pass' && same.state !== 'pass') return `gate ${gate.gate}`;
    if (same.state !== 'pass' && same.counts && gate.counts && same.counts.failed > gate.counts.failed)
      return `gate ${gate.gate} fails more`;
  }
  return null;
};

/** Failing tests that pass on somebody's code but their author's (code on which not one test passes can't tell). */
function trustedFailures(evidence: Evidence, author: string, { measured: candidates }: ProposeInput): string[] {
  const cellOf = (each: Evidence) => each.cross.find(({ testsOf }) => testsOf === author)!;
  const fails = (each: Evidence, name: string) => cellOf(each).failing.some((failing) => failing.name === name);
  const others = candidates.filter(({ id, evidence: its }) => id !== author && cellOf(its).counts!.passed > 0);
  return cellOf(evidence)
    .failing.map(({ name }) => name)
    .filter((name) => others.some((other) => !fails(other.evidence, name)));
}

test('on gates and on others’ tests a proposal is never worse than the best whole candidate (1,000 generated cases) [A4, Y4]', async () => {
  const seed = process.env.MM_SEED ?? `propose ${Date.now()}`;
  console.log(`seed ${seed} (MM_SEED)`);
  const random = seededRandom(seed);
  let mixes = 0;
  let gains = 0;
  for (let round = 0; round < 1000; round++) {
    const at = `seed ${seed} round ${round}`;
    const { world, more } = generated(random);
    const { input, proven } = open(world, more);
    const { plan, evidence, best } = await propose(input);
    const whole = input.measured.find(({ id }) => id === best)!;
    const fails = (each: Evidence) => each.gates.filter(({ state }) => state !== 'pass').length;
    for (const other of input.measured)
      assert.ok(fails(whole.evidence) <= fails(other.evidence), `${at}: ${other.id} passes more gates than the best`);
    assert.is(worse(evidence, whole.evidence), null, at);
    if (plan.whole === null) {
      mixes++;
      for (const author of Object.keys(world.tests).filter((id) => id !== 'gate')) {
        const [mine, theirs] = [evidence, whole.evidence].map(
          (each) => trustedFailures(each, author, input).length,
        ) as [number, number];
        assert.ok(mine <= theirs, `${at}: fails ${mine} of the tests of ${author}, against ${theirs}`);
        if (mine < theirs) gains++;
      }
    } else
      assert.ok(
        input.measured.some(({ id, evidence: its }) => id === plan.whole && its.tree === plan.tree),
        at,
      );
    assert.is(plan.tree, evidence.tree, at);
    assert.is(
      await input.compose(plan.files.filter((pick) => pick.from !== 'base')).then((tree) => tree ?? plan.tree),
      plan.tree,
      at,
    );
    assert.is(new Set(proven).size, proven.length, `${at}: a tree was proven twice`);
    assert.ok(proven.length <= (more.maxProofs ?? 8) + 1, `${at}: one more for tests that come with the code`);
    for (const { evidence: its } of input.measured)
      assert.not.ok(proven.includes(its.tree), `${at}: a candidate's tree was proven again`);
    assert.is(
      plan.proven,
      evidence.gates.every(({ state }) => state === 'pass'),
      at,
    );
    for (const pick of plan.files)
      assert.ok(pick.why.length > 0 && pick.confidence > 0 && pick.confidence <= 1, `${at} ${JSON.stringify(pick)}`);
  }
  console.log(`${mixes} mixes, ${gains} of them with fewer failing tests of some author`);
  assert.ok(mixes > 50 && gains > 20);
});

test('the user’s choices are kept whatever the evidence says (200 generated cases)', async () => {
  const seed = process.env.MM_SEED ?? `fixed ${Date.now()}`;
  const random = seededRandom(seed);
  for (let round = 0; round < 200; round++) {
    const { world, more } = generated(random);
    const probe = open(world, more).input;
    const path = [...probe.candidates.flatMap(({ changes }) => [...changes.keys()])].sort()[0];
    if (path === undefined) continue;
    const fixed = new Map([[path, probe.candidates[Math.floor(random() * probe.candidates.length)]!.id]]);
    const { input } = open({ ...world, refuses: () => false }, { ...more, fixed, maxProofs: 8 });
    const { plan } = await propose(input);
    const mine = plan.files.find((pick) => pick.path === path)!;
    assert.is(
      contentKey(input.candidates, path, mine.from),
      contentKey(input.candidates, path, fixed.get(path)!),
      `seed ${seed} round ${round}`,
    );
  }
});

test.run();
