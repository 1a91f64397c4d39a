// Statistics of slots as a table for people, 80 columns wide at most (what is unknown is a dash), and forecasts; times,
// tokens and money are said roughly, as people say them. Pure.
import { formatClock } from '../core/duration.ts';
import type { Forecast, Range, SlotStatistics, Sum } from '../core/statistics.ts';
import { oneLine, pad, widthOf } from './text.ts';

type Row = Omit<SlotStatistics, 'calls'>;

const UNKNOWN = '–';
/** What any terminal has room for; names are cut to fit, but not to less than a few signs. */
const COLUMNS_THERE = 80;
const SHORTEST_NAME = 6;

const COLUMNS: readonly {
  readonly head: string;
  readonly cell: (row: Row) => string;
  readonly left?: true;
}[] = [
  { head: 'slot', cell: ({ slot }) => slot, left: true },
  { head: 'backend', cell: ({ backend }) => backend, left: true },
  { head: 'runs', cell: ({ finished, runs }) => (runs === 0 ? UNKNOWN : `${finished}/${runs}`) },
  {
    head: 'gates',
    cell: ({ gatesPassed, gatesRun }) => (gatesRun === 0 ? UNKNOWN : `${Math.floor((100 * gatesPassed) / gatesRun)} %`),
  },
  { head: 'files', cell: ({ taken }) => sum(taken, roughCount) },
  { head: 'yours', cell: yours },
  { head: 'median', cell: ({ medianMs }) => clock(medianMs) },
  { head: '95 %', cell: ({ p95Ms }) => clock(p95Ms) },
  { head: 'tokens', cell: ({ tokens }) => sum(tokens, roughCount) },
  { head: 'cost', cell: ({ costUsd }) => sum(costUsd, money) },
];

export function statsLines(rows: readonly Row[]): readonly string[] {
  const lines = [COLUMNS.map(({ head }) => head), ...rows.map((row) => COLUMNS.map(({ cell }) => oneLine(cell(row))))];
  const widths = fitted(COLUMNS.map((_, i) => Math.max(...lines.map((line) => widthOf(line[i]!)))));
  const hasUnknown = rows.some(({ taken, userDropped, tokens, costUsd }) =>
    [taken, userDropped, tokens, costUsd].some(({ unknown }) => unknown > 0),
  );
  return [
    ...lines.map((line) =>
      line
        .map((cell, i) => pad(cell, widths[i]!, COLUMNS[i]!.left ? 'left' : 'right'))
        .join('  ')
        .trimEnd(),
    ),
    '',
    'runs: ended well, of all. gates: passed. files: taken into results.',
    'yours: files that you took (+) and dropped (-) against what was proposed.',
    ...(hasUnknown ? [`${UNKNOWN} is unknown; + behind a number: there is more that is unknown.`] : []),
  ];
}

/** The widths, with those of names reduced until all of them fit; the longer one first. */
function fitted(widths: readonly number[]): readonly number[] {
  const [slot = 0, backend = 0, ...rest] = widths;
  let over = [slot, backend, ...rest].reduce((sum, width) => sum + width + 2, -2) - COLUMNS_THERE;
  const names = [slot, backend];
  for (; over > 0 && Math.max(...names) > SHORTEST_NAME; over--) names[names[0]! > names[1]! ? 0 : 1]!--;
  return [...names, ...rest];
}

function yours({ userTook, userDropped }: Row): string {
  if (userTook.total === null || userDropped.total === null) return UNKNOWN;
  return `+${userTook.total} -${userDropped.total}${userDropped.unknown > 0 ? '+' : ''}`;
}

const clock = (milliseconds: number | null): string => (milliseconds === null ? UNKNOWN : formatClock(milliseconds));

const sum = ({ total, unknown }: Sum, say: (total: number) => string): string =>
  total === null ? UNKNOWN : `${say(total)}${unknown > 0 ? '+' : ''}`;

/** What a run takes, by earlier ones. */
export const forecastLine = ({ runs, ms, costUsd }: Forecast): string =>
  `Usually ${timeRange(ms)}${costUsd ? ` and ${moneyRange(costUsd)}` : ''} here (${runs} runs).`;

/** `40 s`, `6 min`, `2.5 h`. */
export function roughTime(milliseconds: number): string {
  const { number, unit } = timeIn(unitFor(milliseconds), milliseconds);
  return `${number} ${unit}`;
}

/** `6 to 14 min`, `40 s to 3 min`, `about 6 min` where both ends are the same. */
export function timeRange({ from, to }: Range): string {
  const [low, high] = [roughTime(from), roughTime(to)];
  if (low === high) return `about ${low}`;
  return unitFor(from) === unitFor(to) ? `${timeIn(unitFor(from), from).number} to ${high}` : `${low} to ${high}`;
}

/** `$1.10 to $2.40`. */
export function moneyRange({ from, to }: Range): string {
  const [low, high] = [money(from), money(to)];
  return low === high ? `about ${low}` : `${low} to ${high}`;
}

/** `$1.10`; less than a cent is not called nothing. */
export const money = (usd: number): string =>
  usd > 0 && usd < 0.005 ? '<$0.01' : `$${usd.toFixed(usd < 1000 ? 2 : 0)}`;

/** `950`, `12.3k`, `1.2M`. */
export function roughCount(count: number): string {
  if (count < 1000) return String(Math.round(count));
  const [amount, unit] = count < 999_500 ? [count / 1000, 'k'] : [count / 1_000_000, 'M'];
  return `${amount >= 100 ? Math.round(amount) : amount.toFixed(1)}${unit}`;
}

type Unit = 's' | 'min' | 'h';
const MS: Readonly<Record<Unit, number>> = { s: 1000, min: 60_000, h: 3_600_000 };

const unitFor = (milliseconds: number): Unit =>
  milliseconds < 89_500 ? 's' : milliseconds < 90 * MS.min - MS.s ? 'min' : 'h';

function timeIn(unit: Unit, milliseconds: number): { number: string; unit: Unit } {
  const amount = milliseconds / MS[unit];
  return { number: unit === 'h' && amount < 10 ? amount.toFixed(1) : String(Math.max(1, Math.round(amount))), unit };
}
