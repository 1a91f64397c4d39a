// Statistics of slots as a table for people, 80 columns wide at most; what is unknown is a dash. Pure.
import { formatClock } from '../core/duration.ts';
import type { Forecast, SlotStatistics, Sum } from '../core/statistics.ts';
import { money, moneyRange, roughCount, timeRange } from './amounts.ts';
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
