// What gates in the user's own tree mean for a result.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Verified } from '../../lib/core/events.ts';
import type { GateState } from '../../lib/core/gate-states.ts';
import type { Run } from '../../lib/steps/run-context.ts';
import { proofOf, whyIncomplete } from '../../lib/steps/tree-verdict.ts';

interface Told {
  readonly gates: Readonly<Record<string, GateState>>;
  readonly verified?: Verified | null;
  readonly blind?: readonly string[];
}

const runWith = ({ gates, verified = null, blind = [] }: Told): Run =>
  ({
    record: { result: { tree: 'tree', gates, files: [], integrated: false, verified }, passes: [] },
    gates: { tests: { title: 'Tests', required: true }, lint: { title: 'Linter', required: false } },
    blind: new Map(blind.map((gate) => [gate, 'it reads another folder'])),
    differs: [],
    session: { id: 'session', dir: '/session' },
  }) as unknown as Run;

const inTree = (tests: GateState, own: readonly string[] = []): Verified => ({ place: 'tree', gates: { tests }, own });

test('what the required gates showed makes a result complete or not [Y4]', () => {
  assert.is(whyIncomplete(runWith({ gates: { tests: 'pass', lint: 'fail' } })), null);
  assert.is(whyIncomplete(runWith({ gates: { tests: 'flaky' }, verified: inTree('flaky') })), null);
  assert.is(whyIncomplete(runWith({ gates: { tests: 'pass' }, verified: inTree('already-failing', ['tests']) })), null);
  for (const state of ['fail', 'missing', 'timeout', 'already-failing', 'skipped'] as const)
    assert.match(whyIncomplete(runWith({ gates: { tests: state } }))?.what ?? '', `Tests (${state})`);
});

test('a gate that does not see a lane has shown nothing until it has passed in the tree [Y4]', () => {
  const unseen = whyIncomplete(runWith({ gates: { tests: 'pass' }, blind: ['tests'] }));
  assert.match(
    unseen?.what ?? '',
    /Tests \(unseen\).*\nTests has not been run where it sees the result: it reads another/,
  );
  assert.is(whyIncomplete(runWith({ gates: { tests: 'pass' }, blind: ['lint'] })), null);
  assert.is(whyIncomplete(runWith({ gates: { tests: 'pass' }, verified: inTree('pass'), blind: ['tests'] })), null);
});

test("what was seen in the user's tree is no proof", () => {
  const result = (state: GateState) =>
    ({
      gate: 'tests',
      state,
      tree: 'tree',
      exitCode: 0,
      elapsedMs: 1,
      output: null,
      counts: null,
      excerpt: '',
    }) as const;
  const record = { gate_results: { your_tree: { tests: result('fail') }, composite: { tests: result('pass') } } };
  assert.is(proofOf(record as unknown as Parameters<typeof proofOf>[0], 'tree').tests?.state, 'pass');
  assert.equal(proofOf(undefined, 'tree'), {});
});

test.run();
