// Chance that can be had again: numbers from a seed that is printed, so that what failed once fails again.

/** Numbers from 0 to 1, the same for the same seed. */
export type Random = () => number;

/** `MM_SEED`, else a new seed each time; printed by whoever uses it. */
export function chooseSeed(): number {
  const said = Number(process.env.MM_SEED);
  return process.env.MM_SEED !== undefined && Number.isInteger(said) ? said : Date.now() % 1_000_000;
}

/** A series of numbers (mulberry32): good enough to choose places, and short. */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** One of several. */
export function pick<T>(random: Random, from: readonly T[]): T {
  if (from.length === 0) throw new Error('there is nothing to pick from');
  return from[Math.floor(random() * from.length)] as T;
}

/** A whole number from `least` to `most`, both included. */
export const between = (random: Random, least: number, most: number): number =>
  least + Math.floor(random() * (most - least + 1));
