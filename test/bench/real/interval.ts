// How sure a share of tasks is. Pure.
import { seededRandom } from '../../../lib/evidence/random.ts';

const DRAWS = 2000;

/** A 95 % interval of a mean, by drawing tasks with repetition: what belongs to one task is not independent. */
export function drawnInterval(tasks: readonly number[]): readonly [from: number, to: number] {
  const random = seededRandom('interval');
  const means = Array.from({ length: DRAWS }, () => {
    let sum = 0;
    for (let i = 0; i < tasks.length; i++) sum += tasks[Math.floor(random() * tasks.length)]!;
    return sum / tasks.length;
  }).sort((a, b) => a - b);
  return [means[Math.floor(DRAWS * 0.025)]!, means[Math.floor(DRAWS * 0.975)]!];
}

export const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
