// Times, tokens and money as people say them, roughly: for statistics and forecasts. Pure.
import type { Range } from '../core/statistics.ts';

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
