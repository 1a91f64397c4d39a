// The few signs and colours that mean the same everywhere.
import type { GateState } from '../core/candidate.ts';
import type { Paint } from './paint.ts';

type Brush = keyof Omit<Paint, 'coloured'>;

const GATES: Readonly<Record<GateState | 'running', readonly [sign: string, brush: Brush]>> = {
  running: ['…', 'cyan'],
  pass: ['✓', 'green'],
  fail: ['✗', 'red'],
  timeout: ['✗', 'red'],
  'already-failing': ['!', 'yellow'],
  flaky: ['~', 'yellow'],
  missing: ['-', 'dim'],
  skipped: ['-', 'dim'],
};

export const gateSign = (state: GateState | 'running'): string => GATES[state][0];
export const paintGate = (state: GateState | 'running', text: string, paint: Paint): string =>
  paint[GATES[state][1]](text);

/** How a gate's state is written in words. */
export const gateWord = (state: GateState): string => state.replace('-', ' ');
