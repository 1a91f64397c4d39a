// The states in which a gate can be found on a tree, and what each means: a further one is a line here, a sign and a
// colour in view/symbols.ts, and the rule by which it comes about in evidence/gate-state.ts.

/**
 * `measured`: its command is there, and it ran. `badness`: the smaller the better; that a gate could not be run, or
 * fails on the untouched base too, decides only where nothing else does.
 */
const STATES = {
  pass: { passes: true, fails: false, measured: true, badness: 0 },
  // at the second try
  flaky: { passes: true, fails: false, measured: true, badness: 1 },
  'already-failing': { passes: false, fails: false, measured: true, badness: 2 },
  skipped: { passes: false, fails: false, measured: false, badness: 2 },
  // it could not be run
  missing: { passes: false, fails: false, measured: false, badness: 2 },
  timeout: { passes: false, fails: true, measured: true, badness: 3 },
  fail: { passes: false, fails: true, measured: true, badness: 3 },
} as const;

export type GateState = keyof typeof STATES;

/** A gate that passed, if need be at the second try. */
export const passes = (state: GateState): boolean => STATES[state].passes;

/** A gate that fails by what was changed. */
export const isFailure = (state: GateState): boolean => STATES[state].fails;

/** Whether a gate showed anything; undefined: there is no result of it (yet). */
export const isMeasured = (state: GateState | undefined): boolean => state !== undefined && STATES[state].measured;

/** The smaller the better; equal ones decide nothing. */
export const badness = (state: GateState): number => STATES[state].badness;
