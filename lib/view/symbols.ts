// The few symbols and colours that mean the same everywhere.
import type { GateState } from '../core/gate-states.ts';
import type { Paint } from './paint.ts';

/** What a gate's state is to a reader; also the class that colours it in the report. */
export type Tone = 'good' | 'bad' | 'warning' | 'none';

const GATES: Readonly<Record<GateState | 'running', readonly [symbol: string, tone: Tone | 'running']>> = {
  running: ['…', 'running'],
  pass: ['✓', 'good'],
  fail: ['✗', 'bad'],
  timeout: ['✗', 'bad'],
  'already-failing': ['!', 'warning'],
  flaky: ['~', 'warning'],
  missing: ['-', 'none'],
  skipped: ['-', 'none'],
};
const BRUSHES = { running: 'cyan', good: 'green', bad: 'red', warning: 'yellow', none: 'dim' } as const;

export const gateSymbol = (state: GateState | 'running'): string => GATES[state][0];
export const gateTone = (state: GateState): Tone => GATES[state][1] as Tone;
export const paintGate = (state: GateState | 'running', text: string, paint: Paint): string =>
  paint[BRUSHES[GATES[state][1]]](text);

/** How a gate's state is written in words. */
export const gateWord = (state: GateState): string => state.replace('-', ' ');
