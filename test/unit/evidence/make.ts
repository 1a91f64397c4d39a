// Makes the plain data of evidence for tests. Holds no tests itself.
import type { Candidate, Change } from '../../../lib/core/candidate.ts';
import type { GateState } from '../../../lib/core/gate-states.ts';
import type {
  Counts,
  CrossCell,
  Evidence,
  FailingTest,
  GateEvidence,
  MeasuredCandidate,
} from '../../../lib/evidence/evidence.ts';

const named = (tests: readonly (string | FailingTest)[]): FailingTest[] =>
  tests.map((test) => (typeof test === 'string' ? { name: test, mentions: [] } : test));

export function gate(
  id: string,
  state: GateState,
  counts: Counts | null = null,
  failing: readonly (string | FailingTest)[] = [],
  required = true,
): GateEvidence {
  return { gate: id, state, required, exitCode: state === 'pass' ? 0 : 1, counts, failing: named(failing) };
}

/** `total` tests of one author on someone's code, of which some fail. */
export function cell(
  testsOf: string,
  codeOf: string,
  total: number,
  failing: readonly (string | FailingTest)[] = [],
): CrossCell {
  const counts = { passed: total - failing.length, failed: failing.length };
  return { testsOf, codeOf, state: failing.length === 0 ? 'pass' : 'fail', counts, failing: named(failing) };
}

export function evidence(
  tree: string,
  gates: readonly GateEvidence[],
  cross: readonly CrossCell[] = [],
  size = 10,
): Evidence {
  return { tree, gates, cross, size };
}

export function candidate(
  id: string,
  gates: readonly GateEvidence[],
  cross: readonly CrossCell[] = [],
  more: { size?: number } = {},
): MeasuredCandidate {
  return { id, evidence: evidence(`tree of ${id}`, gates, cross, more.size ?? 10) };
}

/** A modified, added (before null) or deleted (after null) file. */
export function change(
  path: string,
  after: string | null,
  before: string | null = 'base',
  renamedFrom: string | null = null,
): Change {
  const blob = (oid: string | null) => (oid === null ? null : { mode: '100644', oid });
  const kind = before === null ? 'added' : after === null ? 'deleted' : 'modified';
  return {
    path,
    kind,
    before: blob(before),
    after: blob(after),
    renamedFrom,
    binary: false,
    addedLines: 1,
    deletedLines: 1,
  };
}

/** Someone's work: path → content (null: deleted), all of files that the base has. */
export function work(id: string, files: Readonly<Record<string, string | null>>): Candidate {
  return {
    id,
    tree: id,
    changes: new Map(Object.entries(files).map(([path, content]) => [path, change(path, content)])),
  };
}
