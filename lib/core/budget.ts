// What a run may spend, in dollars and minutes: as recipes and people write it, and in words. Pure.

/** The limits of a run, as its journal and session.json have them; null: no limit. (A type: plain data.) */
export type Budget = {
  readonly usd: number | null;
  /** Wall time, without that in which a question waited for its answer. */
  readonly minutes: number | null;
  /** The same for the calls of one lane in one pass. */
  readonly lane_usd: number | null;
  readonly lane_minutes: number | null;
  /** What happens at a terminal once `usd` or `minutes` is reached. */
  readonly over: 'ask' | 'stop';
};

/** What a run has spent, as session.json has it: spent.ts counts it. (A type: plain data.) */
export type Spent = {
  /** What is known. */
  readonly usd: number;
  /** Wall time up to `counted_to`, without that in which a question waited for its answer. */
  readonly minutes: number;
  /** How many calls of each CLI had a price that is not known. */
  readonly unknown: Readonly<Record<string, number>>;
  /** The calls of each lane: `<pass>/<lane>`. */
  readonly lanes: Readonly<Record<string, { readonly usd: number; readonly minutes: number }>>;
  /** The calls that run, each with its lane. */
  readonly running: readonly { readonly cli: string; readonly lane: string | null }[];
  /** Questions that wait for the user. */
  readonly questions: number;
  readonly counted_to: string;
};

/** Dollars per million tokens. */
export interface Price {
  readonly in: number;
  /** Of those read from a cache; null: as `in`. */
  readonly cached: number | null;
  readonly out: number;
}

/** An amount as people write it: dollars, minutes, or both. */
export interface Amount {
  readonly usd?: number;
  readonly minutes?: number;
}

/** What `parseAmount` reads, in words. */
export const AMOUNT = 'an amount above zero, such as 5usd, 40m or 5usd,40m,';

/** A cent, or the time in which nothing can be done: no limit is lower. */
export const LEAST_AMOUNT = 0.01;

export const NO_BUDGET: Budget = { usd: null, minutes: null, lane_usd: null, lane_minutes: null, over: 'ask' };
const MINUTES = { m: 1, min: 1, h: 60 } as const;

/** `5`, `5usd`, `$5`, `40m`, `1h`, or one of each with a comma; undefined for any other text, and for none at all. */
export function parseAmount(written: string): Amount | undefined {
  const amount: { usd?: number; minutes?: number } = {};
  for (const part of written.toLowerCase().split(',')) {
    const match = /^\s*(?:\$?(\d+(?:\.\d+)?)\s*(?:usd)?|(\d+(?:\.\d+)?)\s*(min|m|h))\s*$/.exec(part);
    if (match === null) return undefined;
    const key = match[1] === undefined ? 'minutes' : 'usd';
    const value =
      Number(match[1] ?? match[2]) * (match[1] === undefined ? MINUTES[match[3] as keyof typeof MINUTES] : 1);
    if (!(value >= LEAST_AMOUNT) || amount[key] !== undefined) return undefined;
    amount[key] = value;
  }
  return amount;
}

/** The budget with what was said for this run in the place of its own; null: there is none at all. */
export function withAmount(budget: Budget | null, said: Amount | null): Budget | null {
  const all = { ...(budget ?? NO_BUDGET), ...said };
  const { over: _, ...limits } = all;
  return Object.values(limits).every((limit) => limit === null) ? null : all;
}

/** So much more than was spent, of those limits that there are. */
export const raised = (budget: Budget, spent: Required<Amount>, { usd, minutes }: Amount): Budget => ({
  ...budget,
  ...(usd === undefined || budget.usd === null ? {} : { usd: rounded(Math.max(budget.usd, spent.usd) + usd) }),
  ...(minutes === undefined || budget.minutes === null
    ? {}
    : { minutes: rounded(Math.max(budget.minutes, spent.minutes) + minutes) }),
});

const rounded = (amount: number): number => Number(amount.toFixed(6));

export const inDollars = (usd: number): string => `$${usd.toFixed(usd > 0 && usd < 0.1 ? 4 : 2)}`;

/** Minutes as a clock has them, whole ones from ten on; below one in seconds. @param limit what decides on the unit */
const inMinutes = (minutes: number, limit: number): string => {
  const shown = limit < 1 ? minutes * 60 : minutes;
  return String(shown >= 10 ? Math.floor(shown + 1e-9) : Math.floor(shown * 10 + 1e-9) / 10);
};
const unitOf = (limit: number): string => (limit < 1 ? 's' : 'min');
const wholeTime = (minutes: number): string => `${inMinutes(minutes, minutes)} ${unitOf(minutes)}`;

/**
 * `$1.20 of $5.00, 12 of 40 min`; what has no limit is left out.
 * @param unknown calls whose price is not known
 */
export function spentOf(
  { usd, minutes }: Pick<Budget, 'usd' | 'minutes'>,
  spent: Required<Amount>,
  unknown: Spent['unknown'] = {},
): string {
  const open = Object.keys(unknown).length > 0 ? ' + unknown' : '';
  const parts = [
    usd === null ? '' : `${inDollars(spent.usd)}${open} of ${inDollars(usd)}`,
    minutes === null ? '' : `${inMinutes(spent.minutes, minutes)} of ${wholeTime(minutes)}`,
  ];
  return parts.filter((part) => part !== '').join(', ');
}

/** The limits alone: `$5.00, 40 min, $2.00 a lane`. */
export function inWords({ usd, minutes, lane_usd, lane_minutes }: Budget): string {
  const parts = [
    usd === null ? '' : inDollars(usd),
    minutes === null ? '' : wholeTime(minutes),
    lane_usd === null ? '' : `${inDollars(lane_usd)} a lane`,
    lane_minutes === null ? '' : `${wholeTime(lane_minutes)} a lane`,
  ];
  return parts.filter((part) => part !== '').join(', ');
}

/** Who was called how often without a price that is known: `2 calls of a, 1 call of b`; '' for none. */
export const unknownCalls = ({ unknown }: Pick<Spent, 'unknown'>): string =>
  Object.entries(unknown)
    .map(([cli, calls]) => `${calls} ${calls === 1 ? 'call' : 'calls'} of ${cli}`)
    .join(', ');

interface Tokens {
  readonly input_tokens: number | null;
  readonly output_tokens: number | null;
  readonly cached_tokens?: number | null;
}

/** What tokens cost; null where a number that it takes is not known. */
export function costOf({ input_tokens, output_tokens, cached_tokens = null }: Tokens, price: Price): number | null {
  if (input_tokens === null || output_tokens === null) return null;
  const cached = Math.min(input_tokens, cached_tokens ?? 0);
  const millionths =
    (input_tokens - cached) * price.in + cached * (price.cached ?? price.in) + output_tokens * price.out;
  return Number((millionths / 1e6).toFixed(9));
}
